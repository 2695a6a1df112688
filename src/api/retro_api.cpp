// The retrospective of a release and its actions.
#include "api/endpoints.hpp"
#include "retro/retro.hpp"

namespace evenkeel::api {
namespace {

struct OfAction {
  std::string action;
};
BOOST_DESCRIBE_STRUCT(OfAction, (), (action))

}  // namespace

std::vector<Endpoint> retro_endpoints(app::App& app) {
  using retro::RetrospectiveView;
  std::vector<Endpoint> list;
  const std::string path = "/api/v1/releases/{release}/retrospective";
  list.push_back(query<RetrospectiveView>(app, path, "Timeline, factors, actions",
                                          [](Work& work, Call& call) -> Result<RetrospectiveView> {
                                            return retro::retrospective_of(work.tx,
                                                                           TRY(planning::find_release(work.tx, call.param("release"))));
                                          })
                     .tagged("retrospective")
                     .for_roles(insiders));
  list.push_back(command<retro::OpenRetrospective, RetrospectiveView>(
                     app, "POST", path, "Open it",
                     [](Work& work, Call&, const retro::OpenRetrospective& in) { return retro::open_retrospective(work, in); })
                     .tagged("retrospective")
                     .for_roles({Role::coordinator, Role::engineering_lead}));
  list.push_back(command<retro::AddAction, RetrospectiveView>(
                     app, "POST", path + "/actions", "Add an action with an owner",
                     [](Work& work, Call&, const retro::AddAction& in) { return retro::add_action(work, in); })
                     .tagged("retrospective")
                     .for_roles({Role::coordinator, Role::engineering_lead}));
  list.push_back(command<retro::CloseRetrospective, RetrospectiveView>(
                     app, "POST", path + "/close", "Close it with a summary",
                     [](Work& work, Call&, const retro::CloseRetrospective& in) { return retro::close_retrospective(work, in); })
                     .tagged("retrospective")
                     .for_roles({Role::coordinator, Role::engineering_lead}));
  list.push_back(
      command<OfAction, RetrospectiveView>(app, "POST", "/api/v1/actions/{action}/done", "An action is done",
                                           [](Work& work, Call&, const OfAction& in) { return retro::finish_action(work, in.action); })
          .tagged("retrospective")
          .for_roles({Role::coordinator, Role::engineering_lead})
          .or_named());
  return list;
}

}  // namespace evenkeel::api
