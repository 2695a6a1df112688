#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::comms {

/// Words that could not be delivered: somebody tries again, or says that they are not needed.
std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime now);

}  // namespace evenkeel::comms
