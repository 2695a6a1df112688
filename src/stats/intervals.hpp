// Intervals, quantiles and tails that reports print beside a number. Pure; no value is ever NaN for finite input.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

namespace evenkeel::stats {

struct Interval {
  double low = 0;
  double high = 0;
};

/// Inverse of the standard normal distribution, 0 < p < 1 (Acklam's rational approximation and one Halley step: 1e-15).
double normal_quantile(double p);

/// Wilson score interval for k of n at the given two-sided confidence. n = 0: [0, 1].
Interval wilson(double k, double n, double confidence = 0.95);

/// Clopper-Pearson: the exact interval for k of n, two-sided.
Interval clopper_pearson(std::int64_t k, std::int64_t n, double confidence = 0.95);

/// Fisher's exact test, one-sided: P(at least k1 of n1 | k1 + k2 events among n1 + n2).
double fisher_greater(std::int64_t k1, std::int64_t n1, std::int64_t k2, std::int64_t n2);

/// Distribution-free interval for the median from order statistics: the narrowest symmetric pair of ranks whose binomial(n, 1/2)
/// coverage is at least `confidence`; `sorted` ascending. With fewer than 6 values (95%) there is none.
std::optional<Interval> median_interval(std::span<const double> sorted, double confidence = 0.95);

/// P(X >= k), X binomial(n, p): summed in logarithms. k <= 0: 1. Exact to about 1e-12.
double binomial_upper_tail(std::int64_t k, std::int64_t n, double p);

/// Type 7 quantile (linear, R's default) of ascending values, 0 <= q <= 1; empty input has none.
std::optional<double> quantile_r7(std::span<const double> sorted, double q);

/// The largest value whose percent rank is at most one half: the lower middle value, not the mean of two.
std::optional<double> lower_median(std::span<const double> sorted);

}  // namespace evenkeel::stats
