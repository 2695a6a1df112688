// git as a guest in somebody's repository: whatever that repository's own configuration names to be run (hooks, a file system monitor,
// transports that are commands, an outside differ) is off, and nothing waits for a password. What the person who started us has set up for
// themselves (their ssh, their credential helper) stays. Revisions and remotes that a user gave come after --end-of-options.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace evenkeel::gitlog {

/// "git -C dir" with what is off turned off.
std::vector<std::string> careful_git(const std::string& dir);
std::map<std::string, std::string> careful_environment();
/// Variables of the caller that would lead git elsewhere (set inside git hooks).
std::vector<std::string> careless_variables();

}  // namespace evenkeel::gitlog
