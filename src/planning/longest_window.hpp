// How long a deployment window may be (`longest_window` of the process and of areas). It is in force for every release.
#pragma once
#include "planning/planning.hpp"

namespace evenkeel::planning {

/// The longest window that is declared for one of these areas or for all; 0: there is none.
Millis longest_window(const definitions::Organisation& in_force, const std::vector<std::string>& areas);
/// `how`: the words and the command that take this window instead. Error: blocked: longer than the longest.
Result<void> no_longer_than_declared(const definitions::Organisation& in_force, const std::vector<std::string>& areas,
                                     const Interval& window, SysTime now, const std::function<std::string(const Interval& shorter)>& how);
}  // namespace evenkeel::planning
