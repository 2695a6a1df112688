#include "health/metric_watch.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/json.hpp"
#include "health/buckets.hpp"
#include "health/sentence.hpp"

namespace evenkeel::health {

using stats::PairCounts;

namespace {

constexpr int silent_intervals = 3;         // so many without a canary sample in a row are NO_DATA
constexpr double plain_requests = 10;       // where half of the canary's requests fail, so many say enough
constexpr int quiet_intervals = 15;         // the end of the window must look back on so many
constexpr double negligible_share = 0.001;  // a canary surely below it is said to be so, however little its ratio is bounded
constexpr double limit_phi = 2;             // spread assumed for a single arm, where none can be measured
constexpr double least_gauge_ratio = 1.15;  // a smaller difference of a gauge is nobody's concern, however unusual

}  // namespace

MetricWatch::MetricWatch(const Criterion& criterion, const MetricFrame& frame) : criterion_(criterion), frame_(frame) {
  log_weight_ = std::log(frame.weight);
  cap_ = std::log(2 / (frame.alpha * frame.weight)) / 3;
  parts_.reserve(6);
  bounds_.reserve(128), warm_control_.reserve(128);
  if (criterion.kind == MetricKind::rate || criterion.kind == MetricKind::business) add_part("", 0.01, 2);
  if (criterion_.kind == MetricKind::latency && criterion_.percentiles.empty()) criterion_.percentiles = {0.5, 0.9, 0.99};
  if (criterion_.kind == MetricKind::slo_burn) budget_.emplace(criterion_, std::size_t(std::max(frame.plan.window, frame.plan.longest)));
}

void MetricWatch::add_part(std::string name, double prior_share, double default_healthy) {
  RatioEvidenceSettings s;
  s.plan = frame_.plan;
  s.tolerated_ratio = criterion_.tolerated_ratio.value_or(frame_.tolerance);
  s.cap = cap_;
  s.exposure = criterion_.events_are == EventsAre::per_unit;
  s.burn_in_test = criterion_.kind != MetricKind::latency;
  s.watch_control = criterion_.kind != MetricKind::latency || prior_share >= 0.05;
  s.omega = frame_.omega;
  s.not_below_today = frame_.not_below_today;
  s.prior_share = prior_share;
  if (criterion_.kind == MetricKind::latency || s.exposure) s.prior_omega = 0;  // exposures (traffic share) learn their own spread
  parts_.push_back(
      {.test = RatioEvidence(s), .name = std::move(name), .healthy_ratio = criterion_.healthy_ratio.value_or(default_healthy)});
}

double MetricWatch::spread_today() const {
  double times = 1;
  for (const auto& p : parts_) times = std::max(times, p.test.spread_today());
  return times;
}

void MetricWatch::note_silence(const Observation& o) {
  if (o.canary.present)
    seen_canary_ = true, silent_ = 0;
  else if (o.control.present || seen_canary_)
    ++silent_, ++silent_total_;
  if (o.control.present) seen_control_ = true;
  if (silent_ >= silent_intervals && criterion_.silence == Silence::breach) silent_breach_ = true;
}

/// What compares needs both sides in the same interval; a side that is missing is named, and what the other one had meanwhile is said.
void MetricWatch::note_sides(int interval, const Observation& o) {
  const auto has_data = [](const SideSample& s) {
    return s.present && (s.total > 0 || std::any_of(s.buckets.begin(), s.buckets.end(), [](double n) { return n > 0; }));
  };
  const bool canary = has_data(o.canary), control = has_data(o.control);
  if (canary) canary_last_ = interval;
  if (control) control_last_ = interval;
  if (!canary || control) return;
  unmatched_events_ += bad_events(criterion_, o.canary.events, o.canary.total);
  unmatched_requests_ += o.canary.total;
}

std::string MetricWatch::silent_side() const {
  const int now = intervals_ - 1;
  const bool canary = now - canary_last_ >= silent_intervals, control = now - control_last_ >= silent_intervals;
  if (!canary && !control) return "";
  const auto since = [&](int last) {
    if (last < 0) return std::string(" so far");
    return frame_.interval == std::chrono::minutes{1} ? fmt::format(" since minute {}", last + 1)
                                                      : fmt::format(" since {} after the start", to_words(frame_.interval * (last + 1)));
  };
  std::string text = canary ? "no request on the canary" + since(canary_last_) : "";
  if (control) text += (text.empty() ? "" : ", and ") + std::string("no request on the control") + since(control_last_);
  if (control && unmatched_requests_ > 0)
    text += fmt::format("; meanwhile the canary had {} events in {} requests, and nothing to compare them with", grouped(unmatched_events_),
                        grouped(unmatched_requests_));
  return text;
}

void MetricWatch::step(int interval, const Observation& o) {
  ++intervals_;
  note_silence(o);
  if (compares()) note_sides(interval, o);
  switch (criterion_.kind) {
    case MetricKind::rate:
    case MetricKind::business:
      step_ratio(interval, o);
      break;
    case MetricKind::latency:
      step_latency(interval, o);
      break;
    case MetricKind::absolute:
      step_limit(o);
      return;
    case MetricKind::slo_burn:
      step_budget(o);
      return;
    case MetricKind::gauge:
      step_gauge(o);
      return;
  }
  if (parts_.empty()) return;
  quiet_after_disturbance_ = gather() ? 0 : std::min(quiet_after_disturbance_ + 1, 1 << 20);
}

/// The evidence of all parts together; whether one of them is disturbed.
bool MetricWatch::gather() {
  double sum = stats::minus_infinity, gated = stats::minus_infinity;
  bool disturbed = false;
  for (const auto& p : parts_) {
    const double e = p.test.log_e();
    sum = stats::log_add(sum, e);
    if (p.test.effect_gate()) gated = stats::log_add(gated, e);
    disturbed |= p.test.disturbed();
  }
  const double parts = std::log(double(parts_.size()));
  log_e_ = sum - parts;
  counted_ = minimum_met() ? gated - parts : stats::minus_infinity;
  return disturbed;
}

MetricWatch MetricWatch::more_careful(double tolerance) const {
  auto out = *this;
  out.criterion_.tolerated_ratio = std::max(criterion_.tolerated_ratio.value_or(0), tolerance);
  out.frame_.not_below_today = true;
  for (auto& p : out.parts_) {
    auto settings = p.test.settings();
    settings.tolerated_ratio = *out.criterion_.tolerated_ratio;
    settings.not_below_today = true;
    p.test = p.test.again(settings);
  }
  if (!out.parts_.empty()) out.gather();
  return out;
}

/// Of good events either what is missing is compared (they are common: a fall from 99.9 % to 99.8 % is twice as many failures), or the
/// events themselves with the sides exchanged (they are rare: of 2 % that buy, half is found, while those that do not buy are as good as
/// all). The first interval with data says which, by both sides together: that total says nothing about their difference.
void MetricWatch::choose_what_is_compared(const Observation& o) {
  if (events_missing_ || criterion_.direction != Direction::decrease || criterion_.events_are != EventsAre::share) return;
  if (!o.canary.present || !o.control.present || o.canary.total + o.control.total <= 0) return;
  events_missing_ = 2 * (o.canary.events + o.control.events) >= o.canary.total + o.control.total;
}

/// Else the sides are exchanged: fewer on the canary is more on the control.
bool MetricWatch::bad_is_counted_on_canary() const {
  return criterion_.direction == Direction::increase || (criterion_.events_are == EventsAre::share && events_missing_.value_or(true));
}

PairCounts MetricWatch::counts_of(const Observation& o) const {
  if (!o.canary.present || !o.control.present) return {};
  const bool complement = criterion_.direction == Direction::decrease && bad_is_counted_on_canary();
  const auto events = [&](const SideSample& s) { return complement ? std::max(0.0, s.total - s.events) : s.events; };
  const PairCounts c{events(o.canary), o.canary.total, events(o.control), o.control.total};
  return bad_is_counted_on_canary() ? c : c.swapped();
}

void MetricWatch::step_ratio(int interval, const Observation& o) {
  choose_what_is_compared(o);
  const auto counts = counts_of(o);
  if (counts.nc > 0 && counts.nt > 0) ++with_data_;
  parts_[0].test.step(interval, counts);
  if (criterion_.kind == MetricKind::rate && criterion_.direction == Direction::increase) step_gross(o);
}

void MetricWatch::step_gross(const Observation& o) {
  const auto share = [](const SideSample& s) { return s.events / s.total; };
  const bool fails = o.canary.present && o.control.present && o.canary.total >= 20 && o.control.total >= 20 && share(o.canary) >= 0.5 &&
                     share(o.control) < share(o.canary) / 2;
  gross_run_ = fails ? gross_run_ + 1 : 0;
  if (gross_run_ >= 2) gross_ = true;
}

void MetricWatch::step_latency(int interval, const Observation& o) {
  const bool data = o.canary.present && o.control.present && !o.bounds.empty() && o.canary.buckets.size() == o.bounds.size() &&
                    o.control.buckets.size() == o.bounds.size();
  if (!data) {
    for (auto& p : parts_) p.test.step(interval, {});
    return;
  }
  ++with_data_;
  if (parts_.empty()) {
    if (interval >= frame_.plan.burn_in) choose_thresholds();
    if (parts_.empty()) warm_up(o);
  }
  for (auto& p : parts_) p.test.step(interval, slow_counts(p, o));
}

/// Boundaries may change while a watch runs; what was counted so far is kept at those that all intervals have.
void MetricWatch::warm_up(const Observation& o) {
  if (bounds_.empty()) bounds_.assign(o.bounds.begin(), o.bounds.end()), warm_control_.assign(bounds_.size(), 0);
  if (std::equal(bounds_.begin(), bounds_.end(), o.bounds.begin(), o.bounds.end())) {
    for (std::size_t i = 0; i < bounds_.size(); ++i) warm_control_[i] += o.control.buckets[i];
    return;
  }
  const auto common = common_bounds(bounds_, o.bounds);
  warm_control_ = in_bounds(warm_control_, bounds_, common);
  const auto more = in_bounds(o.control.buckets, o.bounds, common);
  for (std::size_t i = 0; i < common.size(); ++i) warm_control_[i] += more[i];
  bounds_ = common;
}

std::string MetricWatch::name_of(double bound, double percentile) {
  return fmt::format("slower than {:g} ms (p{:g})", bound, percentile * 100);
}

/// A threshold that is no boundary any more gives way, on both sides at once and for good, to the next boundary above it.
PairCounts MetricWatch::slow_counts(Part& p, const Observation& o) {
  const auto at = std::lower_bound(o.bounds.begin(), o.bounds.end(), p.bound);
  if (at == o.bounds.end() || std::isinf(*at)) return {};
  if (*at != p.bound) p.bound = *at, p.name = name_of(p.bound, p.percentile);
  const auto first_slow = std::size_t(at - o.bounds.begin()) + 1;
  PairCounts c;
  for (std::size_t i = 0; i < o.bounds.size(); ++i) {
    c.nc += o.canary.buckets[i], c.nt += o.control.buckets[i];
    if (i >= first_slow) c.kc += o.canary.buckets[i], c.kt += o.control.buckets[i];
  }
  return c;
}

/// For each percentile the bucket bound whose share of slower requests, on the control before now, is nearest in log odds.
/// Fixed from then on; data of the interval itself play no part.
void MetricWatch::choose_thresholds() {
  double total = 0;
  for (const double n : warm_control_) total += n;
  if (total < criterion_.minimum.requests) return;
  std::vector<std::size_t> taken;
  for (const double q : criterion_.percentiles) {
    const double wanted = std::log((1 - q) / q);
    std::size_t best = 0;
    double nearest = 1e300, slower = total, best_share = 0;
    for (std::size_t i = 0; i + 1 < bounds_.size(); ++i) {
      slower -= warm_control_[i];
      if (slower <= 0 || slower >= total) continue;
      const double off = std::abs(std::log(slower / (total - slower)) - wanted);
      if (off < nearest) nearest = off, best = i + 1, best_share = slower / total;
    }
    if (best == 0 || std::find(taken.begin(), taken.end(), best) != taken.end()) continue;
    taken.push_back(best);
    add_part(name_of(bounds_[best - 1], q), best_share, best_share >= 0.05 ? 1.25 : 2);
    parts_.back().percentile = q, parts_.back().bound = bounds_[best - 1];
  }
}

void MetricWatch::step_limit(const Observation& o) {
  if (!o.canary.present) return;
  ++with_data_;
  const double limit = *criterion_.limit;
  if (!criterion_.queries.gauge.empty()) {
    if (!std::isfinite(o.canary.gauge)) return;
    last_gauge_ = o.canary.gauge;
    const bool over = criterion_.direction == Direction::increase ? last_gauge_ > limit : last_gauge_ < limit;
    over_limit_run_ = over ? over_limit_run_ + 1 : 0;
    if (over_limit_run_ >= criterion_.minimum.intervals) over_limit_ = true;
    return;
  }
  const double k = bad_events(criterion_, o.canary.events, o.canary.total), most = greatest_share();
  std::array<double, stats::odds_grid.size()> steps;
  stats::limit_step(k, o.canary.total, most, stats::odds_grid, steps);
  for (auto& s : steps) s /= limit_phi;
  limit_.step(steps, limit_total_ == 0 ? 1 : 0, cap_);
  limit_events_ += k, limit_total_ += o.canary.total;
  log_e_ = limit_.log_e();
  const auto& m = criterion_.minimum;
  counted_ = with_data_ >= m.intervals && limit_events_ >= m.events && limit_total_ >= m.requests && limit_events_ > most * limit_total_
                 ? log_e_
                 : stats::minus_infinity;
}

/// What the limit of an absolute criterion allows of bad events; with `decrease` it is the least share of good ones.
double MetricWatch::greatest_share() const {
  return criterion_.direction == Direction::increase ? *criterion_.limit : 1 - *criterion_.limit;
}

void MetricWatch::step_budget(const Observation& o) {
  budget_->add(frame_.interval, o.canary.present, bad_events(criterion_, o.canary.events, o.canary.total), o.canary.total);
  with_data_ = budget_->with_data(), limit_events_ = budget_->bad(), limit_total_ = budget_->total();
  if (!burning_) burning_ = budget_->burning();
}

void MetricWatch::step_gauge(const Observation& o) {
  if (!o.canary.present) return;
  last_gauge_ = o.canary.gauge, ++with_data_;
  if (!o.control.present) return;
  const int worse = criterion_.direction == Direction::increase ? 1 : -1;
  gauge_.add(o.canary.gauge, o.control.gauge, worse);
  const double least = std::log(criterion_.tolerated_ratio.value_or(least_gauge_ratio));
  if (frame_.gauge_threshold && gauge_.score() > std::max(*frame_.gauge_threshold, least)) gauge_breach_ = true;
}

std::string MetricWatch::gauge_words() const {
  if (gauge_.values() < GaugeScore::least) return fmt::format("{} of {} values on both sides so far", gauge_.values(), GaugeScore::least);
  const auto now =
      fmt::format("{:.2f} times the control over the last {} intervals", gauge_.ratio(), std::min(gauge_.values(), GaugeScore::longest));
  if (!frame_.gauge_threshold) return now + "; not calibrated on earlier windows, so it is only shown";
  return fmt::format("{}; beyond {:.2f} times only 1 of {:.0f} of the {} earlier windows would be", now,
                     std::exp(std::max(*frame_.gauge_threshold, 0.0)), 1 / frame_.alpha, frame_.windows);
}

/// At least half of the canary's requests fail and far fewer of the control's: the evidence decides, and need not wait for as many requests
/// as a small difference needs.
bool MetricWatch::fails_plainly(const PairCounts& t) const {
  return criterion_.kind == MetricKind::rate && criterion_.direction == Direction::increase && t.nc >= plain_requests &&
         t.nt >= plain_requests && t.kc >= t.nc / 2 && t.kt / t.nt < t.kc / t.nc / 2;
}

bool MetricWatch::minimum_met() const {
  const auto& m = criterion_.minimum;
  if (with_data_ < m.intervals || parts_.empty()) return false;
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& p) {
    const auto& t = p.test.total();
    const double events = bad_is_counted_on_canary() ? t.kc : t.kc + t.kt;
    return ((t.nc >= m.requests && t.nt >= m.requests) || fails_plainly(t)) && events >= m.events;
  });
}

bool MetricWatch::is_healthy() const {
  if (silent_ > 0 || silent_total_ * 5 > intervals_) return false;
  if (criterion_.kind == MetricKind::absolute) {
    if (!criterion_.queries.gauge.empty()) return with_data_ > 0 && over_limit_run_ == 0;
    return limit_total_ > 0 && stats::wilson(limit_events_, limit_total_, 0.9).high <= greatest_share();
  }
  if (budget_)  // slower than the budget allows, for sure
    return limit_total_ > 0 && stats::wilson(limit_events_, limit_total_, 0.9).high <= 1 - *criterion_.objective;
  if (parts_.empty() || with_data_ < std::min(30, frame_.plan.window / 2) || log_e_ >= std::log(2.0)) return false;
  const double least_p = 0.1 / double(parts_.size());
  return std::all_of(parts_.begin(), parts_.end(), [&](const Part& p) {
    return p.test.log_e_below(p.healthy_ratio) >= std::log(20.0) && p.test.recent_p(quiet_intervals) > least_p;
  });
}

bool MetricWatch::says_enough() const {
  if (budget_) return with_data_ >= criterion_.minimum.intervals && limit_total_ >= criterion_.minimum.requests;
  if (criterion_.kind == MetricKind::absolute)
    return with_data_ >= criterion_.minimum.intervals && (!criterion_.queries.gauge.empty() || limit_total_ >= criterion_.minimum.requests);
  return std::any_of(parts_.begin(), parts_.end(), [](const Part& p) {
    const auto& t = p.test.total();
    return p.test.excludes_above(4) || (t.nc > 0 && stats::wilson(t.kc, t.nc, 0.9).high < negligible_share);
  });
}

MetricState MetricWatch::state(bool over) const {
  if (breached_at_) return MetricState::breach;
  const bool is_silent = silent_ >= silent_intervals && criterion_.silence != Silence::ignore;  // whatever kind it is
  if (criterion_.kind == MetricKind::gauge) {
    if (is_silent) return MetricState::no_data;
    if (gauge_.values() < GaugeScore::least) return MetricState::insufficient;
    if (frame_.gauge_threshold) return MetricState::no_harm_seen;
    const double least = std::log(criterion_.tolerated_ratio.value_or(least_gauge_ratio));
    return gauge_.score() > least ? MetricState::watch : MetricState::insufficient;
  }
  if (quiet_after_disturbance_ < quiet_intervals) return MetricState::disturbed;
  if (is_silent) return MetricState::no_data;
  if (log_e_ + log_weight_ >= std::log(0.25 / frame_.alpha)) return MetricState::watch;
  if (over) return is_healthy() ? MetricState::healthy : says_enough() ? MetricState::no_harm_seen : MetricState::insufficient;
  if (!compares()) return says_enough() ? MetricState::no_harm_seen : MetricState::insufficient;
  if (parts_.empty() || with_data_ < criterion_.minimum.intervals) return MetricState::insufficient;
  const auto& t = parts_[0].test.total();
  return t.nc >= criterion_.minimum.requests && t.nt >= criterion_.minimum.requests ? MetricState::no_harm_seen : MetricState::insufficient;
}

const MetricWatch::Part* MetricWatch::loudest() const {
  const Part* best = nullptr;
  for (const auto& p : parts_)
    if (!best || p.test.log_e() > best->test.log_e()) best = &p;
  return best;
}

std::string MetricWatch::missing(bool over) const {
  if (!seen_canary_) return "no sample of the canary has arrived";
  if (criterion_.kind == MetricKind::gauge) return gauge_words();
  if (compares() && !seen_control_)
    return "no sample of a control has arrived; without one only limits can be judged" +
           (unmatched_events_ > 0 ? "; " + silent_side() : std::string());
  if (const auto missing = compares() ? silent_side() : std::string(); !missing.empty()) return missing;
  if (with_data_ < criterion_.minimum.intervals)
    return fmt::format("{} of {} intervals with data so far", with_data_, criterion_.minimum.intervals);
  if (!compares()) return fmt::format("{:.0f} requests so far; {:.0f} are needed", limit_total_, criterion_.minimum.requests);
  if (parts_.empty()) return "too few requests on the control to choose the latency thresholds";
  const auto& t = parts_[0].test.total();
  if (t.nc < criterion_.minimum.requests || t.nt < criterion_.minimum.requests)
    return fmt::format("{:.0f} requests on the canary and {:.0f} on the control; {:.0f} on each are needed", t.nc, t.nt,
                       criterion_.minimum.requests);
  if (!over) return "";
  const double wanted = std::ceil(14 * parts_[0].test.phi() - t.kc);
  if (t.kc <= 0) return "no event on the canary so far, so no ratio can be excluded";
  return fmt::format("about {:.0f} more events on the canary would exclude a doubling (some {:.0f} intervals)", std::max(1.0, wanted),
                     std::max(1.0, std::ceil(wanted / (t.kc / with_data_))));
}

MetricVerdict MetricWatch::verdict(bool over) const {
  MetricVerdict v{.name = criterion_.name, .kind = criterion_.kind, .critical = criterion_.critical};
  v.state = state(over), v.log_e = log_e_, v.breached_at = breached_at_, v.intervals = with_data_;
  if (criterion_.kind == MetricKind::absolute || budget_) v.canary_events = limit_events_, v.canary_total = limit_total_;
  if (const auto* p = loudest()) {
    const bool straight = bad_is_counted_on_canary();
    const auto effect = p->test.clearest_effect();
    const auto counts = v.state == MetricState::breach || v.state == MetricState::watch ? effect.counts : p->test.total();
    const auto c = straight ? counts : counts.swapped();
    v.since = v.state == MetricState::breach || v.state == MetricState::watch ? effect.since : 0;
    v.part = p->name, v.phi = p->test.phi();
    if (!straight) v.fewer_is_worse = true;
    v.canary_events = c.kc, v.canary_total = c.nc, v.control_events = c.kt, v.control_total = c.nt;
    const auto b = p->test.bounds();
    const auto inverse = [](std::optional<double> x) { return x ? std::optional(1 / *x) : x; };
    v.ratio = straight ? RatioRange{b.low, b.high} : RatioRange{inverse(b.high), inverse(b.low)};
  }
  if (v.state == MetricState::no_data || silent_breach_) v.figure = "no sample of " + criterion_.name;
  if (v.state == MetricState::insufficient)
    v.detail = missing(over);
  else if (v.state == MetricState::no_data)
    v.detail = fmt::format("no sample of the canary for {} intervals", silent_);
  else if (v.state == MetricState::disturbed)
    v.detail = "the control itself left its baseline: both sides degraded";
  else if (gross_)
    v.detail = "at least half of the canary's requests failed in two intervals running";
  else if (silent_breach_)
    v.detail = fmt::format("the canary stopped reporting for {} intervals, which was agreed to count as a failure", silent_intervals);
  else if (burning_)
    v.detail = words_of(*burning_, *budget_);
  else if (budget_)
    v.detail = fmt::format("{:.2g} % of the budget for {} went since the start", 100 * budget_->spent(),
                           json::duration_text(criterion_.budget_period));
  else if (criterion_.kind == MetricKind::gauge)
    v.detail = gauge_words();
  else if (criterion_.kind == MetricKind::absolute && !criterion_.queries.gauge.empty())
    v.detail = fmt::format("last value {:g}, limit {:g}", last_gauge_, *criterion_.limit);
  return v;
}

}  // namespace evenkeel::health
