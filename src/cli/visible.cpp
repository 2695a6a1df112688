#include "cli/visible.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "base/utf8.hpp"

namespace evenkeel::cli {
namespace {

/// Of a two- or three-byte sequence; 0 for others, of which none is a control.
unsigned code_point(std::string_view s) {
  const auto byte = [&](std::size_t i) { return unsigned(static_cast<unsigned char>(s[i])); };
  if (s.size() == 2) return (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
  if (s.size() == 3) return (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
  return 0;
}
bool turns_direction(unsigned c) {
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const auto length = c < 0x80 ? 1 : utf8_length(text, at);
    const auto part = text.substr(at, std::max<std::size_t>(length, 1));
    at += part.size();
    const bool line_end = c == '\n' || (c == '\r' && at < text.size() && text[at] == '\n');
    if (length == 0 || c == 0x7f || (c < 0x20 && !line_end && c != '\t'))
      out += fmt::format("\\x{:02x}", c);
    else if (const auto point = code_point(part); (point >= 0x80 && point < 0xa0) || turns_direction(point))
      out += fmt::format("\\u{:04x}", point);
    else
      out += part;
  }
  return out;
}

void write_raw(std::string_view text) {
  const auto shown = ::isatty(1) ? visible(text) : std::string(text);
  std::fwrite(shown.data(), 1, shown.size(), stdout);
}

}  // namespace evenkeel::cli
