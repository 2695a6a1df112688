// The judges that are compared on the same simulated rollouts: this one at its three levels of knowledge, and Kayenta's, looking again
// every minute from the fifth.
#pragma once
#include "health/kayenta.hpp"
#include "stats/overdispersion.hpp"
#include "support/rollouts.hpp"

namespace evenkeel::health::simulated {

/// Minute of Kayenta's first High, judged each minute on all minutes so far; per cent, as its root finder's tolerance is absolute.
inline std::optional<int> kayenta_alarm(const Rollout& rollout, const kayenta::Settings& settings = {}) {
  static const kayenta::Metric metric{"errors", {}, {.direction = kayenta::Direction::increase}};
  std::vector<double> canary, control;
  for (std::size_t t = 0; t < rollout.size(); ++t) {
    const auto& m = rollout[t];
    if (m.canary.requests > 0) canary.push_back(100 * m.canary.errors / m.canary.requests);
    if (m.control.requests > 0) control.push_back(100 * m.control.errors / m.control.requests);
    if (t + 1 < 5) continue;
    if (kayenta::classify(metric, control, canary, settings).classification == kayenta::Class::High) return int(t);
  }
  return std::nullopt;
}

/// What a day of the scenario teaches: its spread (median over `days` histories), and the greatest evidence of healthy windows.
struct Taught {
  Calibration modelled;             // spread known, strict threshold
  std::vector<double> past_maxima;  // of healthy windows, cold starts included
  /// With 76 past windows drawn from the pool: as many as keep the chance of an alarm clearly below alpha (3 in 77).
  Calibration calibrated(std::uint64_t seed, double alpha = 0.05) const {
    Random random(seed);
    std::vector<double> past;
    for (int i = 0; i < 76; ++i) past.push_back(past_maxima[std::size_t(random() % past_maxima.size())]);
    auto c = modelled;
    c.level = CalibrationLevel::calibrated, c.windows = 76;
    c.threshold = calibrated_threshold(past, alpha);
    return c;
  }
};
inline Taught teach(const Scenario& s, int days, int windows, const CriteriaSet& set = errors_only()) {
  std::vector<double> omegas;
  for (int d = 0; d < days; ++d) {
    auto like = s;
    like.cold_canary = false;  // a pseudo-canary of old hosts is warm
    std::vector<stats::PairCounts> history;
    for (const auto& m : draw(like, 777'000'001ull + std::uint64_t(d), 1440))
      history.push_back({m.canary.errors, m.canary.requests, m.control.errors, m.control.requests});
    omegas.push_back(stats::historic_spread(history).omega);
  }
  std::sort(omegas.begin(), omegas.end());
  Taught t;
  t.modelled.level = CalibrationLevel::modelled;
  t.modelled.omega[set.criteria[0].name] = omegas[omegas.size() / 2];
  auto probe = t.modelled;
  probe.level = CalibrationLevel::calibrated;
  for (int w = 0; w < windows; ++w)
    t.past_maxima.push_back(judge_of(draw(s, 555'000'001ull + std::uint64_t(w) * 7919), set, probe).max_log_e());
  return t;
}

/// A service whose history was calm (independent requests) on a day of scenario `s` (health-review 5.6): alarms without and with the strict
/// level of noisy days; and what that costs on a day like the history, with a fault of x2 from minute 20.
struct NoisyRow {
  std::string name;
  int runs = 0, without = 0, with = 0, noisy = 0;
  int ordinary_without = 0, ordinary_with = 0, ordinary_noisy = 0;
  std::string text() const {
    const auto percent = [&](int k) { return 100.0 * k / runs; };
    return fmt::format("{:<28} {:5.1f} -> {:5.1f} %  noisy {:5.1f} %   | x2: {:5.1f} -> {:5.1f} %  noisy {:4.1f} %", name, percent(without),
                       percent(with), percent(noisy), percent(ordinary_without), percent(ordinary_with), percent(ordinary_noisy));
  }
};
inline NoisyRow noisy_row(const Scenario& s, int runs) {
  auto calm = healthy_days()[0];
  calm.rate = s.rate, calm.canary = s.canary, calm.control = s.control;
  const auto calm_past = teach(calm, 3, 400), own_past = teach(s, 3, 400);
  // Without the strict level an alarm is the calibrated evidence alone (the gate of effect is passed wherever this much is reached).
  const auto both = [](const Rollout& r, const Calibration& c, int& without, int& with, int& noisy) {
    const auto judge = judge_of(r, errors_only(), c);
    without += judge.max_log_e() >= *c.threshold, with += judge.first_breach().has_value(), noisy += judge.verdict().noisier.has_value();
  };
  NoisyRow row{.name = s.name, .runs = runs};
  for (int i = 0; i < runs; ++i) {
    const auto seed = 1000003ull * std::uint64_t(i + 1) + 17;
    both(draw(s, seed), calm_past.calibrated(seed ^ 99), row.without, row.with, row.noisy);
    both(draw(s, seed, 60, [](int m) { return m >= 20 ? 2.0 : 1.0; }), own_past.calibrated(seed ^ 99), row.ordinary_without,
         row.ordinary_with, row.ordinary_noisy);
  }
  return row;
}

}  // namespace evenkeel::health::simulated
