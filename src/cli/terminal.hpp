// What the terminal is like: how wide, and whether it is coloured. Into a pipe nothing is cut, wrapped or coloured.
#pragma once
#include <string>

#include "cli/cli.hpp"

namespace evenkeel::cli {

using catalogue::columns_of;
using catalogue::wrapped;

/// Columns of standard output; 0: it is no terminal, lines may be as long as they are. COLUMNS says otherwise.
std::size_t terminal_width();
/// Each line that is wider folded at words, below its own indentation; one that holds a command of ours stays whole, to be copied.
std::string folded(std::string_view text, std::size_t width);
/// Shows what is higher than the terminal through EVENKEEL_PAGER, PAGER or less; an empty one or "cat" means none. False: it is not shown
/// (no terminal, it fits, no such program).
bool to_pager(std::string_view text);
/// --color always|never|auto beats NO_COLOR beats CLICOLOR_FORCE beats what standard output is.
bool is_coloured(const std::string& flag);
/// State glyphs in the colour of what they mean; beside each stands its word, so that nothing is said by colour alone.
std::string coloured(std::string text);

}  // namespace evenkeel::cli
