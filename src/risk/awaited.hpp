#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::risk {

/// The scope, its assessment, rehearsals, security's word, reversals; until go.
std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime now);

/// The assessment, for this gate.
planning::Awaited assessment_awaited(store::Tx& tx, const planning::Release& release, std::string gate, std::string what);

}  // namespace evenkeel::risk
