#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::jobs {

/// A page that nobody has seen.
std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime now);

}  // namespace evenkeel::jobs
