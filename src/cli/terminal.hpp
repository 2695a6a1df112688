// What the terminal is like: how wide, and whether it is coloured. Into a pipe nothing is cut, wrapped or coloured.
#pragma once
#include <string>

#include "cli/cli.hpp"

namespace evenkeel::cli {

using catalogue::columns_of;
using catalogue::wrapped;

/// Columns of standard output; 0: it is no terminal, lines may be as long as they are. COLUMNS says otherwise.
std::size_t terminal_width();
/// --color always|never|auto beats NO_COLOR beats CLICOLOR_FORCE beats what standard output is.
bool is_coloured(const std::string& flag);
/// State glyphs in the colour of what they mean; beside each stands its word, so that nothing is said by colour alone.
std::string coloured(std::string text);

}  // namespace evenkeel::cli
