// Who may change what in evenkeel.yaml.
//
// The rule: a change needs its role in the area that owns what is changed, before and after; what belongs to no area needs it in every
// area. What runs in production or says where things are sent (commands, addresses, secrets, paths) is the owning area's engineering lead's
// or an admin's; where it reaches production or lowers a protection, and somebody else could have changed it, a second person agrees to
// it, unless the gate `second_person` is told to observe or warn in the area.
#pragma once
#include "definitions/config.hpp"
#include "work/work.hpp"

namespace evenkeel::definitions {

struct Need {
  std::string what;  // "services.checkout: deploy"
  std::vector<Role> any_of;
  std::vector<std::string> areas;  // in each of them; "*" for every one
  bool reaches_production = false;
  bool lowers_protection = false;  // a smaller quorum, a weaker gate, a freeze that goes, a wider limit, a longer window
};
/// What each difference asks for.
std::vector<Need> needs_of(const std::vector<Difference>& differences, const Organisation& before, const Organisation& after);

/// Error: forbidden, with every change that this actor may not make.
Result<void> may_change(const Actor& actor, const std::vector<Need>& needs);

/// Whether these changes, made by whoever has this login, wait for a second person by the definitions in force.
bool wait_for_a_second(const Organisation& in_force, const std::vector<Need>& needs, const std::string& login);

/// Logins of others who may make all of them.
std::vector<std::string> who_may_second(const Organisation& in_force, const std::vector<Need>& needs, const std::string& login);

}  // namespace evenkeel::definitions
