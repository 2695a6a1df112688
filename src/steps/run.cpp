#include "steps/run.hpp"

#include "base/canonical.hpp"
#include "base/hex.hpp"
#include "steps/events.hpp"
#include "steps/jobs.hpp"

namespace evenkeel::steps {
namespace {

bool ended(const Run& run) { return run.state == RunState::done || run.state == RunState::failed || run.state == RunState::abandoned; }

void drive_again(Work& work, const Run& run) {
  enqueue(work, DriveRun{run.id},
          {.at = work.now,
           .key = fmt::format("drive:{}:{}", run.id, work.new_id("n").text),
           .release = run.release_id,
           .tries = Tries::persistent});
}

Result<Run> open_run(Work& work, const RunId& run_id) {
  work.tx.lock("run", run_id);
  auto run = find_run(work.tx, run_id);
  if (!run) return not_found("there is no run " + run_id);
  TRY(goes_on(*run));
  return *run;
}

Result<Step> step_at(Work& work, const Run& run, std::int64_t position) {
  auto step = store::one<Step>(work.tx, "step", "WHERE run_id = $1 AND position = $2", {run.id, position});
  if (!step) return not_found(fmt::format("the run has no step {}", position));
  return *step;
}

template <class E>
void record_of(Work& work, const Run& run) {
  record(work, E{{.run = run.id}}, {.subject = run.id, .release = run.release_id});
}
template <class E>
void record_of(Work& work, const Run& run, const Step& step) {
  record(work, E{{.run = run.id, .step = step.name, .position = step.position}}, {.subject = step.id, .release = run.release_id});
}

/// A person settled a step: the run goes on unless it is held for another reason.
void go_on(Work& work, Run& run) {
  run.state = RunState::running;
  store::update(work.tx, "run", run);
  drive_again(work, run);
}

/// What was ordered, as the rows hold it: whoever changes a step that has not run yet is found out. Members of a spec that say nothing are
/// left out, so that a field that a later version adds does not change the hash. Read again by ledger/fsck_facts.cpp.
std::string order_hash(const std::vector<Step>& steps) {
  std::string bytes(1, '\1');
  for (const auto& s : steps) {
    put_field(bytes, std::to_string(s.position));
    for (const auto* t : {&s.service, &s.environment, &s.target, &s.owner}) put_field(bytes, *t);
    put_field(bytes, json::enum_text(s.phase));
    json::Object said;
    const auto spec = json::to_value(s.spec);
    for (const auto& [key, value] : spec.as_object())
      if (const auto text = json::dump(value);
          text != "null" && text != "\"\"" && text != "0" && text != "false" && text != "[]" && text != "{}")
        said[key] = value;
    put_field(bytes, canonical_json(said));
    put_field(bytes, canonical_json(json::to_value(s.variables)));
  }
  return to_hex(sha256(bytes));
}

}  // namespace

Run start_run(Work& work, const NewRun& order) {
  Run run{work.new_id("run"),  order.kind,         order.release_id, order.service, order.environment, RunState::running,
          order.sequence_hash, RunOrigin::ordered, work.actor.id,    order.facts,   work.now,          {}};
  store::insert(work.tx, "run", run);
  std::int64_t position = 0;
  for (auto& s : order.steps)
    store::insert(work.tx, "step",
                  Step{work.new_id("stp"),
                       run.id,
                       ++position,
                       s.service,
                       s.environment,
                       s.target,
                       s.phase,
                       s.spec.name,
                       s.spec,
                       s.variables,
                       s.owner,
                       StepState::pending,
                       "",
                       {},
                       {}});
  drive_again(work, run);
  const auto steps = steps_of(work.tx, run.id);
  record(work,
         RunStarted{.kind_ = run.kind,
                    .environment = run.environment,
                    .steps = position,
                    .sequence = run.sequence_hash,
                    .steps_sha256 = order_hash(steps)},
         {.subject = run.id, .release = run.release_id});
  return run;
}

Result<void> goes_on(const Run& run) {
  if (ended(run)) return conflict(fmt::format("the {} has ended ({})", json::enum_text(run.kind), json::enum_text(run.state)));
  return {};
}
bool has_acted(const Step& step) {
  const bool begun = step.state != StepState::pending && step.state != StepState::skipped;
  return begun && (acts_outside(step.spec.kind) || step.spec.kind == StepKind::flag);
}
bool waits_for_a_person(const Step& step) { return step.state == StepState::waiting || step.state == StepState::unknown; }

Result<Run> hold(Work& work, const RunId& run_id, const std::string& reason) {
  auto run = TRY(open_run(work, run_id));
  if (run.state == RunState::held) return run;
  if (reason.empty()) return invalid("holding needs a reason", "reason");
  run.state = RunState::held;
  store::update(work.tx, "run", run);
  work.write_text("reason", reason);
  record_of<RunHeld>(work, run);
  return run;
}

Result<Run> resume(Work& work, const RunId& run_id) {
  auto run = TRY(open_run(work, run_id));
  if (run.state == RunState::running) return run;
  for (const auto& s : steps_of(work.tx, run.id))
    if (s.state == StepState::failed || s.state == StepState::unknown)
      return conflict(fmt::format("step {} ({}) {}; retry it, skip it with a reason, or say how it ended", s.position, s.name,
                                  s.state == StepState::failed ? "failed" : "may or may not have taken effect"));
  go_on(work, run);
  record_of<RunResumed>(work, run);
  return run;
}

Result<Run> abandon(Work& work, const RunId& run_id, const std::string& reason) {
  auto run = TRY(open_run(work, run_id));
  if (reason.empty()) return invalid("abandoning needs a reason", "reason");
  run.state = RunState::abandoned;
  run.ended_at = work.now;
  store::update(work.tx, "run", run);
  work.write_text("reason", reason);
  record_of<RunAbandoned>(work, run);
  drive_again(work, run);  // what is under way is ended, and how it ended is stored
  return run;
}

Result<Step> skip(Work& work, const RunId& run_id, std::int64_t position, const std::string& reason) {
  auto run = TRY(open_run(work, run_id));
  auto step = TRY(step_at(work, run, position));
  if (step.state == StepState::skipped) return step;
  if (step.state == StepState::done || step.state == StepState::running)
    return conflict(fmt::format("step {} is {}; it cannot be skipped", position, json::enum_text(step.state)));
  if (reason.empty()) return invalid("skipping needs a reason", "reason");
  if (run.kind == RunKind::rehearsal) return forbidden("a rehearsal proves every step; none is skipped");
  if (step.spec.health && step.state == StepState::pending)
    return forbidden(fmt::format("step {} is the canary's verdict: what follows cannot start before it is given", position));
  step.state = StepState::skipped;
  step.outcome = "skipped by a person, with a reason";
  step.ended_at = work.now;
  store::update(work.tx, "step", step);
  work.write_text("reason", reason);
  record_of<StepSkipped>(work, run, step);
  go_on(work, run);
  return step;
}

Result<Step> retry(Work& work, const RunId& run_id, std::int64_t position) {
  auto run = TRY(open_run(work, run_id));
  auto step = TRY(step_at(work, run, position));
  if (step.state != StepState::failed && step.state != StepState::unknown)
    return conflict(fmt::format("step {} is {}; only a failed or unknown one is retried", position, json::enum_text(step.state)));
  step.state = StepState::pending;
  step.outcome.clear();
  step.ended_at.reset();
  store::update(work.tx, "step", step);
  record_of<StepRetried>(work, run, step);
  go_on(work, run);
  return step;
}

Result<Step> confirm(Work& work, const RunId& run_id, std::int64_t position, bool succeeded, const std::string& remark) {
  auto run = TRY(open_run(work, run_id));
  auto step = TRY(step_at(work, run, position));
  if (step.state == StepState::done && succeeded) return step;
  if (!waits_for_a_person(step))
    return conflict(fmt::format("step {} is {}; it does not wait for a person", position, json::enum_text(step.state)));
  step.state = succeeded ? StepState::done : StepState::failed;
  step.outcome = succeeded ? "confirmed by a person" : "a person says that it failed";
  step.ended_at = work.now;
  store::update(work.tx, "step", step);
  work.write_text("remark", remark);
  succeeded ? record_of<StepConfirmed>(work, run, step) : record_of<StepDenied>(work, run, step);
  if (succeeded)
    go_on(work, run);
  else {
    run.state = run.kind == RunKind::rehearsal ? RunState::running : RunState::held;
    store::update(work.tx, "run", run);
    drive_again(work, run);
  }
  return step;
}

void end_for_rollback(Work& work, Run run) {
  for (auto& s : steps_of(work.tx, run.id)) {
    const bool leave = acts_outside(s.spec.kind) && s.state == StepState::running;
    if (leave || (s.state != StepState::running && s.state != StepState::waiting)) continue;
    s.state = StepState::unknown;
    s.outcome = "ended by the rollback";
    s.ended_at = work.now;
    store::update(work.tx, "step", s);
    work.tx.exec("UPDATE step_attempt SET state = 'unknown', ended_at = $2 WHERE step_id = $1 AND state = 'started'",
                 {s.id, to_millis(work.now)});
  }
  if (!goes_on(run)) return;
  run.state = RunState::failed;
  run.ended_at = work.now;
  store::update(work.tx, "run", run);
  record(work, RunEnded{.kind_ = run.kind, .state = RunState::failed, .because = "rolled back"},
         {.subject = run.id, .release = run.release_id});
}

std::int64_t forget_outputs(store::Tx& tx, SysTime before) {
  return tx.exec("UPDATE step_attempt SET output = '' WHERE ended_at < $1 AND output <> ''", {to_millis(before)});
}

bool something_is_out(store::Tx& tx, const ReleaseId& release_id) {
  const auto all =
      store::all<Step>(tx, "step", "WHERE run_id IN (SELECT id FROM run WHERE release_id = $1 AND kind <> 'rehearsal')", {release_id});
  return std::any_of(all.begin(), all.end(), has_acted);
}
std::optional<Run> find_run(store::Tx& tx, const RunId& run_id) { return store::one<Run>(tx, "run", "WHERE id = $1", {run_id}); }
std::optional<Run> latest_run(store::Tx& tx, const ReleaseId& release_id, std::optional<RunKind> kind) {
  return kind ? store::one<Run>(tx, "run", "WHERE release_id = $1 AND kind = $2 ORDER BY started_at DESC, id DESC LIMIT 1",
                                {release_id, std::string(json::enum_text(*kind))})
              : store::one<Run>(tx, "run", "WHERE release_id = $1 AND kind <> 'rehearsal' ORDER BY started_at DESC, id DESC LIMIT 1",
                                {release_id});
}
std::vector<Step> steps_of(store::Tx& tx, const RunId& run_id) {
  return store::all<Step>(tx, "step", "WHERE run_id = $1 ORDER BY position", {run_id});
}
std::vector<Attempt> attempts_of(store::Tx& tx, const RunId& run_id) {
  return store::all<Attempt>(tx, "step_attempt", "WHERE run_id = $1 ORDER BY started_at, number", {run_id});
}

std::string progress_of(const Run& run, const std::vector<Step>& steps) {
  if (run.state == RunState::done) return fmt::format("all {} steps done", steps.size());
  for (const auto& s : steps)
    if (s.state != StepState::done && s.state != StepState::skipped)
      return fmt::format("step {} of {}, {} {}: {}{}", s.position, steps.size(), s.service, s.name, json::enum_text(s.state),
                         s.outcome.empty() ? "" : " (" + s.outcome + ")");
  return fmt::format("{} steps", steps.size());
}

}  // namespace evenkeel::steps
