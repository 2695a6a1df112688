// Planning over the API, and the release page: everything about one release in one answer.
#include "accounts/accounts.hpp"
#include "api/endpoints.hpp"
#include "api/release_view.hpp"

namespace evenkeel::api {
namespace {

using planning::Release;

struct Confirm {
  std::string release, service;
};
BOOST_DESCRIBE_STRUCT(Confirm, (), (release, service))
struct Artefact {
  std::string release, service;
  std::string digest = "", commit_id = "";
  static constexpr std::string_view required[] = {"release", "service"};
};
BOOST_DESCRIBE_STRUCT(Artefact, (), (release, service, digest, commit_id))
struct Tick {
  std::string release, item, evidence;
};
BOOST_DESCRIBE_STRUCT(Tick, (), (release, item, evidence))
struct Cancel {
  std::string release, reason;
};
BOOST_DESCRIBE_STRUCT(Cancel, (), (release, reason))
struct Approve {
  std::string request;
};
BOOST_DESCRIBE_STRUCT(Approve, (), (request))

}  // namespace

std::vector<Endpoint> release_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string base = "/api/v1/releases";
  list.push_back(query<std::vector<ReleaseRow>>(app, base, "Releases, those that need someone first",
                                                [&app](Work& work, Call&) -> Result<std::vector<ReleaseRow>> {
                                                  auto rows = release_rows(work.tx, app.gates, work.now);
                                                  std::erase_if(rows, [&](const ReleaseRow& r) { return !reads_area(work.actor, r.area); });
                                                  return rows;
                                                })
                     .tagged("releases")
                     .for_any_role());
  list.push_back(command<planning::PlanRelease, Release>(
                     app, "POST", base, "Plan a release",
                     [](Work& work, Call&, const planning::PlanRelease& in) { return planning::plan_release(work, in); })
                     .tagged("releases")
                     .for_roles({Role::coordinator, Role::admin})
                     .in_area_of_body());
  list.push_back(query<ReleaseView>(app, base + "/{release}", "One release: spine, gates, scope, votes, run, activity",
                                    [&app](Work& work, Call& call) -> Result<ReleaseView> {
                                      const auto release = TRY(planning::find_release(work.tx, call.param("release")));
                                      call.etag(std::to_string(release.revision));
                                      return release_view(work.tx, release, app.gates, work.now);
                                    })
                     .tagged("releases")
                     .for_roles(insiders));
  list.push_back(command<planning::MoveWindow, Release>(
                     app, "POST", base + "/{release}/window", "Move the window",
                     [](Work& work, Call&, const planning::MoveWindow& in) { return planning::move_window(work, in); })
                     .tagged("releases")
                     .for_roles({Role::coordinator, Role::admin}));
  list.push_back(
      command<Cancel, Release>(app, "POST", base + "/{release}/cancel", "Cancel a release",
                               [](Work& work, Call&, const Cancel& in) { return planning::cancel_release(work, in.release, in.reason); })
          .tagged("releases")
          .for_roles({Role::coordinator, Role::admin}));
  list.push_back(command<Confirm, planning::Component>(
                     app, "POST", base + "/{release}/components/{service}/confirm", "The owning team confirms freeze date and window",
                     [](Work& work, Call&, const Confirm& in) { return planning::confirm_component(work, in.release, in.service); })
                     .tagged("releases")
                     .for_roles({Role::engineering_lead, Role::admin})
                     .or_named());
  list.push_back(command<Artefact, planning::Component>(
                     app, "POST", base + "/{release}/components/{service}/artefact", "Name the artefact by its digest",
                     [](Work& work, Call&, const Artefact& in) {
                       return planning::set_artefact(work, in.release, in.service, in.digest, in.commit_id);
                     })
                     .tagged("releases")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::admin}));
  list.push_back(command<Tick, planning::ChecklistItem>(
                     app, "POST", base + "/{release}/checklist", "Tick a checklist item, with evidence",
                     [](Work& work, Call&, const Tick& in) { return planning::tick(work, in.release, in.item, in.evidence); })
                     .tagged("releases")
                     .for_roles({Role::coordinator, Role::admin})
                     .or_named());
  list.push_back(command<planning::RequestException, planning::ExceptionRequest>(
                     app, "POST", base + "/{release}/exceptions", "Ask for a freeze exception",
                     [](Work& work, Call&, const planning::RequestException& in) { return planning::request_exception(work, in); })
                     .tagged("releases")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::admin}));
  list.push_back(command<Approve, planning::FreezeException>(
                     app, "POST", "/api/v1/exceptions/{request}/approve", "Approve a freeze exception",
                     [](Work& work, Call&, const Approve& in) { return planning::approve_exception(work, in.request); })
                     .tagged("releases")
                     .for_roles(doers));
  list.push_back(query<std::vector<planning::Conflict>>(
                     app, base + "/{release}/conflicts", "What collides with this release",
                     [](Work& work, Call& call) -> Result<std::vector<planning::Conflict>> {
                       return planning::conflicts_of(work.tx, TRY(planning::find_release(work.tx, call.param("release"))), work.now);
                     })
                     .tagged("releases")
                     .for_roles(insiders));
  return list;
}

}  // namespace evenkeel::api
