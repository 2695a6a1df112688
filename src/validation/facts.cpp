#include "validation/facts.hpp"

#include "validation/circumstances.hpp"

namespace evenkeel::validation {
namespace {

std::vector<ComponentWatch> watches_of(store::Tx& tx, const ReleaseId& release_id) {
  std::vector<ComponentWatch> all;
  for (auto& w :
       store::all<health::Watch>(tx, "watch", "WHERE release_id = $1 AND phase = 'validation' ORDER BY started_at", {release_id})) {
    ComponentWatch c{std::move(w), {}, {}};
    c.pasts = health::pasts_of(tx, c.watch.id);
    for (auto& i : health::intervals_of(tx, c.watch.id)) c.samples.push_back(std::move(i.samples));
    all.push_back(std::move(c));
  }
  return all;
}

/// Components that were rolled back or deployed again since, and what is said of it.
std::vector<Supersession> leave_out_what_went(store::Tx& tx, CheckpointFacts& facts, SysTime now) {
  std::vector<Supersession> told;
  for (const auto& d : deploy::deployments_of(tx, facts.release.id)) {
    if (d.result == deploy::DeploymentResult::rolled_back) facts.gone.insert(d.service);
    const auto next = superseded(tx, d);
    if (!next || next->at > now) continue;
    facts.until[d.service] = next->at;
    told.push_back(*next);
    facts.circumstances.push_back(
        fmt::format("superseded: {} {} replaced it at {}, what came later is not counted", next->service, next->version, to_iso(next->at)));
  }
  return told;
}

}  // namespace

std::optional<DeploymentSpan> deployment_span(store::Tx& tx, const ReleaseId& release_id) {
  std::optional<DeploymentSpan> span;
  for (const auto& d : deploy::deployments_of(tx, release_id)) {
    if (!d.finished_at) continue;
    if (!span) span = DeploymentSpan{d.started_at, *d.finished_at};
    span->started = std::min(span->started, d.started_at);
    span->finished = std::max(span->finished, *d.finished_at);
  }
  return span;
}

Result<CheckpointFacts> facts_of(store::Tx& tx, const ReleaseId& release_id, Millis after, SysTime now) {
  auto release = TRY(planning::find_release(tx, release_id));
  const auto span = deployment_span(tx, release_id);
  if (!span) return conflict("nothing was deployed");
  CheckpointFacts facts{.release = release,
                        .organisation = planning::organisation_of(tx, release),
                        .span = *span,
                        .after = after,
                        .components = planning::components_of(tx, release_id),
                        .watches = watches_of(tx, release_id)};
  for (const auto& w : store::all<health::Watch>(tx, "watch", "WHERE release_id = $1 ORDER BY started_at", {release_id}))
    facts.canaries.push_back(w.service + ": " + w.sentence);
  facts.answered = tx.integer("SELECT count(*) FROM recommendation_answer WHERE release_id = $1 AND answer = 'declined' AND at >= $2",
                              {release_id, to_millis(span->finished)}) > 0;
  const auto told = leave_out_what_went(tx, facts, now);
  facts.markers = markers_in(tx, release, span->started - after, now);
  const auto only = facts.components.size() == 1 ? facts.components.front().service : "";
  std::ranges::move(circumstances_of(tx, release, only, span->started, now, told), std::back_inserter(facts.circumstances));
  return facts;
}

bool is_behind(const CheckpointFacts& facts) {
  return std::ranges::any_of(facts.watches, [&](const ComponentWatch& c) {
    return c.watch.state == health::WatchState::watching &&
           health::validation_interval(c.watch, c.watch.next_interval).end() <= c.watch.started_at + facts.after;
  });
}

}  // namespace evenkeel::validation
