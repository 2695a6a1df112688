// Any text as evenkeel.yaml: read, or refused with a place; what was read survives being written and read again.
#include "definitions/config.hpp"

using namespace evenkeel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = definitions::read_yaml({reinterpret_cast<const char*>(data), size}, "evenkeel.yaml");
  if (!read) {
    if (read.error().message.empty()) __builtin_trap();
    return 0;
  }
  (void)definitions::complaints_of(*read);
  const auto written = json::write(*read);
  const auto again = json::read_text<definitions::Organisation>(written);
  if (!again || json::write(*again) != written) __builtin_trap();
  return 0;
}
