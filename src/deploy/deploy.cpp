#include "deploy/deploy.hpp"

#include "accounts/absence.hpp"
#include "deploy/events.hpp"
#include "deploy/roll_back.hpp"
#include "deploy/wheel.hpp"
#include "planning/find.hpp"
#include "steps/events.hpp"
#include "store/many_rows.hpp"

namespace evenkeel::deploy {
namespace {

using planning::Release;
using planning::Stage;

/// Its owner or deputy says how a step ended, or who stands in for one of them.
bool is_theirs(const Work& work, const steps::Step& step) {
  return accounts::acts_for(work.tx, work.actor.id, step.owner, work.now) ||
         accounts::acts_for(work.tx, work.actor.id, step.spec.deputy, work.now);
}

/// Items of a component's own checklist block its steps.
Result<void> component_checklists_done(Work& work, const Release& release) {
  Error error{ErrorKind::blocked, fmt::format("open checklist items block the deployment of {}", release.version), {}, {}, {}};
  for (const auto& item : planning::checklist_of(work.tx, release.id))
    if (!item.service.empty() && item.state != planning::ItemState::done)
      error.refusals.push_back(
          {"component_checklist", fmt::format("{}: {} is open", item.service, item.name), "the component's own checklist is done", item.id,
           fmt::format("`evenkeel checklist tick {} \"{}\" --evidence LINK`", planning::called(release), item.name), item.owner});
  if (error.refusals.empty()) return {};
  return std::unexpected(std::move(error));
}

/// The newest deployment of this decision.
std::optional<steps::Run> run_of(Work& work, const Release& release, const gonogo::Decision& decision) {
  auto run = steps::latest_run(work.tx, release.id, steps::RunKind::deployment);
  const auto* of = run ? run->facts.if_contains("decision") : nullptr;
  return run && (!of || of->as_string() == decision.id.text) ? std::move(run) : std::nullopt;
}
/// The deployment that goes on or has gone on: asked for twice, it is the same one. One that was abandoned has ended.
std::optional<steps::Run> started(Work& work, const Release& release) {
  const auto decision = gonogo::latest_decision(work.tx, release.id);
  if (release.stage != Stage::deployment || !decision) return {};
  auto run = run_of(work, release, *decision);
  return run && run->state != steps::RunState::abandoned ? std::move(run) : std::nullopt;
}

Error was_abandoned(const Release& release, const steps::Run& run, const std::string& progress) {
  Error error{ErrorKind::blocked, fmt::format("the deployment of {} was abandoned", release.version), {}, {}, {}};
  error.refusals.push_back({"goes_on", progress, "a deployment that goes on, or none yet", run.id,
                            fmt::format("go on from there (`evenkeel deploy continue {0}/{1}`), or roll back what is out "
                                        "(`evenkeel rollback start {0}/{1} --reason ...`)",
                                        release.area, release.version),
                            "coordinator, engineering_lead or on_call of a component's area"});
  return error;
}

/// A component whose steps are all done is out, even where the run was abandoned after it.
void end_deployments(Work& work, const steps::Run& run) {
  std::set<std::string> open;
  for (const auto& s : steps::steps_of(work.tx, run.id))
    if (s.phase != steps::Phase::flag && s.state != steps::StepState::done && s.state != steps::StepState::skipped) open.insert(s.service);
  for (auto& d : store::all<Deployment>(work.tx, "deployment", "WHERE run_id = $1 AND result = 'running'", {run.id})) {
    d.result = open.contains(d.service) ? DeploymentResult::failure : DeploymentResult::success;
    d.finished_at = work.now;
    store::update(work.tx, "deployment", d);
    if (d.result == DeploymentResult::failure) continue;  // the end of its run says so
    record(work, DeploymentFinished{.service = d.service, .version = d.version, .result = d.result},
           {.subject = d.id, .release = run.release_id});
  }
}

Error frozen_now(const Release& release, const planning::Denial& denial) {
  Error error{ErrorKind::frozen, fmt::format("the deployment of {} cannot go on now", release.version), {}, {}, {}};
  error.refusals = planning::refusals_of(denial, release);
  return error;
}

/// A freeze or a stop that holds a run holds it until it is lifted: going on would end at the same step.
Result<void> nothing_denies(Work& work, const steps::Run& run) {
  if (run.kind != steps::RunKind::deployment) return {};
  const auto release = TRY(planning::find_release(work.tx, run.release_id));
  for (const auto& s : steps::steps_of(work.tx, run.id)) {
    if (s.state == steps::StepState::done || s.state == steps::StepState::skipped) continue;
    if (s.state != steps::StepState::pending || step_denied(work, run, s).empty()) return {};
    return std::unexpected(frozen_now(release, planning::what_denies(work.tx, release, {work.now, work.now + Millis{1}})));
  }
  return {};
}

/// Coordinator or engineering lead of an area of its components.
Result<void> may_order(Work& work, const Release& release) {
  Result<void> allowed = forbidden("");
  for (const auto& area : planning::areas_of(work.tx, release))
    if (!allowed) allowed = work.require({Role::coordinator, Role::engineering_lead, Role::admin}, area, "starting a deployment");
  return allowed;
}

std::string what_leads_to_a_go(Work& work, const Release& release) {
  const auto name = planning::called(release);
  if (release.stage > Stage::deployment) return fmt::format("see where it stands: `evenkeel release show {}`", name);
  if (!release.window_end || *release.window_end <= work.now) return planning::how_to_move(release);
  return fmt::format("see what is missing: `evenkeel gate check {}`", name);
}

}  // namespace

Result<void> may_start(Work& work, const Release& release) {
  TRY(may_order(work, release));
  if (started(work, release)) return {};
  const auto decision = gonogo::latest_decision(work.tx, release.id);
  if (release.stage != Stage::deployment || !decision || decision->verdict != gonogo::Verdict::go) {
    Error error{ErrorKind::blocked, fmt::format("release {} has no go", release.version), {}, {}, {}};
    error.refusals.push_back({"go", fmt::format("stage {}", json::enum_text(release.stage)), "a go decision",
                              decision ? decision->id.text : "", what_leads_to_a_go(work, release), "coordinator"});
    return std::unexpected(std::move(error));
  }
  if (const auto run = run_of(work, release, *decision))
    return std::unexpected(was_abandoned(release, *run, steps::progress_of(*run, steps::steps_of(work.tx, run->id))));
  TRY(still_as_sealed(work, release, *decision));
  TRY(window_open(work, release));
  return component_checklists_done(work, release);
}

Result<steps::Run> start_deployment(Work& work, const std::string& reference) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  TRY(may_order(work, release));
  work.tx.lock("release", release.id);
  if (const auto running = started(work, release)) return *running;
  TRY(may_start(work, release));
  const auto decision = gonogo::latest_decision(work.tx, release.id);
  return steps::start_run(work, {steps::RunKind::deployment, release.id, "", release.environment, decision->sequence_hash,
                                 json::Object{{"decision", decision->id.text}}, as_steps(decision->sequence)});
}

Result<void> may_steer(Work& work, const Release& release) {
  const auto run = steps::latest_run(work.tx, release.id);
  if (!run) return conflict(fmt::format("release {} has no run to steer", release.version));
  TRY(steps::goes_on(*run));
  auto allowed = at_the_wheel(work, release, "steering its run");
  for (const auto& s : steps::steps_of(work.tx, run->id))
    if (!allowed && steps::waits_for_a_person(s) && is_theirs(work, s)) allowed = {};
  return allowed;
}

namespace {

Result<steps::Run> run_meant(Work& work, const Steer& command) {
  if (!command.run.empty()) {
    auto run = steps::find_run(work.tx, RunId{command.run});
    if (!run) return not_found("there is no run " + command.run);
    return std::move(*run);
  }
  const auto release = TRY(planning::find_release(work.tx, command.release));
  auto run = steps::latest_run(work.tx, release.id);
  if (!run) return conflict(fmt::format("release {} has no run to steer", release.version));
  return std::move(*run);
}

/// A step is steered by its component's area, a whole run by any area that it comes to; how a step ended is said by its owner too.
Result<void> may_turn(Work& work, const steps::Run& run, const Steer& command) {
  const auto what = json::enum_text(command.act);
  if (run.release_id.empty()) {
    const auto o = TRY(definitions::current(work.tx));
    const auto* s = definitions::find_service(*o, run.service);
    return work.require({Role::coordinator, Role::engineering_lead, Role::on_call, Role::admin}, s ? s->area : "*", std::string(what));
  }
  const auto release = TRY(planning::find_release(work.tx, run.release_id));
  for (const auto& s : steps::steps_of(work.tx, run.id)) {
    if (s.position != command.step) continue;
    const bool says_how_it_ended = command.act == WheelAct::confirm || command.act == WheelAct::deny;
    if (says_how_it_ended && is_theirs(work, s)) return {};
    return s.service.empty() ? at_the_wheel(work, release, what) : at_the_wheel_of(work, release, s.service, what);
  }
  return at_the_wheel(work, release, what);
}

}  // namespace

Result<steps::Run> steer(Work& work, const Steer& command) {
  const auto run = std::optional(TRY(run_meant(work, command)));
  TRY(may_turn(work, *run, command));
  switch (command.act) {
    case WheelAct::hold:
      TRY(steps::hold(work, run->id, command.reason));
      break;
    case WheelAct::resume:
      TRY(nothing_denies(work, *run));
      TRY(steps::resume(work, run->id));
      break;
    case WheelAct::abandon:
      TRY(steps::abandon(work, run->id, command.reason));
      end_deployments(work, *run);
      if (run->kind != steps::RunKind::rehearsal) note_targets(work, *run);
      break;
    case WheelAct::skip:
      TRY(steps::skip(work, run->id, command.step, command.reason));
      break;
    case WheelAct::retry:
      TRY(steps::retry(work, run->id, command.step));
      break;
    case WheelAct::confirm:
      TRY(steps::confirm(work, run->id, command.step, true, command.reason));
      break;
    case WheelAct::deny:
      TRY(steps::confirm(work, run->id, command.step, false, command.reason));
      break;
  }
  return *steps::find_run(work.tx, run->id);
}

std::string step_denied(Work& work, const steps::Run& run, const steps::Step& step) {
  using enum steps::StepKind;
  if (run.kind != steps::RunKind::deployment || step.spec.kind == check || step.spec.kind == wait) return "";
  const auto release = planning::find_release(work.tx, run.release_id);
  if (!release) return "";
  const auto denial = planning::what_denies(work.tx, *release, {work.now, work.now + Millis{1}});
  if (denial.clear()) return "";
  const auto refusal = planning::refusals_of(denial, *release).front();
  return fmt::format("{0}. Next: {1}, then `evenkeel deploy resume {2}/{3}`; or `evenkeel rollback start {2}/{3} --reason ...`",
                     refusal.value, refusal.next_step, release->area, release->version);
}

Result<void> step_started(Work& work, const steps::Run& run, const steps::Step& step) {
  if (run.kind != steps::RunKind::deployment || step.phase != steps::Phase::deploy) return {};
  if (work.tx.value("SELECT id FROM deployment WHERE run_id = $1 AND service = $2", {run.id, step.service})) return {};
  const auto release = TRY(planning::find_release(work.tx, run.release_id));
  for (const auto& c : planning::components_of(work.tx, release.id)) {
    if (c.service != step.service) continue;
    const Deployment d{.id = work.new_id("dep"),
                       .release_id = release.id,
                       .run_id = run.id,
                       .service = c.service,
                       .environment = run.environment,
                       .version = c.version,
                       .from_version = c.from_version,
                       .digest = c.digest,
                       .origin = "ordered",
                       .unplanned = release.emergency,
                       .started_at = work.now,
                       .finished_at = {},
                       .result = DeploymentResult::running,
                       .restored_at = {},
                       .detected_at = {},
                       .detected_by = {}};
    store::insert(work.tx, "deployment", d);
    record(work, DeploymentStarted{.service = d.service, .version = d.version, .environment = d.environment, .digest = d.digest},
           {.subject = d.id, .release = release.id});
  }
  return {};
}

Result<void> run_ended(Work& work, const steps::Run& run) {
  auto release = TRY(planning::find_release(work.tx, run.release_id));
  note_targets(work, run);
  if (run.state != steps::RunState::done) return {};
  if (run.kind == steps::RunKind::rollback) return rolled_back(work, std::move(release), run);
  end_deployments(work, run);
  return planning::enter_stage(work, release, Stage::validation, "the sequence has run");
}
void note_detected(store::Tx& tx, const DeploymentId& deployment_id, SysTime at, NoticedBy by) {
  tx.exec("UPDATE deployment SET detected_at = $2, detected_by = $3 WHERE id = $1 AND (detected_at IS NULL OR detected_at > $2)",
          {deployment_id, to_millis(at), std::string(json::enum_text(by))});
}

void note_release_detected(store::Tx& tx, const ReleaseId& release_id, SysTime at, NoticedBy by) {
  tx.exec("UPDATE deployment SET detected_at = $2, detected_by = $3 WHERE release_id = $1 AND detected_at IS NULL AND started_at <= $2",
          {release_id, to_millis(at), std::string(json::enum_text(by))});
}

void store_told(store::Tx& tx, const std::vector<store::Args>& rows) {
  store::insert_many(tx, fmt::format("INSERT INTO deployment ({})", told_columns),
                     "ON CONFLICT (id) DO UPDATE SET result = excluded.result, finished_at = excluded.finished_at, restored_at = "
                     "excluded.restored_at, unplanned = excluded.unplanned, run_id = excluded.run_id",
                     rows);
}

std::vector<Deployment> deployments_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<Deployment>(tx, "deployment", "WHERE release_id = $1 ORDER BY started_at, id", {release_id});
}

planning::Gates deploy_gates() {
  return {{"sequence_done", Stage::deployment, false, "Did the sealed sequence run to its end?",
           [](store::Tx& tx, const Release& r, SysTime) -> planning::Finding {
             const auto run = steps::latest_run(tx, r.id, steps::RunKind::deployment);
             if (!run)
               return {planning::GateVerdict::fail,
                       "not started",
                       "the sequence has run",
                       "",
                       fmt::format("`evenkeel deploy start {}`", planning::called(r)),
                       "coordinator"};
             if (run->state == steps::RunState::done) return planning::passed("all steps done", "", run->id);
             return {planning::GateVerdict::fail,
                     steps::progress_of(*run, steps::steps_of(tx, run->id)),
                     "the sequence has run",
                     run->id,
                     run->state == steps::RunState::abandoned
                         ? fmt::format(
                               "go on (`evenkeel deploy continue {0}/{1}`) or roll back (`evenkeel rollback start {0}/{1} --reason ...`)",
                               r.area, r.version)
                         : fmt::format("see the steps: `evenkeel deploy status {}/{}`", r.area, r.version),
                     "coordinator"};
           }}};
}

}  // namespace evenkeel::deploy
