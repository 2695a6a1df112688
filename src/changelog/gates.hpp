#pragma once
#include "planning/gate.hpp"

namespace evenkeel::changelog {

/// W3: every change has its entry, notes are approved as they stand, breaking changes have a migration guide.
planning::Gates changelog_gates();

}  // namespace evenkeel::changelog
