// The live watch (DH2, DH3, DH8): a canary against its control, judged interval by interval from stored samples.
//
// What is asked and got is stored per interval, each interval once; the judge is rebuilt from these rows, so a killed process loses
// nothing and judging again gives the same verdict. A change of verdict is sealed with the hash of the samples it rests on.
#pragma once
#include "health/alert.hpp"
#include "health/judge.hpp"
#include "health/source.hpp"
#include "work/ids.hpp"
#include "work/work.hpp"

namespace evenkeel::health {

/// canary: for a health check step. rolling: while old and new version run together (rolling.hpp). validation: after promotion.
enum class WatchPhase { canary, rolling, validation };
BOOST_DESCRIBE_ENUM(WatchPhase, canary, rolling, validation)
enum class WatchState { watching, ended };
BOOST_DESCRIBE_ENUM(WatchState, watching, ended)

struct Watch {
  WatchId id;
  ReleaseId release_id;
  RunId run_id;
  StepId step_id;
  std::string service;
  WatchPhase phase = WatchPhase::canary;
  std::string criteria_hash;
  CriteriaSet criteria;
  WatchState state = WatchState::watching;
  std::optional<ReleaseVerdict> verdict;  // none before the first interval
  bool may_proceed = false;
  std::string sentence;
  SysTime started_at;
  std::int64_t next_interval = 0;
  std::optional<SysTime> ended_at;
  json::Value detail;  // the whole Verdict
  Calibration calibration = {};
};
BOOST_DESCRIBE_STRUCT(Watch, (),
                      (id, release_id, run_id, step_id, service, phase, criteria_hash, criteria, state, verdict, may_proceed, sentence,
                       started_at, next_interval, ended_at, detail, calibration))

struct NewWatch {
  ReleaseId release_id;
  RunId run_id;
  StepId step_id;
  std::string service;
  CriteriaSet criteria;
  std::string environment = {};
  WatchPhase phase = WatchPhase::canary;
};
/// Starts watching now, with the calibration that these criteria have now (calibration.hpp); one watch a step, and one rolling watch a
/// service of a run. Enqueues the job that judges. Ledger: watch.started.
Watch start_watch(Work& work, const NewWatch& order);
std::optional<Watch> watch_of_step(store::Tx& tx, const StepId& step_id);
std::optional<Watch> find_watch(store::Tx& tx, const std::string& id);

/// The smallest act that ends the harm, and which command does it.
enum class ActKind { flag_off, traffic_back, component, release };
BOOST_DESCRIBE_ENUM(ActKind, flag_off, traffic_back, component, release)
struct Act {
  ActKind kind = ActKind::component;
  std::string words = {};    // "turn flag new-search off"; empty: the kind says it all
  std::string version = {};  // of the release, for the page
};

/// Stores a fetched batch that begins at `first` (the watch's next interval), judges, and stores what follows: the verdict when it
/// changed (health.judged), on a breach the recommendation (rollback.recommended) and its part of the release's alert. `last`: no interval
/// will follow; a rolling watch ends then, or when the old version is gone.
Result<Watch> take_batch(Work& work, const WatchId& watch_id, std::int64_t first, const SampleBatch& batch, const Act& act = {},
                         const std::vector<std::string>& circumstances = {}, bool last = false);
/// Ends a watch that is not needed any more (rolled back, superseded). Ledger: watch.ended.
void end_watch(Work& work, Watch watch, const std::string& because);

/// The intervals as they were stored: what the judge is fed.
struct StoredSample {
  std::vector<SideSeries> canary, control;
};
BOOST_DESCRIBE_STRUCT(StoredSample, (), (canary, control))

/// JSON has no infinity: the last bound of a histogram is stored as 1e300, and read back as what it is.
std::vector<SideSeries> storable(std::vector<SideSeries> side);
std::vector<SideSeries> restored(std::vector<SideSeries> side);

struct JudgedInterval {
  Id<JudgedInterval> id;
  WatchId watch_id;
  std::int64_t interval_index = 0;
  StoredSample samples;
  std::string verdict = {};  // of intervals before they were judged together
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(JudgedInterval, (), (id, watch_id, interval_index, samples, verdict, at))
std::vector<JudgedInterval> intervals_of(store::Tx& tx, const WatchId& watch_id);

/// Samples of ended watches are kept no longer; their verdicts stay. Returns how many intervals.
std::int64_t forget_samples(store::Tx& tx, SysTime before);

/// What every kind of watch leaves behind. Ledger: health.judged, with the hash of the samples; returns the sealed verdict's id.
std::string seal_verdict(Work& work, const Watch& watch, const std::string& samples_hash);
/// Unless the release has a recommendation that waits for its answer. Ledger: rollback.recommended.
void recommend(Work& work, const Watch& watch, const Act& act, const std::string& verdict_id);
/// The whole release, because of what a checkpoint's report says. Ledger: rollback.recommended.
void recommend_release(Work& work, const ReleaseId& release_id, const std::string& sentence, const std::string& report_id);

}  // namespace evenkeel::health
