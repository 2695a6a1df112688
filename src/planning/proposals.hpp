// Definitions that one person applied and that wait for a second (definitions/proposal.hpp), as what waits for people.
#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::planning {

std::vector<AwaitedAnyTime> proposals_awaited(store::Tx& tx, SysTime now);

}  // namespace evenkeel::planning
