#include "validation/facts.hpp"

#include "health/alert.hpp"
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
    if (d.result == deploy::DeploymentResult::rolled_back) {
      facts.gone.insert(d.service);
      if (d.restored_at) facts.all_gone_at = std::max(facts.all_gone_at.value_or(*d.restored_at), *d.restored_at);
    }
    const auto next = superseded(tx, d);
    if (!next || next->at > now) continue;
    facts.until[d.service] = next->at;
    told.push_back(*next);
    facts.circumstances.push_back(
        fmt::format("superseded: {} {} replaced it at {}, what came later is not counted", next->service, next->version, to_iso(next->at)));
  }
  const auto left = std::ranges::any_of(facts.components, [&](const auto& c) { return !facts.gone.contains(c.service); });
  if (left || facts.components.empty()) facts.all_gone_at.reset();
  return told;
}

/// "14:05Z: error rate of catalog: ...; over at 14:31Z".
std::vector<std::string> pages_since(store::Tx& tx, const ReleaseId& release_id, SysTime since) {
  const auto clock = [](SysTime at) { return to_iso(at).substr(11, 5) + "Z"; };
  std::vector<std::string> out;
  for (const auto& alert : store::all<health::Alert>(tx, "alert", "WHERE release_id = $1 AND opened_at >= $2 ORDER BY opened_at, id",
                                                     {release_id, to_millis(since)})) {
    auto said = alert.summary;
    if (const auto step = said.find(" evenkeel release show "); step != std::string::npos) said.resize(step);  // what a page says to type
    while (said.ends_with('.')) said.pop_back();
    out.push_back(fmt::format("{}: {}; {}.", clock(alert.opened_at), said,
                              alert.resolved_at ? "over at " + clock(*alert.resolved_at) : std::string("still open")));
  }
  return out;
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
  facts.pages = pages_since(tx, release_id, span->finished);
  facts.pages_open = tx.integer("SELECT count(*) FROM alert WHERE release_id = $1 AND opened_at >= $2 AND state = 'open'",
                                {release_id, to_millis(span->finished)});
  const auto& checkpoints = facts.organisation->validation.checkpoints;
  facts.last = std::ranges::none_of(checkpoints, [&](Millis c) { return c > after; });
  if (const auto at =
          tx.integer("SELECT coalesce(max(at), 0) FROM recommendation_answer WHERE release_id = $1 AND answer = 'declined' AND at >= $2",
                     {release_id, to_millis(span->finished)});
      at > 0)
    facts.declined_at = from_millis(at);
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
