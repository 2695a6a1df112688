#include "health/propose.hpp"

#include <fmt/format.h>

#include <cmath>

#include "stats/intervals.hpp"

namespace evenkeel::health {
namespace {

constexpr int running = 3;  // intervals above the limit before it fires

/// Two figures, rounded up: 0.0123 -> 0.013.
double round_up(double x) {
  const double step = std::pow(10, std::floor(std::log10(x)) - 1);
  return std::ceil(x / step - 1e-9) * step;
}

}  // namespace

std::optional<Proposal> propose_limit(const Criterion& criterion, const SideSeries& history, const IntervalRange& range) {
  const auto per_hour = std::max<std::int64_t>(1, std::chrono::hours{1} / range.length);
  Proposal p{.criterion = criterion.name, .intervals = range.count};
  std::vector<double> hours;
  double events = 0, total = 0;
  for (std::size_t i = 0; i < history.intervals.size(); ++i) {
    const auto& s = history.intervals[i];
    if (s.present && s.total > 0) ++p.with_data, events += s.events, total += s.total;
    if (std::int64_t(i + 1) % per_hour == 0) {
      if (total > 0) hours.push_back(events / total);
      events = total = 0;
    }
  }
  if (hours.size() < 24) return std::nullopt;
  std::sort(hours.begin(), hours.end());
  p.usual = *stats::quantile_r7(hours, 0.5), p.bad_hour = *stats::quantile_r7(hours, 0.99);
  const double floor = 0.001;  // a service that never fails may fail once in a thousand
  const double limit = std::min(0.9, round_up(std::max(floor, 1.5 * p.bad_hour)));
  p.proposed = criterion;
  p.proposed.name = criterion.name + " (limit)", p.proposed.kind = MetricKind::absolute, p.proposed.limit = limit;
  p.proposed.tolerated_ratio = p.proposed.healthy_ratio = std::nullopt;
  int above = 0;
  for (std::size_t i = 0; i < history.intervals.size(); ++i) {
    const auto& s = history.intervals[i];
    const double share = s.present && s.total > 0 ? s.events / s.total : 0;
    const bool bad = share > limit && s.events >= 5;  // a few events in a quiet interval prove nothing
    above = bad ? above + 1 : 0;
    const auto end = range.from + range.length * std::int64_t(i + 1);
    if (above == running) p.would_have_fired.push_back({end - range.length * running, end, share});
    if (above >= running)
      p.would_have_fired.back().until = end, p.would_have_fired.back().worst = std::max(p.would_have_fired.back().worst, share);
  }
  const auto days = double((range.end() - range.from).count()) / 86'400'000;
  p.sentence = fmt::format(
      "{}: usually {:.3g} %, {:.3g} % in a bad hour; at most {:.3g} % is proposed. It would have fired {} time{} in {:.0f} days.",
      criterion.name, 100 * p.usual, 100 * p.bad_hour, 100 * limit, p.would_have_fired.size(), p.would_have_fired.size() == 1 ? "" : "s",
      days);
  if (p.with_data * 10 < p.intervals * 9)
    p.sentence += fmt::format(" Only {:.0f} % of the history has data.", 100.0 * double(p.with_data) / double(p.intervals));
  return p;
}

}  // namespace evenkeel::health
