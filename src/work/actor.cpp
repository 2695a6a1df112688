#include "work/actor.hpp"

#include "base/json.hpp"

namespace evenkeel {

bool Actor::has_anywhere(Role role) const {
  return std::any_of(grants.begin(), grants.end(), [&](const auto& g) { return g.first == role; });
}

Actor member(Member who) { return {.kind = ActorKind::member, .id = "member:" + std::string(json::enum_text(who)), .via = Via::schedule}; }

std::string role_name(Role role) { return std::string(json::enum_text(role)); }

Result<void> require_role(const Actor& actor, const std::vector<Role>& any_of, const std::string& area, const std::string& act) {
  std::string names;
  for (const auto role : any_of) {
    if (actor.has(role, area) && !actor.read_only) return {};
    names += (names.empty() ? "" : " or ") + role_name(role);
  }
  if (actor.read_only) return forbidden(fmt::format("this token may only read; {} needs a token with full scope", act));
  return forbidden(fmt::format("{} needs the role {} in area {}", act, names, area));
}

}  // namespace evenkeel
