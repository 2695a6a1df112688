// What a command step finds in its environment: PATH, HOME and LANG; the step's variables as EVENKEEL_VERSION, EVENKEEL_SERVICE and so on,
// whatever they hold; and what the definition names under `env`. Nothing of the server's own, which holds its database and its secrets.
#pragma once
#include <map>
#include <string>

namespace evenkeel::steps {

/// `home`: of the user whose process it is; empty: the server's own.
std::map<std::string, std::string> command_environment(const std::map<std::string, std::string>& variables,
                                                       const std::map<std::string, std::string>& own, const std::string& home = {});

}  // namespace evenkeel::steps
