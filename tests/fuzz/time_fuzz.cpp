// Times, durations and zones: what is read is written so that it reads the same.
#include "base/time.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto time = parse_time(text)) {
    const auto again = parse_time(to_iso(*time));
    if (!again || *again != *time) __builtin_trap();
  }
  if (const auto duration = parse_duration(text); duration && (duration->count() < 0 || to_words(*duration).empty())) __builtin_trap();
  const auto split = text.find('\n');
  if (split != std::string_view::npos) (void)from_local(text.substr(0, split), text.substr(split + 1));
  return 0;
}
