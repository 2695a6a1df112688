#include <cmath>

#include "health/stream.hpp"

using namespace evenkeel;

/// Whatever a stream holds, the judge ends with a verdict of numbers, and says healthy only at the window's end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stream = health::parse_stream({reinterpret_cast<const char*>(data), size});
  if (!stream) return 0;
  auto set = health::default_criteria();
  set.window_intervals = 20;
  const auto v = health::judge_stream(*stream, set);
  for (const auto& m : v.metrics)
    if (std::isnan(m.log_e) || (m.ratio.low && std::isnan(*m.ratio.low)) || (m.ratio.high && std::isnan(*m.ratio.high))) __builtin_trap();
  if (v.verdict == health::ReleaseVerdict::healthy && !v.over) __builtin_trap();
  if (v.sentence.empty()) __builtin_trap();
  return 0;
}
