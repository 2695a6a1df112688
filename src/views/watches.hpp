// The cockpit's data beside the run: each watch of a release with its verdict, and both sides of each criterion over time.
#pragma once
#include "health/watch.hpp"

namespace evenkeel::views {

/// Both sides of one criterion, interval by interval; none where nothing was measured. Of a rate the share of events, of a latency its
/// highest percentile in milliseconds, of a gauge its mean.
struct Curve {
  std::string criterion;
  health::MetricKind kind = health::MetricKind::rate;
  std::string unit;  // "share", "ms" or "": as the gauge counts
  bool critical = true;
  std::optional<double> tolerated_ratio, limit;
  std::vector<std::optional<double>> canary, control;
};
BOOST_DESCRIBE_STRUCT(Curve, (), (criterion, kind, unit, critical, tolerated_ratio, limit, canary, control))
struct WatchView {
  std::string id, service;
  health::WatchPhase phase = health::WatchPhase::canary;
  health::WatchState state = health::WatchState::watching;
  std::string sentence;
  SysTime started_at;
  std::int64_t interval_seconds = 60, intervals = 0, window_intervals = 0;
  std::int64_t first_shown = 0;            // the interval that the curves begin with
  std::optional<health::Verdict> verdict;  // none before the first interval
  std::vector<Curve> curves;
};
BOOST_DESCRIBE_STRUCT(WatchView, (),
                      (id, service, phase, state, sentence, started_at, interval_seconds, intervals, window_intervals, first_shown, verdict,
                       curves))

/// What the watches of a release have seen, newest first.
std::vector<WatchView> watches_of(store::Tx& tx, const ReleaseId& release_id);

/// The value below which this share of the requests lies, from counts per bucket; none without requests.
std::optional<double> percentile_of(const std::vector<double>& buckets, const std::vector<double>& bounds, double share);

}  // namespace evenkeel::views
