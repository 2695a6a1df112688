#include "stats/mann_whitney.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "stats/intervals.hpp"

namespace evenkeel::stats {
namespace {

constexpr double solver_tolerance = 1e-4;
constexpr int solver_steps = 1000;

double upper_tail(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

/// Brent's method (Algorithms for Minimization without Derivatives, 1973, chapter 4) with the stopping rule of the Netlib routine that R
/// and Kayenta use: it stops when half the bracket is below 2 eps |b| + tolerance / 2, and gives its last point when the steps run out.
template <class F>
double brent_root(double a, double b, double fa, double fb, F f) {
  double c = a, fc = fa;
  if (fa == 0) return a;
  if (fb == 0) return b;
  for (int i = 0; i <= solver_steps; ++i) {
    const double before = b - a;
    if (std::abs(fc) < std::abs(fb)) a = b, b = c, c = a, fa = fb, fb = fc, fc = fa;
    const double enough = 2 * std::numeric_limits<double>::epsilon() * std::abs(b) + solver_tolerance / 2;
    double step = (c - b) / 2;
    if (std::abs(step) <= enough || fb == 0) return b;
    if (std::abs(before) >= enough && std::abs(fa) > std::abs(fb)) {  // interpolation may be better than halving
      double p = 0, q = 0;
      const double width = c - b;
      if (a == c) {
        const double t = fb / fa;
        p = width * t, q = 1 - t;
      } else {
        const double s = fa / fc, t1 = fb / fc, t2 = fb / fa;
        p = t2 * (width * s * (s - t1) - (b - a) * (t1 - 1));
        q = (s - 1) * (t1 - 1) * (t2 - 1);
      }
      if (p > 0)
        q = -q;
      else
        p = -p;
      if (p < 0.75 * width * q - std::abs(enough * q) / 2 && p < std::abs(before * q / 2)) step = p / q;
    }
    if (std::abs(step) < enough) step = step > 0 ? enough : -enough;
    a = b, fa = fb;
    b += step;
    fb = f(b);
    if ((fb > 0) == (fc > 0)) c = a, fc = fa;
  }
  return b;
}

}  // namespace

MannWhitney::MannWhitney(std::span<const double> x, std::span<const double> y) : x_(x.begin(), x.end()), y_(y.begin(), y.end()) {
  std::sort(x_.begin(), x_.end()), std::sort(y_.begin(), y_.end());
}

MannWhitney::Ranked MannWhitney::ranked(double mu) const {
  Ranked out;
  double place = 0;  // how many values are below
  for (std::size_t i = 0, j = 0; i < x_.size() || j < y_.size();) {
    const double at = j == y_.size() || (i < x_.size() && x_[i] - mu < y_[j]) ? x_[i] - mu : y_[j];
    const auto i0 = i, j0 = j;
    while (i < x_.size() && x_[i] - mu == at) ++i;
    while (j < y_.size() && y_[j] == at) ++j;
    const double mine = double(i - i0), t = mine + double(j - j0);
    out.rank_sum += mine * (place + (t + 1) / 2);
    out.ties += t * t * t - t;
    place += t;
  }
  return out;
}

double MannWhitney::sigma(double ties) const {
  const double n = double(x_.size()), m = double(y_.size()), all = n + m;
  return std::sqrt(n * m / 12 * ((all + 1) - ties / (all * (all - 1))));
}

double MannWhitney::w(double mu) const {
  const double n = double(x_.size()), m = double(y_.size());
  return ranked(mu).rank_sum - n * (n + 1) / 2 - n * m / 2;
}

double MannWhitney::g(double mu) const {
  const double n = double(x_.size()), m = double(y_.size());
  const auto r = ranked(mu);
  const double w = r.rank_sum - n * (n + 1) / 2 - n * m / 2, s = sigma(r.ties);
  const double continuity = w > 0 ? 0.5 : w < 0 ? -0.5 : 0;
  return s > 0 ? (w - continuity) / s : std::numeric_limits<double>::quiet_NaN();
}

std::optional<MannWhitney::Shift> MannWhitney::solver_interval(double confidence) const {
  const double z = normal_quantile(0.5 + confidence / 2), low = least_shift(), high = greatest_shift();
  bool undefined = false;
  const auto at = [&](double mu, double level) {
    const double value = g(mu) - level;
    undefined = undefined || std::isnan(value);
    return value;
  };
  const auto end = [&](double level) {
    const double f_low = at(low, level);
    if (f_low <= 0) return low;
    const double f_high = at(high, level);
    if (f_high >= 0) return high;
    return brent_root(low, high, f_low, f_high, [&](double mu) { return at(mu, level); });
  };
  Shift s;
  s.low = end(z), s.high = end(-z);
  s.estimate = brent_root(low, high, at(low, 0), at(high, 0), [&](double mu) { return at(mu, 0); });
  if (undefined) return std::nullopt;
  return s;
}

MannWhitney::Shift MannWhitney::exact_interval(double confidence) const {
  std::vector<double> differences;
  differences.reserve(x_.size() * y_.size());
  for (const double a : x_)
    for (const double b : y_) differences.push_back(a - b);
  std::sort(differences.begin(), differences.end());
  const double z = normal_quantile(0.5 + confidence / 2);
  // g changes only at a difference: the ends are the first and the last one at which it lies within [-z, z].
  const auto first = std::partition_point(differences.begin(), differences.end(), [&](double mu) { return g(mu) > z; });
  const auto last = std::partition_point(differences.begin(), differences.end(), [&](double mu) { return !(g(mu) < -z); });
  Shift s;
  s.low = first == differences.end() ? differences.back() : *first;
  s.high = last == differences.begin() ? differences.front() : *(last - 1);
  const auto middle = differences.size() / 2;
  s.estimate = differences.size() % 2 == 1 ? differences[middle] : (differences[middle - 1] + differences[middle]) / 2;
  return s;
}

double MannWhitney::p_greater() const {
  const auto r = ranked(0);
  const double s = sigma(r.ties);
  return s > 0 ? upper_tail((w(0) - 0.5) / s) : 1;
}

double MannWhitney::p_two_sided() const {
  const double s = sigma(ranked(0).ties);
  return s > 0 ? std::min(1.0, 2 * upper_tail((std::abs(w(0)) - 0.5) / s)) : 1;
}

std::optional<double> MannWhitney::p_two_sided_exact() const {
  const auto n = x_.size(), m = y_.size();
  if (ranked(0).ties > 0 || n * m > 10'000) return std::nullopt;
  // ways[k][u]: how many of the orders of k values of x among j of y have U = u; built up over j (Mann and Whitney 1947).
  std::vector<std::vector<double>> ways(n + 1, std::vector<double>(n * m + 1, 0));
  for (auto& w : ways) w[0] = 1;  // j = 0
  for (std::size_t j = 1; j <= m; ++j)
    for (std::size_t k = 1; k <= n; ++k)  // the greatest value is one of x (adds j) or one of y
      for (std::size_t u = k * j + 1; u-- > j;) ways[k][u] += ways[k - 1][u - j];
  const auto& count = ways[n];
  double all = 0, tail = 0;
  const auto u = static_cast<std::size_t>(std::llround(std::max(u1(), u2())));
  for (std::size_t i = 0; i < count.size(); ++i) all += count[i], tail += i >= u ? count[i] : 0;
  return std::min(1.0, 2 * tail / all);
}

}  // namespace evenkeel::stats
