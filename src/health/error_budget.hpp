// An error budget while a release is watched: does it burn too fast, and how much of it is gone?
//
// An objective of 99.9 % allows one bad event in a thousand; burning "14.4 times" means that 1.44 % are bad, which uses up 2 % of a budget
// for thirty days in one hour. A pair of windows speaks when both burn at least its factor: the long one says that it matters, the short
// one that it still goes on, so that the word ends soon after the harm (Google, The Site Reliability Workbook, ch. 5).
//
// Only what happened since the release counts: a window that reaches back further holds what there is of it, as a rate over a young
// series does. A pair is silent until its short window has passed, and below the criterion's minimum data. There is no control and no
// promise about false alarms: this is the objective's own word.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "health/criteria.hpp"

namespace evenkeel::health {

/// A pair of windows as it stands.
struct Burn {
  BurnWindow window;
  double long_rate = 0, short_rate = 0;  // times the rate that would last for the period
  double bad = 0, total = 0;             // in the long window
};

class ErrorBudget {
 public:
  /// `criterion` is of kind slo_burn with an objective; `intervals`: how many will come at most, so that add() allocates nothing.
  ErrorBudget(const Criterion& criterion, std::size_t intervals);

  /// The next interval; `bad` of `total` events. One without data is time that passed.
  void add(Millis length, bool present, double bad, double total);
  /// The pair that burns too fast, of several the one with the greatest factor; only of those with at least this factor.
  std::optional<Burn> burning(double least_factor = 0) const;
  /// Share of the whole period's budget that was used since the start, were the traffic of these intervals that of the period.
  double spent() const;
  double bad() const { return sums_.back().bad; }
  double total() const { return sums_.back().total; }
  int with_data() const { return with_data_; }

 private:
  struct Sum {  // from the start
    Millis end{0};
    double bad = 0, total = 0;
  };
  Sum since(Millis window) const;

  std::vector<BurnWindow> windows_;
  MinimumData minimum_;
  double allowed_;
  Millis period_;
  std::vector<Sum> sums_;
  int with_data_ = 0;
};

/// Bad events of a sample of this criterion: its events, or with `decrease` the rest of the total.
double bad_events(const Criterion& criterion, double events, double total);
/// "the error budget burns 21 times too fast over 1h (2.1 % of 41,000 requests) and 24 times over the last 5m; ..."
std::string words_of(const Burn& burn, const ErrorBudget& budget);

}  // namespace evenkeel::health
