#include "stats/group_sequential.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/intervals.hpp"

namespace evenkeel::stats {
namespace {

double upper_tail(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }
double density(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi); }

double spent(double t, double alpha, Spending spending) {
  t = std::min(t, 1.0);
  if (spending == Spending::pocock) return alpha * std::log(1 + (std::numbers::e - 1) * t);
  return 2 * upper_tail(normal_quantile(1 - alpha / 2) / std::sqrt(t));
}

constexpr int points = 400;    // of Simpson's rule over the continuation region
constexpr double nowhere = 9;  // z beyond which nothing is left

/// The sum's density where the trial goes on, on an even grid in units of the sum (variance = information).
struct Going {
  double low = 0, high = 0;
  std::vector<double> f;
  double step() const { return (high - low) / points; }
  double at(int i) const { return low + step() * i; }
  double weight(int i) const { return step() / 3 * (i == 0 || i == points ? 1 : i % 2 == 1 ? 4 : 2); }
};

}  // namespace

std::vector<std::optional<double>> group_sequential_bounds(std::span<const double> information, double alpha, Spending spending,
                                                           int sides) {
  const double each = sides == 2 ? alpha / 2 : alpha;
  std::vector<std::optional<double>> bounds;
  Going going;
  double before = 0, spent_before = 0;
  for (const double t : information) {
    const double total = spent(t, each, spending), now = total - spent_before, sd = std::sqrt(t - before);
    spent_before = total;
    // chance that the sum at this look is above s, the trial having gone on until now
    const auto above = [&](double s) {
      if (going.f.empty()) return upper_tail(s / std::sqrt(t));
      double sum = 0;
      for (int i = 0; i <= points; ++i) sum += going.weight(i) * going.f[std::size_t(i)] * upper_tail((s - going.at(i)) / sd);
      return sum;
    };
    double z = nowhere;
    if (now >= 1e-14) {
      double low = -nowhere, high = nowhere;
      for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (above(middle * std::sqrt(t)) > now ? low : high) = middle;
      }
      z = (low + high) / 2;
      bounds.emplace_back(z);
    } else
      bounds.emplace_back(std::nullopt);
    Going next{(sides == 2 ? -z : -nowhere) * std::sqrt(t), z * std::sqrt(t), std::vector<double>(points + 1)};
    for (int j = 0; j <= points; ++j) {
      const double s = next.at(j);
      double f = 0;
      if (going.f.empty())
        f = density(s / std::sqrt(t)) / std::sqrt(t);
      else
        for (int i = 0; i <= points; ++i) f += going.weight(i) * going.f[std::size_t(i)] * density((s - going.at(i)) / sd) / sd;
      next.f[std::size_t(j)] = f;
    }
    going = std::move(next);
    before = t;
  }
  return bounds;
}

}  // namespace evenkeel::stats
