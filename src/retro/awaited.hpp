#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::retro {

/// Retrospectives to be closed and actions to be done, also of releases that are closed.
std::vector<planning::AwaitedAnyTime> awaited(store::Tx& tx, SysTime now);

}  // namespace evenkeel::retro
