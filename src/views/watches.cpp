#include "views/watches.hpp"

#include <cmath>

namespace evenkeel::views {
namespace {

constexpr std::size_t most_points = 240;  // a chart has no more pixels

std::optional<double> value_of(const health::Criterion& criterion, const health::SideSeries& side) {
  if (side.intervals.empty() || !side.intervals.front().present) return {};
  const auto& sample = side.intervals.front();
  if (sample.gauge) return sample.gauge;
  if (!sample.buckets.empty())
    return percentile_of(
        sample.buckets, side.bounds_ms,
        criterion.percentiles.empty() ? 0.95 : *std::max_element(criterion.percentiles.begin(), criterion.percentiles.end()));
  if (sample.total <= 0) return {};
  return sample.events / sample.total;
}

Curve curve_of(const health::Criterion& criterion, std::size_t at, const std::vector<health::JudgedInterval>& judged, std::size_t first) {
  Curve c{criterion.name, criterion.kind, "share", criterion.critical, criterion.tolerated_ratio, criterion.limit, {}, {}};
  if (criterion.kind == health::MetricKind::latency) c.unit = "ms";
  if (!criterion.queries.gauge.empty()) c.unit = "";
  for (auto i = first; i < judged.size(); ++i) {
    const auto& [canary, control] = judged[i].samples;
    c.canary.push_back(at < canary.size() ? value_of(criterion, canary[at]) : std::nullopt);
    c.control.push_back(at < control.size() ? value_of(criterion, control[at]) : std::nullopt);
  }
  return c;
}

}  // namespace

std::optional<double> percentile_of(const std::vector<double>& buckets, const std::vector<double>& bounds, double share) {
  double total = 0;
  for (const auto n : buckets) total += n;
  if (total <= 0 || bounds.size() < buckets.size()) return {};
  double below = 0, from = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const auto reached = below + buckets[i];
    if (reached >= share * total && buckets[i] > 0) {
      if (!std::isfinite(bounds[i]) || bounds[i] >= 1e299) return from;  // beyond the last bound: at least that
      return from + (bounds[i] - from) * (share * total - below) / buckets[i];
    }
    below = reached;
    from = bounds[i];
  }
  return from;
}

std::vector<WatchView> watches_of(store::Tx& tx, const ReleaseId& release_id) {
  std::vector<WatchView> all;
  for (const auto& w : store::all<health::Watch>(tx, "watch", "WHERE release_id = $1 ORDER BY started_at DESC LIMIT 20", {release_id})) {
    WatchView v{.id = w.id, .service = w.service, .phase = w.phase, .state = w.state, .sentence = w.sentence, .started_at = w.started_at};
    v.interval_seconds = w.criteria.interval_seconds;
    v.intervals = w.next_interval;
    v.window_intervals = w.criteria.window_intervals;
    if (auto verdict = json::from_value<health::Verdict>(w.detail); verdict && w.verdict) v.verdict = std::move(*verdict);
    const auto judged = health::intervals_of(tx, w.id);
    const auto first = judged.size() > most_points ? judged.size() - most_points : 0;
    v.first_shown = judged.empty() ? 0 : judged[first].interval_index;
    for (std::size_t i = 0; i < w.criteria.criteria.size(); ++i) v.curves.push_back(curve_of(w.criteria.criteria[i], i, judged, first));
    all.push_back(std::move(v));
  }
  return all;
}

}  // namespace evenkeel::views
