#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::deploy {

/// An open recommendation, a run that waits for a person, a window that is open.
std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime now);

}  // namespace evenkeel::deploy
