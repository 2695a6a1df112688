// One criterion under judgement: its streams of counts, its state, the rules around the evidence. Used by the judge only.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "health/criteria.hpp"
#include "health/error_budget.hpp"
#include "health/gauge_score.hpp"
#include "health/judge.hpp"
#include "health/observation.hpp"
#include "health/ratio_evidence.hpp"

namespace evenkeel::health {

/// What a metric needs to know of the set it is part of.
struct MetricFrame {
  StartPlan plan = {};
  double alpha = 0.05;      // of the release
  double weight = 1;        // share of alpha, critical criteria sum to 1; a shown criterion has a budget of its own
  double tolerance = 1.25;  // r0 of a criterion that names none
  std::optional<double> omega = {};
  bool not_below_today = false;  // see RatioEvidenceSettings
  Millis interval = std::chrono::seconds{60};
  int windows = 0;                             // behind gauge_threshold
  std::optional<double> gauge_threshold = {};  // a gauge's score above it is a breach; absent: it is shown
};

class MetricWatch {
 public:
  MetricWatch(const Criterion& criterion, const MetricFrame& frame);

  void step(int interval, const Observation& observation);
  /// After step(): log E, and log E as far as gate and minimum data let it count (-inf when they do not).
  double log_e() const { return log_e_; }
  double counted_log_e() const { return counted_; }
  /// Breaches by itself whatever the evidence: gross failure, limit, budget, gauge, or agreed silence.
  bool breaches_without_evidence() const { return gross_ || silent_breach_ || over_limit_ || burning_ || gauge_breach_; }
  /// Its own evidence alone reaches this threshold of log sum w_m E_m.
  bool evidence_reaches(double threshold) const { return counted_ + log_weight_ >= threshold; }
  /// See RatioEvidence; the greatest of its parts.
  double spread_today() const;
  /// The same comparison as a service without history has it, over everything seen so far: at least this tolerated ratio, and the spread of
  /// today where that is greater than the known one.
  MetricWatch more_careful(double tolerance) const;
  bool knows_spread() const { return frame_.omega.has_value(); }
  bool compares() const {
    return criterion_.kind == MetricKind::rate || criterion_.kind == MetricKind::business || criterion_.kind == MetricKind::latency;
  }
  double gauge_score() const { return gauge_.score(); }
  void latch(int interval) {
    if (!breached_at_) breached_at_ = interval;
  }
  double log_weight() const { return log_weight_; }

  MetricState state(bool over) const;
  MetricVerdict verdict(bool over) const;
  const Criterion& criterion() const { return criterion_; }
  bool gross() const { return gross_; }

 private:
  struct Part {  // one stream of counts; latency has one for each percentile
    RatioEvidence test;
    std::string name;
    double percentile = 0;
    double bound = 0;  // latency: what takes longer counts as slow
    double healthy_ratio = 2;
  };
  void step_ratio(int interval, const Observation& o);
  void step_latency(int interval, const Observation& o);
  void step_limit(const Observation& o);
  void step_budget(const Observation& o);
  void step_gauge(const Observation& o);
  std::string gauge_words() const;
  void step_gross(const Observation& o);
  bool gather();
  double greatest_share() const;
  void warm_up(const Observation& o);
  void choose_thresholds();
  static std::string name_of(double bound, double percentile);
  static stats::PairCounts slow_counts(Part& part, const Observation& o);
  void add_part(std::string name, double prior_share, double default_healthy);
  void choose_what_is_compared(const Observation& o);
  bool bad_is_counted_on_canary() const;
  stats::PairCounts counts_of(const Observation& o) const;
  void note_silence(const Observation& o);
  bool minimum_met() const;
  bool fails_plainly(const stats::PairCounts& total) const;
  void note_sides(int interval, const Observation& o);
  std::string silent_side() const;
  bool is_healthy() const;
  bool says_enough() const;
  const Part* loudest() const;
  std::string missing(bool over) const;

  Criterion criterion_;
  MetricFrame frame_;
  std::optional<bool> events_missing_;  // of good events: what is missing is compared, see choose_what_is_compared
  std::vector<Part> parts_;
  std::vector<double> bounds_, warm_control_;  // latency: the control's counts before thresholds are chosen, and what they are counted in
  stats::RestartMixture limit_{stats::odds_grid.size()};
  double log_weight_ = 0;
  double log_e_ = 0, counted_ = stats::minus_infinity;
  double cap_ = 0;
  double limit_events_ = 0, limit_total_ = 0;
  int intervals_ = 0, with_data_ = 0, silent_ = 0, silent_total_ = 0, gross_run_ = 0, over_limit_run_ = 0,
      quiet_after_disturbance_ = 1 << 20;
  int canary_last_ = -1, control_last_ = -1;              // the newest interval with requests of it
  double unmatched_events_ = 0, unmatched_requests_ = 0;  // of the canary, while the control had none
  bool seen_canary_ = false, seen_control_ = false, gross_ = false, silent_breach_ = false, over_limit_ = false;
  double last_gauge_ = 0;
  std::optional<ErrorBudget> budget_;
  std::optional<Burn> burning_;  // the first time it burned too fast; latches
  GaugeScore gauge_;
  bool gauge_breach_ = false;
  std::optional<int> breached_at_;
};

}  // namespace evenkeel::health
