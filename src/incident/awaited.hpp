#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::incident {

/// Incidents that nobody has taken or resolved.
std::vector<planning::AwaitedAnyTime> awaited(store::Tx& tx, SysTime now);

}  // namespace evenkeel::incident
