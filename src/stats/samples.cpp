#include "stats/samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/intervals.hpp"

namespace evenkeel::stats {
namespace {

double squares_about(std::span<const double> values, double mean) {
  double sum = 0;
  for (const double v : values) sum += (v - mean) * (v - mean);
  return sum;
}

}  // namespace

Summary summary(std::span<const double> values) {
  Summary s;
  if (values.empty()) return s;
  s.count = double(values.size());
  s.min = *std::min_element(values.begin(), values.end()), s.max = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const double v : values) sum += v;
  s.mean = sum / s.count;
  s.sd = values.size() > 1 ? std::sqrt(squares_about(values, s.mean) / (s.count - 1)) : 0;
  return s;
}

double mean_ratio(std::span<const double> experiment, std::span<const double> control) {
  const double e = summary(experiment).mean, c = summary(control).mean;
  return e == 0 || c == 0 ? std::numeric_limits<double>::quiet_NaN() : e / c;
}

double cohen_d(std::span<const double> experiment, std::span<const double> control) {
  const auto e = summary(experiment), c = summary(control);
  const double pooled = std::sqrt(((e.count - 1) * e.sd * e.sd + (c.count - 1) * c.sd * c.sd) / (e.count + c.count - 2));
  return std::abs(e.mean - c.mean) / pooled;
}

std::vector<bool> outliers_by_sigma(std::span<const double> values, double factor) {
  const double mean = summary(values).mean;
  const double sd = values.empty() ? 0 : std::sqrt(squares_about(values, mean) / double(values.size()));
  std::vector<bool> out;
  for (const double v : values) out.push_back(std::abs(v - mean) > factor * sd);
  return out;
}

std::vector<bool> outliers_by_quartiles(std::span<const double> values, double factor, bool less_sensitive) {
  if (values.empty()) return {};
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double q) { return *quantile_r7(sorted, q); };
  const double q1 = at(0.25), q3 = at(0.75);
  double low = q1 - factor * (q3 - q1), high = q3 + factor * (q3 - q1);
  if (less_sensitive) low = std::min(low, at(0.01)), high = std::max(high, at(0.99));
  std::vector<bool> out;
  for (const double v : values) out.push_back(v < low || v > high);
  return out;
}

std::vector<double> without(std::span<const double> values, const std::vector<bool>& marked) {
  std::vector<double> out;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!marked[i]) out.push_back(values[i]);
  return out;
}

}  // namespace evenkeel::stats
