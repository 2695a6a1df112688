// A freeze whose times a stranger wrote: from, rule, duration, end and zone, a line each.
#include "definitions/window_times.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  definitions::FreezeDef f{.name = "f"};
  std::getline(in, f.from), std::getline(in, f.rrule), std::getline(in, f.duration), std::getline(in, f.ends), std::getline(in, f.zone);
  std::vector<Complaint> complaints;
  definitions::complain_of_times(f, "f", complaints);
  const auto month = definitions::Interval{parse_time("2027-03-01").value(), parse_time("2027-04-01").value()};
  const auto found = definitions::occurrences(f, month);
  if (!complaints.empty() || !found) return 0;
  for (std::size_t i = 0; i < found->size(); ++i)
    if ((*found)[i].end < (*found)[i].start || (i > 0 && (*found)[i].start <= (*found)[i - 1].start)) __builtin_trap();
  return 0;
}
