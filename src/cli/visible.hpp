// Texts come from commits, titles and people elsewhere; a terminal obeys some of what can stand in them. Before anything is printed, what
// a terminal would act on is shown instead of sent: ESC as "\x1b", the C1 controls and the marks that turn the direction of writing as
// their code points. Line ends and tabs stay.
#pragma once
#include <string>
#include <string_view>

namespace evenkeel::cli {

std::string visible(std::string_view text);
/// To stdout, byte for byte into a file or a pipe; a terminal gets it visible.
void write_raw(std::string_view text);

}  // namespace evenkeel::cli
