#include "deploy/deploy.hpp"

#include "accounts/accounts.hpp"
#include "deploy/act.hpp"
#include "deploy/events.hpp"
#include "planning/flags.hpp"
#include "store/many_rows.hpp"

namespace evenkeel::deploy {
namespace {

using planning::Release;
using planning::Stage;

Result<void> at_the_wheel_of(const Work& work, const std::string& area, std::string_view act) {
  return work.require({Role::coordinator, Role::engineering_lead, Role::on_call, Role::admin}, area, std::string(act));
}
Result<void> at_the_wheel(const Work& work, const Release& release, const char* act) { return at_the_wheel_of(work, release.area, act); }
/// Its owner or deputy says how a step ended.
bool is_theirs(const Work& work, const steps::Step& step) {
  const auto person = accounts::person_by_id(work.tx, work.actor.id);
  return person && (person->login == step.owner || person->login == step.spec.deputy);
}

std::vector<steps::NewStep> as_steps(const std::vector<planning::SequenceStep>& sequence) {
  std::vector<steps::NewStep> out;
  out.reserve(sequence.size());
  for (const auto& s : sequence) out.push_back({s.service, s.environment, s.target, s.phase, s.spec, s.variables, s.owner});
  return out;
}

/// Go is about what was sealed: anything that moved since is named.
Result<void> still_as_sealed(Work& work, const Release& release, const gonogo::Decision& d) {
  const auto refuse = [&](const std::string& what) -> Result<void> {
    Error error{ErrorKind::blocked, fmt::format("release {} is not what was decided", release.version), {}, {}, {}};
    error.refusals.push_back({"sealed", what + " changed after the decision", "what is deployed is what was sealed at go", d.id,
                              fmt::format("decide again: `evenkeel decide {} go`", release.version),
                              "coordinator, and a second person who does not deploy"});
    return std::unexpected(std::move(error));
  };
  if (planning::scope_hash(work.tx, release) != d.scope_hash) return refuse("the scope");
  if (planning::sequence_hash(d.sequence) != d.sequence_hash) return refuse("the sealed sequence");
  if (planning::flags_hash(planning::flags_of(work.tx, release.id)) != d.flags_hash) return refuse("the flag plan");
  for (const auto& flag : planning::drifted(work.tx, release.id))
    if (flag.changed_at > d.at)
      return refuse(fmt::format("flag {} on {} reads {}: it", flag.flag, flag.platform, json::enum_text(flag.state)));
  return {};
}

Result<void> window_open(Work& work, const Release& release) {
  const auto now = work.now;
  const auto refuse = [&](ErrorKind kind, std::vector<Refusal> refusals) -> Result<void> {
    Error error{kind, fmt::format("the deployment of {} cannot start now", release.version), {}, {}, {}};
    error.refusals = std::move(refusals);
    return std::unexpected(std::move(error));
  };
  if (!release.window_start || now < *release.window_start || now >= *release.window_end)
    return refuse(ErrorKind::blocked,
                  {{"window_open",
                    release.window_start ? fmt::format("the window is {} to {}", to_iso(*release.window_start), to_iso(*release.window_end))
                                         : "no window is set",
                    "now lies in the release's window", release.id,
                    release.window_start && now < *release.window_start ? "wait until it opens, or " + planning::how_to_move(release)
                                                                        : planning::how_to_move(release),
                    "coordinator"}});
  const auto denial = planning::what_denies(work.tx, release, {now, now + Millis{1}});
  if (!denial.clear()) return refuse(ErrorKind::frozen, planning::refusals_of(denial, release));
  return {};
}

/// Items of a component's own checklist block its steps.
Result<void> component_checklists_done(Work& work, const Release& release) {
  Error error{ErrorKind::blocked, fmt::format("open checklist items block the deployment of {}", release.version), {}, {}, {}};
  for (const auto& item : planning::checklist_of(work.tx, release.id))
    if (!item.service.empty() && item.state != "done")
      error.refusals.push_back(
          {"component_checklist", fmt::format("{}: {} is open", item.service, item.name), "the component's own checklist is done", item.id,
           fmt::format("`evenkeel checklist tick {} \"{}\" --evidence LINK`", release.version, item.name), item.owner});
  if (error.refusals.empty()) return {};
  return std::unexpected(std::move(error));
}

/// What a rollback undoes. Throws for a spelling that is none of the acts.
health::ActKind act_of(const steps::Run& run) {
  const auto* act = run.facts.if_contains("act");
  return act ? json::from_value<health::ActKind>(*act).value() : health::ActKind::release;
}

/// A rollback of one component or of flags alone.
bool is_partial(const steps::Run& run) {
  const auto act = act_of(run);
  return act == health::ActKind::component || act == health::ActKind::flag_off;
}

std::set<std::string> services_of(const std::vector<steps::Step>& steps) {
  std::set<std::string> out;
  for (const auto& s : steps)
    if (s.phase != steps::Phase::flag) out.insert(s.service);
  return out;
}

}  // namespace

namespace {

/// The deployment that goes on or has gone on: asked for twice, it is the same one.
std::optional<steps::Run> started(Work& work, const Release& release) {
  return release.stage == Stage::deployment ? steps::latest_run(work.tx, release.id, steps::RunKind::deployment) : std::nullopt;
}

}  // namespace

Result<void> may_start(Work& work, const Release& release) {
  if (started(work, release)) return {};
  const auto decision = gonogo::latest_decision(work.tx, release.id);
  if (release.stage != Stage::deployment || !decision || decision->verdict != gonogo::Verdict::go) {
    Error error{ErrorKind::blocked, fmt::format("release {} has no go", release.version), {}, {}, {}};
    error.refusals.push_back({"go", fmt::format("stage {}", json::enum_text(release.stage)), "a go decision", decision ? decision->id : "",
                              release.window_end && *release.window_end <= work.now
                                  ? planning::how_to_move(release)
                                  : fmt::format("`evenkeel decide {} go`", release.version),
                              "coordinator"});
    return std::unexpected(std::move(error));
  }
  TRY(still_as_sealed(work, release, *decision));
  TRY(window_open(work, release));
  return component_checklists_done(work, release);
}

Result<steps::Run> start_deployment(Work& work, const std::string& reference) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  TRY(work.require({Role::coordinator, Role::engineering_lead, Role::admin}, release.area, "starting a deployment"));
  work.tx.lock("release", release.id);
  if (const auto running = started(work, release)) return *running;
  TRY(may_start(work, release));
  const auto decision = gonogo::latest_decision(work.tx, release.id);
  return steps::start_run(work, {steps::RunKind::deployment, release.id, "", release.environment, decision->sequence_hash,
                                 json::Object{{"decision", decision->id}}, as_steps(decision->sequence)});
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

Result<steps::Run> steer(Work& work, const Steer& command) {
  std::optional<steps::Run> run;
  std::string area;
  if (!command.run.empty()) {
    run = steps::find_run(work.tx, command.run);
    if (!run) return not_found("there is no run " + command.run);
    if (!run->release_id.empty())
      area = TRY(planning::find_release(work.tx, run->release_id)).area;
    else {
      const auto o = TRY(definitions::current(work.tx));
      const auto* s = definitions::find_service(*o, run->service);
      area = s ? s->area : "*";
    }
  } else {
    const auto release = TRY(planning::find_release(work.tx, command.release));
    run = steps::latest_run(work.tx, release.id);
    if (!run) return conflict(fmt::format("release {} has no run to steer", release.version));
    area = release.area;
  }
  const bool says_how_it_ended = command.act == WheelAct::confirm || command.act == WheelAct::deny;
  auto allowed = at_the_wheel_of(work, area, json::enum_text(command.act));
  if (!allowed && says_how_it_ended)
    for (const auto& s : steps::steps_of(work.tx, run->id))
      if (s.position == command.step && is_theirs(work, s)) allowed = {};
  TRY(allowed);
  switch (command.act) {
    case WheelAct::hold:
      TRY(steps::hold(work, run->id, command.reason));
      break;
    case WheelAct::resume:
      TRY(steps::resume(work, run->id));
      break;
    case WheelAct::abandon:
      TRY(steps::abandon(work, run->id, command.reason));
      work.tx.exec("UPDATE deployment SET result = 'failure', finished_at = $2 WHERE run_id = $1 AND result = 'running'",
                   {run->id, to_millis(work.now)});
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

namespace {

/// What a rollback would undo.
struct Undone {
  steps::Run deployment;
  health::ActKind act = health::ActKind::release;
  Undoing undoing;
  std::vector<planning::Component> components;
  std::vector<planning::FlagChange> flags;
};

/// The rollback of everything that goes on or has gone on: asked for twice, it is the same one.
std::optional<steps::Run> rolling_back(Work& work, const Release& release) {
  auto run = steps::latest_run(work.tx, release.id, steps::RunKind::rollback);
  return run && run->state != steps::RunState::abandoned && !is_partial(*run) ? std::move(run) : std::nullopt;
}

/// Error: conflict when there is nothing to undo, or another version runs by now.
Result<Undone> undone_by(Work& work, const Release& release, health::ActKind act, const std::string& service) {
  auto deployment = steps::latest_run(work.tx, release.id, steps::RunKind::deployment);
  if (!deployment || release.stage < Stage::deployment || release.stage == Stage::closed)
    return conflict(
        fmt::format("release {} is in stage {}; there is nothing to roll back", release.version, json::enum_text(release.stage)));
  // Half of a deployment is not undone in halves: the sequence would go on over it.
  if (release.stage != Stage::validation || service.empty()) act = health::ActKind::release;
  Undone u{std::move(*deployment), act, {}, {}, {}};
  u.undoing = undoing_of(steps::steps_of(work.tx, u.deployment.id), act, service);
  for (const auto& c : planning::components_of(work.tx, release.id))
    if (u.undoing.services.contains(c.service)) u.components.push_back(c);
  for (const auto& f : planning::flags_of(work.tx, release.id))
    if (u.undoing.flags.contains(f.flag)) u.flags.push_back(f);
  if (release.stage > Stage::validation) {
    const auto runs = [&](const planning::Component& c) { return planning::running_version(work.tx, c.service, release.environment); };
    std::erase_if(u.components, [&](const auto& c) { return !c.from_version.empty() && runs(c) == c.from_version; });  // undone before
    for (const auto& c : u.components)
      if (const auto now = runs(c); now != c.version)
        return conflict(
            fmt::format("{} runs {} by now, not {}; roll back what runs", c.service, now.empty() ? "nothing known" : now, c.version));
  }
  if (u.components.empty() && u.flags.empty()) return conflict("the deployment has touched nothing yet; `evenkeel deploy abandon` ends it");
  return u;
}

/// Whoever may order it has been asked for already.
Result<steps::Run> order_rollback(Work& work, const Release& release, const RollBack& command) {
  if (command.reason.empty()) return invalid("a rollback needs a reason", "reason");
  work.tx.lock("release", release.id);
  if (const auto running = rolling_back(work, release)) return *running;
  auto [deployment, act, undoing, touched, flags] = TRY(undone_by(work, release, command.act, command.service));
  steps::end_for_rollback(work, deployment);
  const auto o = planning::organisation_of(work.tx, release);
  auto sequence = planning::rollback_sequence(*o, release, touched, planning::targets_of(work.tx, release.id), flags);
  if (act == health::ActKind::flag_off) sequence = planning::flag_return_sequence(*o, release, flags);
  work.write_text("reason", command.reason);
  record(work, RollbackOrdered{.components = std::int64_t(touched.size()), .flags = std::int64_t(flags.size()), .act = act},
         {.subject = release.id, .release = release.id});
  if (!undoing.whole)
    for (auto& w : store::all<health::Watch>(work.tx, "watch", "WHERE run_id = $1 AND service = $2 AND state = 'watching'",
                                             {deployment.id, command.service}))
      if (undoing.services.contains(w.service)) {
        health::end_watch(work, w, "rolled back");
        health::lower(work, release.id, w.id);
      }
  return steps::start_run(
      work,
      {steps::RunKind::rollback, release.id, "", release.environment, planning::sequence_hash(sequence),
       json::Object{{"deployment_run", deployment.id}, {"act", json::enum_text(act)}, {"service", command.service}}, as_steps(sequence)});
}

}  // namespace

Result<void> may_roll_back(Work& work, const Release& release) {
  if (rolling_back(work, release)) return {};
  TRY(undone_by(work, release, health::ActKind::release, ""));
  return {};
}

Result<steps::Run> roll_back(Work& work, const RollBack& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(at_the_wheel(work, release, "rolling back"));
  return order_rollback(work, release, command);
}

std::optional<Recommendation> open_recommendation(store::Tx& tx, const std::string& release_id) {
  return store::one<Recommendation>(tx, "recommendation",
                                    "WHERE release_id = $1 AND id NOT IN (SELECT id FROM recommendation_answer) ORDER BY at DESC LIMIT 1",
                                    {release_id});
}

Result<void> may_answer(Work& work, const Release& release) {
  if (open_recommendation(work.tx, release.id)) return {};
  return conflict(fmt::format("no recommendation waits for an answer in {}", release.version));
}

Result<std::optional<steps::Run>> answer_recommendation(Work& work, const AnswerRecommendation& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(at_the_wheel(work, release, "answering a recommendation"));
  if (command.answer == Answer::declined && command.reason.empty()) return invalid("declining needs a reason", "reason");
  TRY(may_answer(work, release));
  const auto recommendation = open_recommendation(work.tx, release.id);
  work.tx.exec("INSERT INTO recommendation_answer (id, release_id, answer, person, reason_text, at) VALUES ($1, $2, $3, $4, $5, $6)",
               {recommendation->id, release.id, std::string(json::enum_text(command.answer)), work.actor.id,
                work.write_text("reason", command.reason), to_millis(work.now)});
  record(work, RecommendationAnswered{.answer = command.answer},
         {.subject = recommendation->id, .release = release.id, .seals = {{"recommendation_answer", recommendation->id}}});
  if (command.answer == Answer::declined) return std::optional<steps::Run>{};
  return std::optional(TRY(roll_back(work, {release.id, command.reason.empty() ? "accepted: " + recommendation->sentence : command.reason,
                                            recommendation->service, recommendation->act})));
}

namespace {

/// Allowed in what the release was decided with, and not taken back since.
bool allows_by_itself(Work& work, const Release& release, const std::string& service) {
  const auto allows = [&](const definitions::Organisation& o) {
    const auto* s = definitions::find_service(o, service);
    return s && s->automatic_rollback.value_or(o.validation.automatic_rollback);
  };
  const auto now = definitions::current(work.tx);
  return allows(*planning::organisation_of(work.tx, release)) && now && allows(**now);
}

}  // namespace

Result<std::optional<steps::Run>> roll_back_by_itself(Work& work, const health::Watch& watch) {
  const std::optional<steps::Run> nothing;
  if (watch.phase != health::WatchPhase::canary) return nothing;
  const auto verdict = json::from_value<health::Verdict>(watch.detail);
  if (!verdict || !health::strong_enough_to_act_alone(*verdict)) return nothing;
  const auto release = TRY(planning::find_release(work.tx, watch.release_id));
  const auto recommendation = open_recommendation(work.tx, release.id);
  if (!recommendation || recommendation->watch_id != watch.id || release.stage != Stage::deployment) return nothing;
  if (!allows_by_itself(work, release, watch.service)) return nothing;
  const auto because = fmt::format("by itself, as {} allows: {}", watch.service, recommendation->sentence);
  work.tx.exec("INSERT INTO recommendation_answer (id, release_id, answer, person, reason_text, at) VALUES ($1, $2, $3, $4, $5, $6)",
               {recommendation->id, release.id, std::string(json::enum_text(Answer::accepted)), std::string(),
                work.write_text("reason", because), to_millis(work.now)});
  record(work, RecommendationAnswered{.answer = Answer::accepted, .by = "itself", .calibration = verdict->calibration},
         {.subject = recommendation->id, .release = release.id, .seals = {{"recommendation_answer", recommendation->id}}});
  return std::optional(TRY(order_rollback(work, release, {release.id, because, recommendation->service, recommendation->act})));
}

std::string step_denied(Work& work, const steps::Run& run, const steps::Step& step) {
  using enum steps::StepKind;
  if (run.kind != steps::RunKind::deployment || step.spec.kind == check || step.spec.kind == wait) return "";
  const auto release = planning::find_release(work.tx, run.release_id);
  if (!release) return "";
  const auto denial = planning::what_denies(work.tx, *release, {work.now, work.now + Millis{1}});
  if (denial.clear()) return "";
  const auto refusal = planning::refusals_of(denial, *release).front();
  return fmt::format("{}. Next: {}, then `evenkeel deploy resume {}`; or `evenkeel rollback start {} --reason ...`", refusal.value,
                     refusal.next_step, release->version, release->version);
}

Result<void> step_started(Work& work, const steps::Run& run, const steps::Step& step) {
  if (run.kind != steps::RunKind::deployment || step.phase != steps::Phase::deploy) return {};
  if (work.tx.value("SELECT id FROM deployment WHERE run_id = $1 AND service = $2", {run.id, step.service})) return {};
  const auto release = TRY(planning::find_release(work.tx, run.release_id));
  for (const auto& c : planning::components_of(work.tx, release.id)) {
    if (c.service != step.service) continue;
    const Deployment d{work.new_id("dep"),
                       release.id,
                       run.id,
                       c.service,
                       run.environment,
                       c.version,
                       c.from_version,
                       c.digest,
                       "ordered",
                       release.emergency,
                       work.now,
                       {},
                       DeploymentResult::running,
                       {},
                       {},
                       ""};
    store::insert(work.tx, "deployment", d);
    record(work, DeploymentStarted{.service = d.service, .version = d.version, .environment = d.environment, .digest = d.digest},
           {.subject = d.id, .release = release.id});
  }
  return {};
}

Result<void> run_ended(Work& work, const steps::Run& run) {
  auto release = TRY(planning::find_release(work.tx, run.release_id));
  if (run.state != steps::RunState::done) return {};
  if (run.kind == steps::RunKind::deployment) {
    for (auto& d : store::all<Deployment>(work.tx, "deployment", "WHERE run_id = $1 AND result = 'running'", {run.id})) {
      d.result = DeploymentResult::success;
      d.finished_at = work.now;
      store::update(work.tx, "deployment", d);
      record(work, DeploymentFinished{.service = d.service, .version = d.version, .result = d.result},
             {.subject = d.id, .release = release.id});
    }
    return planning::enter_stage(work, release, Stage::validation, "the sequence has run");
  }
  const auto deployment_run = std::string(run.facts.at("deployment_run").as_string());
  const auto undone = services_of(steps::steps_of(work.tx, run.id));
  for (auto& d : store::all<Deployment>(work.tx, "deployment", "WHERE run_id = $1", {deployment_run})) {
    if (is_partial(run) && !undone.contains(d.service)) continue;
    d.result = DeploymentResult::rolled_back;
    if (!d.finished_at) d.finished_at = run.started_at;
    d.restored_at = work.now;
    store::update(work.tx, "deployment", d);
    record(work, DeploymentRolledBack{.service = d.service, .version = d.version, .restored = d.from_version},
           {.subject = d.id, .release = release.id});
  }
  if (is_partial(run)) {
    const std::string service{run.facts.at("service").as_string()};
    record(work, PartUndone{.act = act_of(run), .service = service}, {.subject = release.id, .release = release.id});
    return {};
  }
  release.outcome = planning::ReleaseOutcome::rolled_back;
  record(work, ReleaseRolledBack{}, {.subject = release.id, .release = release.id});
  if (release.stage == Stage::communication) {  // it is there already, and the outcome must be stored all the same
    planning::store_outcome(work, release);
    return {};
  }
  return planning::enter_stage(work, release, Stage::communication, "rolled back; the old version is proven to be back");
}

void note_detected(store::Tx& tx, const std::string& deployment_id, SysTime at, std::string_view by) {
  tx.exec("UPDATE deployment SET detected_at = $2, detected_by = $3 WHERE id = $1 AND (detected_at IS NULL OR detected_at > $2)",
          {deployment_id, to_millis(at), std::string(by)});
}

void note_release_detected(store::Tx& tx, const std::string& release_id, SysTime at, std::string_view by) {
  tx.exec("UPDATE deployment SET detected_at = $2, detected_by = $3 WHERE release_id = $1 AND detected_at IS NULL AND started_at <= $2",
          {release_id, to_millis(at), std::string(by)});
}

void store_told(store::Tx& tx, const std::vector<store::Args>& rows) {
  store::insert_many(tx, fmt::format("INSERT INTO deployment ({})", told_columns),
                     "ON CONFLICT (id) DO UPDATE SET result = excluded.result, finished_at = excluded.finished_at, restored_at = "
                     "excluded.restored_at, unplanned = excluded.unplanned, run_id = excluded.run_id",
                     rows);
}

std::vector<Deployment> deployments_of(store::Tx& tx, const std::string& release_id) {
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
                       fmt::format("`evenkeel deploy start {}`", r.version),
                       "coordinator"};
             if (run->state == steps::RunState::done) return planning::passed("all steps done", "", run->id);
             return {planning::GateVerdict::fail,
                     steps::progress_of(*run, steps::steps_of(tx, run->id)),
                     "the sequence has run",
                     run->id,
                     "see the steps: `evenkeel deploy status " + r.version + "`",
                     "coordinator"};
           }}};
}

}  // namespace evenkeel::deploy
