#include "steps/outputs.hpp"

#include <algorithm>

namespace evenkeel::steps {

bool may_read_outputs(const Actor& actor, const std::string& area) {
  using enum Role;
  constexpr Role readers[] = {coordinator, engineering_lead, on_call, risk_manager, health_monitor, qa, auditor, admin};
  return std::any_of(std::begin(readers), std::end(readers), [&](Role role) { return actor.has(role, area); });
}

}  // namespace evenkeel::steps
