#include "base/id.hpp"

#include <fmt/format.h>

#include <mutex>

#include "base/hex.hpp"

namespace evenkeel {

std::string make_uuid(SysTime now) {
  static std::mutex mutex;
  static std::int64_t last_ms = 0;
  static std::uint32_t counter = 0;  // 12 bits of rand_a, so that ids made within one millisecond keep their order
  std::int64_t ms = to_millis(now);
  std::uint32_t sequence = 0;
  {
    const std::lock_guard lock{mutex};
    if (ms == last_ms) {
      sequence = ++counter & 0xfff;
    } else {
      last_ms = ms;
      counter = sequence = static_cast<unsigned char>(random_bytes(1)[0]);
    }
  }
  auto raw = random_bytes(16);
  for (int i = 0; i < 6; ++i) raw[std::size_t(i)] = char(ms >> (40 - 8 * i));
  raw[6] = char(0x70 | (sequence >> 8));
  raw[7] = char(sequence & 0xff);
  raw[8] = char((static_cast<unsigned char>(raw[8]) & 0x3f) | 0x80);
  const auto hex = to_hex(raw);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4), hex.substr(20));
}

std::string make_id(std::string_view prefix, SysTime now) { return fmt::format("{}_{}", prefix, make_uuid(now)); }

}  // namespace evenkeel
