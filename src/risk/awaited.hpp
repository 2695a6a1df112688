#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::risk {

/// The scope, its assessment, rehearsals, security's word, reversals; until go.
std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime now);

}  // namespace evenkeel::risk
