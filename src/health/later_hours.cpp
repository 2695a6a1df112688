#include "health/later_hours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace evenkeel::health {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int ways = 4, last_hour = hours_a_day - 1;
/// Windows that begin an hour apart overlap by a day, so that two weeks hold ten independent days at most: an order statistic for
/// alpha of so few is none, and the threshold is the greatest rise that any of them showed, and a quarter more.
constexpr double beyond_the_past = 1.25;
constexpr double least_scale = 0.05;  // in log ratio: a metric that never moved is not infinitely sure

double median(std::vector<double> v) {
  std::erase_if(v, [](double x) { return std::isnan(x); });
  if (v.empty()) return nan;
  const auto middle = v.begin() + std::ptrdiff_t(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  return v.size() % 2 == 1 ? *middle : (*middle + *std::max_element(v.begin(), middle)) / 2;
}

/// The median of each hour, counted from the release: `at(0)` is the first hour after it, `at(-1)` the last one before.
class Hours {
 public:
  Hours(std::span<const double> values, std::size_t start, const LaterSettings& s) : before_(std::ptrdiff_t(start) / s.block) {
    const auto block = std::size_t(s.block);
    for (std::size_t from = start % block; from + block <= values.size(); from += block) {
      const auto hour = values.subspan(from, block);
      const auto there = std::count_if(hour.begin(), hour.end(), [](double x) { return !std::isnan(x); });
      medians_.push_back(2 * there >= std::ptrdiff_t(block) ? median({hour.begin(), hour.end()}) : nan);
    }
  }
  double at(std::ptrdiff_t hour) const {
    const auto i = hour + before_;
    return i < 0 || i >= std::ptrdiff_t(medians_.size()) ? nan : medians_[std::size_t(i)];
  }
  std::ptrdiff_t first() const { return -before_; }

 private:
  std::ptrdiff_t before_;
  std::vector<double> medians_;
};

/// One window: an hour `begin` at which something was released, or might have been.
class Window {
 public:
  Window(const Hours& hours, std::ptrdiff_t begin) : hours_(hours), begin_(begin) {
    std::vector<double> day;
    for (int h = 1; h <= hours_a_day; ++h) day.push_back(std::abs(hours.at(begin - h)));
    const double typical = median(std::move(day));
    floor_ = typical > 0 ? 0.02 * typical : 1e-9;
    known_ = !std::isnan(typical);
  }
  bool known() const { return known_; }
  /// Log ratio of hour `h` after the release to what was to be expected; NaN when something is missing.
  double rise(int h, int way, double factor = 1) const {
    const bool less_before = way % 2 == 1;
    const auto differed = [&](int days, double times) {
      const auto then = begin_ - std::ptrdiff_t{hours_a_day} * days;
      return log_at(then + h, times) - (less_before ? log_at(then - 1, 1) : 0);
    };
    std::array<double, 3> usual{};
    std::size_t n = 0;
    for (int days = 1; days <= (way < 2 ? 1 : 3); ++days)
      if (const double u = differed(days, 1); !std::isnan(u)) usual[n++] = u;
    if (n < (way < 2 ? 1U : 2U)) return nan;
    std::sort(usual.begin(), usual.begin() + std::ptrdiff_t(n));
    return differed(0, factor) - (usual[(n - 1) / 2] + usual[n / 2]) / 2;
  }

 private:
  double log_at(std::ptrdiff_t hour, double factor) const { return std::log(std::max(hours_.at(hour) * factor, 0.0) + floor_); }
  const Hours& hours_;
  std::ptrdiff_t begin_;
  double floor_ = 0;
  bool known_ = false;
};

/// Of all hours that reach the least rise, the greatest scaled one; -infinity when none does. And how many hours were known.
struct Greatest {
  double score = -std::numeric_limits<double>::infinity();
  int hours = 0;
};
Greatest greatest(const Window& w, int way, const std::vector<double>& scale, const LaterSettings& s, double factor = 1) {
  Greatest g;
  for (int h = 1; h <= last_hour; ++h) {
    const double rise = w.rise(h, way, factor), unit = scale[std::size_t(h - 1)];
    if (std::isnan(rise)) continue;
    ++g.hours;
    if (unit > 0 && rise >= std::log(s.least_rise)) g.score = std::max(g.score, rise / unit);
  }
  return g;
}

/// What one window in ten exceeds at each distance.
std::vector<double> scales(const std::vector<Window>& windows, int way, const LaterSettings& s) {
  std::vector<double> out;
  for (int h = 1; h <= last_hour; ++h) {
    std::vector<double> sizes;
    for (const auto& w : windows)
      if (const double r = w.rise(h, way); !std::isnan(r)) sizes.push_back(std::abs(r));
    if (sizes.size() < std::size_t(s.least_windows)) {
      out.push_back(0);
      continue;
    }
    const auto tenth = sizes.begin() + std::ptrdiff_t(double(sizes.size()) * 0.9);
    std::nth_element(sizes.begin(), tenth, sizes.end());
    out.push_back(std::max(least_scale, *tenth));
  }
  return out;
}

const char* against(int way) { return way < 2 ? "the same hour of the day before" : "the same hours of three days before"; }

}  // namespace

LearnedLater learn_later(std::span<const double> values, std::size_t start,
                         const std::vector<std::pair<std::size_t, std::size_t>>& excluded, const LaterSettings& s) {
  const Hours hours(values.first(std::min(start, values.size())), start, s);
  std::vector<Window> windows;
  for (auto begin = hours.first() + hours_a_day + 1; begin + hours_a_day <= 0; ++begin) {
    const auto from = std::ptrdiff_t(start) + begin * s.block, to = from + std::ptrdiff_t{hours_a_day} * s.block;
    const bool out = std::any_of(excluded.begin(), excluded.end(),
                                 [&](const auto& e) { return from - s.block < std::ptrdiff_t(e.second) && std::ptrdiff_t(e.first) < to; });
    if (Window w(hours, begin); !out && w.known()) windows.push_back(w);
  }
  LearnedLater best;
  double found_most = -1;
  for (int way = 0; way < ways; ++way) {
    LearnedLater l{.way = way, .scale = scales(windows, way, s)};
    for (const auto& w : windows) {
      const auto g = greatest(w, way, l.scale, s);
      if (2 * g.hours < last_hour) continue;
      l.maxima.push_back(g.score);
    }
    l.windows = int(l.maxima.size());
    best.windows = std::max(best.windows, l.windows);
    if (l.windows < s.least_windows) continue;
    l.threshold = beyond_the_past * std::max(0.0, *std::max_element(l.maxima.begin(), l.maxima.end()));
    double quarter = 0, half = 0;
    for (const auto& w : windows) {
      quarter += greatest(w, way, l.scale, s, 1.25).score > l.threshold;
      half += greatest(w, way, l.scale, s, 1.5).score > l.threshold;
    }
    l.power_half = half / double(windows.size());
    if (quarter + half > found_most) found_most = quarter + half, best = l;
  }
  for (auto& m : best.maxima) m = std::max(m, -1.0);  // storable: no rise at all
  return best;
}

LaterHours judge_later(const LearnedLater& l, std::span<const double> values, std::size_t start, const LaterSettings& s,
                       const std::string& metric) {
  LaterHours r;
  r.windows = l.windows, r.power_half = l.power_half;
  if (start + 2 * std::size_t(s.block) > values.size()) return r;  // the second hour has not passed
  if (!l.way) {
    r.sentence =
        fmt::format("{} cannot be judged beyond the first hour: {} of {} past windows of a day.", metric, l.windows, s.least_windows);
    return r;
  }
  const Hours hours(values, start, s);
  const Window w(hours, 0);
  r.judged = l.power_half >= 0.5;
  double most = -std::numeric_limits<double>::infinity();
  for (int h = 1; h <= last_hour && w.known() && !r.suspect; ++h) {
    const double rise = w.rise(h, *l.way), unit = l.scale[std::size_t(h - 1)];
    if (std::isnan(rise) || unit <= 0) continue;
    ++r.hours;
    if (rise / unit <= most) continue;
    most = rise / unit, r.hour = h, r.rise = std::exp(rise);
    r.suspect = r.judged && most > l.threshold && rise >= std::log(s.least_rise);
  }
  if (r.hours == 0) {
    r.judged = false;
    r.sentence = fmt::format("{}: no hour beyond the first has data on both days.", metric);
    return r;
  }
  for (const double m : l.maxima) r.rose_as_much += m >= most;
  r.p = (1.0 + r.rose_as_much) / (r.windows + 1.0);
  if (r.suspect)
    r.sentence = fmt::format(
        "{} rose {:.1f} times in hour {} after the release against {}; among {} comparable days without a release {} rose as much. The "
        "cause "
        "may be something else.",
        metric, r.rise, r.hour + 1, against(*l.way), r.windows, r.rose_as_much);
  else if (!r.judged)
    r.sentence =
        fmt::format("{} cannot be judged beyond the first hour: a rise by half would have been seen in {:.0f} % of {} past windows.",
                    metric, 100 * r.power_half, r.windows);
  else
    r.sentence =
        fmt::format("{}: no rise in {} later hour{} against {}; a rise by half would have been seen in {:.0f} % of {} past windows.",
                    metric, r.hours, r.hours == 1 ? "" : "s", against(*l.way), 100 * r.power_half, r.windows);
  return r;
}

}  // namespace evenkeel::health
