#include <cmath>
#include <string>

#include "integrations/samples/json_points.hpp"
#include "integrations/samples/table.hpp"

using namespace evenkeel;

/// The first byte says which reader; of the rest, the first line is the pointer or selector and what follows is read by it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view all{reinterpret_cast<const char*>(data + 1), size - 1};
  const auto cut = std::min(all.find('\n'), all.size());
  const auto first = all.substr(0, cut), body = all.substr(std::min(cut + 1, all.size()));
  const auto selector = samples::parse_selector(first);
  Result<std::vector<samples::Sample>> read = std::vector<samples::Sample>{};
  if (data[0] % 3 == 0)
    read = samples::parse_json_points(body, first, first);
  else if (selector) {
    const auto table = data[0] % 3 == 1 ? samples::Table::of_csv(body, "time") : samples::Table::of_jsonl(body, "time");
    if (!table) return 0;
    read = table->select(*selector);
  }
  if (!read) return 0;
  const health::IntervalRange range{from_millis(1'000'000), std::chrono::seconds{60}, 4};
  for (const auto meaning : {samples::Meaning::counts, samples::Meaning::counters, samples::Meaning::level})
    for (const bool at_end : {false, true})
      for (const auto& value : samples::placed(*read, meaning, at_end, range))
        if (value && (!std::isfinite(*value) || (meaning != samples::Meaning::level && *value < 0))) __builtin_trap();
  return 0;
}
