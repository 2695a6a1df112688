// The retrospective of a release and its actions.
#include "planning/acts.hpp"
#include "catalogue/print.hpp"
#include "retro/retro.hpp"

namespace evenkeel::retro {
namespace {

using catalogue::act;
using catalogue::option;
using catalogue::positional;
using catalogue::short_time;
using planning::of_release;
using planning::OfRelease;
using planning::release_help;

struct OfAction {
  std::string action;
};
BOOST_DESCRIBE_STRUCT(OfAction, (), (action))

std::string show(const RetrospectiveView& r) {
  auto out = fmt::format("Retrospective {}: {}\n", json::enum_text(r.state), r.rule);
  for (const auto& t : r.timeline)
    out += fmt::format("  {}  {} {}{}\n", short_time(t.at), t.who, t.what, t.reason.empty() ? "" : fmt::format(": \"{}\"", t.reason));
  for (const auto& f : r.factors) out += "  factor: " + f.sentence + "\n";
  for (const auto& a : r.actions)
    out += fmt::format("  {} {} ({}, {} {})  {}\n", a.done_at ? "\u2713" : "\u25cb", a.what, a.owner, a.done_at ? "done" : "due",
                       short_time(a.done_at.value_or(a.due_at)), a.id);
  return out;
}

}  // namespace

std::vector<catalogue::Act> acts() {
  const std::string path = "/api/v1/releases/{release}/retrospective", tag = "retrospective";
  const std::vector<Role> leads{Role::coordinator, Role::engineering_lead};
  return {
      act("retro.show", "Timeline, factors, actions",
          [](Work& work, const OfRelease& in) -> Result<RetrospectiveView> {
            return retrospective_of(work.tx, TRY(planning::find_release(work.tx, in.release)));
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", path, tag)
          .words("retro show", "The retrospective: timeline, factors, actions")
          .takes({planning::the_release()})
          .prints(show),
      act("retro.open", "Open it", open_retrospective)
          .drafts()
          .for_roles(leads)
          .says("", "evenkeel retro show {release}")
          .http("POST", path, tag)
          .words("retro open", "Open a retrospective that no rule has opened")
          .takes({positional(&OpenRetrospective::release, release_help)})
          .prints(show),
      act("retro.action", "Add an action with an owner", add_action)
          .drafts()
          .for_roles(leads)
          .possible_when(of_release(is_open))
          .says("", "evenkeel retro show {release}")
          .http("POST", path + "/actions", tag)
          .words("retro action")
          .takes({positional(&AddAction::release, release_help), option(&AddAction::what, "What will be done").required(),
                  option(&AddAction::owner, "Login").required()})
          .prints(show),
      act("retro.close", "Close it with a summary", close_retrospective)
          .decides()
          .for_roles(leads)
          .possible_when(of_release(is_open))
          .says("", "evenkeel release show {release}")
          .http("POST", path + "/close", tag)
          .words("retro close")
          .takes(
              {positional(&CloseRetrospective::release, release_help), option(&CloseRetrospective::summary, "What was learned").required()})
          .prints(show),
      act("action.done", "An action is done", [](Work& work, const OfAction& in) { return finish_action(work, in.action); })
          .decides()
          .for_roles(leads)
          .or_named()
          .says("", "evenkeel today")
          .http("POST", "/api/v1/actions/{action}/done", tag)
          .words("action done", "An action of a retrospective is done")
          .takes({positional(&OfAction::action, "Id of the action, as `evenkeel retro show` prints it")})
          .prints(show),
  };
}

}  // namespace evenkeel::retro
