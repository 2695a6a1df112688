// Planning: the release, its components, window, checklist and freeze exceptions.
#include "planning/acts.hpp"

#include "catalogue/print.hpp"
#include "planning/debt.hpp"
#include "planning/find.hpp"
#include "planning/freeze_notice.hpp"

namespace evenkeel::planning {
namespace {

using catalogue::Act;
using catalogue::act;
using catalogue::option;
using catalogue::positional;
using catalogue::short_time;

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

std::string show_release(const Release& r) {
  return fmt::format("Release {} ({}), stage {}, window {} to {}", r.version, r.area, json::enum_text(r.stage), short_time(r.window_start),
                     short_time(r.window_end));
}
std::string show_moved(const MovedWindow& r) {
  if (!r.waits_for_second) return show_release(r);
  return fmt::format("Noted; the window opens within a day, so a second person agrees: `evenkeel release agree {}`", called(r));
}
/// Exit code 4 while it waits to be said again.
catalogue::Shown show_edited(const Edited& e) {
  std::string voids;
  for (const auto& v : e.voids) voids += "\n  " + v;
  if (e.done) return {show_release(e.release) + (voids.empty() ? "" : "\nVoided:" + voids), 0};
  return {fmt::format("Nothing has changed yet. This would void:{}\nSay it again with --confirm to do it.", voids), 4};
}
std::string show_exception(const ExceptionView& e) {
  auto out = fmt::format("{}  {} \"{}\" for {}, until {}\n  asked by {}: {}", e.id, json::enum_text(e.state), e.freeze, e.release,
                         short_time(e.expires_at), e.asked_by, e.reason);
  if (!e.answered_by.empty())
    out += fmt::format("\n  {} by {}{}", json::enum_text(e.state), e.answered_by, e.answer.empty() ? "" : ": " + e.answer);
  if (e.state == ExceptionState::asked)
    out +=
        fmt::format("\n  a second person answers: `evenkeel exception approve {0}` or `evenkeel exception deny {0} --because ...`", e.id);
  return out;
}
std::string show_exceptions(const std::vector<ExceptionView>& all) {
  std::string out;
  for (const auto& e : all) out += (out.empty() ? "" : "\n") + show_exception(e);
  return out.empty() ? "Nobody asked for an exception." : out;
}
std::string show_debts(const std::vector<DebtView>& all) {
  std::string out;
  for (const auto& d : all)
    out +=
        fmt::format("{}{} {}: {}{} by {}, due {}{}\n  {}", out.empty() ? "" : "\n", d.area, d.release, json::enum_text(d.kind),
                    d.service.empty() ? "" : " of " + d.service, d.owner, short_time(d.due_at), d.overdue ? ", overdue" : "", d.next_step);
  return out.empty() ? "Nothing is owed." : out;
}
std::string show_conflicts(const std::vector<Conflict>& all) {
  std::string out;
  for (const auto& c : all) out += "Conflict: " + c.message + "\n";
  return out;
}

/// SERVICE=[FROM..]VERSION[@DIGEST]
Result<ComponentPlan> component_of(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos)
    return invalid(fmt::format("--component {}: write SERVICE=VERSION, SERVICE=FROM..VERSION or SERVICE=VERSION@DIGEST", text),
                   "component");
  const auto at = text.find('@', equals);
  ComponentPlan c{.service = text.substr(0, equals), .version = text.substr(equals + 1, at == std::string::npos ? at : at - equals - 1)};
  if (const auto dots = c.version.find(".."); dots != std::string::npos) {
    c.from_version = c.version.substr(0, dots);
    c.version.erase(0, dots + 2);
  }
  if (at != std::string::npos) c.digest = text.substr(at + 1);
  return c;
}
/// FLAG=VALUE@PLATFORM[:SERVICE]
Result<FlagPlan> flag_of(const std::string& text) {
  const auto equals = text.find('='), at = text.find('@', equals == std::string::npos ? 0 : equals);
  if (equals == std::string::npos || at == std::string::npos)
    return invalid(fmt::format("--flag {}: write FLAG=VALUE@PLATFORM or FLAG=VALUE@PLATFORM:SERVICE", text), "flag");
  const auto colon = text.find(':', at);
  return FlagPlan{.flag = text.substr(0, equals),
                  .platform = text.substr(at + 1, colon == std::string::npos ? colon : colon - at - 1),
                  .value = text.substr(equals + 1, at - equals - 1),
                  .after_service = colon == std::string::npos ? "" : text.substr(colon + 1)};
}

}  // namespace

namespace {

std::string show_applied(const AppliedDefinitions& applied) {
  auto out = fmt::format("In force as version {}. Releases that are planned keep what they began with.\n", applied.number);
  for (const auto& f : applied.frozen) out += show_frozen(f);
  return out;
}

std::vector<Act> release_acts() {
  const std::string releases = "/api/v1/releases", release = releases + "/{release}", tag = "releases";
  const std::vector<Role> planners{Role::coordinator, Role::admin};
  return {
      act("definitions.apply", "Apply definitions", apply_definitions)
          .decides()
          .for_roles({Role::admin, Role::coordinator, Role::risk_manager, Role::engineering_lead, Role::health_monitor, Role::author})
          .in_any_area("each section, and each area in it, asks for its own role")
          .http("POST", "/api/v1/definitions", "definitions")
          .taking_bodies_of(std::size_t{8} << 20),
      act("definitions.agree", "Agree to definitions that wait for a second person: they are in force", agree_to_definitions)
          .decides()
          .for_roles({Role::admin, Role::coordinator, Role::risk_manager, Role::engineering_lead, Role::health_monitor, Role::author})
          .in_any_area("each section, and each area in it, asks for its own role")
          .says("", "evenkeel release list")
          .http("POST", "/api/v1/definitions/proposals/{proposal}/agreement", "definitions")
          .words("definitions agree")
          .takes({positional(&AgreeToDefinitions::proposal, "Id of the proposal")})
          .prints(show_applied),
      act("release.plan", "Plan a release", plan_release)
          .decides()
          .for_roles(planners)
          .in_area_of_body()
          .says("", "evenkeel change import {version}")
          .http("POST", releases, tag)
          .words("release plan")
          .takes({positional(&PlanRelease::version, "Version of the release"), option(&PlanRelease::area, "Product area").required(),
                  option(&PlanRelease::components,
                         "SERVICE=[FROM..]VERSION[@DIGEST]; FROM is what runs now, where Evenkeel has not deployed it before")
                      .named("component")
                      .required()
                      .read_by(component_of),
                  option(&PlanRelease::title, "Title"), option(&PlanRelease::line, "Release line; default main"),
                  option(&PlanRelease::environment, "Default: the production one"),
                  option(&PlanRelease::owner, "Login; default: the area's coordinator"),
                  option(&PlanRelease::window_start, "Time, or +2h from now"), option(&PlanRelease::window_end, "Time, or +4h from now"),
                  option(&PlanRelease::scope_freeze_at, "When the scope closes").named("scope-freeze"),
                  option(&PlanRelease::flags, "FLAG=VALUE@PLATFORM or FLAG=VALUE@PLATFORM:SERVICE, switched after that service")
                      .named("flag")
                      .read_by(flag_of),
                  option(&PlanRelease::needs, "A release that must be shipped before"),
                  option(&PlanRelease::emergency, "Two persons sign; a review, a retrospective and the rehearsal are owed afterwards"),
                  option(&PlanRelease::because, "Of an emergency: why"),
                  option(&PlanRelease::incident, "Of an emergency: the incident that it ends, by id or link")})
          .prints(show_release)
          .then_prints("release.conflicts", [](const Release& r) { return r.id; }),
      act("release.move", "Move the window", move_window)
          .decides()
          .for_roles(planners)
          .possible_when(of_release(may_move_window))
          .says("", "evenkeel calendar show")
          .http("POST", release + "/window", tag)
          .words("release move")
          .takes({positional(&MoveWindow::release, release_help), option(&MoveWindow::window_start, "Time, or +2h from now"),
                  option(&MoveWindow::window_end, "Time, or +4h from now"),
                  option(&MoveWindow::scope_freeze_at, "When the scope closes").named("scope-freeze"), option(&MoveWindow::reason, "Why")})
          .prints(show_moved),
      act("release.agree", "Agree to a new window after the go, as the second person",
          [](Work& work, const OfRelease& in) { return agree_to_window(work, in.release); })
          .decides()
          .for_roles({Role::coordinator, Role::engineering_lead, Role::risk_manager, Role::on_call, Role::admin})
          .in_areas_of_components()
          .possible_when(of_release(may_agree))
          .says("", "evenkeel gate check {release}")
          .http("POST", release + "/window/agreement", tag)
          .words("release agree", "Agree to a window that opens within a day of its move after the go")
          .takes({the_release()})
          .prints(show_moved),
      act("release.edit", "Change a planned release: components, flags, needs, owner, title, version", edit_release)
          .decides()
          .for_roles(planners)
          .possible_when(of_release(may_edit))
          .says("", "evenkeel release show {release}")
          .http("POST", release + "/edit", tag)
          .words("release edit", "Change a planned release; what that voids is listed first")
          .takes({positional(&EditRelease::release, release_help),
                  option(&EditRelease::components, "SERVICE=[FROM..]VERSION[@DIGEST]: added, or changed")
                      .named("component")
                      .read_by(component_of),
                  option(&EditRelease::without, "A component that leaves"),
                  option(&EditRelease::flags, "FLAG=VALUE@PLATFORM[:SERVICE]: added, or changed").named("flag").read_by(flag_of),
                  option(&EditRelease::without_flags, "A flag that leaves").named("without-flag"),
                  option(&EditRelease::needs, "A release that must be shipped before"),
                  option(&EditRelease::without_needs, "One that need not be any more"), option(&EditRelease::version, "Another version"),
                  option(&EditRelease::line, "Another release line"), option(&EditRelease::title, "Another title"),
                  option(&EditRelease::owner, "Login of the new owner"), option(&EditRelease::reason, "Why"),
                  option(&EditRelease::confirm, "Do it although it voids something")})
          .prints(show_edited),
      act("release.supersede", "Say that another release stands in for one that is not deployed", supersede_release)
          .decides()
          .for_roles(planners)
          .possible_when(of_release(may_cancel))
          .says("", "evenkeel release show {release}")
          .http("POST", release + "/supersede", tag)
          .words("release supersede")
          .takes({positional(&Supersede::release, release_help), option(&Supersede::by, "The release that stands in").required(),
                  option(&Supersede::reason, "Why").required()})
          .prints(show_release),
      act("release.cancel", "Cancel a release", [](Work& work, const Cancel& in) { return cancel_release(work, in.release, in.reason); })
          .decides()
          .for_roles(planners)
          .possible_when(of_release(may_cancel))
          .says("", "evenkeel release list")
          .http("POST", release + "/cancel", tag)
          .words("release cancel")
          .takes({positional(&Cancel::release, release_help), option(&Cancel::reason, "Why").required()})
          .prints(show_release),
      act("release.confirm", "The owning team confirms freeze date and window",
          [](Work& work, const Confirm& in) { return confirm_component(work, in.release, in.service); })
          .decides()
          .for_roles({Role::engineering_lead, Role::admin})
          .or_named()
          .in_areas_of_components()
          .possible_when(of_release(may_confirm))
          .says("", "evenkeel release show {release}")
          .http("POST", release + "/components/{service}/confirm", tag)
          .words("release confirm")
          .takes({positional(&Confirm::release, release_help), positional(&Confirm::service, "The component")})
          .prints([](const Component& c) { return c.service + " confirmed."; }),
      act("release.artefact", "Name the artefact by its digest",
          [](Work& work, const Artefact& in) { return set_artefact(work, in.release, in.service, in.digest, in.commit_id); })
          .drafts()
          .for_roles({Role::coordinator, Role::engineering_lead, Role::admin})
          .in_areas_of_components()
          .possible_when(of_release(may_set_artefact))
          .says("The artefact of {service} in release {release} is {digest}.", "evenkeel release show {release}")
          .http("POST", release + "/components/{service}/artefact", tag)
          .words("release artefact", "Name a component's artefact by digest")
          .takes({positional(&Artefact::release, release_help), positional(&Artefact::service, "The component"),
                  option(&Artefact::digest, "sha256:..."), option(&Artefact::commit_id, "The commit it was built from").named("commit")})
          .prints([](const Component& c) {
            return fmt::format("{} {} is {}", c.service, c.version, c.digest.empty() ? c.commit_id : c.digest);
          }),
      act("checklist.tick", "Tick a checklist item, with evidence",
          [](Work& work, const Tick& in) { return tick(work, in.release, in.item, in.evidence); })
          .decides()
          .for_roles(planners)
          .or_named()
          .possible_when(of_release(may_tick))
          .says("{item} of release {release} is ticked.", "evenkeel gate check {release}")
          .http("POST", release + "/checklist", tag)
          .words("checklist tick", "Tick an item, with evidence")
          .takes({positional(&Tick::release, release_help), positional(&Tick::item, "Name or id"),
                  option(&Tick::evidence, "A link or an id").required()})
          .prints([](const ChecklistItem& i) { return fmt::format("{} is done.", i.name); }),
      act("exception.request", "Ask for a freeze exception", request_exception)
          .drafts()
          .for_roles({Role::coordinator, Role::engineering_lead, Role::admin})
          .says("", "evenkeel calendar show")
          .http("POST", release + "/exceptions", tag)
          .words("exception request")
          .takes({positional(&RequestException::release, release_help), option(&RequestException::freeze, "Name of the freeze").required(),
                  option(&RequestException::reason, "Why").required(),
                  option(&RequestException::expires_at, "Time, or +2h").named("expires").required()})
          .prints([](const ExceptionRequest& r) {
            return fmt::format("Requested: {}\nA second person approves it: evenkeel exception approve {}", r.id, r.id);
          }),
      act("exception.approve", "Approve a freeze exception",
          [](Work& work, const Approve& in) { return approve_exception(work, in.request); })
          .decides()
          .for_roles(catalogue::doers)
          .says("", "evenkeel calendar show")
          .http("POST", "/api/v1/exceptions/{request}/approve", tag)
          .words("exception approve")
          .takes({positional(&Approve::request, "Id of the request")})
          .prints(
              [](const FreezeException& e) { return fmt::format("Approved: \"{}\" until {}", e.freeze_name, short_time(e.expires_at)); }),
      act("emergency.review", "Review an emergency afterwards", review_emergency)
          .decides()
          .for_roles({Role::risk_manager, Role::security, Role::admin})
          .in_areas_of_components()
          .possible_when(of_release(may_review_emergency))
          .says("", "evenkeel emergency debts")
          .http("POST", release + "/emergency-review", tag)
          .words("emergency review", "Review an emergency afterwards, as a second person")
          .takes(
              {positional(&ReviewEmergency::release, release_help), option(&ReviewEmergency::because, "What the review found").required()})
          .prints([](const Release& r) { return fmt::format("The emergency {} is reviewed.", r.version); }),
      act("emergency.debts", "What emergencies left to do, the earliest due first",
          [](Work& work, const catalogue::Nothing&) -> Result<std::vector<DebtView>> { return open_debts(work.tx, work.now); })
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area("what is owed is everybody's to see")
          .http("GET", "/api/v1/emergency-debts", tag)
          .words("emergency debts", "What emergencies left to do")
          .prints(show_debts),
      act("exception.deny", "Deny a freeze exception, with a reason", deny_exception)
          .decides()
          .for_roles(catalogue::doers)
          .in_areas_of_components()
          .says("", "evenkeel exception show {request}")
          .http("POST", "/api/v1/exceptions/{request}/deny", tag)
          .words("exception deny")
          .takes({positional(&AnswerException::request, "Id of the request"), option(&AnswerException::because, "Why").required()})
          .prints(show_exception),
      act("exception.revoke", "Take an approved freeze exception back, with a reason", revoke_exception)
          .decides()
          .for_roles(catalogue::doers)
          .in_areas_of_components()
          .says("", "evenkeel exception show {request}")
          .http("POST", "/api/v1/exceptions/{request}/revoke", tag)
          .words("exception revoke")
          .takes({positional(&AnswerException::request, "Id of the request"), option(&AnswerException::because, "Why").required()})
          .prints(show_exception),
      act("exception.show", "An exception: its reason, and what became of it",
          [](Work& work, const Approve& in) { return exception_of(work.tx, in.request, work.now); })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", "/api/v1/exceptions/{request}", tag)
          .words("exception show")
          .takes({positional(&Approve::request, "Id of the request")})
          .prints(show_exception),
      act("exception.list", "Every exception that was asked for, with reasons and answers",
          [](Work& work, const OfRelease& in) -> Result<std::vector<ExceptionView>> {
            return exceptions_of(work.tx, TRY(find_release(work.tx, in.release)), work.now);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/exceptions", tag)
          .words("exception list")
          .takes({the_release()})
          .prints(show_exceptions),
      act("release.conflicts", "What collides with this release",
          [](Work& work, const OfRelease& in) -> Result<std::vector<Conflict>> {
            return conflicts_of(work.tx, TRY(find_release(work.tx, in.release)), work.now);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/conflicts", tag)
          .prints(show_conflicts),
  };
}

}  // namespace

std::vector<Act> acts() {
  auto all = release_acts();
  std::ranges::move(line_acts(), std::back_inserter(all));
  std::ranges::move(on_call_acts(), std::back_inserter(all));
  return all;
}

}  // namespace evenkeel::planning
