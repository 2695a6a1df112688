#include "jobs/watch_health.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "deploy/act.hpp"
#include "jobs/circumstances.hpp"
#include "jobs/metric_sources.hpp"
#include "jobs/outcome.hpp"
#include "jobs/outside_alerts.hpp"
#include "jobs/page_alertmanager.hpp"
#include "outbound/webhook/webhook.hpp"
#include "steps/variables.hpp"

namespace evenkeel::jobs {
namespace {

/// A source that does not answer is asked again for this many intervals before they are judged as missing: it may only be restarting, and
/// then has the samples after all. Until then nothing is judged, so nothing passes.
constexpr int patience = 5;

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
};

Result<Context> context_of(Engine& engine, const std::string& release_id, const std::string& service) {
  return engine.database.read([&](store::Tx& tx) -> Result<Context> {
    Context c{nullptr, TRY(planning::find_release(tx, release_id)), {}};
    c.organisation = planning::organisation_of(tx, c.release);
    for (auto& component : planning::components_of(tx, release_id))
      if (component.service == service) c.component = std::move(component);
    return c;
  });
}

}  // namespace

Outcome watch_health(Claim& claim, http::HttpClient& client) {
  const std::string id{claim.job.data().at("watch").as_string()};
  const auto watch = claim.engine.database.read([&](store::Tx& tx) { return health::find_watch(tx, id); });
  if (!watch || watch->state == health::WatchState::ended) return {Outcome::done};
  const Millis length = std::chrono::seconds{watch->criteria.interval_seconds};
  const auto now = claim.engine.clock.now();
  const auto passed = std::min<std::int64_t>((now - grace - watch->started_at) / length, watch->criteria.window_intervals);
  const auto count = static_cast<int>(passed - watch->next_interval);
  if (count > 0) {
    const auto context = context_of(claim.engine, watch->release_id, watch->service);
    if (!context) return {Outcome::retry, context.error().message};
    const auto sources = metric_sources(*context->organisation, client);
    const health::QueryVariables variables{watch->service, context->component ? context->component->version : "",
                                           context->release.environment};
    const auto batch = [&] {
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
    hear_alerts(claim.engine, client, *context->organisation, *watch, claim.stop);
    const auto judged = claim.engine.perform(member(Member::health_monitor), [&](Work& work) -> Result<health::Watch> {
      auto taken = TRY(health::take_batch(work, id, watch->next_interval, batch,
                                          deploy::smallest_act(work.tx, context->release, watch->run_id, watch->service),
                                          circumstances_of(work.tx, context->release, watch->service, watch->started_at, work.now)));
      (void)TRY(deploy::roll_back_by_itself(work, taken));
      return taken;
    });
    if (!judged) return {Outcome::retry, judged.error().message};
    if (judged->state == health::WatchState::ended) return {Outcome::done};
  }
  const auto next = watch->started_at + length * (watch->next_interval + std::max(count, 0) + 1) + grace;
  return {.kind = Outcome::again,
          .wait = std::max<Millis>(std::chrono::duration_cast<Millis>(next - claim.engine.clock.now()), Millis{50})};
}

Outcome page(Claim& claim, http::HttpClient& client) {
  const auto data = claim.job.data();
  const std::string id{data.at("alert").as_string()}, action{data.at("action").as_string()};
  const auto alert =
      claim.engine.database.read([&](store::Tx& tx) { return store::one<health::Alert>(tx, "alert", "WHERE id = $1", {id}); });
  if (!alert) return {Outcome::dead, "the alert is gone"};
  if (action == "resolve") {
    const auto on_their_way = claim.engine.database.read([&](store::Tx& tx) {
      return tx.integer("SELECT count(*) FROM job WHERE (dedup_key = $1 OR dedup_key LIKE $2) AND state NOT IN ('done', 'dead')",
                        {"page:trigger:" + alert->dedup_key, "page:trigger:" + alert->dedup_key + "#%"});
    });
    if (on_their_way > 0) return {.kind = Outcome::again, .wait = Millis{500}};
  }
  const auto context = context_of(claim.engine, alert->release_id, alert->service);
  if (!context) return {Outcome::dead, context.error().message};
  const auto* on_call = definitions::find_on_call(*context->organisation, context->release.area);
  const auto* pager = on_call && !on_call->pager.empty()
                          ? definitions::find_connection(*context->organisation, on_call->pager)
                          : definitions::find_connection(*context->organisation, definitions::ConnectionKind::pager);
  if (!pager) return {Outcome::dead, fmt::format("no pager is connected for area {}", context->release.area)};
  if (pager->kind == definitions::ConnectionKind::alertmanager)
    return page_alertmanager(claim, client, *pager, *alert, context->release, on_call ? on_call->person : "", action);
  const auto secret = steps::resolve_secret(pager->secret);
  if (!secret) return {Outcome::retry, secret.error().message};
  const auto body =
      json::dump(json::Object{{"event_action", action},
                              {"dedup_key", alert->dedup_key},
                              {"payload", json::Object{{"summary", alert->summary},
                                                       {"custom_details", json::Object{{"parts", json::to_value(alert->parts)}}},
                                                       {"severity", "critical"},
                                                       {"source", "evenkeel"},
                                                       {"component", alert->service},
                                                       {"release", context->release.version},
                                                       {"on_call", on_call ? on_call->person : ""}}}});
  return outcome_of(outbound::send_webhook(client,
                                           {.url = pager->url,
                                            .secret = Secret(*secret),
                                            .event = "alert." + action,
                                            .body = body,
                                            .idempotency_key = fmt::format("{}:{}:{}", alert->dedup_key, action, alert->parts.size())},
                                           claim.engine.clock.now(), claim.stop));
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
  if (watch->verdict == "rollback_recommended") return {HealthAnswer::stop, watch->sentence};
  if (watch->state == health::WatchState::watching) return {HealthAnswer::wait, watch->sentence};
  return {watch->may_proceed ? HealthAnswer::proceed : HealthAnswer::stop, watch->sentence};
}

}  // namespace evenkeel::jobs
