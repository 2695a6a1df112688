// Somebody's CHANGELOG.md as a channel: a release goes in once, and can be taken back.
#include <cstdint>
#include <cstdlib>

#include "comms/changelog_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace evenkeel;
  const std::string text{reinterpret_cast<const char*>(data), size};
  const comms::FileEdit edit{"2.0.0", "2026-02-25", {{changelog::Type::added, "Wish lists", false}}};
  const auto once = comms::edited_file(text, edit);
  if (!once) return 0;
  const auto twice = comms::edited_file(*once, edit);
  if (!twice || *twice != *once) std::abort();
  (void)comms::edited_file(*once, {.version = "2.0.0", .yank = true});
  return 0;
}
