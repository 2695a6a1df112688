#include "health/plain.hpp"

#include <cmath>

#include "health/buckets.hpp"
#include "health/error_budget.hpp"
#include "health/sentence.hpp"

namespace evenkeel::health {
namespace {

constexpr double half = 0.5;
constexpr double usual_failures = 0.25;  // more of them before the deployment: the events are no failures, or nobody minds them
constexpr double least_events = 5;       // of an outage: one request in a quiet night that fails is none
constexpr double one_in_a_million = 13.8;
constexpr double by_a_quarter = 1.25;
constexpr std::size_t silent_intervals = 3;

const IntervalSample& sample_of(const SideSeries& side) { return side.intervals.at(0); }

std::string percent(double share) {
  const double p = 100 * share;
  return p >= 99.95 ? "100 %" : p >= 10 ? fmt::format("{:.0f} %", p) : fmt::format("{:.2g} %", p);
}

/// Bad events and all of one interval, in one measure for all kinds; none when this criterion does not count.
struct Counted {
  double bad = 0, total = 0;
};
std::optional<Counted> counted(const Criterion& c, const SideSeries& side, const Usual& usual) {
  const auto& s = sample_of(side);
  if (!s.present || !c.queries.gauge.empty()) return {};
  if (c.kind == MetricKind::latency) {
    if (!usual.slow_from_ms) return {};
    double all = 0;
    for (const double n : s.buckets) all += n;
    const auto slow = slower_than(*usual.slow_from_ms, s.buckets, side.bounds_ms);
    return slow && all > 0 ? std::optional(Counted{*slow, all}) : std::nullopt;
  }
  if (c.direction == Direction::increase) return s.total > 0 ? std::optional(Counted{s.events, s.total}) : std::nullopt;
  if (c.limit || c.objective) return s.total > 0 ? std::optional(Counted{bad_events(c, s.events, s.total), s.total}) : std::nullopt;
  if (!usual.level || *usual.level <= 0) return {};
  const double expected = s.total * *usual.level;  // good events that used to come of so much
  return expected > 0 ? std::optional(Counted{std::max(0.0, expected - s.events), expected}) : std::nullopt;
}

std::string figure_of(const Criterion& c, const Counted& sum, const Usual& usual) {
  const auto share = percent(sum.bad / sum.total);
  if (c.kind == MetricKind::latency)
    return fmt::format("{} of {} requests slower than {:g} ms", share, grouped(sum.total), *usual.slow_from_ms);
  if (c.direction == Direction::increase) return fmt::format("{} of {} requests fail", share, grouped(sum.total));
  return c.limit || c.objective ? fmt::format("{} of {} fail", share, grouped(sum.total))
                                : fmt::format("{} of {} expected are missing", share, grouped(sum.total));
}

std::string held_against(const Criterion& c, const Usual& usual) {
  if (c.limit && c.queries.gauge.empty()) return "limit " + percent(c.direction == Direction::increase ? *c.limit : 1 - *c.limit);
  if (c.limit) return fmt::format("limit {:g}", *c.limit);
  if (c.objective) return "objective " + percent(*c.objective);
  if (c.kind == MetricKind::latency) return "a tenth before";
  return usual.level && c.direction == Direction::increase ? percent(*usual.level) + " before" : "";
}

/// Of what is expected of so many, few come by chance: Chernoff's bound on the lower tail of a Poisson count, as a -log.
double below_noise(double seen, double expected) {
  if (seen >= expected) return 0;
  return expected - seen + (seen > 0 ? seen * std::log(seen / expected) : 0);
}

/// How far from chance a stretch is, as a -log, were all as before; a share so small that few have been seen is taken for one in a hundred.
double by_chance(const Criterion& c, const Counted& sum, const Usual& usual) {
  const auto share = [](double s) { return std::max(s, 0.01); };
  if (c.kind == MetricKind::latency) return beyond_noise(sum.bad, sum.total, 0.1);
  if (c.limit) return beyond_noise(sum.bad, sum.total, share(c.direction == Direction::increase ? *c.limit : 1 - *c.limit));
  if (c.objective) return beyond_noise(sum.bad, sum.total, share(1 - *c.objective));
  if (c.direction == Direction::increase) return beyond_noise(sum.bad, sum.total, share(usual.level.value_or(0.05)));
  return below_noise(sum.total - sum.bad, sum.total);
}

std::optional<Plain> outage(const Criterion& c, std::span<const SideSeries* const> samples, const Usual& usual) {
  const bool as_before =
      c.kind != MetricKind::latency && c.direction == Direction::increase && usual.level && *usual.level >= usual_failures;
  if (as_before || (c.limit && *c.limit >= usual_failures && c.direction == Direction::increase)) return {};
  Counted sum;
  std::size_t n = 0;
  for (auto s = samples.rbegin(); s != samples.rend(); ++s, ++n) {
    const auto one = counted(c, **s, usual);
    if (!one || one->bad < half * one->total) break;
    sum.bad += one->bad, sum.total += one->total;
  }
  if (n < 2 || sum.bad < least_events || by_chance(c, sum, usual) < one_in_a_million) return {};
  return Plain{PlainKind::outage, samples.size() - n, figure_of(c, sum, usual), held_against(c, usual)};
}

bool beyond(const Criterion& c, double level) { return c.direction == Direction::increase ? level > *c.limit : level < *c.limit; }

std::optional<Plain> past_limit(const Criterion& c, std::span<const SideSeries* const> samples, const Usual& usual) {
  if (c.kind != MetricKind::absolute || !c.limit || samples.empty()) return {};
  const auto& newest = sample_of(*samples.back());
  if (!c.queries.gauge.empty()) {
    if (samples.size() < 2 || !newest.gauge || !beyond(c, *newest.gauge)) return {};
    const auto& before = sample_of(*samples[samples.size() - 2]);
    if (!before.gauge || !beyond(c, *before.gauge)) return {};
    return Plain{PlainKind::limit, samples.size() - 2, fmt::format("{} is at {:.4g}", c.name, *newest.gauge), held_against(c, usual)};
  }
  const auto one = counted(c, *samples.back(), usual);
  const double accepted = c.direction == Direction::increase ? *c.limit : 1 - *c.limit;
  if (!one || one->bad < by_a_quarter * accepted * one->total || beyond_noise(one->bad, one->total, accepted) < one_in_a_million) return {};
  return Plain{PlainKind::limit, samples.size() - 1, figure_of(c, *one, usual), held_against(c, usual)};
}

std::optional<Plain> silent(const Criterion& c, std::span<const SideSeries* const> samples) {
  std::size_t n = 0;
  for (auto s = samples.rbegin(); s != samples.rend() && !sample_of(**s).present; ++s) ++n;
  if (c.silence == Silence::ignore || n < silent_intervals) return {};
  return Plain{PlainKind::silent, samples.size() - n, fmt::format("no sample of {}", c.name), ""};
}

}  // namespace

double beyond_noise(double events, double total, double share) {
  if (total <= 0 || events <= share * total) return 0;
  const double seen = std::min(1.0, events / total);
  if (share <= 0) return std::numeric_limits<double>::infinity();
  if (share >= 1) return 0;
  const double ones = seen * std::log(seen / share);
  const double zeros = seen >= 1 ? 0 : (1 - seen) * std::log((1 - seen) / (1 - share));
  return total * (ones + zeros);
}

std::optional<Plain> plain_of(const Criterion& c, std::span<const SideSeries* const> samples, const Usual& usual) {
  if (auto p = outage(c, samples, usual)) return p;
  if (auto p = past_limit(c, samples, usual)) return p;
  return silent(c, samples);
}

}  // namespace evenkeel::health
