#include "stats/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace evenkeel::stats {

double normal_quantile(double p) {
  constexpr double a[] = {-3.969683028665376e+01, 2.209460984245205e+02,  -2.759285104469687e+02,
                          1.383577518672690e+02,  -3.066479806614716e+01, 2.506628277459239e+00};
  constexpr double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
                          -1.328068155288572e+01};
  constexpr double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
                          -2.549732539343734e+00, 4.374664141464968e+00,  2.938163982698783e+00};
  constexpr double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00};
  double x = 0;
  if (p < 0.02425 || p > 1 - 0.02425) {
    const double q = std::sqrt(-2 * std::log(std::min(p, 1 - p)));
    x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
    if (p > 0.5) x = -x;
  } else {
    const double q = p - 0.5, r = q * q;
    x = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
        (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
  }
  const double e = 0.5 * std::erfc(-x / std::numbers::sqrt2) - p;
  const double u = e * std::sqrt(2 * std::numbers::pi) * std::exp(x * x / 2);
  return x - u / (1 + x * u / 2);
}

Interval wilson(double k, double n, double confidence) {
  if (!(n > 0)) return {0, 1};
  const double z = normal_quantile(0.5 + confidence / 2), z2 = z * z, p = k / n;
  const double middle = p + z2 / (2 * n), half = z * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)), scale = 1 + z2 / n;
  return {k <= 0 ? 0.0 : std::max(0.0, (middle - half) / scale), k >= n ? 1.0 : std::min(1.0, (middle + half) / scale)};
}

Interval clopper_pearson(std::int64_t k, std::int64_t n, double confidence) {
  if (n <= 0) return {0, 1};
  const double tail = (1 - confidence) / 2;
  // P(X >= k) rises with p: the low end is where it is `tail`, the high end where P(X <= k) = 1 - P(X >= k+1) is.
  const auto solve = [&](std::int64_t at, double wanted) {
    double low = 0, high = 1;
    for (int i = 0; i < 200; ++i) {
      const double middle = (low + high) / 2;
      if (middle == low || middle == high) break;
      (binomial_upper_tail(at, n, middle) < wanted ? low : high) = middle;
    }
    return (low + high) / 2;
  };
  return {k <= 0 ? 0.0 : solve(k, tail), k >= n ? 1.0 : solve(k + 1, 1 - tail)};
}

double fisher_greater(std::int64_t k1, std::int64_t n1, std::int64_t k2, std::int64_t n2) {
  const auto choose = [](std::int64_t n, std::int64_t k) {
    return std::lgamma(double(n) + 1) - std::lgamma(double(k) + 1) - std::lgamma(double(n - k) + 1);
  };
  const auto all = k1 + k2;
  double sum = 0;
  for (auto k = k1; k <= std::min(all, n1); ++k)
    if (all - k <= n2) sum += std::exp(choose(n1, k) + choose(n2, all - k) - choose(n1 + n2, all));
  return std::min(1.0, sum);
}

std::optional<Interval> median_interval(std::span<const double> sorted, double confidence) {
  // Ranks (r, n+1-r), 1-based, cover the median with probability 1 - 2 P(X >= n-r+1), falling in r: the last r that still covers.
  const auto n = static_cast<std::int64_t>(sorted.size());
  std::int64_t covers = 0, fails = n / 2 + 1;
  while (fails - covers > 1) {
    const auto r = covers + (fails - covers) / 2;
    (1 - 2 * binomial_upper_tail(n - r + 1, n, 0.5) >= confidence ? covers : fails) = r;
  }
  if (covers == 0) return std::nullopt;
  return Interval{sorted[std::size_t(covers - 1)], sorted[std::size_t(n - covers)]};
}

double binomial_upper_tail(std::int64_t k, std::int64_t n, double p) {
  if (k <= 0) return 1;
  if (k > n || p <= 0) return 0;
  if (p >= 1) return 1;
  // Sum the shorter, falling side from its largest term outwards.
  const auto log_term = [&](std::int64_t i) {
    return std::lgamma(double(n) + 1) - std::lgamma(double(i) + 1) - std::lgamma(double(n - i) + 1) + double(i) * std::log(p) +
           double(n - i) * std::log1p(-p);
  };
  double sum = 0;
  if (double(k) > double(n) * p) {
    double term = std::exp(log_term(k));
    for (std::int64_t i = k; i <= n && term > 0; ++i) {
      sum += term;
      if (term < sum * 1e-18) break;
      term *= double(n - i) / double(i + 1) * (p / (1 - p));
    }
    return std::min(1.0, sum);
  }
  double term = std::exp(log_term(k - 1));
  for (std::int64_t i = k - 1; i >= 0 && term > 0; --i) {
    sum += term;
    if (term < sum * 1e-18) break;
    term *= double(i) / double(n - i + 1) * ((1 - p) / p);
  }
  return std::clamp(1 - sum, 0.0, 1.0);
}

std::optional<double> quantile_r7(std::span<const double> sorted, double q) {
  if (sorted.empty()) return std::nullopt;
  const double h = double(sorted.size() - 1) * q;
  const auto low = static_cast<std::size_t>(std::floor(h));
  const auto high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (h - double(low)) * (sorted[high] - sorted[low]);
}

std::optional<double> lower_median(std::span<const double> sorted) {
  if (sorted.empty()) return std::nullopt;
  // percent_rank of a value is (number of smaller values) / (n - 1): ties share the rank of the first.
  double found = sorted[0];
  const double most = double(sorted.size() - 1) / 2;
  for (std::size_t i = 0; i < sorted.size(); ++i)
    if (i == 0 || sorted[i] != sorted[i - 1]) {
      if (double(i) > most) break;
      found = sorted[i];
    }
  return found;
}

}  // namespace evenkeel::stats
