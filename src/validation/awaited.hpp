#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::validation {

/// A report that may declare the release healthy and does not.
std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime now);

}  // namespace evenkeel::validation
