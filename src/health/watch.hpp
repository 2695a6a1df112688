// The live watch (DH2, DH3, DH8): a canary against its control, judged interval by interval from stored samples.
//
// What is asked and got is stored per interval, each interval once; the judge is rebuilt from these rows, so a killed process loses
// nothing and judging again gives the same verdict. A change of verdict is sealed with the hash of the samples it rests on.
#pragma once
#include "health/judge.hpp"
#include "health/source.hpp"
#include "work/work.hpp"

namespace evenkeel::health {

enum class WatchPhase { canary, validation };
BOOST_DESCRIBE_ENUM(WatchPhase, canary, validation)
enum class WatchState { watching, ended };
BOOST_DESCRIBE_ENUM(WatchState, watching, ended)

struct Watch {
  std::string id, release_id, run_id, step_id, service;
  WatchPhase phase = WatchPhase::canary;
  std::string criteria_hash;
  CriteriaSet criteria;
  WatchState state = WatchState::watching;
  std::string verdict;  // of ReleaseVerdict; empty before the first interval
  bool may_proceed = false;
  std::string sentence;
  SysTime started_at;
  std::int64_t next_interval = 0;
  std::optional<SysTime> ended_at;
  json::Value detail;  // the whole Verdict
};
BOOST_DESCRIBE_STRUCT(Watch, (),
                      (id, release_id, run_id, step_id, service, phase, criteria_hash, criteria, state, verdict, may_proceed, sentence,
                       started_at, next_interval, ended_at, detail))

struct NewWatch {
  std::string release_id, run_id, step_id, service;
  CriteriaSet criteria;
};
/// Starts watching now; one watch a step. Enqueues the job that judges. Ledger: watch.started.
Watch start_watch(Work& work, const NewWatch& order);
std::optional<Watch> watch_of_step(store::Tx& tx, const std::string& step_id);
std::optional<Watch> find_watch(store::Tx& tx, const std::string& id);

/// Stores a fetched batch that begins at `first` (the watch's next interval), judges, and stores what follows: the verdict when it
/// changed (health.judged), on a breach the recommendation (rollback.recommended) and one open alert (alert.opened).
Result<Watch> take_batch(Work& work, const std::string& watch_id, std::int64_t first, const SampleBatch& batch);
/// Ends a watch that is not needed any more (rolled back, superseded). Ledger: watch.ended.
void end_watch(Work& work, Watch watch, const std::string& because);

/// The intervals as they were stored: what the judge is fed.
struct StoredSample {
  std::vector<SideSeries> canary, control;
};
BOOST_DESCRIBE_STRUCT(StoredSample, (), (canary, control))

struct Alert {
  std::string id, dedup_key, release_id, watch_id, service, summary, state;
  SysTime opened_at;
  std::optional<SysTime> resolved_at;
};
BOOST_DESCRIBE_STRUCT(Alert, (), (id, dedup_key, release_id, watch_id, service, summary, state, opened_at, resolved_at))
/// Marks the release's open alerts resolved and enqueues the word to the pager. Ledger: alert.resolved.
void resolve_alerts(Work& work, const std::string& release_id);

}  // namespace evenkeel::health
