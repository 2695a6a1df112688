#include "health/gauge_score.hpp"

#include <algorithm>
#include <cmath>

namespace evenkeel::health {

void GaugeScore::add(double canary, double control, int worse) {
  if (!std::isfinite(canary) || !std::isfinite(control)) return;
  worse_ = worse;
  greatest_ = std::max(greatest_, std::abs(control));
  const double some = greatest_ > 0 ? 0.02 * greatest_ : 0.02 * std::max(std::abs(canary), 1e-9);
  const double e = std::log(std::max(canary, 0.0) + some) - std::log(std::max(control, 0.0) + some);
  ring_[std::size_t(values_ % longest)] = worse * e;
  ++values_;
  if (values_ >= least) score_ = std::max(score_, recent());
}

double GaugeScore::recent() const {
  const int n = std::min(values_, longest);
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += ring_[std::size_t(i)];  // the ring holds just the last n
  return n > 0 ? sum / n : 0;
}

double GaugeScore::ratio() const { return std::exp(worse_ * recent()); }

}  // namespace evenkeel::health
