#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/parse.hpp"

namespace evenkeel::cli {

std::size_t terminal_width() {
  if (const auto said = variable("COLUMNS"))
    if (const auto n = std::atoi(said->c_str()); n >= 20) return std::size_t(n);
  winsize size{};
  if (!::isatty(1) || ::ioctl(1, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col >= 20 ? size.ws_col : 80;
}

bool is_coloured(const std::string& flag) {
  if (flag == "always" || flag == "never") return flag == "always";
  if (variable("NO_COLOR")) return false;
  if (const auto forced = variable("CLICOLOR_FORCE"); forced && *forced != "0") return true;
  return ::isatty(1) && variable("TERM").value_or("") != "dumb";
}

std::string coloured(std::string text) {
  struct Glyph {
    const char *sign, *colour;
  };
  static constexpr Glyph glyphs[] = {{"\u2713", "\x1b[32m"}, {"\u00d7", "\x1b[31m"}, {"\u25b6", "\x1b[36m"}, {"\u25cb", "\x1b[33m"}};
  for (const auto& [sign, colour] : glyphs)
    for (std::size_t at = 0; (at = text.find(sign, at)) != std::string::npos;) {
      const auto with = std::string(colour) + sign + "\x1b[0m";
      text.replace(at, std::char_traits<char>::length(sign), with);
      at += with.size();
    }
  if (const auto next = text.rfind("next: "); next != std::string::npos && (next == 0 || text[next - 1] == '\n'))
    text.insert(next, "\x1b[1m"), text += "\x1b[0m";
  return text;
}

}  // namespace evenkeel::cli
