// Go/no-go (W4): structured readiness, votes, a computed recommendation, a human decision, all sealed in one decision record.
//
// "Go/no-go uses pre-defined criteria": gates and quorum come from the release's definitions. Go seals scope, sequence, criteria,
// rollback procedures and flags; what is deployed, judged and rolled back is what was sealed.
#pragma once
#include "planning/gate.hpp"
#include "planning/sequence.hpp"
#include "work/ids.hpp"

namespace evenkeel::gonogo {

using planning::Gates;
using planning::GateVerdict;

/// One gate as it stands, with the mode of this area and any waiver.
struct GateState {
  std::string name, stage, question;
  GateVerdict verdict = GateVerdict::unknown;
  definitions::GateMode mode = definitions::GateMode::observe;
  bool blocks = false;  // fails or is unknown, enforced, not waived
  std::string value, limit, evidence, next_step, who;
  std::string waived_by;
  std::optional<SysTime> waived_until;
  std::vector<Refusal> refusals;
};
BOOST_DESCRIBE_STRUCT(GateState, (),
                      (name, stage, question, verdict, mode, blocks, value, limit, evidence, next_step, who, waived_by, waived_until,
                       refusals))

/// Every gate of the stages up to `until` (and of go/no-go), in the order of the process.
std::vector<GateState> evaluate(store::Tx& tx, const planning::Release& release, const Gates& gates, planning::Stage until, SysTime now);

enum class Verdict { go, no_go };
BOOST_DESCRIBE_ENUM(Verdict, go, no_go)

struct Readiness {
  Verdict recommendation = Verdict::no_go;
  std::string sentence;  // "7 of 9 hold, 1 fails, 1 unknown"
  std::vector<GateState> gates;
};
BOOST_DESCRIBE_STRUCT(Readiness, (), (recommendation, sentence, gates))
Readiness readiness(store::Tx& tx, const planning::Release& release, const Gates& gates, SysTime now);
/// What a pipeline asks: the gates, and whether the go was given.
struct GateCheck {
  planning::Stage stage = planning::Stage::planning;
  Verdict recommendation = Verdict::no_go;
  std::string sentence;
  bool go = false;
  std::vector<GateState> gates;
};
BOOST_DESCRIBE_STRUCT(GateCheck, (), (stage, recommendation, sentence, go, gates))
Result<GateCheck> check_gates(Work& work, const std::string& release, const Gates& gates);
/// As they are, for people and for the record: "5 gates hold", or "3 of 5 gates hold, 1 waived, 1 observed failing".
std::string tally(const std::vector<GateState>& gates);
/// One refusal for each gate that blocks.
Error blocked(const std::string& what, const std::vector<GateState>& gates);

/// Enters the next stages while their exit gates pass or are waived; stops at go/no-go, which a decision leaves. Called for each
/// ledger entry of a release, by the release coordinator member. Returns the stage reached.
Result<planning::Stage> advance(Work& work, const std::string& release, const Gates& gates);

struct SignOffCommand {
  static constexpr std::string_view required[] = {"release", "role"};
  std::string release;
  Role role = Role::qa;
  Verdict verdict = Verdict::go;
  std::string reason = "";
};
BOOST_DESCRIBE_STRUCT(SignOffCommand, (), (release, role, verdict, reason))
struct SignOff {
  Id<SignOff> id;
  ReleaseId release_id;
  Role role = Role::qa;
  std::string person;
  Verdict verdict = Verdict::no_go;
  std::string scope_hash, reason_text;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(SignOff, (), (id, release_id, role, person, verdict, scope_hash, reason_text, at))
/// Whether votes are open for this person: not decided, assessed, and the assessment read by them. Error: forbidden, conflict.
Result<void> may_sign(Work& work, const planning::Release& release);
/// The person must hold the role in the area of a component, and it must be one that votes (auditors, administrators and leadership do
/// not); must have read the assessment, and fills one role only. no_go needs a reason. Ledger: signoff.given.
Result<SignOff> sign_off(Work& work, const SignOffCommand& command);
/// Each person's newest word in each role, for this scope.
std::vector<SignOff> votes_of(store::Tx& tx, const planning::Release& release);
/// The sign-offs in force: one a role, for this scope; a no-go outweighs.
std::vector<SignOff> sign_offs_of(store::Tx& tx, const planning::Release& release);

struct WaiveGate {
  std::string release, gate, reason;
  SysTime until;
};
BOOST_DESCRIBE_STRUCT(WaiveGate, (), (release, gate, reason, until))
/// Error: forbidden for the release's owner.
Result<void> may_waive(Work& work, const planning::Release& release);
/// Needs: risk manager of each component's area; not for gates that are never waivable; not by who answers for the gate's subject (the
/// release's owner). At most 30 days. Ledger: gate.waived.
Result<GateState> waive(Work& work, const WaiveGate& command, const Gates& gates);

struct RecordTests {
  static constexpr std::string_view required[] = {"release", "service", "digest", "junit_xml"};
  std::string release, service, digest;
  std::string junit_xml;
  std::string source = "junit";
};
BOOST_DESCRIBE_STRUCT(RecordTests, (), (release, service, digest, junit_xml, source))
struct TestEvidence {
  Id<TestEvidence> id;
  ReleaseId release_id;
  std::string service, source, digest;
  std::int64_t passed = 0, failed = 0, skipped = 0;
  std::string report_hash, recorded_by;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(TestEvidence, (), (id, release_id, service, source, digest, passed, failed, skipped, report_hash, recorded_by, at))
/// Reads a JUnit report for one artefact. Errors: invalid (not a JUnit report, no test in it). Ledger: tests.recorded.
Result<TestEvidence> record_tests(Work& work, const RecordTests& command);

struct Decide {
  static constexpr std::string_view required[] = {"release", "verdict"};
  std::string release;
  Verdict verdict = Verdict::no_go;
  std::string reason = "";
};
BOOST_DESCRIBE_STRUCT(Decide, (), (release, verdict, reason))
struct Decision {
  Id<Decision> id;
  ReleaseId release_id;
  std::int64_t number = 0;
  Verdict verdict = Verdict::no_go, recommendation = Verdict::no_go;
  std::vector<GateState> gates;
  std::string scope_hash;
  std::vector<planning::SequenceStep> sequence;
  std::string sequence_hash;
  std::map<std::string, health::CriteriaSet> criteria;
  std::string criteria_hash, procedures_hash, flags_hash;
  DefinitionsId definitions_id;
  std::string decided_by, seconded_by, reason_text;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Decision, (),
                      (id, release_id, number, verdict, recommendation, gates, scope_hash, sequence, sequence_hash, criteria, criteria_hash,
                       procedures_hash, flags_hash, definitions_id, decided_by, seconded_by, reason_text, at))
/// Error: forbidden for who is no person, conflict once it is decided.
Result<void> may_decide(Work& work, const planning::Release& release);
/// Needs: coordinator. Go is refused (blocked) while any gate up to W4 blocks, and (forbidden) to who waived one of them. No-go needs a
/// reason and leaves the release in its stage. Ledger: decision.recorded, and for go release.stage_entered.
Result<Decision> decide(Work& work, const Decide& command, const Gates& gates);
/// When the window of a go passes and nothing was begun: the release is in review again, with its votes; true. Ledger:
/// release.stage_entered.
Result<bool> return_to_review(Work& work, const ReleaseId& release_id);
std::optional<Decision> latest_decision(store::Tx& tx, const ReleaseId& release_id);

/// At go: test evidence for the exact artefact, health criteria present, the quorum has signed.
Gates gonogo_gates();

struct JUnitCounts {
  std::int64_t passed = 0, failed = 0, skipped = 0;
};
/// Counts the test cases of a JUnit XML report. Error: invalid, with the byte where it stops making sense.
Result<JUnitCounts> read_junit(std::string_view xml);

}  // namespace evenkeel::gonogo
