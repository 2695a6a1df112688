#include "deploy/roll_back.hpp"

#include "deploy/act.hpp"
#include "deploy/events.hpp"
#include "deploy/wheel.hpp"
#include "planning/targets.hpp"
#include "steps/events.hpp"

namespace evenkeel::deploy {
namespace {

using planning::Release;
using planning::Stage;

/// What a rollback would undo.
struct Undone {
  steps::Run deployment;
  health::ActKind act = health::ActKind::release;
  Undoing undoing;
  std::vector<planning::Component> components;
  std::vector<planning::ComponentTarget> targets;
  std::vector<planning::FlagChange> flags;
};

/// The rollback of everything that goes on or has gone on: asked for twice, it is the same one.
std::optional<steps::Run> rolling_back(Work& work, const Release& release) {
  auto run = steps::latest_run(work.tx, release.id, steps::RunKind::rollback);
  return run && run->state != steps::RunState::abandoned && !is_partial(*run) ? std::move(run) : std::nullopt;
}

/// "roll back what runs": the release that brought it, where it is known.
std::string who_brought(store::Tx& tx, const std::string& service, const std::string& environment, const std::string& version) {
  std::string name;
  tx.exec(
      "SELECT r.area, r.version FROM deployment d JOIN release r ON r.id = d.release_id WHERE d.service = $1 AND d.environment = $2 AND "
      "d.version = $3 ORDER BY d.started_at DESC LIMIT 1",
      {service, environment, version}, [&](const store::Row& row) { name = row.text(0) + "/" + row.text(1); });
  return name.empty() ? "roll back what runs" : fmt::format("roll back what runs: `evenkeel rollback start {} --reason ...`", name);
}

/// Leaves out of a late rollback what was undone before. Error: conflict where another version runs by now.
Result<void> leave_what_is_undone(store::Tx& tx, const Release& release, std::vector<planning::Component>& components) {
  const auto targets = planning::targets_of(tx, release.id);
  std::vector<planning::Component> left;
  for (auto& c : components) {
    bool undone = true;
    for (const auto& t : targets) {
      if (t.component_id != c.id) continue;
      const auto now = planning::running_version(tx, c.service, t.environment, t.target);
      const auto& before = planning::from_version_of(c, t);
      if (!before.empty() && now == before) continue;
      undone = false;
      if (now != c.version && !now.empty())
        return conflict(
            fmt::format("{} runs {} by now, not {}; {}", c.service, now, c.version, who_brought(tx, c.service, t.environment, now)));
    }
    if (!undone) left.push_back(std::move(c));
  }
  components = std::move(left);
  return {};
}

/// What ran well there before: what may be gone back to.
std::vector<std::string> known_good(store::Tx& tx, const planning::Component& c, const std::string& environment) {
  std::vector<std::string> all;
  tx.exec(
      "SELECT version FROM deployment WHERE service = $1 AND environment = $2 AND result = 'success' AND version <> $3 GROUP BY version "
      "ORDER BY max(started_at) DESC LIMIT 20",
      {c.service, environment, c.version}, [&](const store::Row& row) { all.push_back(row.text(0)); });
  if (!c.from_version.empty() && std::find(all.begin(), all.end(), c.from_version) == all.end()) all.push_back(c.from_version);
  return all;
}

/// Each component goes back to what ran before it, or to another version known good that was asked for.
Result<void> choose_versions(store::Tx& tx, const Release& release, const std::vector<RunsThere>& to, Undone& u) {
  for (const auto& wanted : to) {
    bool found = false;
    for (auto& c : u.components) {
      if (!wanted.service.empty() && wanted.service != c.service) continue;
      found = true;
      const auto good = known_good(tx, c, release.environment);
      if (std::find(good.begin(), good.end(), wanted.version) == good.end())
        return conflict(fmt::format("{} {} is not known to have run well in {}; known good are {}", c.service, wanted.version,
                                    release.environment, good.empty() ? "none" : fmt::format("{}", fmt::join(good, ", "))));
      c.from_version = wanted.version;
      for (auto& t : u.targets)
        if (t.component_id == c.id) t.from_version.clear();
    }
    if (!found) return invalid(fmt::format("the rollback of {} undoes no component '{}'", release.version, wanted.service), "to");
  }
  return {};
}

/// Who stays and needs what goes back: they went out after it, so they may have been built on it.
std::vector<std::string> dependents_that_stay(store::Tx& tx, const Release& release, const std::vector<planning::Component>& going) {
  const auto o = planning::organisation_of(tx, release);
  std::vector<std::string> warnings;
  for (const auto& c : going)
    for (const auto& s : o->services) {
      const bool needs = std::any_of(s.depends_on.begin(), s.depends_on.end(), [&](const auto& d) { return d.service == c.service; });
      const bool goes_too = std::any_of(going.begin(), going.end(), [&](const auto& g) { return g.service == s.name; });
      if (!needs || goes_too) continue;
      tx.exec(
          "SELECT d.version FROM deployment d WHERE d.service = $1 AND d.environment = $2 AND d.result = 'success' AND d.started_at >= "
          "(SELECT min(started_at) FROM deployment WHERE release_id = $3 AND service = $4) ORDER BY d.started_at DESC LIMIT 1",
          {s.name, release.environment, release.id, c.service}, [&](const store::Row& row) {
            warnings.push_back(fmt::format("{} {} went out after {} {} and needs it; it stays, over {} {}", s.name, row.text(0), c.service,
                                           c.version, c.service, c.from_version));
          });
    }
  return warnings;
}

/// What runs may be rolled back at any time, also when the release is closed. Error: conflict when there is nothing to undo, or another
/// version runs by now.
Result<Undone> undone_by(Work& work, const Release& release, health::ActKind act, const std::string& service) {
  auto deployment = steps::latest_run(work.tx, release.id, steps::RunKind::deployment);
  if (!deployment || release.stage < Stage::deployment)
    return conflict(
        fmt::format("release {} is in stage {}; there is nothing to roll back", release.version, json::enum_text(release.stage)));
  // Half of a deployment is not undone in halves: the sequence would go on over it.
  if (release.stage != Stage::validation || service.empty()) act = health::ActKind::release;
  Undone u{std::move(*deployment), act, {}, {}, planning::targets_of(work.tx, release.id), {}};
  u.undoing = undoing_of(steps_so_far(work.tx, release.id), act, service);
  for (const auto& c : planning::components_of(work.tx, release.id))
    if (u.undoing.services.contains(c.service)) u.components.push_back(c);
  for (const auto& f : planning::flags_of(work.tx, release.id))
    if (u.undoing.flags.contains(f.flag)) u.flags.push_back(f);
  if (release.stage > Stage::validation) TRY(leave_what_is_undone(work.tx, release, u.components));
  if (u.components.empty() && u.flags.empty())
    return conflict(steps::goes_on(u.deployment)
                        ? fmt::format("the deployment has touched nothing yet; `evenkeel deploy abandon {}/{} --reason ...` ends it",
                                      release.area, release.version)
                        : fmt::format("nothing of release {} is out", release.version));
  return u;
}

/// Whoever may order it has been asked for already.
Result<steps::Run> order_rollback(Work& work, const Release& release, const RollBack& command) {
  if (command.reason.empty()) return invalid("a rollback needs a reason", "reason");
  work.tx.lock("release", release.id);
  if (const auto running = rolling_back(work, release)) return *running;
  auto u = TRY(undone_by(work, release, command.act, command.service));
  TRY(choose_versions(work.tx, release, command.to, u));
  auto& [deployment, act, undoing, touched, targets, flags] = u;
  if (steps::goes_on(deployment)) {
    steps::end_for_rollback(work, deployment);
    note_targets(work, *steps::find_run(work.tx, deployment.id));
  } else
    steps::end_for_rollback(work, deployment);  // what stands and waits
  const auto o = planning::organisation_of(work.tx, release);
  auto sequence = planning::rollback_sequence(*o, release, touched, targets, flags);
  if (act == health::ActKind::flag_off) sequence = planning::flag_return_sequence(*o, release, flags);
  work.write_text("reason", command.reason);
  const auto warnings = dependents_that_stay(work.tx, release, touched);
  RollbackOrdered ordered{.components = std::int64_t(touched.size()), .flags = std::int64_t(flags.size()), .act = act};
  for (const auto& to : command.to) ordered.to.emplace(ordered.to.value_or("") + (ordered.to ? ", " : "") + to.service + " " + to.version);
  record(work, ordered, {.subject = release.id, .release = release.id});
  if (!undoing.whole)
    for (auto& w : store::all<health::Watch>(work.tx, "watch", "WHERE run_id = $1 AND service = $2 AND state = 'watching'",
                                             {deployment.id, command.service}))
      if (undoing.services.contains(w.service)) {
        health::end_watch(work, w, "rolled back");
        health::lower(work, release.id, w.id);
      }
  return steps::start_run(work, {steps::RunKind::rollback, release.id, "", release.environment, planning::sequence_hash(sequence),
                                 json::Object{{"deployment_run", deployment.id.text},
                                              {"act", json::enum_text(act)},
                                              {"service", command.service},
                                              {"warnings", json::to_value(warnings)}},
                                 as_steps(sequence)});
}

}  // namespace

Result<void> may_roll_back(Work& work, const Release& release) {
  TRY(at_the_wheel(work, release, "rolling back"));
  if (rolling_back(work, release)) return {};
  TRY(undone_by(work, release, health::ActKind::release, ""));
  return {};
}

Result<steps::Run> roll_back(Work& work, const RollBack& command) {
  const auto release = TRY(planning::find_release(work.tx, command.release));
  TRY(at_the_wheel(work, release, "rolling back"));
  return order_rollback(work, release, command);
}

std::optional<Recommendation> open_recommendation(store::Tx& tx, const ReleaseId& release_id) {
  return store::one<Recommendation>(tx, "recommendation",
                                    "WHERE release_id = $1 AND id NOT IN (SELECT id FROM recommendation_answer) ORDER BY at DESC LIMIT 1",
                                    {release_id});
}

Result<void> may_answer(Work& work, const Release& release) {
  TRY(at_the_wheel(work, release, "answering a recommendation"));
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

health::ActKind act_of(const steps::Run& run) {
  const auto* act = run.facts.if_contains("act");
  return act ? json::from_value<health::ActKind>(*act).value() : health::ActKind::release;
}
bool is_partial(const steps::Run& run) {
  const auto act = act_of(run);
  return act == health::ActKind::component || act == health::ActKind::flag_off;
}

Result<void> rolled_back(Work& work, Release release, const steps::Run& run) {
  std::map<std::string, std::string> restored;
  for (const auto& s : steps::steps_of(work.tx, run.id))
    if (s.phase != steps::Phase::flag) restored[s.service] = s.variables.at("from_version");
  for (auto& d : store::all<Deployment>(work.tx, "deployment", "WHERE release_id = $1 AND result <> 'rolled_back'", {release.id})) {
    if (!restored.contains(d.service)) continue;
    d.result = DeploymentResult::rolled_back;
    if (!d.finished_at) d.finished_at = run.started_at;
    d.restored_at = work.now;
    store::update(work.tx, "deployment", d);
    record(work, DeploymentRolledBack{.service = d.service, .version = d.version, .restored = restored[d.service]},
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

}  // namespace evenkeel::deploy
