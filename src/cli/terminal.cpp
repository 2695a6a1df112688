#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
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

std::string folded(std::string_view text, std::size_t width) {
  if (width == 0) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    const auto indent = std::min(line.find_first_not_of(' '), line.size());
    if (columns_of(line) <= width || line.find("evenkeel ") != line.npos)
      out += line;
    else
      out += std::string(indent, ' ') + wrapped(line.substr(indent), width, indent);
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return out;
}

namespace {

std::string pager() {
  for (const auto* name : {"EVENKEEL_PAGER", "PAGER"})
    if (const auto* said = std::getenv(name)) return said == std::string_view("cat") ? "" : said;
  return "less";
}

}  // namespace

bool to_pager(std::string_view text) {
  winsize size{};
  if (!::isatty(0) || !::isatty(1) || ::ioctl(1, TIOCGWINSZ, &size) != 0) return false;
  const auto program = pager();
  if (program.empty() || std::count(text.begin(), text.end(), '\n') < size.ws_row) return false;
  std::fflush(stdout);
  ::setenv("LESS", "FRX", 0);                         // colours as they are, and nothing cleared at its end
  const auto before = std::signal(SIGPIPE, SIG_IGN);  // who has read enough leaves it
  FILE* out = ::popen(program.c_str(), "w");
  if (out) std::fwrite(text.data(), 1, text.size(), out);
  const int status = out ? ::pclose(out) : -1;
  std::signal(SIGPIPE, before);
  return status != -1 && !(WIFEXITED(status) && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127));
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
