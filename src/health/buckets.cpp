#include "health/buckets.hpp"

#include <algorithm>
#include <iterator>

namespace evenkeel::health {
namespace {

void bring_to(SideSeries& side, const std::vector<double>& bounds) {
  if (side.bounds_ms == bounds) return;
  for (auto& sample : side.intervals)
    if (!sample.buckets.empty()) sample.buckets = in_bounds(sample.buckets, side.bounds_ms, bounds);
  side.bounds_ms = bounds;
}

}  // namespace

std::vector<double> common_bounds(std::span<const double> a, std::span<const double> b) {
  std::vector<double> out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

std::vector<double> in_bounds(std::span<const double> counts, std::span<const double> from, std::span<const double> to) {
  std::vector<double> out(to.size(), 0);
  std::size_t at = 0;
  for (std::size_t i = 0; i < counts.size() && i < from.size() && !to.empty(); ++i) {
    while (at + 1 < to.size() && to[at] < from[i]) ++at;
    out[at] += counts[i];
  }
  return out;
}

std::optional<double> slower_than(double ms, std::span<const double> counts, std::span<const double> bounds) {
  if (!std::binary_search(bounds.begin(), bounds.end(), ms)) return std::nullopt;
  double sum = 0;
  for (std::size_t i = 0; i < counts.size() && i < bounds.size(); ++i) sum += bounds[i] > ms ? counts[i] : 0;
  return sum;
}

void to_common_bounds(SideSeries& a, SideSeries& b) {
  if (a.bounds_ms.empty() || b.bounds_ms.empty() || a.bounds_ms == b.bounds_ms) return;
  const auto common = common_bounds(a.bounds_ms, b.bounds_ms);
  bring_to(a, common), bring_to(b, common);
}

void append(SideSeries& to, SideSeries more) {
  if (to.bounds_ms.empty()) to.bounds_ms = more.bounds_ms;
  to_common_bounds(to, more);
  to.intervals.insert(to.intervals.end(), std::make_move_iterator(more.intervals.begin()), std::make_move_iterator(more.intervals.end()));
}

}  // namespace evenkeel::health
