#include "planning/naming.hpp"

#include <fmt/format.h>

namespace evenkeel::planning {
namespace {

bool is_plain(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string shown(unsigned char c) {
  if (c == ' ') return "a blank";
  return c > ' ' && c < 0x7f ? fmt::format("'{}'", char(c)) : fmt::format("byte 0x{:02x}", c);
}

Result<void> check(const std::string& text, std::string_view signs, std::size_t most, const char* what, const std::string& field) {
  if (text.empty() || text.size() > most) return invalid(fmt::format("a {} of 1 to {} characters is needed", what, most), field);
  for (const char c : text)
    if (!is_plain(c) && signs.find(c) == std::string_view::npos)
      return invalid(
          fmt::format("a {} is made of letters, digits and {}; this one holds {}", what, signs, shown(static_cast<unsigned char>(c))),
          field);
  if (!is_plain(text.front())) return invalid(fmt::format("a {} begins with a letter or a digit", what), field);
  return {};
}

}  // namespace

Result<void> check_version(const std::string& version, const std::string& field) { return check(version, "._+-~", 100, "version", field); }
Result<void> check_digest(const std::string& digest, const std::string& field) { return check(digest, "._+-~:@", 200, "digest", field); }

Result<void> check_title(const std::string& title, const std::string& field) {
  if (title.size() > 200) return invalid("a title has at most 200 characters", field);
  // Marks of direction (Unicode 3.4: Bidi_Control) would show a reader another order than was written.
  static constexpr std::string_view turning[] = {"\u200e", "\u200f", "\u061c", "\u202a", "\u202b", "\u202c",
                                                 "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"};
  for (const auto mark : turning)
    if (title.find(mark) != std::string::npos) return invalid("a title holds no marks that turn the direction of text", field);
  for (const unsigned char c : title)
    if (c < ' ' || c == 0x7f) return invalid("a title is one line without control characters", field);
  return {};
}

}  // namespace evenkeel::planning
