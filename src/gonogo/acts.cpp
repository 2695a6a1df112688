// Evidence, votes, waivers, readiness, the decision.
#include "planning/acts.hpp"
#include "catalogue/print.hpp"
#include "gonogo/decision_record.hpp"
#include "gonogo/replay.hpp"

namespace evenkeel::gonogo {
namespace {

using catalogue::Act;
using catalogue::act;
using catalogue::option;
using catalogue::positional;
using planning::of_release;
using planning::release_help;

std::string show_decision(const Decision& d) {
  if (d.verdict == Verdict::no_go) return fmt::format("No-go recorded ({}). Nothing will be deployed.", d.id);
  return fmt::format("Go recorded ({}). Sealed: {} steps {}, criteria {}, rollback procedures {}, flags {}", d.id, d.sequence.size(),
                     d.sequence_hash.substr(0, 12), d.criteria_hash.substr(0, 12), d.procedures_hash.substr(0, 12),
                     d.flags_hash.substr(0, 12));
}

struct OfDecision {
  static constexpr std::string_view required[] = {"release"};
  std::string release;
  std::optional<std::int64_t> number;  // none: the newest
};
BOOST_DESCRIBE_STRUCT(OfDecision, (), (release, number))

Result<Decision> decision_of(Work& work, const OfDecision& in) {
  const auto r = TRY(planning::find_release(work.tx, in.release));
  const auto all = decisions_of(work.tx, r.id);
  if (all.empty()) return not_found(fmt::format("release {} has no decision yet", r.version));
  if (!in.number) return all.front();
  for (const auto& d : all)
    if (d.number == *in.number) return d;
  return not_found(fmt::format("release {} has {} decisions; there is no number {}", r.version, all.size(), *in.number));
}

}  // namespace

std::vector<Act> acts(const Gates& gates) {
  const std::string release = "/api/v1/releases/{release}", tag = "go/no-go";
  return {
      act("tests.record", "Record test evidence for an artefact (JUnit XML)", record_tests)
          .drafts()
          .for_roles({Role::qa, Role::engineering_lead, Role::coordinator, Role::admin})
          .says("", "evenkeel gate check {release}")
          .in_areas_of_components()
          .http("POST", release + "/tests", tag)
          .taking_bodies_of(std::size_t{16} << 20)
          .words("tests record", "Record a JUnit report for an artefact")
          .takes({positional(&RecordTests::release, release_help), option(&RecordTests::service, "The component").required(),
                  option(&RecordTests::digest, "The artefact that was tested").required(),
                  option(&RecordTests::junit_xml, "Report file").named("junit").required().from_file(),
                  option(&RecordTests::source,
                         "Of which tests: unit, integration, contract, end_to_end, acceptance, performance, security, check_run")
                      .named("kind")
                      .by_default("junit")})
          .prints([](const TestEvidence& e) {
            return fmt::format("{}: {} pass, {} fail, {} skipped", e.service, e.passed, e.failed, e.skipped);
          }),
      act("release.sign_off", "Sign off in a role", sign_off)
          .decides()
          .for_roles(catalogue::doers)
          .in_areas_of_components()
          .possible_when(of_release(may_sign))
          .says("", "evenkeel gate check {release}")
          .http("POST", release + "/sign-offs", tag)
          .words("signoff")
          .takes({positional(&SignOffCommand::release, release_help),
                  option(&SignOffCommand::role, "engineering_lead, qa, product ...").required(),
                  option(&SignOffCommand::verdict, "go or no_go").by_default("go"), option(&SignOffCommand::reason, "Needed for no_go")})
          .prints([](const SignOff& s) { return fmt::format("Signed as {}: {}", role_name(s.role), json::enum_text(s.verdict)); }),
      act("gate.waive", "Waive a gate, with a reason and an end",
          [&gates](Work& work, const WaiveGate& in) { return waive(work, in, gates); })
          .decides()
          .for_roles({Role::risk_manager, Role::admin})
          .in_areas_of_components()
          .possible_when(of_release(may_waive))
          .says("", "evenkeel gate check {release}")
          .http("POST", release + "/waivers", tag)
          .words("waive")
          .takes({positional(&WaiveGate::release, release_help), positional(&WaiveGate::gate, "Name of the gate"),
                  option(&WaiveGate::reason, "Why").required(), option(&WaiveGate::until, "Time, or +24h").required()})
          .prints([](const GateState& g) { return fmt::format("{} waived until {}", g.name, catalogue::short_time(g.waived_until)); }),
      act("release.gates", "Every gate up to go, and the computed recommendation",
          [&gates](Work& work, const planning::OfRelease& in) { return check_gates(work, in.release, gates); })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/gates", tag),
      act("release.decide", "Decide go or no-go; go seals", [&gates](Work& work, const Decide& in) { return decide(work, in, gates); })
          .decides()
          .for_roles({Role::coordinator})
          .possible_when(of_release(may_decide))
          .says("", "evenkeel release show {release}")
          .http("POST", release + "/decision", tag)
          .words("decide", "Decide go or no-go; go seals what will be deployed")
          .takes({positional(&Decide::release, release_help), positional(&Decide::verdict, "go or no_go"),
                  option(&Decide::reason, "Needed for no_go")})
          .prints(show_decision),
      act("policy.replay", "What other definitions would have let through or held among past releases", replay)
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area("definitions are one file; each release is judged for who reads its area")
          .http("POST", "/api/v1/definitions/replay", "definitions")
          .taking_bodies_of(std::size_t{8} << 20),
      act("release.decision", "A decision, the newest one if none is named", decision_of)
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/decision", tag),
      act("release.decisions", "Every decision as it was written down, newest first",
          [](Work& work, const planning::OfRelease& in) -> Result<std::vector<DecisionRecord>> {
            return decision_records(work.tx, TRY(planning::find_release(work.tx, in.release)));
          })
          .reads()
          .for_roles(catalogue::insiders)
          .http("GET", release + "/decisions", tag)
          .words("decision show", "Every decision on a release: gates, votes, waivers, what was sealed, and why; as Markdown")
          .takes({planning::the_release()})
          .prints([](const std::vector<DecisionRecord>& all) {
            std::string out;
            for (const auto& d : all) out += (out.empty() ? "" : "\n") + d.markdown;
            return out.empty() ? "Nothing is decided yet." : out;
          }),
  };
}

}  // namespace evenkeel::gonogo
