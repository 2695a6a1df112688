// The Mann-Whitney test of two samples: the rank statistic, its p values, and the interval for the shift x - y that Kayenta's judge
// reports.
//
// W(mu) = R1(x - mu, y) - n(n+1)/2 - nm/2 with mid-ranks; g(mu) = (W - sign(W)/2) / sigma, where sigma^2 = nm/12 ((N+1) - sum(t^3 - t) /
// (N(N-1))) counts the ties t anew at each mu; g falls in mu. The interval's ends are where g = +z and g = -z, the estimate where g = 0.
// `solver_interval` finds them as R and Kayenta do, by Brent's method with an absolute tolerance of 1e-4: that is what a comparison with
// Kayenta must give, and its results depend on the unit of measurement. `exact_interval` is free of that: it walks the order statistics of
// all differences.
//
// Values must be finite. Both samples must not be empty. O(n + m) per evaluation.
#pragma once
#include <optional>
#include <span>
#include <vector>

namespace evenkeel::stats {

/// Both samples sorted once; evaluated at many shifts.
class MannWhitney {
 public:
  MannWhitney(std::span<const double> x, std::span<const double> y);

  double w(double mu) const;
  /// (W - continuity) / sigma; NaN when every value is tied.
  double g(double mu) const;

  struct Shift {
    double low = 0, high = 0, estimate = 0;
  };
  /// Brent's method on [min x - max y, max x - min y]. None when the statistic is undefined on the way (all values tied).
  std::optional<Shift> solver_interval(double confidence) const;
  /// Shifts at which g leaves [-z, z], and the median of all differences x - y: unchanged by a change of units. O(nm log nm).
  Shift exact_interval(double confidence) const;

  double u1() const { return w(0) + double(x_.size()) * double(y_.size()) / 2; }
  double u2() const { return double(x_.size()) * double(y_.size()) - u1(); }
  /// With tie and continuity correction.
  double p_two_sided() const;
  double p_greater() const;
  /// Without ties, by counting; none with ties or when n m > 10,000.
  std::optional<double> p_two_sided_exact() const;
  /// P(x > y) + P(x = y) / 2.
  double cles() const { return u1() / (double(x_.size()) * double(y_.size())); }

  double least_shift() const { return x_.front() - y_.back(); }
  double greatest_shift() const { return x_.back() - y_.front(); }

 private:
  struct Ranked {
    double rank_sum = 0, ties = 0;  // of x - mu; sum of t^3 - t
  };
  Ranked ranked(double mu) const;
  double sigma(double ties) const;
  std::vector<double> x_, y_;
};

}  // namespace evenkeel::stats
