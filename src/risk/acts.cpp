// Changes, tiers, assessment, security review, rehearsals.
#include "planning/acts.hpp"
#include "catalogue/print.hpp"
#include "risk/late_scope.hpp"
#include "risk/rehearse.hpp"
#include "risk/take_out.hpp"

namespace evenkeel::risk {
namespace {

using catalogue::Act;
using catalogue::act;
using catalogue::Done;
using catalogue::option;
using catalogue::positional;
using planning::of_release;
using planning::OfRelease;

constexpr const char* change_help = "Id, or the first letters of the commit";

struct OfService {
  std::string service;
};
BOOST_DESCRIBE_STRUCT(OfService, (), (service))

std::string show_assessment(const Assessment& a) {
  auto out = fmt::format("Risk {} ({} % by the rule model), impact {}\n{}\n", json::enum_text(a.level), a.likelihood_permille / 10,
                         a.impact, a.blast_radius.sentence);
  for (const auto& r : a.reasons) out += "  - " + r + "\n";
  std::vector<std::vector<std::string>> rows{{"SCENARIO", "SHOWN BY", "ANSWERED BY"}};
  for (const auto& s : a.scenarios)
    rows.push_back({s.name, s.criterion.empty() ? "GAP" : s.criterion, s.rollback_step.empty() ? "GAP" : s.rollback_step});
  return out + "\n" + catalogue::table(rows);
}

/// Exit code 4 while it waits to be said again.
catalogue::Shown show_taken_out(const TakenOut& t) {
  std::string voids;
  for (const auto& v : t.voids) voids += "\n  " + v;
  if (!t.done) return {fmt::format("Nothing has changed yet. This would void:{}\nSay it again with --confirm to do it.", voids), 4};
  return {fmt::format("{} {} {}.{}", t.title, t.behind.empty() ? "left release" : "is dark behind " + t.behind + " in release", t.release,
                      voids.empty() ? "" : "\nVoided:" + voids),
          0};
}

std::string show_procedures(const std::vector<Procedure>& all) {
  if (all.empty()) return "Not documented yet: a release that is assessed or rehearsed documents it.";
  std::string out;
  for (const auto& p : all) {
    out += fmt::format("version {}, {}, since {}\n", p.number, p.hash.substr(0, 12), catalogue::short_time(p.at));
    for (const auto& s : p.steps)
      out +=
          fmt::format("  {} ({}){}\n", s.name, json::enum_text(s.kind), s.one_way ? "; cannot be undone, instead: " + s.forward_fix : "");
  }
  return out;
}

Result<Assessment> read_it(Work& work, const OfRelease& in) {
  TRY(read_assessment(work, in.release));
  return *latest_assessment(work.tx, TRY(planning::find_release(work.tx, in.release)).id);
}

std::string show_late(const LateChange& c) {
  return fmt::format("{}  {} for {}, asked for by {}: {}\n  {}", c.id, c.commit, c.release, c.asked_by, c.because,
                     c.admitted_by.empty()
                         ? fmt::format("a second person admits it: `evenkeel change admit {}`", c.id)
                         : fmt::format("admitted by {}; `evenkeel change import {}` takes it in", c.admitted_by, c.release));
}

}  // namespace

std::vector<Act> acts() {
  const std::string release = "/api/v1/releases/{release}", change = "/api/v1/changes/{change}", service = "/api/v1/services/{service}",
                    tag = "risk";
  return {
      act("change.import", "Add changes to the scope and classify them", import_changes)
          .drafts()
          .for_roles({Role::coordinator, Role::risk_manager, Role::engineering_lead, Role::admin})
          .possible_when(of_release(may_import))
          .http("POST", release + "/changes", tag)
          .taking_bodies_of(std::size_t{16} << 20),
      act("change.list", "The release's changes",
          [](Work& work, const OfRelease& in) -> Result<std::vector<Change>> {
            return changes_of(work.tx, TRY(planning::find_release(work.tx, in.release)).id);
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/changes", tag),
      act("change.tier", "Override a tier, with a reason", override_tier)
          .decides()
          .for_roles({Role::risk_manager, Role::admin})
          .says("The change counts as {tier}.", "evenkeel release list")
          .http("POST", change + "/tier", tag)
          .words("change tier", "Override a change's tier, with a reason")
          .takes({positional(&OverrideTier::change, change_help), option(&OverrideTier::tier, "standard, normal or emergency").required(),
                  option(&OverrideTier::reason, "Why").required()})
          .prints([](const Change& c) { return fmt::format("{} is {} now.", c.title, json::enum_text(c.tier)); }),
      act("change.reversal", "Say how a change is undone, or that it is one-way", declare_reversal)
          .drafts()
          .for_roles({Role::engineering_lead, Role::risk_manager, Role::admin})
          .says("How the change is undone is kept: {reversal}", "evenkeel release list")
          .http("POST", change + "/reversal", tag)
          .words("change reversal", "Say how a change is undone; with --one-way what is done instead")
          .takes({positional(&DeclareReversal::change, change_help), option(&DeclareReversal::reversal, "How").named("text").required(),
                  option(&DeclareReversal::one_way, "It cannot be undone; --text is its forward fix")})
          .prints(
              [](const Change& c) { return fmt::format("{}: {}{}", c.title, c.one_way ? "one-way, then " : "undone by ", c.reversal); }),
      act("change.take_out", "Take a change out of its release: reverted, or dark behind a flag", take_out)
          .decides()
          .for_roles({Role::coordinator, Role::engineering_lead, Role::admin})
          .in_areas_of_components()
          .says("", "evenkeel release show {release}")
          .http("POST", change + "/take-out", tag)
          .words("change take-out", "Take a change out of its release; what that voids is listed first")
          .takes({positional(&TakeOut::change, change_help), option(&TakeOut::reverted_by, "The commit that takes it back"),
                  option(&TakeOut::behind, "FLAG@PLATFORM: it stays in the artefact, dark, and is announced when the flag is on"),
                  option(&TakeOut::because, "Why").required(), option(&TakeOut::confirm, "Do it although it voids something")})
          .prints(show_taken_out),
      act("change.late", "Ask for a change that comes after the scope was closed", ask_late)
          .decides()
          .for_roles({Role::coordinator, Role::engineering_lead, Role::risk_manager, Role::admin})
          .possible_when(of_release(may_ask_late))
          .says("", "evenkeel today")
          .http("POST", release + "/late-changes", tag)
          .words("change late", "Ask for a change that cannot wait for the next release, after the scope was closed")
          .takes({positional(&AskLate::release, planning::release_help),
                  positional(&AskLate::commit, "At least seven characters of its id"), option(&AskLate::because, "Why").required()})
          .prints(show_late),
      act("change.admit", "Admit a late change, as the second person", admit_late)
          .decides()
          .for_roles({Role::risk_manager, Role::product})
          .says("", "evenkeel today")
          .http("POST", "/api/v1/late-changes/{late}/admit", tag)
          .words("change admit", "Admit a late change, as the second person; the next import takes it in")
          .takes({positional(&AdmitLate::late, "Its id (lat_...)")})
          .prints(show_late),
      act("change.late_list", "Late changes of a release: who asked, why, and who admitted them",
          [](Work& work, const OfRelease& in) -> Result<std::vector<LateChange>> {
            return late_changes(work.tx, TRY(planning::find_release(work.tx, in.release)));
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/late-changes", tag),
      act("change.mark_security", "Say that a change concerns security", mark_security)
          .drafts()
          .for_roles(catalogue::doers)
          .says("", "evenkeel today")
          .http("POST", change + "/security", tag)
          .words("change security", "Say that a change concerns security: security reviews it before the go")
          .takes(
              {positional(&MarkSecurity::change, change_help), option(&MarkSecurity::because, "What security should look at").required()})
          .prints([](const Change& c) { return fmt::format("{} waits for security's review.", c.title); }),
      act("rollback.show", "Versions of a service's rollback procedure, newest first",
          [](Work& work, const OfService& in) -> Result<std::vector<Procedure>> { return procedures_of(work.tx, in.service); })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", service + "/rollback", tag)
          .words("rollback show", "A service's rollback procedure, version by version")
          .takes({positional(&OfService::service, "The service")})
          .prints(show_procedures),
      act("security.review", "Security accepts or rejects a change",
          [](Work& work, const ReviewSecurity& in) -> Result<Done> {
            TRY(review_security(work, in));
            return Done{};
          })
          .decides()
          .for_roles({Role::security})
          .says("The change is {verdict} by security.", "evenkeel release list")
          .http("POST", change + "/security-review", tag)
          .words("security review")
          .takes({positional(&ReviewSecurity::change, change_help),
                  option(&ReviewSecurity::verdict, "accepted or rejected").by_default("accepted").of({"accepted", "rejected"}),
                  option(&ReviewSecurity::reason, "Remark").by_default("looked at")})
          .prints([](const Done&) { return std::string("The review is recorded."); }),
      act("risk.assess", "Assess the release's risk", [](Work& work, const OfRelease& in) { return assess_release(work, in.release); })
          .drafts()
          .for_roles({Role::risk_manager, Role::admin})
          .possible_when(of_release(may_assess))
          .says("", "evenkeel gate check {release}")
          .http("POST", release + "/assessment", tag)
          .words("risk assess", "Assess a release's risk")
          .takes({planning::the_release()})
          .prints(show_assessment),
      act("risk.show", "Read the assessment; votes open after that", read_it)
          .drafts()
          .for_roles(catalogue::doers)
          .in_areas_of_components()
          .possible_when(of_release(may_read_assessment))
          .says("", "evenkeel gate check {release}")
          .http("POST", release + "/assessment/read", tag)
          .words("risk show")
          .takes({planning::the_release()})
          .prints(show_assessment),
      act("rollback.rehearse", "Rehearse a service's rollback", rehearse)
          .decides()
          .for_roles({Role::risk_manager, Role::engineering_lead, Role::coordinator, Role::admin})
          .or_named()
          .says("", "evenkeel rollback show {service}")
          .http("POST", service + "/rehearsals", tag)
          .words("rollback rehearse", "Rehearse a service's rollback outside production, on the engine that will run it")
          .takes({positional(&Rehearse::service, "The service"), option(&Rehearse::release, "Take both versions from this release"),
                  option(&Rehearse::environment, "Where").named("env").by_default("staging"),
                  option(&Rehearse::from_version, "The running version").named("from"), option(&Rehearse::version, "The new version")})
          .prints([](const steps::Run& run) { return fmt::format("Started {}.", run.id); })
          .starts_run([](const steps::Run& run) { return run.id; }),
      act("rollback.rehearsals", "Rehearsals of a service, newest first",
          [](Work& work, const OfService& in) -> Result<std::vector<Rehearsal>> {
            return store::all<Rehearsal>(work.tx, "rehearsal", "WHERE service = $1 ORDER BY finished_at DESC LIMIT 50", {in.service});
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", service + "/rehearsals", tag),
  };
}

}  // namespace evenkeel::risk
