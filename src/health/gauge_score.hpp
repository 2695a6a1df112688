// A gauge of the canary against its control: CPU, memory, queue length. Neighbouring samples are alike, so no test that takes them for
// independent is honest; what a difference is worth is learned from hosts that all ran the same version.
//
// e = log(canary / control), each with 2 % of the greatest control value so far added, so that an empty queue has a logarithm. The score
// is the greatest mean of the last min(k, 15) values of e, over all k from 5 on. Earlier windows in which a host of the old version stood
// for the canary say how high it rises by itself: hosts that always differ are in that threshold, so no past of the canary's is needed.
#pragma once
#include <array>
#include <limits>

namespace evenkeel::health {

class GaugeScore {
 public:
  static constexpr int least = 5, longest = 15;
  /// An interval in which both sides have a finite value; `worse` is +1 when more is bad, -1 when less is.
  void add(double canary, double control, int worse);
  /// Minus infinity below five values.
  double score() const { return score_; }
  /// Mean of the last values, as a ratio canary to control.
  double ratio() const;
  int values() const { return values_; }

 private:
  double recent() const;
  std::array<double, longest> ring_ = {};
  int values_ = 0, worse_ = 1;
  double greatest_ = 0, score_ = -std::numeric_limits<double>::infinity();
};

}  // namespace evenkeel::health
