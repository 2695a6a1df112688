// Who acts: a person, one of the four members, a runner or an integration; on whose behalf, and through which door.
#pragma once
#include <boost/describe.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace evenkeel {

enum class ActorKind { person, member, runner, integration };
BOOST_DESCRIBE_ENUM(ActorKind, person, member, runner, integration)

enum class Via { cli, web, api, chat, mcp, ci, webhook, schedule };
BOOST_DESCRIBE_ENUM(Via, cli, web, api, chat, mcp, ci, webhook, schedule)

enum class Role {
  coordinator,
  risk_manager,
  author,
  health_monitor,
  engineering_lead,
  qa,
  product,
  security,
  support,
  on_call,
  leadership,
  auditor,
  admin
};
BOOST_DESCRIBE_ENUM(Role, coordinator, risk_manager, author, health_monitor, engineering_lead, qa, product, security, support, on_call,
                    leadership, auditor, admin)

/// The four members of the team that Evenkeel itself is. They do scheduled work under their own name and decide nothing.
enum class Member { release_coordinator, change_risk_manager, notes_author, health_monitor };
BOOST_DESCRIBE_ENUM(Member, release_coordinator, change_risk_manager, notes_author, health_monitor)

struct Actor {
  ActorKind kind = ActorKind::person;
  std::string id;  // opaque: "psn_...", "member:health_monitor"
  std::string on_behalf_of = {};
  Via via = Via::cli;
  std::set<std::pair<Role, std::string>> grants = {};  // role, area ('*' = every area)
  bool read_only = false;

  bool has(Role role, const std::string& area) const { return grants.contains({role, area}) || grants.contains({role, "*"}); }
  bool has_anywhere(Role role) const;
};

Actor member(Member who);
/// Wire name of the actor for entries: "person", "psn_..." and so on are kept apart in the ledger.
std::string role_name(Role role);

/// Refuses (forbidden) unless the actor holds one of the roles in the area; the message says which roles could.
Result<void> require_role(const Actor& actor, const std::vector<Role>& any_of, const std::string& area, const std::string& act);

}  // namespace evenkeel
