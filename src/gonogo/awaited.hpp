#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::gonogo {

/// Test reports and votes; until go.
std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime now);
/// Of a release whose gates all hold.
planning::Awaited decision_awaited(store::Tx& tx, const planning::Release& release);

}  // namespace evenkeel::gonogo
