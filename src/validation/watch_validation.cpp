#include "validation/watch_validation.hpp"

#include "deploy/act.hpp"
#include "validation/circumstances.hpp"
#include "validation/metric_sources.hpp"
#include "validation/outside_alerts.hpp"

namespace evenkeel::validation {
namespace {

using jobs::Claim;
using jobs::Outcome;

using health::Watch;
using health::WatchPhase;

/// Samples reach their source a scrape later.
constexpr Millis grace{1500};
/// A source that does not answer is asked again for this long before the interval is judged as missing.
constexpr Millis patience = std::chrono::minutes{5};

struct Context {
  Watch watch;
  std::shared_ptr<const definitions::Organisation> organisation;
  health::QueryVariables variables;
  SysTime deployed_from;
  health::Surrounding surrounding;
};

Result<std::optional<Context>> context_of(store::Tx& tx, const WatchId& watch_id, SysTime now) {
  auto watch = health::find_watch(tx, watch_id);
  if (!watch || watch->state == health::WatchState::ended) return std::optional<Context>{};
  const auto release = TRY(planning::find_release(tx, watch->release_id));
  Context c{std::move(*watch), planning::organisation_of(tx, release), {}, {}, {}};
  c.variables = {c.watch.service, "", release.environment};
  c.deployed_from = c.watch.started_at;
  for (const auto& d : deploy::deployments_of(tx, release.id))
    if (d.run_id == c.watch.run_id && d.service == c.watch.service) c.variables.version = d.version, c.deployed_from = d.started_at;
  c.surrounding = {circumstances_of(tx, release, c.watch.service, c.deployed_from, now), c.organisation->validation.rollback_on_suspect,
                   release.stage == planning::Stage::validation, deploy::smallest_act(tx, release, c.watch.run_id, c.watch.service),
                   release.version};
  const int warm = c.watch.criteria.burn_in_intervals;
  if (warm > 0)
    c.surrounding.circumstances.push_back(fmt::format("the first {} after the start are warm-up and take no part in the limits",
                                                      to_words(std::chrono::seconds{c.watch.criteria.interval_seconds * warm})));
  return std::optional(std::move(c));
}

/// Everything runs the new version: what the criteria call the control is all of it.
health::SampleBatch fetch(const Context& c, const MetricSources& sources, const health::IntervalRange& range, std::stop_token stop) {
  return health::fetch_batch(c.watch.criteria, sources.named, c.variables, range, health::SideName::control, std::move(stop));
}

std::vector<health::MetricPast> read_pasts(const Context& c, const MetricSources& sources, std::stop_token stop) {
  const auto count = int(health::past_known / health::past_sample);
  const auto history = fetch(c, sources, {c.deployed_from - health::past_known, health::past_sample, count}, stop);
  std::vector<health::MetricPast> pasts;
  pasts.reserve(c.watch.criteria.criteria.size());
  for (std::size_t i = 0; i < c.watch.criteria.criteria.size(); ++i)
    pasts.push_back(health::past_of(c.watch.criteria.criteria[i], history.canary[i]));
  return pasts;
}

}  // namespace

Result<void> start_validation_watches(Work& work, const ReleaseId& release_id) {
  const auto release = TRY(planning::find_release(work.tx, release_id));
  const auto o = planning::organisation_of(work.tx, release);
  const auto decision = gonogo::latest_decision(work.tx, release_id);
  for (auto& w : store::all<Watch>(work.tx, "watch", "WHERE release_id = $1 AND state = 'watching' AND phase = 'canary'", {release_id}))
    health::end_watch(work, w, "promoted");
  const auto& checkpoints = o->validation.checkpoints;
  if (checkpoints.empty()) return {};
  const auto last = *std::max_element(checkpoints.begin(), checkpoints.end());
  for (const auto& d : deploy::deployments_of(work.tx, release_id)) {
    if (!decision || !decision->criteria.contains(d.service) || decision->criteria.at(d.service).criteria.empty()) continue;
    if (d.result != deploy::DeploymentResult::success || !d.finished_at) continue;
    health::start_validation_watch(work, {release_id, d.run_id, d.service, decision->criteria.at(d.service), *d.finished_at, last});
  }
  return {};
}

void end_superseded_watches(Work& work, const DeploymentId& deployment_id) {
  const auto d = store::one<deploy::Deployment>(work.tx, "deployment", "WHERE id = $1", {deployment_id});
  if (!d) return;
  for (auto& w : store::all<Watch>(work.tx, "watch", "WHERE service = $1 AND run_id <> $2 AND state = 'watching' AND phase = 'validation'",
                                   {d->service, d->run_id})) {
    const auto theirs = planning::find_release(work.tx, w.release_id);
    if (!theirs || theirs->environment != d->environment) continue;
    w.sentence += fmt::format(" Superseded by {} {}; the checkpoint reports go on up to that moment.", d->service, d->version);
    health::end_watch(work, w, "superseded by " + d->version);
    health::lower(work, w.release_id, w.id);
  }
}

Outcome watch_validation(Claim& claim, const health::WatchValidation& order, const capabilities::Connections& outside) {
  const auto& id = order.watch;
  const auto now = claim.engine.clock.now();
  const auto found = claim.engine.database.read([&](store::Tx& tx) { return context_of(tx, id, now); });
  if (!found) return {Outcome::retry, found.error().message};
  if (!*found) return {Outcome::done};
  const auto& c = **found;
  const auto due = [&](const Watch& w) {
    return Outcome{.kind = Outcome::again,
                   .wait = std::max<Millis>(std::chrono::duration_cast<Millis>(health::validation_interval(w, w.next_interval).end() +
                                                                               grace - claim.engine.clock.now()),
                                            Millis{50})};
  };
  const auto range = health::validation_interval(c.watch, c.watch.next_interval);
  if (range.end() + grace > now) return due(c.watch);
  const auto sources = metric_sources(*c.organisation, outside);
  const auto batch = fetch(c, sources, range, claim.stop);
  if (out_of_reach(batch) && now - range.end() < patience)
    return {.kind = Outcome::again, .error = "the metric source does not answer", .wait = std::chrono::seconds{15}};
  const auto pasts = c.watch.next_interval == 0 ? read_pasts(c, sources, claim.stop) : std::vector<health::MetricPast>{};
  hear_alerts(claim.engine, outside, *c.organisation, c.watch, claim.stop);
  claim.renew(std::chrono::seconds{30});
  const auto judged = claim.engine.perform(member(Member::health_monitor), [&](Work& work) {
    return health::take_validation_interval(work, id, c.watch.next_interval, batch, pasts, c.surrounding);
  });
  if (!judged) return {Outcome::retry, judged.error().message};
  if (judged->state == health::WatchState::ended) return {Outcome::done};
  return due(*judged);
}

}  // namespace evenkeel::validation
