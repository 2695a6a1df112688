#include "validation/watch_health.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "deploy/act.hpp"
#include "health/rolling.hpp"
#include "validation/circumstances.hpp"
#include "validation/metric_sources.hpp"
#include "validation/outside_alerts.hpp"

namespace evenkeel::validation {
namespace {

using jobs::Claim;
using jobs::Outcome;

/// A source that does not answer is asked again for this many intervals before they are judged as missing: it may only be restarting, and
/// then has the samples after all. Until then nothing is judged, so nothing passes.
constexpr int patience = 5;

/// A rollout that stands still for so many windows is not waited for any longer.
constexpr std::int64_t most_rolling_windows = 10;

/// Keeps the lease of a claim while it waits for a slow source, so that a living replica is not taken for a dead one.
class Heartbeat {
 public:
  explicit Heartbeat(Claim& claim)
      : thread_([&claim](std::stop_token stop) {
          std::mutex mutex;
          std::condition_variable_any wake;
          std::unique_lock lock(mutex);
          while (!wake.wait_for(lock, stop, std::chrono::seconds{3}, [] { return false; }) && !stop.stop_requested()) try {
              claim.renew(watch_lease);
            } catch (const store::DatabaseError& gone) {
              log(LogLevel::warn, "the lease may run out, and another replica goes on", {{"error", gone.what()}});
            }
        }) {}

 private:
  std::jthread thread_;
};

/// Samples reach Prometheus a scrape later; an interval is asked for when this much has passed since its end.
constexpr Millis grace{1500};

struct Context {
  std::shared_ptr<const definitions::Organisation> organisation;
  planning::Release release;
  std::optional<planning::Component> component;
  std::optional<SysTime> run_ended;
};

Result<Context> context_of(Engine& engine, const ReleaseId& release_id, const std::string& service, const RunId& run_id = {}) {
  return engine.database.read([&](store::Tx& tx) -> Result<Context> {
    Context c{nullptr, TRY(planning::find_release(tx, release_id)), {}, {}};
    if (const auto run = steps::find_run(tx, run_id)) c.run_ended = run->ended_at;
    c.organisation = planning::organisation_of(tx, c.release);
    for (auto& component : planning::components_of(tx, release_id))
      if (component.service == service) c.component = std::move(component);
    return c;
  });
}

/// The window first; what it is extended by only when the judge has asked for more.
std::int64_t intervals_to_judge(const health::Watch& watch) {
  return watch.next_interval < watch.criteria.window_intervals ? watch.criteria.window_intervals : health::last_interval(watch.criteria);
}

/// Too little was seen of a canary that nothing speaks against: whoever agreed on the criteria may have left it to a person.
bool is_for_a_person(const health::Watch& watch) {
  const auto verdict = json::from_value<health::Verdict>(watch.detail);
  return verdict && verdict->too_few && watch.criteria.on_too_few == health::OnTooFew::hold;
}

}  // namespace

Outcome watch_health(Claim& claim, const health::WatchHealth& order, const capabilities::Connections& outside) {
  const auto& id = order.watch;
  const auto watch = claim.engine.database.read([&](store::Tx& tx) { return health::find_watch(tx, id); });
  if (!watch || watch->state == health::WatchState::ended) return {Outcome::done};
  const Millis length = std::chrono::seconds{watch->criteria.interval_seconds};
  const bool rolling = watch->phase == health::WatchPhase::rolling;
  const auto context = context_of(claim.engine, watch->release_id, watch->service, watch->run_id);
  if (!context) return {Outcome::retry, context.error().message};
  const auto now = claim.engine.clock.now();
  // A rolling update is compared for as long as both versions run, and no longer than its run.
  const auto until = rolling && context->run_ended ? std::min(now - grace, *context->run_ended) : now - grace;
  const auto most = rolling ? watch->criteria.window_intervals * most_rolling_windows : intervals_to_judge(*watch);
  const auto passed = std::min<std::int64_t>((until - watch->started_at) / length, most);
  const auto count = static_cast<int>(std::max<std::int64_t>(0, passed - watch->next_interval));
  const bool last = rolling && (passed == most || (context->run_ended && *context->run_ended <= now - grace));
  if (count > 0 || last) {
    const auto sources = metric_sources(*context->organisation, outside);
    health::QueryVariables variables{watch->service, "", context->release.environment};
    if (context->component) variables.version = context->component->version, variables.from_version = context->component->from_version;
    const auto batch = [&]() -> health::SampleBatch {
      if (count == 0) return {.range = {.count = 0}};
      const Heartbeat beat{claim};
      return health::fetch_batch(watch->criteria, sources.named, variables,
                                 {watch->started_at + length * watch->next_interval, length, count}, claim.stop);
    }();
    const auto late = now - (watch->started_at + length * (watch->next_interval + 1));
    if (out_of_reach(batch) && late < length * patience) {
      return {.kind = Outcome::again,
              .error = "the metric source does not answer",
              .wait = std::clamp<Millis>(std::chrono::duration_cast<Millis>(late / 2), std::chrono::seconds{1}, std::chrono::seconds{15})};
    }
    {
      const Heartbeat beat{claim};
      hear_alerts(claim.engine, outside, *context->organisation, *watch, claim.stop);
    }
    const auto judged = claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<health::Watch> {
      auto act = deploy::smallest_act(work.tx, context->release, watch->run_id, watch->service);
      if (rolling && act.kind == health::ActKind::traffic_back)  // the old version's hosts are going: there is none to send it back to
        act = {health::ActKind::release, fmt::format("end the rollout and roll {} back to {}", watch->service, variables.from_version)};
      act.version = context->release.version;
      auto taken = TRY(health::take_batch(work, id, watch->next_interval, batch, act,
                                          circumstances_of(work.tx, context->release, watch->service, watch->started_at, work.now), last));
      (void)TRY(deploy::roll_back_by_itself(work, taken));
      return taken;
    });
    if (!judged) return {Outcome::retry, judged.error().message};
    if (judged->state == health::WatchState::ended) return {Outcome::done};
  }
  const auto next = watch->started_at + length * (watch->next_interval + count + 1) + grace;
  return {.kind = Outcome::again,
          .wait = std::max<Millis>(std::chrono::duration_cast<Millis>(next - claim.engine.clock.now()), Millis{50})};
}

Result<void> start_rolling_watch(Work& work, const DeploymentId& deployment_id) {
  const auto d = store::one<deploy::Deployment>(work.tx, "deployment", "WHERE id = $1", {deployment_id});
  const auto decision = d ? gonogo::latest_decision(work.tx, d->release_id) : std::nullopt;
  if (!decision || d->from_version.empty() || !decision->criteria.contains(d->service)) return {};
  const auto& criteria = decision->criteria.at(d->service);
  const auto steps = steps::steps_of(work.tx, d->run_id);
  const bool has_canary = std::any_of(steps.begin(), steps.end(), [&](const auto& s) { return s.spec.health && s.service == d->service; });
  if (has_canary || !health::told_by_version(criteria)) return {};
  health::start_watch(work, {.release_id = d->release_id,
                             .run_id = d->run_id,
                             .service = d->service,
                             .criteria = criteria,
                             .environment = d->environment,
                             .phase = health::WatchPhase::rolling});
  return {};
}

steps::HealthAnswer health_answer(Engine& engine, const steps::Run& run, const steps::Step& step) {
  using steps::HealthAnswer;
  auto watch = engine.database.read([&](store::Tx& tx) { return health::watch_of_step(tx, step.id); });
  const bool again = watch && step.started_at && watch->started_at < *step.started_at;  // the step is tried again: so is the watch
  if (!watch || (again && watch->state == health::WatchState::ended)) {
    const auto started = engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<health::Watch> {
      const auto decision = gonogo::latest_decision(work.tx, run.release_id);
      if (!decision || !decision->criteria.contains(step.service) || decision->criteria.at(step.service).criteria.empty())
        return conflict(fmt::format("no health criteria were sealed for {}", step.service));
      return health::start_watch(work,
                                 {run.release_id, run.id, step.id, step.service, decision->criteria.at(step.service), run.environment});
    });
    if (!started) return {HealthAnswer::stop, started.error().message};
    watch = *started;
  }
  if (watch->verdict == health::ReleaseVerdict::rollback_recommended) return {HealthAnswer::stop, watch->sentence};
  if (watch->state == health::WatchState::watching) return {HealthAnswer::wait, watch->sentence};
  if (watch->may_proceed) return {HealthAnswer::proceed, watch->sentence};
  return {is_for_a_person(*watch) ? HealthAnswer::ask : HealthAnswer::stop, watch->sentence};
}

}  // namespace evenkeel::validation
