// Deployment (W5): what was sealed is run in its window; a person can hold, skip, end and roll back at any time.
#pragma once
#include "gonogo/gonogo.hpp"
#include "health/watch.hpp"
#include "steps/run.hpp"
#include "work/ids.hpp"

namespace evenkeel::deploy {

/// A DORA fact: one component in one environment.
/// Who noticed a failure.
enum class NoticedBy { watch, monitor, on_call, staff, customer };
BOOST_DESCRIBE_ENUM(NoticedBy, watch, monitor, on_call, staff, customer)
enum class DeploymentResult { running, success, failure, rolled_back };
BOOST_DESCRIBE_ENUM(DeploymentResult, running, success, failure, rolled_back)

struct Deployment {
  DeploymentId id;
  ReleaseId release_id;
  RunId run_id;
  std::string service, environment, version, from_version, digest, origin;
  bool unplanned = false;
  SysTime started_at;
  std::optional<SysTime> finished_at;
  DeploymentResult result = DeploymentResult::running;
  std::optional<SysTime> restored_at, detected_at;
  std::optional<NoticedBy> detected_by;
};
BOOST_DESCRIBE_STRUCT(Deployment, (),
                      (id, release_id, run_id, service, environment, version, from_version, digest, origin, unplanned, started_at,
                       finished_at, result, restored_at, detected_at, detected_by))

/// Error: blocked or frozen, as start_deployment.
Result<void> may_start(Work& work, const planning::Release& release);
/// Needs: coordinator or engineering lead of an area of its components. Refused (blocked, frozen) unless the newest decision is go, nothing
/// sealed has changed, the window is open and no freeze denies now. Ledger: run.started.
Result<steps::Run> start_deployment(Work& work, const std::string& release);

/// "SERVICE[@TARGET]=VERSION": what runs there, as a person says.
struct RunsThere {
  static constexpr std::string_view required[] = {"version"};
  std::string service = "", target = "";  // target empty: every one of the service
  std::string version;
};
BOOST_DESCRIBE_STRUCT(RunsThere, (), (service, target, version))
struct ContinueDeployment {
  static constexpr std::string_view required[] = {"release"};
  std::string release;
  std::vector<RunsThere> runs;
};
BOOST_DESCRIBE_STRUCT(ContinueDeployment, (), (release, runs))
/// Error: conflict when there is no abandoned deployment; blocked or frozen, as starting one.
Result<void> may_continue(Work& work, const planning::Release& release);
/// Goes on with a deployment that was abandoned, from the first target that is not done: what is out is proven again, flags that were
/// switched stay. Where a run ended half-way somebody says what runs there; it is looked at first, where a check exists. Needs: who is at
/// the wheel. The go stands; window and freezes are asked anew. Ledger: target.version_told, run.started.
Result<steps::Run> continue_deployment(Work& work, const ContinueDeployment& command);

enum class WheelAct { hold, resume, abandon, skip, retry, confirm, deny };
BOOST_DESCRIBE_ENUM(WheelAct, hold, resume, abandon, skip, retry, confirm, deny)
struct Steer {
  static constexpr std::string_view required[] = {"release", "act"};
  std::string release;
  WheelAct act = WheelAct::hold;
  std::int64_t step = 0;
  std::string reason = "";
  std::string run = "";
};
BOOST_DESCRIBE_STRUCT(Steer, (), (release, act, step, reason, run))
/// Whether the actor may do anything with the newest run. Error: forbidden, conflict when there is none that goes on.
Result<void> may_steer(Work& work, const planning::Release& release);
/// Needs: coordinator, engineering lead or on-call of the step's area, for the whole run of any area it comes to; a manual step also its
/// owner. Acts on the release's newest run. resume: frozen while what held it still does.
Result<steps::Run> steer(Work& work, const Steer& command);

struct RollBack {
  static constexpr std::string_view required[] = {"release", "reason"};
  std::string release, reason;
  std::string service = "";  // only this component (act component) or its flags (flag_off)
  health::ActKind act = health::ActKind::release;
  std::vector<RunsThere> to = {};  // other versions known good than those that ran before; without a service: of each component
};
BOOST_DESCRIBE_STRUCT(RollBack, (), (release, reason, service, act, to))
/// Error: conflict when there is nothing to roll back.
Result<void> may_roll_back(Work& work, const planning::Release& release);
/// Starts the undoing of everything the deployment touched, in reverse order, flags included; in validation also of one component or of
/// its flags alone, after which the release stays in validation with what is left of it. Needs: coordinator, engineering lead or
/// on-call of an area of its components; a reason. No vote, no window, also when the release is closed; refused (conflict) when another
/// version runs by now. Who depends on what goes back and stays is named in the run. Ledger: rollback.ordered, run.started.
Result<steps::Run> roll_back(Work& work, const RollBack& command);

enum class Answer { accepted, declined };
BOOST_DESCRIBE_ENUM(Answer, accepted, declined)
struct AnswerRecommendation {
  static constexpr std::string_view required[] = {"release"};
  std::string release;
  Answer answer = Answer::accepted;
  std::string reason = "";
};
BOOST_DESCRIBE_STRUCT(AnswerRecommendation, (), (release, answer, reason))
struct Recommendation {
  Id<Recommendation> id;
  ReleaseId release_id;
  WatchId watch_id;
  std::string service;
  health::ActKind act = health::ActKind::release;  // a stored spelling that is none of these is an error, never the whole release
  std::string sentence, verdict_id;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Recommendation, (), (id, release_id, watch_id, service, act, sentence, verdict_id, at))
/// Error: conflict when none waits for an answer.
Result<void> may_answer(Work& work, const planning::Release& release);
/// The coordinator decides on a recommended rollback; accepted starts the recommended act. Ledger: recommendation.answered, then as
/// roll_back.
Result<std::optional<steps::Run>> answer_recommendation(Work& work, const AnswerRecommendation& command);
/// What the owner of a component has allowed beforehand (automatic_rollback): the open recommendation of this canary's watch is carried out
/// without a person. Only where the verdict is calibrated and strong enough to act alone (health/judge.hpp); else, or when it was answered,
/// nothing happens. Ledger: recommendation.answered (by itself), then as roll_back.
Result<std::optional<steps::Run>> roll_back_by_itself(Work& work, const health::Watch& watch);
std::optional<Recommendation> open_recommendation(store::Tx& tx, const ReleaseId& release_id);

/// Why a step of a deployment may not begin now: a freeze that came into force meanwhile holds what has not begun. What only looks or
/// waits goes on, and so does every rollback. Empty: it may begin.
std::string step_denied(Work& work, const steps::Run& run, const steps::Step& step);
/// What the engine calls: the first attempt of a step, and the end of a deployment or rollback.
Result<void> step_started(Work& work, const steps::Run& run, const steps::Step& step);
Result<void> run_ended(Work& work, const steps::Run& run);

/// Who noticed its failure, and when: the earliest word stands.
void note_detected(store::Tx& tx, const DeploymentId& deployment_id, SysTime at, NoticedBy by);
/// The same of every deployment of the release that nobody has noticed yet.
void note_release_detected(store::Tx& tx, const ReleaseId& release_id, SysTime at, NoticedBy by);
/// Deployments that went past Evenkeel (dora/intake.hpp), told again when more is known of them. Columns: told_columns.
inline constexpr std::string_view told_columns =
    "id, service, environment, version, unplanned, started_at, finished_at, result, restored_at, release_id, run_id, from_version, digest, "
    "origin, detected_by";
void store_told(store::Tx& tx, const std::vector<store::Args>& rows);

std::vector<Deployment> deployments_of(store::Tx& tx, const ReleaseId& release_id);

/// Leaving deployment: the sequence ran.
planning::Gates deploy_gates();

}  // namespace evenkeel::deploy
