// Simulated rollouts with known truth: independent requests, and the ways in which healthy production is not like that.
#pragma once
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "health/judge.hpp"

namespace evenkeel::health::simulated {

struct Side {
  double requests = 0, errors = 0;
};
struct Minute {
  Side canary, control;
};
using Rollout = std::vector<Minute>;
using Random = std::mt19937_64;

/// One kind of day. `ratio(minute)` multiplies the canary's error rate: the injected fault.
struct Scenario {
  std::string name;
  double canary = 200, control = 1800;  // requests a minute
  double rate = 0.01;
  double cluster = 1;                          // mean size of a cluster of errors that fail together (retries)
  bool pinned_client = false;                  // 60 errors a minute for 1 to 3 minutes, somewhere, about every 30 minutes
  bool cold_canary = false;                    // x(1 + 4 exp(-t/2))
  double noise_canary = 0, noise_control = 0;  // sd of the log rate, lag-1 correlation 0.9
  double gamma = 0;                            // variance of independent gamma noise per side and minute
  bool bursts = false;                         // shared one-minute bursts to 10%, the canary's scraped a third of a minute later
  bool outage = false;                         // shared ten-minute outage with 30% errors
};

inline double poisson(Random& random, double mean) { return mean <= 0 ? 0 : double(std::poisson_distribution<long>(mean)(random)); }

/// Errors of one side: binomial, or clusters of geometric size.
inline double errors(Random& random, double requests, double rate, double cluster) {
  rate = std::min(1.0, std::max(0.0, rate));
  if (cluster <= 1) return double(std::binomial_distribution<long>(long(requests), rate)(random));
  double sum = 0;
  const auto clusters = std::poisson_distribution<long>(requests * rate / cluster)(random);
  for (long i = 0; i < clusters; ++i) sum += 1 + double(std::geometric_distribution<long>(1 / cluster)(random));
  return std::min(sum, requests);
}

inline Rollout draw(
    const Scenario& s, std::uint64_t seed, int minutes = 60, const std::function<double(int)>& ratio = [](int) { return 1.0; }) {
  Random random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  double level_c = s.noise_canary * normal(random), level_t = s.noise_control * normal(random);
  const int outage_at = s.outage ? int(uniform(random) * (minutes - 10)) : -100;
  int pinned_left[2] = {0, 0};
  double burst_before = 0;
  Rollout out;
  for (int t = 0; t < minutes; ++t) {
    const double keep = 0.9, fresh = std::sqrt(1 - keep * keep);
    if (t > 0)
      level_c = keep * level_c + fresh * s.noise_canary * normal(random),
      level_t = keep * level_t + fresh * s.noise_control * normal(random);
    double rate_c = s.rate * std::exp(level_c), rate_t = s.rate * std::exp(level_t);
    if (s.gamma > 0) {
      std::gamma_distribution<double> g(1 / s.gamma, s.gamma);
      rate_c *= g(random), rate_t *= g(random);
    }
    if (s.cold_canary) rate_c *= 1 + 4 * std::exp(-t / 2.0);
    if (s.bursts) {
      const double burst = uniform(random) < 1.0 / 15 ? 0.1 : 0;
      rate_t = std::max(rate_t, burst);
      rate_c = std::max(rate_c, 2.0 / 3 * burst) + (burst_before > 0 ? burst_before / 3 : 0);
      burst_before = burst;
    }
    if (t >= outage_at && t < outage_at + 10) rate_c = 0.3 * std::exp(level_c), rate_t = 0.3 * std::exp(level_t);
    rate_c *= ratio(t);
    Minute m;
    m.canary.requests = poisson(random, s.canary), m.control.requests = poisson(random, s.control);
    m.canary.errors = errors(random, m.canary.requests, rate_c, s.cluster),
    m.control.errors = errors(random, m.control.requests, rate_t, s.cluster);
    if (s.pinned_client) {
      if (uniform(random) < 1.0 / 30)
        pinned_left[uniform(random) < s.canary / (s.canary + s.control) ? 0 : 1] = 1 + int(uniform(random) * 3);
      for (int side : {0, 1})
        if (pinned_left[side] > 0) {
          auto& w = side == 0 ? m.canary : m.control;
          w.errors += 60, w.requests += 60, --pinned_left[side];
        }
    }
    out.push_back(m);
  }
  return out;
}

/// Nine kinds of healthy production.
inline std::vector<Scenario> healthy_days() {
  return {{.name = "independent requests"},
          {.name = "retries: clusters of mean 3", .cluster = 3},
          {.name = "pinned client", .pinned_client = true},
          {.name = "cold canary", .cold_canary = true},
          {.name = "side noise", .noise_canary = 0.3, .noise_control = 0.1},
          {.name = "side noise at 10% errors", .rate = 0.1, .noise_canary = 0.3, .noise_control = 0.1},
          {.name = "gamma noise, equal sides", .canary = 2000, .control = 2000, .gamma = 0.1},
          {.name = "shared bursts", .bursts = true},
          {.name = "shared outage", .noise_canary = 0.15, .noise_control = 0.15, .outage = true}};
}

/// One critical error-rate criterion with the whole budget.
inline CriteriaSet errors_only() {
  auto set = default_criteria();
  set.criteria.resize(1);
  set.not_applicable.push_back({Coverage::latency, "simulated counts"});
  return set;
}

inline Judge judge_of(const Rollout& rollout, const CriteriaSet& set = errors_only(), const Calibration& calibration = {}) {
  Judge judge(set, calibration);
  for (const auto& m : rollout) {
    const Observation o{{true, m.canary.requests, m.canary.errors}, {true, m.control.requests, m.control.errors}};
    judge.step(std::span(&o, 1));
  }
  return judge;
}

struct Tally {
  int runs = 0, alarms = 0, early = 0;
  std::vector<int> delays;
  double share() const { return double(alarms) / runs; }
};
/// Alarms over `runs` rollouts; delays in minutes from the fault, window + 1 when it was not found.
inline Tally tally(const Scenario& s, int runs, double factor = 1, int from = 0, int minutes = 60, const Calibration& calibration = {}) {
  Tally t;
  for (int i = 0; i < runs; ++i) {
    const auto judge = judge_of(draw(s, 1000003ull * std::uint64_t(i + 1) + 17, minutes, [&](int m) { return m >= from ? factor : 1.0; }),
                                errors_only(), calibration);
    ++t.runs;
    const auto at = judge.first_breach();
    if (at && *at < from)
      ++t.early;
    else if (at)
      ++t.alarms;
    t.delays.push_back(at && *at >= from ? *at - from + 1 : minutes + 1);
  }
  std::sort(t.delays.begin(), t.delays.end());
  return t;
}

}  // namespace evenkeel::health::simulated
