// Changes, tiers, assessment, security review, rehearsals.
#include "api/endpoints.hpp"
#include "api/release_view.hpp"
#include "risk/rehearse.hpp"

namespace evenkeel::api {
namespace {

struct OfRelease {
  std::string release;
};
BOOST_DESCRIBE_STRUCT(OfRelease, (), (release))
struct Done {
  bool done = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (done))

}  // namespace

std::vector<Endpoint> risk_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string release = "/api/v1/releases/{release}";
  list.push_back(command<risk::ImportChanges, risk::Imported>(
                     app, "POST", release + "/changes", "Add changes to the scope and classify them",
                     [](Work& work, Call&, const risk::ImportChanges& in) { return risk::import_changes(work, in); })
                     .taking_bodies_of(std::size_t{16} << 20)
                     .tagged("risk")
                     .for_roles({Role::coordinator, Role::risk_manager, Role::engineering_lead, Role::admin}));
  list.push_back(query<std::vector<risk::Change>>(app, release + "/changes", "The release's changes",
                                                  [](Work& work, Call& call) -> Result<std::vector<risk::Change>> {
                                                    return risk::changes_of(work.tx,
                                                                            TRY(planning::find_release(work.tx, call.param("release"))).id);
                                                  })
                     .tagged("risk")
                     .for_roles(insiders));
  list.push_back(command<risk::OverrideTier, risk::Change>(
                     app, "POST", "/api/v1/changes/{change}/tier", "Override a tier, with a reason",
                     [](Work& work, Call&, const risk::OverrideTier& in) { return risk::override_tier(work, in); })
                     .tagged("risk")
                     .for_roles({Role::risk_manager, Role::admin}));
  list.push_back(command<risk::DeclareReversal, risk::Change>(
                     app, "POST", "/api/v1/changes/{change}/reversal", "Say how a change is undone, or that it is one-way",
                     [](Work& work, Call&, const risk::DeclareReversal& in) { return risk::declare_reversal(work, in); })
                     .tagged("risk")
                     .for_roles({Role::engineering_lead, Role::risk_manager, Role::admin}));
  list.push_back(query<std::vector<risk::Procedure>>(app, "/api/v1/services/{service}/rollback",
                                                     "Versions of a service's rollback procedure, newest first",
                                                     [](Work& work, Call& call) -> Result<std::vector<risk::Procedure>> {
                                                       return risk::procedures_of(work.tx, call.param("service"));
                                                     })
                     .tagged("risk")
                     .for_roles(insiders));
  list.push_back(command<risk::ReviewSecurity, Done>(app, "POST", "/api/v1/changes/{change}/security-review",
                                                     "Security accepts or rejects a change",
                                                     [](Work& work, Call&, const risk::ReviewSecurity& in) -> Result<Done> {
                                                       TRY(risk::review_security(work, in));
                                                       return Done{};
                                                     })
                     .tagged("risk")
                     .for_roles({Role::security}));
  list.push_back(
      command<OfRelease, risk::Assessment>(app, "POST", release + "/assessment", "Assess the release's risk",
                                           [](Work& work, Call&, const OfRelease& in) { return risk::assess_release(work, in.release); })
          .tagged("risk")
          .for_roles({Role::risk_manager, Role::admin}));
  list.push_back(
      command<OfRelease, risk::Assessment>(app, "POST", release + "/assessment/read", "Read the assessment; votes open after that",
                                           [](Work& work, Call&, const OfRelease& in) -> Result<risk::Assessment> {
                                             TRY(risk::read_assessment(work, in.release));
                                             return *risk::latest_assessment(work.tx, TRY(planning::find_release(work.tx, in.release)).id);
                                           })
          .tagged("risk")
          .for_roles(doers));
  list.push_back(command<risk::Rehearse, steps::Run>(app, "POST", "/api/v1/services/{service}/rehearsals", "Rehearse a service's rollback",
                                                     [](Work& work, Call&, const risk::Rehearse& in) { return risk::rehearse(work, in); })
                     .tagged("risk")
                     .for_roles({Role::risk_manager, Role::engineering_lead, Role::coordinator, Role::admin})
                     .or_named());
  list.push_back(query<std::vector<risk::Rehearsal>>(app, "/api/v1/services/{service}/rehearsals", "Rehearsals of a service, newest first",
                                                     [](Work& work, Call& call) -> Result<std::vector<risk::Rehearsal>> {
                                                       return store::all<risk::Rehearsal>(
                                                           work.tx, "rehearsal", "WHERE service = $1 ORDER BY finished_at DESC LIMIT 50",
                                                           {call.param("service")});
                                                     })
                     .tagged("risk")
                     .for_roles(insiders));
  return list;
}

}  // namespace evenkeel::api
