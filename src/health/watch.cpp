#include "health/watch.hpp"

#include "health/events.hpp"
#include "health/jobs.hpp"
#include "health/page_words.hpp"

#include "health/calibration.hpp"
#include "health/rolling.hpp"
#include "health/signal.hpp"

namespace evenkeel::health {
namespace {

Millis length_of(const Watch& w) { return std::chrono::seconds{w.criteria.interval_seconds}; }

/// One interval of a batch as a batch of its own.
StoredSample slice(const SampleBatch& batch, int i) {
  StoredSample one;
  const auto cut = [&](const std::vector<SideSeries>& from, std::vector<SideSeries>& to) {
    for (const auto& s : from) to.push_back({{s.intervals.at(static_cast<std::size_t>(i))}, s.bounds_ms, s.asked});
    to = storable(std::move(to));
  };
  cut(batch.canary, one.canary);
  cut(batch.control, one.control);
  return one;
}

SampleBatch as_batch(const StoredSample& one, const Watch& w, std::int64_t index) {
  return {{w.started_at + length_of(w) * index, length_of(w), 1}, restored(one.canary), restored(one.control)};
}

/// Why the two versions of a rolling update were not seen together: what the newest interval's questions brought.
std::string why_apart(const std::vector<JudgedInterval>& intervals) {
  if (intervals.empty()) return "no interval has passed";
  for (const auto* side : {&intervals.back().samples.canary, &intervals.back().samples.control})
    for (const auto& series : *side)
      if (auto problem = series.problem(); !problem.empty()) return problem;
  return "";
}

/// The judge, fed in order with every stored interval, or those of a rolling update in which there was something to compare; and the hash
/// of all of them.
std::pair<Verdict, std::string> judge_again(store::Tx& tx, const Watch& w, bool last) {
  Judge judge{w.criteria, w.calibration, to_iso(w.started_at).substr(11, 5)};
  std::string hashes;
  std::vector<Observation> row;
  SideBySide sides;
  const bool rolling = w.phase == WatchPhase::rolling;
  const auto intervals = intervals_of(tx, w.id);
  for (const auto& i : intervals) {
    const auto batch = as_batch(i.samples, w, i.interval_index);
    batch.row(0, row);
    if (!rolling || sides.takes(row)) judge.step(row);
    hashes += as_bytes(batch.hash());
  }
  auto verdict = judge.verdict(rolling && (last || sides.parted()));
  if (rolling) verdict.sentence = rolling_sentence(verdict, w.criteria, sides.together(), why_apart(intervals));
  return {std::move(verdict), to_hex(sha256(hashes))};
}

constexpr double stored_infinity = 1e300;

void store_recommendation(Work& work, const ReleaseId& release_id, const WatchId& watch_id, const std::string& service,
                          const std::string& sentence, const std::string& rests_on, const RollbackRecommended& said) {
  const std::string id = work.new_id("rec");
  work.tx.exec(
      "INSERT INTO recommendation (id, release_id, watch_id, service, act, sentence, verdict_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, "
      "$8)",
      {id, release_id, watch_id, service, std::string(json::enum_text(said.act)), sentence, rests_on, to_millis(work.now)});
  record(work, said, {.subject = id, .release = release_id, .seals = {{"recommendation", id}}});
}

}  // namespace

std::vector<SideSeries> storable(std::vector<SideSeries> side) {
  for (auto& s : side)
    for (auto& b : s.bounds_ms)
      if (std::isinf(b)) b = stored_infinity;
  return side;
}
std::vector<SideSeries> restored(std::vector<SideSeries> side) {
  for (auto& s : side)
    for (auto& b : s.bounds_ms)
      if (b >= stored_infinity) b = std::numeric_limits<double>::infinity();
  return side;
}

Watch start_watch(Work& work, const NewWatch& order) {
  if (auto known = order.phase == WatchPhase::rolling
                       ? store::one<Watch>(work.tx, "watch", "WHERE run_id = $1 AND service = $2 AND phase = 'rolling'",
                                           {order.run_id, order.service})
                       : watch_of_step(work.tx, order.step_id);
      known && (known->state == WatchState::watching || order.phase == WatchPhase::rolling))
    return *known;
  Watch w{.id = work.new_id("wch"),
          .release_id = order.release_id,
          .run_id = order.run_id,
          .step_id = order.step_id,
          .service = order.service,
          .phase = order.phase,
          .criteria_hash = to_hex(criteria_hash(order.criteria)),
          .criteria = order.criteria,
          .verdict = {},
          .sentence = "watching since " + to_iso(work.now),
          .started_at = work.now,
          .ended_at = {},
          .detail = nullptr,
          .calibration = calibration_for(work.tx, order.service, order.environment, order.criteria, work.now)};
  store::insert(work.tx, "watch", w);
  enqueue(work, WatchHealth{w.id},
          {.at = work.now + length_of(w), .key = "watch:" + w.id, .release = w.release_id, .tries = Tries::until_done});
  record(work, WatchStarted{.service = w.service, .phase = w.phase, .criteria = w.criteria_hash, .calibration = w.calibration.id},
         {.subject = w.id, .release = w.release_id});
  return w;
}

std::optional<Watch> watch_of_step(store::Tx& tx, const StepId& step_id) {
  return store::one<Watch>(tx, "watch", "WHERE step_id = $1 ORDER BY started_at DESC LIMIT 1", {step_id});
}
std::optional<Watch> find_watch(store::Tx& tx, const std::string& id) { return store::one<Watch>(tx, "watch", "WHERE id = $1", {id}); }

std::vector<JudgedInterval> intervals_of(store::Tx& tx, const WatchId& watch_id) {
  return store::all<JudgedInterval>(tx, "judged_interval", "WHERE watch_id = $1 ORDER BY interval_index", {watch_id});
}

std::string seal_verdict(Work& work, const Watch& w, const std::string& samples_hash) {
  const std::string id = work.new_id("vrd");
  work.tx.exec(
      "INSERT INTO health_verdict (id, watch_id, release_id, service, verdict, sentence, detail, samples_hash, criteria_hash, "
      "method_version, interval_index, at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {id, w.id, w.release_id, w.service, std::string(json::enum_text(*w.verdict)), w.sentence, json::dump(w.detail), samples_hash,
       w.criteria_hash, std::string(method_version), w.next_interval - 1, to_millis(work.now)});
  record(work, HealthJudged{.service = w.service, .verdict = *w.verdict, .interval = w.next_interval - 1, .samples = samples_hash},
         {.subject = id, .release = w.release_id, .seals = {{"health_verdict", id}}});
  return id;
}

void recommend(Work& work, const Watch& w, const Act& act, const std::string& verdict_id) {
  const auto waits = work.tx.integer(
      "SELECT count(*) FROM recommendation WHERE release_id = $1 AND id NOT IN (SELECT id FROM recommendation_answer)", {w.release_id});
  if (waits > 0) return;
  const auto sentence = act.words.empty() ? w.sentence : fmt::format("{} The smallest act that ends it: {}.", w.sentence, act.words);
  store_recommendation(work, w.release_id, w.id, w.service, sentence, verdict_id,
                       RollbackRecommended{.service = w.service, .verdict = verdict_id, .act = act.kind});
}

void recommend_release(Work& work, const ReleaseId& release_id, const std::string& sentence, const std::string& report_id) {
  store_recommendation(work, release_id, {}, "", sentence, report_id, RollbackRecommended{.report = report_id, .act = ActKind::release});
}

std::int64_t forget_samples(store::Tx& tx, SysTime before) {
  return tx.exec("DELETE FROM judged_interval WHERE at < $1 AND watch_id IN (SELECT id FROM watch WHERE state = 'ended')",
                 {to_millis(before)});
}

Result<Watch> take_batch(Work& work, const WatchId& watch_id, std::int64_t first, const SampleBatch& batch, const Act& act,
                         const std::vector<std::string>& circumstances, bool last) {
  work.tx.lock("watch", watch_id);
  auto found = find_watch(work.tx, watch_id);
  if (!found) return not_found("there is no watch " + watch_id);
  auto& w = *found;
  if (w.state == WatchState::ended || w.next_interval != first) return w;  // another runner was faster: nothing is judged twice
  for (int i = 0; i < batch.range.count; ++i) {
    store::insert(work.tx, "judged_interval", JudgedInterval{work.new_id("jdg"), w.id, w.next_interval, slice(batch, i), "", work.now});
    ++w.next_interval;
  }
  auto [verdict, samples_hash] = judge_again(work.tx, w, last);
  verdict.circumstances = circumstances;
  heed_signals(work.tx, w, true, verdict);
  const bool changed = w.verdict != verdict.verdict || verdict.over;
  const bool breach = verdict.verdict == ReleaseVerdict::rollback_recommended && w.verdict != verdict.verdict;
  w.verdict = verdict.verdict;
  w.sentence = verdict.sentence;
  w.detail = json::to_value(verdict);
  if (verdict.over || verdict.verdict == ReleaseVerdict::rollback_recommended) {
    w.may_proceed = verdict.over && (verdict.verdict == ReleaseVerdict::healthy || verdict.verdict == ReleaseVerdict::no_harm_seen);
    if (verdict.over) {
      w.state = WatchState::ended;
      w.ended_at = work.now;
    }
  }
  const bool silent = std::any_of(verdict.metrics.begin(), verdict.metrics.end(),
                                  [](const auto& m) { return m.critical && m.state == MetricState::no_data; });
  if (changed) {
    const auto id = seal_verdict(work, w, samples_hash);
    if (breach) recommend(work, w, act, id);
  }
  // A canary that stops reporting wakes somebody as one that fails does; when it reports again, that is over.
  if (breach || (silent && w.state == WatchState::watching)) {
    const auto since = w.started_at + length_of(w) * worst_since(verdict);
    raise(work, w.release_id, {w.id, w.service, page_words(w, verdict, act.version, since), work.now});
  } else if (verdict.verdict != ReleaseVerdict::rollback_recommended)
    lower(work, w.release_id, w.id);
  store::update(work.tx, "watch", w);
  return w;
}

void end_watch(Work& work, Watch w, const std::string& because) {
  if (w.state == WatchState::ended) return;
  w.state = WatchState::ended;
  w.ended_at = work.now;
  store::update(work.tx, "watch", w);
  record(work, WatchEnded{.service = w.service, .because = because}, {.subject = w.id, .release = w.release_id});
}

}  // namespace evenkeel::health
