#include "risk/rehearse.hpp"

#include "accounts/absence.hpp"
#include "base/median.hpp"
#include "planning/sequence.hpp"

namespace evenkeel::risk {
namespace {

/// "usually done by 2026-03-01T09:05:00Z", as long as its rehearsals took before.
std::string until_when(store::Tx& tx, const steps::Run& run) {
  std::vector<std::int64_t> took;
  tx.exec("SELECT finished_at - started_at FROM rehearsal WHERE service = $1 ORDER BY finished_at DESC LIMIT 20", {run.service},
          [&](const store::Row& row) { took.push_back(row.integer(0)); });
  const auto usual = median(took);
  return usual ? "usually done by " + to_iso(run.started_at + Millis{*usual}) : "nobody knows until when, as it was never rehearsed before";
}

/// A rehearsal has its environment for itself: two at once would prove nothing of either.
Result<void> is_free(Work& work, const std::string& environment) {
  work.tx.lock("definitions", TRY(definitions::current_version(work.tx)).id);  // who asks for one at the same moment comes after this one
  const auto other = store::one<steps::Run>(
      work.tx, "run", "WHERE kind = 'rehearsal' AND environment = $1 AND state IN ('running', 'held')", {environment});
  if (!other) return {};
  return conflict(fmt::format("{} is booked: {} rehearses the rollback of {} there since {}, {}; `evenkeel run show {}` says how far it is",
                              environment, accounts::name_of(work.tx, other->ordered_by), other->service, to_iso(other->started_at),
                              until_when(work.tx, *other), other->id));
}

}  // namespace

Result<steps::Run> rehearse(Work& work, const Rehearse& command) {
  std::optional<planning::Release> release;
  if (!command.release.empty()) release = TRY(planning::find_release(work.tx, command.release));
  const auto o = release ? planning::organisation_of(work.tx, *release) : TRY(definitions::current(work.tx));
  const auto* service = definitions::find_service(*o, command.service);
  if (!service) return not_found(fmt::format("there is no service '{}'", command.service));
  const auto is = [&](const std::string& login) { return accounts::acts_for(work.tx, work.actor.id, login, work.now); };
  if (!is(service->owner) && !is(service->deputy))
    TRY(work.require({Role::risk_manager, Role::engineering_lead, Role::coordinator, Role::admin}, service->area, "rehearsing a rollback"));
  const auto environment =
      std::find_if(o->environments.begin(), o->environments.end(), [&](const auto& e) { return e.name == command.environment; });
  if (environment == o->environments.end()) return invalid(fmt::format("there is no environment '{}'", command.environment), "environment");
  if (environment->production)
    return invalid(fmt::format("{} is production; a rehearsal runs elsewhere", command.environment), "environment");
  if (service->rollback.empty())
    return invalid(fmt::format("{} has no rollback procedure; write `rollback:` in evenkeel.yaml", service->name), "service");
  if (service->verify_version.empty())
    return invalid(fmt::format("{} has no `verify_version`: nothing would prove that the old version is back", service->name), "service");
  if (!names_the_version(*service))
    return invalid(
        fmt::format("no check in `verify_version` of {} names ${{expected}}: nothing would prove which version is back", service->name),
        "service");
  auto from = command.from_version, to = command.version;
  if (release)
    for (const auto& c : planning::components_of(work.tx, release->id))
      if (c.service == service->name) {
        if (from.empty()) from = c.from_version;
        if (to.empty()) to = c.version;
      }
  if (from.empty() || to.empty())
    return invalid("both versions are needed: the running one and the new one (`--from`, `--version`, or `--release`)",
                   from.empty() ? "from_version" : "version");
  if (from == to) return invalid(fmt::format("from {} to {} nothing would be rolled back", from, to), "version");
  TRY(is_free(work, command.environment));

  const auto procedure = document_procedure(work, *service);
  const auto sequence = planning::rehearsal_sequence(*o, *service, command.environment, from, to, release ? release->version : "");
  steps::NewRun order{
      steps::RunKind::rehearsal,
      release ? release->id : ReleaseId{},
      service->name,
      command.environment,
      planning::sequence_hash(sequence),
      json::Object{{"procedure", procedure.id.text}, {"procedure_hash", procedure.hash}, {"from_version", to}, {"to_version", from}},
      {}};
  for (const auto& s : sequence) order.steps.push_back({s.service, s.environment, s.target, s.phase, s.spec, s.variables, s.owner});
  return steps::start_run(work, std::move(order));
}

bool names_the_version(const definitions::ServiceDef& service) {
  return std::any_of(service.verify_version.begin(), service.verify_version.end(), [](const steps::StepSpec& s) {
    return s.kind == steps::StepKind::check && json::write(s).find("${expected}") != std::string::npos;
  });
}

Result<void> finish_rehearsal(Work& work, const steps::Run& run) {
  const auto fact = [&](const char* name) { return std::string(run.facts.at(name).as_string()); };
  json::Array evidence;
  bool restored = false;
  for (const auto& s : steps::steps_of(work.tx, run.id)) {
    const auto attempt = store::one<steps::Attempt>(work.tx, "step_attempt", "WHERE step_id = $1 ORDER BY number DESC LIMIT 1", {s.id});
    evidence.push_back(json::Object{{"step", s.name},
                                    {"phase", json::enum_text(s.phase)},
                                    {"state", std::string(json::enum_text(s.state))},
                                    {"outcome", s.outcome},
                                    {"duration_ms", s.started_at && s.ended_at ? (*s.ended_at - *s.started_at).count() : 0},
                                    {"attempt", attempt ? attempt->id.text : ""},
                                    {"output_sha256", attempt ? to_hex(sha256(attempt->output)) : ""}});
    if (s.phase == steps::Phase::restore_proof) restored = s.state == steps::StepState::done;
  }
  const bool passed = run.state == steps::RunState::done && restored;
  store_rehearsal(work,
                  {.id = run.id,
                   .procedure_id = ProcedureId{fact("procedure")},
                   .procedure_hash = fact("procedure_hash"),
                   .service = run.service,
                   .environment = run.environment,
                   .from_version = fact("from_version"),
                   .to_version = fact("to_version"),
                   .started_at = run.started_at,
                   .finished_at = work.now,
                   .passed = passed,
                   .restored = restored,
                   .evidence = std::move(evidence),
                   .ordered_by = run.ordered_by},
                  run.release_id);
  return {};
}

}  // namespace evenkeel::risk
