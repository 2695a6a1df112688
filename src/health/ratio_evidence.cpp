#include "health/ratio_evidence.hpp"

#include <cmath>

namespace evenkeel::health {

using stats::PairCounts;

namespace {

constexpr double excluded = 2.995732273553991;  // log 20
constexpr double common_share = 0.05;
constexpr double burn_in_tolerance = 4;

PairCounts operator-(const PairCounts& a, const PairCounts& b) { return {a.kc - b.kc, a.nc - b.nc, a.kt - b.kt, a.nt - b.nt}; }
void add(PairCounts& to, const PairCounts& c) { to.kc += c.kc, to.nc += c.nc, to.kt += c.kt, to.nt += c.nt; }

/// Smoothed by one event, so that "none on the control" has a ratio too.
double ratio_of(const PairCounts& c) { return c.nc > 0 && c.nt > 0 ? c.kc / c.nc / ((c.kt > 0 ? c.kt : 1) / c.nt) : 1; }
double excess_of(const PairCounts& c) { return c.nt > 0 ? c.kc - c.kt * c.nc / c.nt : 0; }

}  // namespace

double StartPlan::weight_at(int interval) const {
  const int later = later_starts();
  if (interval == burn_in) return later == 0 ? 1 : 0.5;
  const int after = interval - burn_in;
  return after > 0 && interval < window && after % restart_every == 0 ? 0.5 / later : 0;
}

RatioEvidence::RatioEvidence(const RatioEvidenceSettings& settings)
    : settings_(settings),
      main_(stats::max_grid),
      burn_(stats::max_grid),
      running_(settings.exposure, settings.prior_omega),
      today_(settings.exposure) {
  control_.k = canary_.k = 20 * settings.prior_share;
  early_.reserve(std::size_t(settings.plan.burn_in));
  seen_.reserve(std::size_t(std::max(settings.plan.window, settings.plan.longest)));
  starts_.reserve(std::size_t(settings.plan.later_starts()) + 2);
  starts_.push_back({0, {}});
}

double RatioEvidence::phi_for(const PairCounts& c) const {
  if (!settings_.omega) return running_.phi();
  // The more events, the more a known difference between hosts shows. How many are usual is the control's word, so that a fault on the
  // canary does not excuse itself; a shared outage counts as it is.
  const double share = std::max(control_.share(), c.nt > 0 ? c.kt / c.nt : 0);
  const double known =
      std::max(1.0, 1 + *settings_.omega * stats::split_of({share * c.nc, c.nc, share * c.nt, c.nt}, settings_.tolerated_ratio).v);
  return settings_.not_below_today ? std::max(known, running_.phi()) : known;
}

void RatioEvidence::step(int interval, const PairCounts& counts) {
  const auto& plan = settings_.plan;
  const bool data = counts.nc > 0 && counts.nt > 0;
  if (last_ < first_) first_ = interval;
  last_ = interval;
  const double phi = last_phi_ = data ? phi_for(counts) : last_phi_;
  if (interval > 0 && plan.weight_at(interval) > 0) starts_.push_back({interval, total_});
  if (interval < plan.burn_in && settings_.burn_in_test && data) {
    std::array<double, stats::max_grid> steps;
    stats::count_step(counts, burn_in_tolerance, stats::count_grid, steps);
    for (auto& s : steps) s /= phi;
    burn_.step(steps, total_.nc == 0 ? 1 : 0, settings_.cap);
  }
  if (interval >= plan.burn_in) step_main(interval, counts, phi);
  if (!data) return;
  if (interval >= plan.burn_in && seen_.size() < seen_.capacity())
    seen_.push_back({interval, counts, float(phi), float(control_.share()), float(canary_.share())});
  if (interval < plan.burn_in) early_.push_back({interval, counts});
  add(total_, counts);
  running_.add(counts);
  if (settings_.omega && interval >= plan.burn_in) today_.add(counts, phi);
  control_.add(counts.kt, counts.nt), canary_.add(counts.kc, counts.nc);
  watch_control(counts);
}

RatioEvidence RatioEvidence::again(const RatioEvidenceSettings& settings) const {
  RatioEvidence out(settings);
  auto early = early_.begin();
  auto seen = seen_.begin();
  for (int i = first_; i <= last_; ++i) {
    PairCounts counts;
    if (early != early_.end() && early->interval == i)
      counts = (early++)->counts;
    else if (seen != seen_.end() && seen->interval == i)
      counts = (seen++)->counts;
    out.step(i, counts);
  }
  return out;
}

void RatioEvidence::step_main(int interval, const PairCounts& counts, double phi) {
  std::array<double, stats::max_grid> steps{};
  const bool data = counts.nc > 0 && counts.nt > 0;
  if (data && method_ == Method::undecided) {
    method_ = !settings_.exposure && control_.share() >= common_share ? Method::bernoulli : Method::count;
    if (method_ == Method::bernoulli) main_.narrow(stats::odds_grid.size());
  }
  if (data && method_ == Method::count) stats::count_step(counts, settings_.tolerated_ratio, stats::count_grid, steps);
  if (data && method_ == Method::bernoulli)
    stats::bernoulli_step(counts, control_.share(), settings_.tolerated_ratio, stats::odds_grid, {steps.data(), stats::odds_grid.size()});
  for (auto& s : steps) s /= phi;
  main_.step(steps, settings_.plan.weight_at(interval), settings_.cap);
}

double RatioEvidence::log_e() const {
  if (!settings_.burn_in_test || settings_.plan.burn_in == 0) return main_.log_e();
  return stats::log_add(std::log(0.7) + main_.log_e(), std::log(0.3) + burn_.log_e());
}

RatioEvidence::Effect RatioEvidence::clearest_effect() const {
  // The start with the greatest excess in units of its own spread, among those that pass the gate when any does.
  Effect best;
  double best_z = stats::minus_infinity;
  for (const auto& s : starts_) {
    const auto c = total_ - s.before;
    if (!(c.nc > 0 && c.nt > 0)) continue;
    const auto split = stats::split_of(c, 1, settings_.exposure);
    double z = split.v > 0 ? split.x / std::sqrt(split.v) : 0;
    if (ratio_of(c) >= 1.25 && excess_of(c) >= 5) z += 1e6;
    if (z > best_z) best_z = z, best = {s.interval, c, ratio_of(c)};
  }
  return best;
}

bool RatioEvidence::effect_gate() const {
  for (const auto& s : starts_)
    if (const auto c = total_ - s.before; ratio_of(c) >= 1.25 && excess_of(c) >= 5) return true;
  return false;
}

double RatioEvidence::replay(bool swapped, double r0) const {
  const bool bernoulli = method_ == Method::bernoulli;
  const std::size_t size = bernoulli ? stats::odds_grid.size() : stats::count_grid.size();
  std::array<double, stats::max_grid> sum{}, steps{};
  for (const auto& s : seen_) {
    const auto counts = swapped ? s.counts.swapped() : s.counts;
    if (bernoulli)
      stats::bernoulli_step(counts, swapped ? s.canary_share : s.control_share, r0, stats::odds_grid, {steps.data(), size});
    else
      stats::count_step(counts, r0, stats::count_grid, {steps.data(), size});
    for (std::size_t i = 0; i < size; ++i) sum[i] += steps[i] / s.phi;
  }
  double log_e = stats::minus_infinity;
  for (std::size_t i = 0; i < size; ++i) log_e = stats::log_add(log_e, sum[i]);
  return log_e - std::log(double(size));
}

double RatioEvidence::log_e_below(double r) const { return replay(true, 1 / r); }
double RatioEvidence::log_e_above(double r) const { return replay(false, r); }

RatioEvidence::Bounds RatioEvidence::bounds() const {
  Bounds out;
  const auto bisect = [](double inside, double outside, auto&& is_excluded) {  // in logs; `outside` is excluded, `inside` is not
    for (int i = 0; i < 24; ++i) {
      const double middle = (inside + outside) / 2;
      (is_excluded(std::exp(middle)) ? outside : inside) = middle;
    }
    return std::exp(outside);
  };
  const double far = std::log(50.0);
  const double start = std::log(std::clamp(ratio_of({total_.kc + 0.5, total_.nc, total_.kt + 0.5, total_.nt}), 0.021, 49.0));
  const auto below = [&](double r) { return log_e_below(r) >= excluded; };
  const auto above = [&](double r) { return log_e_above(r) >= excluded; };
  if (seen_.empty()) return out;
  if (below(50.0) && !below(std::exp(start))) out.high = bisect(start, far, below);
  if (above(0.02) && !above(std::exp(start))) out.low = bisect(start, -far, above);
  return out;
}

bool RatioEvidence::excludes_above(double r) const {
  if (seen_.empty() || log_e_below(r) < excluded) return false;
  const auto middle = std::clamp(ratio_of({total_.kc + 0.5, total_.nc, total_.kt + 0.5, total_.nt}), 0.021, 49.0);
  return log_e_below(middle) < excluded;  // else the data say nothing that hangs together
}

PairCounts RatioEvidence::recent(int intervals) const {
  PairCounts sum;
  if (seen_.empty()) return sum;
  for (auto s = seen_.rbegin(); s != seen_.rend() && s->interval > seen_.back().interval - intervals; ++s) add(sum, s->counts);
  return sum;
}

double RatioEvidence::recent_p(int intervals) const {
  const auto c = recent(intervals);
  if (!(c.nc > 0 && c.nt > 0)) return 1;
  return stats::binomial_upper_tail(std::llround(c.kc), std::llround(c.kc + c.kt), c.nc / (c.nc + c.nt));
}

void RatioEvidence::watch_control(const PairCounts& c) {
  auto& slot = control_ring_[std::size_t(ring_at_)];
  if (ring_filled_ == int(control_ring_.size()) && !disturbed_) baseline_k_ += slot.first, baseline_n_ += slot.second;
  slot = {c.kt, c.nt};
  ring_at_ = (ring_at_ + 1) % int(control_ring_.size());
  ring_filled_ = std::min(ring_filled_ + 1, int(control_ring_.size()));
  if (settings_.exposure || !settings_.watch_control || baseline_n_ < 50) return;
  double k = 0, n = 0;
  for (const auto& [events, requests] : control_ring_) k += events, n += requests;
  const double base = (baseline_k_ + 0.5) / (baseline_n_ + 1), now = (k + 0.5) / (n + 1);
  const double odds = now / (1 - now) / (base / (1 - base));
  if (disturbed_) {
    disturbed_ = odds > 1.5;
    return;
  }
  // A baseline of a few events is itself uncertain: the rise must also be beyond what chance makes of the two counts together
  // (conditional binomial), or a control that merely began well would hold every short window.
  disturbed_ = odds >= 3 && k - base * n >= 20 &&
               stats::binomial_upper_tail(std::llround(k), std::llround(k + baseline_k_), n / (n + baseline_n_)) < 1e-4;
}

}  // namespace evenkeel::health
