// A mixture of e-processes over alternatives and over planned starts, at the cost of one.
//
// A fault may begin at any minute of the watch. A cumulative test that began long before it must first outweigh all the
// evidence for "no fault" it has gathered. So the test is begun again at planned starts k = 0, 10, 20, ... with weights w_k
// that sum to 1: E = sum over k of w_k E_k, where E_k sees only data from its start on and counts as 1 before it. An average
// of e-processes is an e-process, so this costs no validity. For one alternative a the sum over the started k obeys
//     V <- step_a * (V + w_t)          (the mass that starts in this interval joins just before its step)
// which is Page's recursion in another coat; E = mean over a of V_a + the mass that has not started yet. All in logarithms.
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "stats/evidence_step.hpp"

namespace evenkeel::stats {

inline constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

/// log(exp(a) + exp(b)) without overflow; -inf is zero mass.
inline double log_add(double a, double b) {
  const double high = std::max(a, b), low = std::min(a, b);
  return low == minus_infinity ? high : high + std::log1p(std::exp(low - high));
}

class RestartMixture {
 public:
  /// `alternatives` <= max_grid.
  explicit RestartMixture(std::size_t alternatives = 1) : count_(alternatives) { log_v_.fill(minus_infinity); }

  /// One interval: `steps` are the log steps of each alternative, each lowered to `cap` first (lowering a step keeps it
  /// valid); `weight` is the mass whose planned start is this interval (0 for none).
  void step(std::span<const double> steps, double weight, double cap = std::numeric_limits<double>::infinity()) {
    waiting_ = std::max(0.0, waiting_ - weight);
    const double log_w = weight > 0 ? std::log(weight) : minus_infinity;
    for (std::size_t i = 0; i < count_; ++i) log_v_[i] = std::min(steps[i], cap) + log_add(log_v_[i], log_w);
  }

  /// Fewer alternatives from now on; only before the first step that is not zero, while all of them weigh the same.
  void narrow(std::size_t alternatives) { count_ = alternatives; }

  /// log E.
  double log_e() const {
    double sum = minus_infinity;
    for (std::size_t i = 0; i < count_; ++i) sum = log_add(sum, log_v_[i]);
    sum -= std::log(double(count_));
    return waiting_ > 1e-12 ? log_add(sum, std::log(waiting_)) : sum;
  }

 private:
  std::array<double, max_grid> log_v_;
  std::size_t count_;
  double waiting_ = 1;
};

}  // namespace evenkeel::stats
