// What printers of answers share.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace evenkeel::catalogue {

/// How answers are laid out in this process: set once by the command line for a terminal, left alone elsewhere.
struct Look {
  std::size_t width = 0;     // columns of the terminal; 0: lines are as long as they are
  bool local_times = false;  // with their zone, instead of UTC
};
Look& look();

/// Rows with aligned columns; the first row is the heading. Where they are wider than the terminal, the widest columns are wrapped at
/// words.
std::string table(const std::vector<std::vector<std::string>>& rows);
/// "2026-03-01 14:00Z", or "2026-03-01 15:00 CET".
std::string short_time(SysTime at);
/// "-" when there is none.
std::string short_time(const std::optional<SysTime>& at);

/// `text` wrapped at words to `width` columns (0: not at all); lines after the first begin with `indent` spaces.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent = 0);
/// Columns that a text takes; a code point is one.
std::size_t columns_of(std::string_view text);

}  // namespace evenkeel::catalogue
