#pragma once
#include "planning/gate.hpp"

namespace evenkeel::risk {

/// W2: changes are classified and can be undone, the release is assessed, rollbacks are rehearsed, security has looked.
planning::Gates risk_gates();

}  // namespace evenkeel::risk
