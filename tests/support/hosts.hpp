// How far apart like hosts are by themselves: one canary host may differ from the rest without any new version. The judge's own goals and
// benches are measured with it; the product calibrates on whole windows instead (health/calibration.hpp).
#pragma once
#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <span>

namespace evenkeel::stats {

struct HostCounts {
  double events = 0, requests = 0;
};

struct Spread {
  double tau = 0;
  int hosts = 0;
};

inline Spread spread_of(std::span<const HostCounts> hosts) {
  double n = 0, sum = 0, squares = 0, noise = 0;
  for (const auto& h : hosts) {
    if (!(h.events > 0 && h.requests > 0)) continue;
    const double x = std::log(h.events / h.requests);
    ++n, sum += x, squares += x * x, noise += 1 / h.events;
  }
  if (n < 2) return {0, int(n)};
  const double variance = (squares - sum * sum / n) / (n - 1);
  return {std::sqrt(std::max(0.0, variance - noise / n)), int(n)};
}

/// sd of the log event rate between hosts beyond what counting explains: variance of the logs less the mean of 1/events. 0 with fewer
/// than two hosts that have events.
inline double host_spread(std::span<const HostCounts> hosts) { return spread_of(hosts).tau; }

/// The ratio that `canary_hosts` of such hosts may show against the others without being different: exp(t(0.975, hosts - 1) tau
/// sqrt(1/canary_hosts + 1/hosts)). At least 1.
inline double host_tolerance(std::span<const HostCounts> control_hosts, int canary_hosts) {
  const auto s = spread_of(control_hosts);
  if (s.hosts < 2 || canary_hosts < 1) return 1;
  const double t = boost::math::quantile(boost::math::students_t(s.hosts - 1), 0.975);
  return std::max(1.0, std::exp(t * s.tau * std::sqrt(1.0 / canary_hosts + 1.0 / s.hosts)));
}

}  // namespace evenkeel::stats
