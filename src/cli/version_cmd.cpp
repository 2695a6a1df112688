// evenkeel version check|sort: version texts by SemVer 2.0.0.
#include "cli/commands.hpp"

namespace evenkeel::cli {

std::vector<Command> version_commands() { return {}; }

}  // namespace evenkeel::cli
