// Before and after, where there is no control: did the metric rise at the deployment by more than it does at other times?
//
// No single baseline is right for every metric, so three are tried (the last hour; the same clock yesterday; the median of three days), and
// three ways of scoring the samples after the start (mean of the last six, their median, Mann-Whitney against the hour before). Each of the
// nine pairs is run over all earlier windows of the metric, as if a deployment had been there: that gives its threshold, and how often it
// would have found a rise of a quarter or a half that was put in. The pair that finds most is used, and that share is said. What it finds
// is SUSPECT: it never proves what caused the rise.
//
// Values are sampled evenly (five minutes); missing ones are NaN. Everything works on log(max(x, 0) + 0.02 median |x|).
#pragma once
#include <array>
#include <boost/describe.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace evenkeel::health {

struct BeforeAfterSettings {
  int window = 12;  // samples before, and samples judged after
  int day = 288;    // samples in a day
  double alpha = 0.05;
  double least_rise = 1.15;  // of the median, beside the score: shown, never a substitute
  int least_windows = 39;    // earlier windows that a threshold needs
};

/// What the nine pairs say after each number of samples since the start.
struct Look {
  int samples = 0;
  std::array<double, 9> score = {};  // baseline * 3 + way; NaN where the baseline has no data
  std::array<double, 3> median = {};
};
/// The looks of one window that starts at sample `start`, each later value multiplied by `factor`. Empty without an hour before it.
std::vector<Look> looks_at(std::span<const double> values, std::size_t start, const BeforeAfterSettings& settings, double factor = 1);

/// The greatest score of each pair over a window's looks.
std::array<double, 9> greatest(const std::vector<Look>& looks);

/// An earlier window: as it was, and with a rise put in.
struct PastWindow {
  std::array<double, 9> as_it_was = {}, risen_quarter = {}, risen_half = {};
  std::array<double, 3> rise = {};  // greatest median of each baseline
};
std::optional<PastWindow> past_window(std::span<const double> values, std::size_t start, const BeforeAfterSettings& settings);

struct ChosenPair {
  int pair = 0;
  double threshold = 0;
  double power_quarter = 0, power_half = 0;  // share of earlier windows in which x1.25 and x1.5 would have been found
  int windows = 0;
};
BOOST_DESCRIBE_STRUCT(ChosenPair, (), (pair, threshold, power_quarter, power_half, windows))
/// None with fewer than least_windows, or when no pair has a finite threshold.
std::optional<ChosenPair> choose_pair(std::span<const PastWindow> past, const BeforeAfterSettings& settings);

/// First look at which the score passes and the median has risen enough; none: nothing to suspect.
std::optional<Look> first_suspect(const std::vector<Look>& looks, const ChosenPair& chosen, const BeforeAfterSettings& settings);

struct BeforeAfter {
  bool judged = false, suspect = false;
  double rise = 1;                    // median ratio after the start
  double p = 1;                       // (1 + rose_as_much) / (n + 1)
  int windows = 0, rose_as_much = 0;  // earlier windows whose score and whose rise were as great
  double power_half = 0;
  int after_samples = 0;
  std::string sentence;
};
/// The same as a report keeps it.
struct AgainstPast {
  std::string service, criterion;
  bool critical = true, judged = false, suspect = false;
  double rise = 1;        // median ratio to what was to be expected
  double p = 1;           // share of comparable hours (or days) that rose as much, this one included
  double power_half = 0;  // how often a rise of a half would have been found
  std::int64_t windows = 0, rose_as_much = 0, samples = 0;
  std::string sentence;
  std::optional<std::int64_t> later_hours = {};  // compared beyond the first hour (later_hours.hpp); absent: this is of the first hour
};
BOOST_DESCRIBE_STRUCT(AgainstPast, (),
                      (service, criterion, critical, judged, suspect, rise, p, power_half, windows, rose_as_much, samples, sentence,
                       later_hours))

/// What earlier windows taught of a metric: half a window apart, those that touch an excluded stretch left out. Small enough to keep.
struct Learned {
  std::optional<ChosenPair> chosen;
  std::vector<double> maxima;  // of the chosen pair, one a window
  std::vector<double> rises;   // the greatest median ratio of each of them: a score by rank cannot grow beyond all samples being higher
  int windows = 0;             // comparable ones, also when they are too few
};
BOOST_DESCRIBE_STRUCT(Learned, (), (chosen, maxima, rises, windows))
Learned learn(std::span<const double> values, std::size_t start, const std::vector<std::pair<std::size_t, std::size_t>>& excluded,
              const BeforeAfterSettings& settings);
/// The window at `start` by what was learned; of the values before it, the last three days are looked at.
BeforeAfter judge_by(const Learned& learned, std::span<const double> values, std::size_t start, const BeforeAfterSettings& settings,
                     const std::string& metric);
/// Both at once.
BeforeAfter before_after(std::span<const double> values, std::size_t start,
                         const std::vector<std::pair<std::size_t, std::size_t>>& excluded, const BeforeAfterSettings& settings,
                         const std::string& metric);

}  // namespace evenkeel::health
