// Who may do an act. The row says it; the door asks (api/authority.hpp), before any input is read.
#pragma once
#include <boost/describe.hpp>
#include <string>
#include <vector>

#include "work/actor.hpp"

namespace evenkeel::catalogue {

/// Who may call. A row that does not say refuses everybody.
enum class Who { undeclared, everybody, accounts, any_role, roles };
BOOST_DESCRIBE_ENUM(Who, undeclared, everybody, accounts, any_role, roles)
/// Where the role must be held. `path`: in the area of what the path names; where it names nothing that has an area, in every area ("*").
/// `components`: in an area that a component of the release is of, whoever planned it. `body`: in the area that the body names. `any_area`:
/// one is enough; the row says why.
enum class Where { path, components, body, any_area };
BOOST_DESCRIBE_ENUM(Where, path, components, body, any_area)
struct Access {
  Who who = Who::undeclared;
  std::vector<Role> roles = {};
  Where where = Where::path;
  bool or_on_call = false;   // or who is on call now for such an area, whatever roles they hold
  bool or_named = false;     // or whom the thing itself names: the owner or deputy of a service, a step, an item, an action, a question
  std::string because = {};  // why it asks for no particular role, or for it in no particular area
};

/// Everybody who works on releases; leadership reads trends, auditors read all and do nothing.
inline const std::vector<Role> doers{Role::coordinator,      Role::risk_manager, Role::author,  Role::health_monitor,
                                     Role::engineering_lead, Role::qa,           Role::product, Role::security,
                                     Role::support,          Role::on_call,      Role::admin};
/// Who reads what stands behind a release: notes, votes, runs.
inline const std::vector<Role> insiders{Role::coordinator,      Role::risk_manager, Role::author,  Role::health_monitor,
                                        Role::engineering_lead, Role::qa,           Role::product, Role::security,
                                        Role::support,          Role::on_call,      Role::auditor, Role::admin};
/// Who reads what machines said: outputs of steps, jobs with their errors.
inline const std::vector<Role> operators{Role::coordinator,      Role::risk_manager, Role::health_monitor,
                                         Role::engineering_lead, Role::qa,           Role::security,
                                         Role::on_call,          Role::auditor,      Role::admin};

/// Whether the actor holds any role in this area: who does may read what is listed of it.
inline bool reads_area(const Actor& actor, const std::string& area) {
  return std::any_of(actor.grants.begin(), actor.grants.end(), [&](const auto& g) { return g.second == area || g.second == "*"; });
}

}  // namespace evenkeel::catalogue
