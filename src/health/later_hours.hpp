// A metric against its own past beyond the first hour after a release: each later hour is held against the same clock time on the days
// before.
//
// Nearness in time is lost after an hour, and days differ, so a later hour is compared in four ways: with yesterday or with the median of
// three days, each as it is or less what the hour before the release differed already. What is usual at such a distance is learned from
// pseudo-deployments in the metric's own past: from every earlier hour its next 23 hours are compared in the same way. Each distance has
// its own scale there (what one window in ten exceeds), and one threshold holds for the greatest of the 23 scaled rises, so that all later
// looks together are one look and have one share of the error budget: half of it is the first hour's (before_after.hpp), half theirs. The
// way that would have found most rises that were put in is used, and that share is said; where it is below a half nothing is judged.
//
// A level shift from day to day that the past has never shown is taken for a rise: before and after never proves a cause.
#pragma once
#include <array>
#include <boost/describe.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace evenkeel::health {

struct LaterSettings {
  int block = 12;            // samples of an hour
  double least_rise = 1.15;  // beside the score: a smaller rise is nobody's concern
  int least_windows = 39;    // earlier windows that a threshold needs: 1 / 0.025 - 1
};
inline constexpr int hours_a_day = 24;

/// What earlier days taught of the later hours. Small enough to keep.
struct LearnedLater {
  static constexpr std::array<std::string_view, 0> required = {};
  int windows = 0;                  // comparable ones, also when they are too few
  std::optional<int> way = {};      // 0, 1: against yesterday, as it is and less the hour before; 2, 3: against three days
  double threshold = 0;             // of the greatest scaled rise
  std::vector<double> scale = {};   // by hour from 1: log ratio; 0 where too few windows know the hour
  std::vector<double> maxima = {};  // of the chosen way, one a window
  double power_half = 0;            // share of windows in which x1.5 would have been found
};
BOOST_DESCRIBE_STRUCT(LearnedLater, (), (windows, way, threshold, scale, maxima, power_half))

/// The share of the error budget of a day that the first hour has, and the later hours together: half of 0.05 each.
inline constexpr double share_of_alpha = 0.025;

/// Pure. Values are evenly sampled, missing ones NaN; those before `start` teach. Windows that touch an excluded stretch are left out.
LearnedLater learn_later(std::span<const double> values, std::size_t start,
                         const std::vector<std::pair<std::size_t, std::size_t>>& excluded, const LaterSettings& settings);

/// The later hours that have wholly passed, as they stand. Each criterion has one for its whole day.
struct LaterHours {
  bool judged = false, suspect = false;
  int hours = 0;    // that were compared
  int hour = 0;     // first one beyond the threshold, else the one nearest to it; 1: the second hour
  double rise = 1;  // its ratio to what was to be expected
  double p = 1;     // (1 + earlier windows that rose as much) / (n + 1)
  int windows = 0, rose_as_much = 0;
  double power_half = 0;
  std::string sentence;  // empty before the second hour has passed
};
LaterHours judge_later(const LearnedLater& learned, std::span<const double> values, std::size_t start, const LaterSettings& settings,
                       const std::string& metric);

}  // namespace evenkeel::health
