#include "base/json.hpp"
#include "health/judge.hpp"

using namespace evenkeel;

/// Criteria that are accepted can be written, read again and judged by; their hash survives the round trip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto set = health::read_criteria({reinterpret_cast<const char*>(data), size});
  if (!set) return 0;
  const auto again = health::read_criteria(json::write(*set));
  if (!again || health::criteria_hash(*again) != health::criteria_hash(*set)) __builtin_trap();
  health::Judge judge(*set);
  const double buckets[] = {5, 3, 1}, bounds[] = {10, 20, std::numeric_limits<double>::infinity()};
  const std::vector<health::Observation> row(set->criteria.size(), {{true, 9, 1, 3, buckets}, {true, 9, 1, 3, buckets}, bounds});
  for (int i = 0; i < 12; ++i) judge.step(row);
  const double fewer[] = {8, 1}, coarser[] = {30, std::numeric_limits<double>::infinity()};  // boundaries change meanwhile
  const std::vector<health::Observation> later(set->criteria.size(), {{true, 9, 1, 3, fewer}, {true, 9, 1, 3, fewer}, coarser});
  for (int i = 0; i < 6; ++i) judge.step(later);
  if (judge.verdict().sentence.empty()) __builtin_trap();
  return 0;
}
