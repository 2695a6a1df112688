// Votes, evidence and the decision.
#include "accounts/accounts.hpp"
#include "gonogo/events.hpp"
#include "gonogo/votes.hpp"
#include "planning/debt.hpp"
#include "planning/find.hpp"
#include "planning/jobs.hpp"
#include "planning/voids.hpp"
#include "risk/risk.hpp"
#include "steps/run.hpp"

namespace evenkeel::gonogo {
namespace {

using planning::Release;
using planning::Stage;

/// One seat a person and scope: the row's key is the last wall, whatever was read before.
Result<void> take_seat(Work& work, const Release& release, const std::string& role) {
  const auto scope = planning::scope_hash(work.tx, release);
  work.tx.exec(
      "INSERT INTO sign_off_seat (release_id, scope_hash, person, role) VALUES ($1, $2, $3, $4) ON CONFLICT (release_id, scope_hash, "
      "person) DO NOTHING",
      {release.id, scope, work.actor.id, role});
  const auto seat = work.tx.value("SELECT role FROM sign_off_seat WHERE release_id = $1 AND scope_hash = $2 AND person = $3",
                                  {release.id, scope, work.actor.id});
  if (std::get<std::string>(seat.value()) == role) return {};
  return forbidden(fmt::format("you signed as {} already; nobody fills two sign-offs", std::get<std::string>(*seat)));
}

std::optional<steps::Run> goes_on(store::Tx& tx, const Release& release) {
  auto run = steps::latest_run(tx, release.id, steps::RunKind::deployment);
  return run && steps::goes_on(*run) ? std::move(run) : std::nullopt;
}
/// A deployment that waits before its first step ends with the go.
Result<void> end_what_has_begun(Work& work, const Release& release) {
  if (const auto run = goes_on(work.tx, release)) TRY(steps::abandon(work, run->id, "its go was withdrawn"));
  return {};
}

/// Who put a gate aside does not decide that it may be.
Result<void> waived_nothing(Work& work, const Release& release) {
  const auto gate = work.tx.value("SELECT gate FROM waiver WHERE release_id = $1 AND person = $2 AND until > $3",
                                  {release.id, work.actor.id, to_millis(work.now)});
  if (!gate) return {};
  return forbidden(fmt::format("you waived {} of this release; another coordinator decides", std::get<std::string>(*gate)));
}

/// Components whose rollback nobody rehearsed in time.
std::vector<std::string> unrehearsed(Work& work, const Release& release, const definitions::Organisation& o) {
  std::vector<std::string> out;
  for (const auto& c : planning::components_of(work.tx, release.id)) {
    const auto* s = definitions::find_service(o, c.service);
    const auto good = s ? risk::passing_rehearsal(work.tx, c.service, steps::procedure_hash(risk::rollback_steps(*s))) : std::nullopt;
    if (!good || work.now - good->finished_at > o.go_no_go.rehearsal_max_age) out.push_back(c.service);
  }
  return out;
}

/// A go is for a time to come.
Result<void> window_ahead(const Work& work, const Release& release) {
  if (!release.window_end || work.now < *release.window_end) return {};
  Error error{ErrorKind::blocked, fmt::format("go is refused for {} {}", release.area, release.version), {}, {}, {}};
  error.refusals.push_back({"window_open", fmt::format("the window ended at {}", to_iso(*release.window_end)), "a window that is ahead",
                            release.id, planning::how_to_move(release), "coordinator"});
  return std::unexpected(std::move(error));
}

}  // namespace

std::vector<SignOff> newest_votes(store::Tx& tx, const ReleaseId& release_id, std::optional<SysTime> until) {
  std::map<std::pair<Role, std::string>, SignOff> newest;
  for (auto& s : store::all<SignOff>(tx, "sign_off", "WHERE release_id = $1 AND at <= $2 ORDER BY at, id",
                                     {release_id, until ? to_millis(*until) : std::numeric_limits<std::int64_t>::max()}))
    newest[{s.role, s.person}] = std::move(s);
  std::vector<SignOff> out;
  for (auto& [who, s] : newest) out.push_back(std::move(s));
  return out;
}

std::vector<Vote> votes_with_parts(store::Tx& tx, const Release& release) {
  const auto now = planning::scope_now(tx, release);
  std::map<std::string, planning::ScopeParts> parts;
  tx.exec("SELECT id, parts FROM sign_off_parts WHERE release_id = $1", {release.id}, [&](const store::Row& row) {
    parts[row.text(0)] = json::read_text<planning::ScopeParts>(row.text(1)).value_or(planning::ScopeParts{});
  });
  std::vector<Vote> out;
  for (auto& s : newest_votes(tx, release.id)) {
    const auto kept = parts.find(s.id);
    auto of = planning::spoken_of(now, s.scope_hash, kept == parts.end() ? std::nullopt : std::optional(kept->second));
    if (!of.empty()) out.push_back({std::move(s), std::move(of)});
  }
  return out;
}

std::vector<SignOff> votes_of(store::Tx& tx, const Release& release) {
  std::vector<SignOff> out;
  for (auto& vote : votes_with_parts(tx, release)) out.push_back(std::move(vote));
  return out;
}

std::vector<SignOff> sign_offs_of(store::Tx& tx, const Release& release) {
  const auto outweighs = [](const SignOff& a, const SignOff& b) {
    return a.verdict != b.verdict ? a.verdict == Verdict::no_go : a.at > b.at;
  };
  std::map<Role, SignOff> of_role;
  for (auto& s : votes_of(tx, release))
    if (const auto there = of_role.find(s.role); there == of_role.end() || outweighs(s, there->second)) of_role[s.role] = std::move(s);
  std::vector<SignOff> out;
  for (auto& [role, s] : of_role) out.push_back(std::move(s));
  return out;
}

Result<void> may_sign(Work& work, const Release& release) {
  if (work.actor.kind != ActorKind::person) return forbidden("a sign-off is a person's word; the members and integrations decide nothing");
  if (release.stage >= Stage::deployment) return conflict(fmt::format("release {} is decided already", release.version));
  const auto assessment = risk::latest_assessment(work.tx, release.id);
  if (!assessment)
    return conflict(fmt::format("votes open after the risk assessment; `evenkeel risk assess {}`", planning::called(release)));
  if (!work.tx.value("SELECT id FROM assessment_reading WHERE assessment_id = $1 AND person = $2", {assessment->id, work.actor.id}))
    return conflict(fmt::format("read the risk assessment first: `evenkeel risk show {}`", planning::called(release)));
  return {};
}

Result<SignOff> sign_off(Work& work, const SignOffCommand& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  const auto role = role_name(command.role);
  if (command.role == Role::auditor || command.role == Role::admin || command.role == Role::leadership)
    return forbidden(fmt::format("{} does not vote; sign as a role that works on releases", role));
  Result<void> holds_it = forbidden("");
  for (const auto& area : planning::areas_of(work.tx, release))
    if (!holds_it) holds_it = work.require({command.role}, area, "signing as " + role);
  TRY(holds_it);
  if (command.verdict == Verdict::no_go && command.reason.empty()) return invalid("no-go needs a reason", "reason");
  TRY(may_sign(work, release));
  for (const auto& other : votes_of(work.tx, release))
    if (other.person == work.actor.id && other.role != command.role)
      return forbidden(fmt::format("you signed as {} already; nobody fills two sign-offs", role_name(other.role)));
  TRY(take_seat(work, release, role));
  const SignOff s{.id = work.new_id("sgn"),
                  .release_id = release.id,
                  .role = command.role,
                  .person = work.actor.id,
                  .verdict = command.verdict,
                  .scope_hash = planning::scope_hash(work.tx, release),
                  .reason_text = work.write_text("reason", command.reason),
                  .at = work.now};
  store::insert(work.tx, "sign_off", s);
  work.tx.exec("INSERT INTO sign_off_parts (id, release_id, parts) VALUES ($1, $2, $3)",
               {s.id, release.id, json::write(planning::scope_parts(work.tx, release))});
  record(work, SignoffGiven{.role = command.role, .verdict = s.verdict, .scope = s.scope_hash},
         {.subject = s.id, .release = release.id, .seals = {{"sign_off", s.id}, {"sign_off_parts", s.id}}});
  return s;
}

Result<TestEvidence> record_tests(Work& work, const RecordTests& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  if (work.actor.kind == ActorKind::person)
    TRY(work.require({Role::qa, Role::engineering_lead, Role::coordinator, Role::admin},
                     planning::area_of(work.tx, release, command.service), "recording test evidence"));
  const auto known = std::span(definitions::test_kinds);
  if (std::find(known.begin(), known.end(), command.source) == known.end())
    return invalid(fmt::format("there is no kind of tests '{}'; known are {}", command.source, fmt::join(known, ", ")), "source");
  if (command.digest.empty()) return invalid("test evidence belongs to an artefact: its digest is needed", "digest");
  const auto components = planning::components_of(work.tx, release.id);
  if (std::ranges::none_of(components, [&](const auto& c) { return c.service == command.service; }))
    return invalid(fmt::format("{} is no component of release {}", command.service, release.version), "service");
  const auto counts = TRY(read_junit(command.junit_xml));
  const TestEvidence evidence{work.new_id("tst"), release.id,     command.service,
                              command.source,     command.digest, counts.passed,
                              counts.failed,      counts.skipped, to_hex(sha256(command.junit_xml)),
                              work.actor.id,      work.now};
  store::insert(work.tx, "test_evidence", evidence);
  record(work, TestsRecorded{.service = evidence.service, .digest = evidence.digest, .passed = evidence.passed, .failed = evidence.failed},
         {.subject = evidence.id, .release = release.id, .seals = {{"test_evidence", evidence.id}}});
  return evidence;
}

Result<void> may_decide(Work& work, const Release& release) {
  if (work.actor.kind != ActorKind::person) return forbidden("a go is a person's decision");
  if (release.stage > Stage::deployment)
    return conflict(fmt::format("release {} is in stage {}; it is decided", release.version, json::enum_text(release.stage)));
  if (release.stage == Stage::deployment && steps::something_is_out(work.tx, release.id))
    return conflict(fmt::format("the deployment of {0} has begun; `evenkeel rollback start {1}/{0} --reason ...` takes it back",
                                release.version, release.area));
  return {};
}

Result<Decision> decide(Work& work, const Decide& command, const Gates& gates) {
  auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(work.require({Role::coordinator}, release.area, "deciding go or no-go"));
  if (command.verdict == Verdict::no_go && command.reason.empty()) return invalid("no-go needs a reason", "reason");
  work.tx.lock("release", release.id);
  TRY(may_decide(work, release));
  const bool withdrawn = release.stage == Stage::deployment;
  if (withdrawn && command.verdict == Verdict::go) return conflict(fmt::format("release {} has its go already", release.version));
  if (command.verdict == Verdict::go) TRY(window_ahead(work, release));
  if (command.verdict == Verdict::go) TRY(waived_nothing(work, release));
  const auto ready = readiness(work.tx, release, gates, work.now);
  if (command.verdict == Verdict::go) {
    if (ready.recommendation != Verdict::go)
      return std::unexpected(
          blocked(fmt::format("go is refused for {} {}. {}", release.area, release.version, ready.sentence), ready.gates));
    while (release.stage != Stage::go_no_go) {
      auto exits = ready.gates;
      std::erase_if(exits, [&](const auto& g) { return g.stage != planning::stage_code(release.stage); });
      TRY(planning::enter_stage(work, release, planning::next_stage(release.stage), tally(exits)));
    }
  }

  const auto o = planning::organisation_of(work.tx, release);
  const auto components = planning::components_of(work.tx, release.id);
  const auto flags = planning::flags_of(work.tx, release.id);
  Decision d{.id = work.new_id("dec"),
             .release_id = release.id,
             .number = work.tx.integer("SELECT coalesce(max(number), 0) FROM decision WHERE release_id = $1", {release.id}) + 1,
             .verdict = command.verdict,
             .recommendation = ready.recommendation,
             .gates = ready.gates,
             .scope_hash = planning::scope_hash(work.tx, release),
             .definitions_id = release.definitions_id,
             .decided_by = work.actor.id,
             .at = work.now};
  std::string criteria_bytes, procedure_bytes;
  for (const auto& c : components)
    if (const auto* s = definitions::find_service(*o, c.service)) {
      d.criteria[s->name] = s->health;
      criteria_bytes += to_hex(health::criteria_hash(s->health));
      procedure_bytes += risk::document_procedure(work, *s).hash;
    }
  d.sequence = planning::deployment_sequence(*o, release, components, planning::targets_of(work.tx, release.id), flags);
  d.sequence_hash = planning::sequence_hash(d.sequence);
  d.criteria_hash = to_hex(sha256(criteria_bytes));
  d.procedures_hash = to_hex(sha256(procedure_bytes));
  d.flags_hash = planning::flags_hash(flags);
  d.reason_text = work.write_text("reason", command.reason);
  store::insert(work.tx, "decision", d);
  record(work,
         DecisionRecorded{.verdict = d.verdict,
                          .recommendation = d.recommendation,
                          .scope = d.scope_hash,
                          .sequence = d.sequence_hash,
                          .criteria = d.criteria_hash,
                          .procedures = d.procedures_hash,
                          .flags = d.flags_hash},
         {.subject = d.id, .release = release.id, .seals = {{"decision", d.id}}});
  if (withdrawn) TRY(end_what_has_begun(work, release));
  if (withdrawn) TRY(planning::enter_stage(work, release, Stage::go_no_go, "its go was withdrawn"));
  if (command.verdict == Verdict::go) {
    TRY(planning::enter_stage(work, release, Stage::deployment, "go"));
    if (release.emergency) planning::owe(work, release, unrehearsed(work, release, *o));
    if (release.window_end)
      enqueue(work, planning::WindowPassed{release.id}, {.at = *release.window_end, .key = "window_passed:" + d.id, .release = release.id});
  }
  return d;
}

Result<bool> return_to_review(Work& work, const ReleaseId& release_id) {
  auto release = TRY(planning::find_release(work.tx, release_id));
  work.tx.lock("release", release.id);
  const bool passed = release.stage == Stage::deployment && release.window_end && *release.window_end <= work.now &&
                      !goes_on(work.tx, release) && !steps::something_is_out(work.tx, release.id);
  if (passed) TRY(planning::enter_stage(work, release, Stage::go_no_go, "its window passed without a deployment"));
  return passed;
}

Result<GateCheck> check_gates(Work& work, const std::string& reference, const Gates& gates) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  auto ready = readiness(work.tx, release, gates, work.now);
  const auto decision = latest_decision(work.tx, release.id);
  return GateCheck{release.stage, ready.recommendation, ready.sentence,
                   release.stage >= Stage::deployment && decision && decision->verdict == Verdict::go, std::move(ready.gates)};
}

std::optional<Decision> latest_decision(store::Tx& tx, const ReleaseId& release_id) {
  return store::one<Decision>(tx, "decision", "WHERE release_id = $1 ORDER BY number DESC LIMIT 1", {release_id});
}

}  // namespace evenkeel::gonogo
