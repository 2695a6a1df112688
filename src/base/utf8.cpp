#include "base/utf8.hpp"

namespace evenkeel {

std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  const auto first = byte(0), second = byte(1);
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef)
    return follows(1) && follows(2) && !(first == 0xe0 && second < 0xa0) && !(first == 0xed && second > 0x9f) ? 3 : 0;
  if (first >= 0xf0 && first <= 0xf4)
    return follows(1) && follows(2) && follows(3) && !(first == 0xf0 && second < 0x90) && !(first == 0xf4 && second > 0x8f) ? 4 : 0;
  return 0;
}

std::string clean_text(std::string_view bytes, std::size_t most) {
  constexpr std::string_view unknown = "\xef\xbf\xbd";
  std::string out;
  out.reserve(std::min(bytes.size(), most));
  for (std::size_t at = 0; at < bytes.size();) {
    const auto length = bytes[at] == '\0' ? 0 : utf8_length(bytes, at);
    const auto next = length ? bytes.substr(at, length) : unknown;
    if (out.size() + next.size() > most) break;
    out += next;
    at += length ? length : 1;
  }
  return out;
}

}  // namespace evenkeel
