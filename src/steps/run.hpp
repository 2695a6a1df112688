// A run: an ordered list of steps being carried out. Deployments, rollbacks and rehearsals are all runs on this one engine.
//
// The life of a step: pending -> running (an attempt is committed, then its effect starts) -> done | failed | unknown; manual steps wait
// for a person; a person may skip, retry, or say how an unknown one ended. A run with a failed or unknown step is held until a person
// acts; a rehearsal fails instead. `abandon` ends any run, whatever does not answer, and the commands that it has under way.
#pragma once
#include "steps/phase.hpp"
#include "steps/step_spec.hpp"
#include "work/ids.hpp"
#include "work/work.hpp"

namespace evenkeel::steps {

enum class RunKind { rehearsal, deployment, rollback };
BOOST_DESCRIBE_ENUM(RunKind, rehearsal, deployment, rollback)
enum class RunState { running, held, done, failed, abandoned };
BOOST_DESCRIBE_ENUM(RunState, running, held, done, failed, abandoned)
enum class StepState { pending, running, waiting, done, failed, unknown, skipped };
BOOST_DESCRIBE_ENUM(StepState, pending, running, waiting, done, failed, unknown, skipped)
enum class AttemptState { started, succeeded, failed, unknown };
BOOST_DESCRIBE_ENUM(AttemptState, started, succeeded, failed, unknown)
enum class RunOrigin { ordered, observed };
BOOST_DESCRIBE_ENUM(RunOrigin, ordered, observed)

struct Run {
  RunId id;
  RunKind kind = RunKind::deployment;
  ReleaseId release_id;
  std::string service, environment;
  RunState state = RunState::running;
  std::string sequence_hash;
  RunOrigin origin = RunOrigin::ordered;
  std::string ordered_by;
  json::Object facts;  // what the ordering area needs again at the end
  SysTime started_at;
  std::optional<SysTime> ended_at;
};
BOOST_DESCRIBE_STRUCT(Run, (),
                      (id, kind, release_id, service, environment, state, sequence_hash, origin, ordered_by, facts, started_at, ended_at))

struct Step {
  StepId id;
  RunId run_id;
  std::int64_t position = 0;
  std::string service, environment, target;
  Phase phase = Phase::deploy;
  std::string name;
  StepSpec spec;
  std::map<std::string, std::string> variables;
  std::string owner;
  StepState state = StepState::pending;
  std::string outcome;
  std::optional<SysTime> started_at, ended_at;
};
BOOST_DESCRIBE_STRUCT(Step, (),
                      (id, run_id, position, service, environment, target, phase, name, spec, variables, owner, state, outcome, started_at,
                       ended_at))

struct Attempt {
  Id<Attempt> id;
  StepId step_id;
  RunId run_id;
  std::int64_t number = 1;
  std::string runner;
  AttemptState state = AttemptState::started;
  std::string correlation;
  std::optional<std::int64_t> exit_code;
  std::string output;
  SysTime started_at;
  std::optional<SysTime> ended_at;
};
BOOST_DESCRIBE_STRUCT(Attempt, (), (id, step_id, run_id, number, runner, state, correlation, exit_code, output, started_at, ended_at))

/// Insert-only and sealed: how an attempt ended.
struct StepResult {
  Id<Attempt> id;
  StepId step_id;
  RunId run_id;
  ReleaseId release_id;
  AttemptState outcome = AttemptState::unknown;
  std::optional<std::int64_t> exit_code;
  std::string output_hash;
  SysTime started_at, ended_at;
};
BOOST_DESCRIBE_STRUCT(StepResult, (), (id, step_id, run_id, release_id, outcome, exit_code, output_hash, started_at, ended_at))

struct NewStep {
  std::string service, environment, target;
  Phase phase = Phase::deploy;
  StepSpec spec;
  std::map<std::string, std::string> variables;
  std::string owner;
};
struct NewRun {
  RunKind kind = RunKind::deployment;
  ReleaseId release_id;
  std::string service, environment, sequence_hash;
  json::Object facts;
  std::vector<NewStep> steps;
};

/// Stores the run with its steps and the job that drives it. Ledger: run.started.
Run start_run(Work& work, const NewRun& order);

/// Error: conflict when it has ended.
Result<void> goes_on(const Run& run);
/// Has begun, and changes the world: not a pause, a question or a look.
bool has_acted(const Step& step);
/// Whether a person says how the step ended.
bool waits_for_a_person(const Step& step);
/// The use cases of a person at the wheel. Each needs authority that the calling area has checked, and records what was done.
/// Errors: conflict when the run or step is not in a state that allows it; invalid without a reason where one is needed.
Result<Run> hold(Work& work, const RunId& run_id, const std::string& reason);
Result<Run> resume(Work& work, const RunId& run_id);
Result<Run> abandon(Work& work, const RunId& run_id, const std::string& reason);
Result<Step> skip(Work& work, const RunId& run_id, std::int64_t position, const std::string& reason);
Result<Step> retry(Work& work, const RunId& run_id, std::int64_t position);
/// A manual step is done as asked; or a person says how an unknown step ended.
Result<Step> confirm(Work& work, const RunId& run_id, std::int64_t position, bool succeeded, const std::string& remark);

/// Ends a run that a rollback takes over. Attempts that only look, wait or set what the rollback sets back end with it. What changes the
/// world from outside (a command, a request, a pipeline) and is under way is waited for by the rollback: it would else be overtaken by the
/// version it puts out. Ledger: run.ended, when it had not ended.
void end_for_rollback(Work& work, Run run);
/// What was printed before `before` is kept no longer; how the attempts ended stays. Returns how many.
std::int64_t forget_outputs(store::Tx& tx, SysTime before);

/// Whether a run of the release that is no rehearsal has changed anything.
bool something_is_out(store::Tx& tx, const ReleaseId& release_id);
std::optional<Run> find_run(store::Tx& tx, const RunId& run_id);
/// The newest run of a release, or of one kind.
std::optional<Run> latest_run(store::Tx& tx, const ReleaseId& release_id, std::optional<RunKind> kind = {});
std::vector<Step> steps_of(store::Tx& tx, const RunId& run_id);
std::vector<Attempt> attempts_of(store::Tx& tx, const RunId& run_id);
/// One sentence: "step 3 of 9, deploy canary: running for 12s".
std::string progress_of(const Run& run, const std::vector<Step>& steps);

}  // namespace evenkeel::steps
