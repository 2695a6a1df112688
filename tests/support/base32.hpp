// What an authenticator does with the secret it is told (RFC 4648, without padding).
#pragma once
#include <string>

namespace evenkeel {

inline std::string from_base32(const std::string& text) {
  std::string out;
  unsigned held = 0, bits = 0;
  for (const char c : text) {
    held = (held << 5) | unsigned(c >= 'A' ? c - 'A' : c - '2' + 26);
    if ((bits += 5) >= 8) out += char((held >> (bits -= 8)) & 0xff);
  }
  return out;
}

}  // namespace evenkeel
