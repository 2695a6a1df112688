// phi: how much more the split of events between two like sides varies than independent requests would.
//
// Retries fail together, hosts differ, clients are pinned to one side. A test that counts each failure as its own witness then
// sees proof in noise. The remedy is to take each log step divided by phi, the measured ratio of variances. Given the K events
// of both sides in a block, x = kc - sum K p0 has variance v = sum K p0 (1-p0) (1 - K/N) for independent requests (the last
// factor matters for common events only). phi is the mean of x^2/v over blocks of several lengths, the greatest of them, as
// correlation over minutes shows only in longer blocks.
#pragma once
#include <array>
#include <span>

#include "stats/evidence_step.hpp"

namespace evenkeel::stats {

/// The split of the events of one interval, at a given true ratio of the rates.
struct Split {
  double x = 0;  // canary's events above its share
  double v = 0;  // variance of x for independent requests
};
/// `exposure`: nc and nt are exposures, not numbers of requests that bound the events.
Split split_of(const PairCounts& counts, double ratio, bool exposure = false);

/// phi without a history, learned while the release runs. Prior, worth 20 intervals: phi = 2, or 1 + prior_omega * (mean v of a
/// block) where that is more: hosts that differ by a fixed share show the more, the more events there are to show it. The ratio
/// of the rates is estimated from the data so far, so that a steady fault is not taken for spread.
class RunningPhi {
 public:
  explicit RunningPhi(bool exposure = false, double prior_omega = 0) : prior_omega_(prior_omega), exposure_(exposure) {}
  void add(const PairCounts& counts);
  /// For the next interval; made from finished blocks only. Never below 1.
  double phi() const;

 private:
  static constexpr double prior_phi = 2, prior_intervals = 20, least_v = 0.25;
  struct Blocks {
    int length;
    int filled = 0;
    Split open = {};
    double sum = 0;
    double n = 0;
    double v = 0;
  };
  std::array<Blocks, 2> blocks_ = {Blocks{1}, Blocks{5}};
  PairCounts total_ = {};
  double prior_omega_;
  bool exposure_;
};

/// How many times as much the split varies today as the history's phi says: the mean of x^2/(v phi) over the intervals so far, with a prior
/// of 1 worth 12 of them. A fault must not pass for noise, or it would ask for more evidence against itself: the ratio of the rates is
/// that of the intervals just before (fading at 0.85), so that a lasting change soon is the ratio itself, and one interval counts 6 at
/// most. Noise that is as slow as a fault (correlated over ten minutes) cannot be told from one and is not seen.
class SpreadToday {
 public:
  explicit SpreadToday(bool exposure = false) : exposure_(exposure) {}
  /// `phi`: what the history says of an interval with these counts.
  void add(const PairCounts& counts, double phi);
  double times() const { return (prior_intervals + sum_) / (prior_intervals + n_); }

 private:
  static constexpr double prior_intervals = 12, most = 6, fading = 0.85, least_v = 0.25;
  PairCounts before_ = {};
  double sum_ = 0, n_ = 0;
  bool exposure_;
};

/// phi of a recorded history of like sides (a pseudo-canary against the rest), at least 24 h of intervals, with what is needed
/// to carry it to other traffic: phi = 1 + omega * K p0 (1-p0).
struct HistoricSpread {
  double phi = 1;
  double omega = 0;
  std::size_t intervals = 0;  // with data on both sides
};
/// Blocks of 1, 5 and 15 intervals, those whose mean v is at least 5; the mean of the lowest 90% of x^2/v divided by 0.623
/// (its value for a chi-squared variable), so that rare bursts are left to the cap on a single interval.
HistoricSpread historic_spread(std::span<const PairCounts> history);

}  // namespace evenkeel::stats
