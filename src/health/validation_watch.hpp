// The watch after promotion (DH2, DH8): the new version runs everywhere, so there is no control to compare it with.
//
// Absolute objectives are judged interval by interval for a day, as in a canary. Everything else is held against its own past: the first
// hour by before_after.hpp, each later hour against the same clock on the days before by later_hours.hpp, at half of the error budget each.
// What rises by more than it does at other times is SUSPECT, because before and after never says what caused it. SUSPECT recommends no
// rollback unless an absolute objective is broken too, or the owner opted in (validation.rollback_on_suspect). An objective that was broken
// before the deployment is said, and not blamed on it.
//
// Intervals are the criteria's own in the first hour and five minutes long after it. Samples and past are stored: judging again gives
// the same verdict.
#pragma once
#include "health/before_after.hpp"
#include "health/later_hours.hpp"
#include "health/watch.hpp"
#include "work/ids.hpp"

namespace evenkeel::health {

/// What before and after are compared in.
inline constexpr Millis past_sample = std::chrono::minutes{5};
inline constexpr Millis past_known = std::chrono::days{14};

/// A broken objective whose data have kept it for so long is over: its page ends. So does a suspicion whose metric has been as usual again.
inline constexpr Millis held_for = std::chrono::minutes{15};

/// A metric's own past, read once when the watch begins.
struct MetricPast {
  Id<MetricPast> id;
  WatchId watch_id;
  std::string criterion;
  std::vector<std::optional<double>> tail;  // up to the deployment, a value each past_sample
  Learned learned;
  std::optional<double> slow_from_ms;
  std::string problem;
  LearnedLater later = {};
};
BOOST_DESCRIBE_STRUCT(MetricPast, (), (id, watch_id, criterion, tail, learned, slow_from_ms, problem, later))

/// Pure: from a history in past_samples that ends at the deployment.
MetricPast past_of(const Criterion& criterion, const SideSeries& history);

struct NewValidationWatch {
  ReleaseId release_id;
  RunId run_id;
  std::string service;
  CriteriaSet criteria;
  SysTime from;     // when the deployment had finished
  Millis how_long;  // to the last checkpoint
};
/// One a component of a release. Enqueues the job that judges. Ledger: watch.started.
Watch start_validation_watch(Work& work, const NewValidationWatch& order);

/// Where interval i lies. The last one ends at or after `how_long`.
IntervalRange validation_interval(const Watch& watch, std::int64_t index);
/// How many intervals have wholly passed at `now`.
std::int64_t validation_intervals_passed(const Watch& watch, SysTime now);

/// Beside the samples: what a person must know to read them, and what the owner allows.
struct Surrounding {
  std::vector<std::string> circumstances;  // other deployments, freezes, incidents, in words
  bool rollback_on_suspect = false;
  bool in_validation = true;  // a shipped release is mended, not rolled back
  Act act = {};               // what a recommendation would name
  std::string version = {};   // of the release, for the page
};

/// Stores what one interval brought (and the pasts, on the first), judges, and stores what follows: the verdict when it changed
/// (health.judged), an alert on SUSPECT or a breach, ended when the objective has held, or the metric was as usual, again for `held_for`,
/// and a recommendation where it is due.
Result<Watch> take_validation_interval(Work& work, const WatchId& watch_id, std::int64_t index, const SampleBatch& batch,
                                       const std::vector<MetricPast>& pasts, const Surrounding& surrounding);

/// Pure: each comparison of the watch as it stood `up_to` after the deployment: of the first hour, and of the later ones once the second
/// has passed.
std::vector<AgainstPast> against_past(const Watch& watch, const std::vector<MetricPast>& pasts, std::vector<StoredSample> samples,
                                      Millis up_to);

/// The watch's pasts as they were stored; empty before the first interval.
std::vector<MetricPast> pasts_of(store::Tx& tx, const WatchId& watch_id);

/// Pure. `samples`: the canary side of each interval so far, in order.
struct ValidationJudgement {
  Verdict verdict;
  bool suspect = false;         // some critical criterion rose, and nobody knows why
  bool breach_goes_on = false;  // an objective was broken, and has not held again for `held_for`
  bool held_again = false;      // those that were broken all have; the breach stays in the record
  bool silent = false;          // a critical criterion that should report has not for three intervals
};
ValidationJudgement judge_validation(const Watch& watch, const std::vector<MetricPast>& pasts, const std::vector<StoredSample>& samples,
                                     const Surrounding& surrounding);

}  // namespace evenkeel::health
