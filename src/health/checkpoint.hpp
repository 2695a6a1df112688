// The checkpoint reports of a deployment (DH7): what was seen 15 minutes, 30 minutes, an hour and a day after it, for every release.
//
// After a full rollout there is no control any more: a criterion is compared with the same length of time before the deployment. That is
// weaker than a canary and says so; it can tell "worse than before", never "because of the release".
#pragma once
#include "health/before_after.hpp"
#include "health/chart.hpp"

namespace evenkeel::health {

/// `suspect`: worse than before, by a comparison that cannot say why. `worse`: beyond an absolute limit.
enum class CellState { holds, suspect, worse, no_data };
BOOST_DESCRIBE_ENUM(CellState, holds, suspect, worse, no_data)

/// The criterion at the same clock on an earlier day, over the same length of time.
struct SameClock {
  std::string when;   // yesterday, a week ago
  std::string value;  // with its interval, for people
  std::int64_t n = 0;
  std::optional<double> times;  // after the deployment against then; none where either is unknown or then was nothing
};
BOOST_DESCRIBE_STRUCT(SameClock, (), (when, value, n, times))

/// Of all requests of a stretch, to the boundary that holds them; none where it lies above the last one.
struct Percentiles {
  std::optional<double> p50, p95, p99;
  double last_bound_ms = 0, above_last = 0;  // share of requests slower than any boundary tells
};
BOOST_DESCRIBE_STRUCT(Percentiles, (), (p50, p95, p99, last_bound_ms, above_last))

/// What a watch said of a criterion in the stretch, with when: a report says nothing better of it.
struct SaidOfCriterion {
  std::string service, criterion;
  bool critical = true;
  SysTime at;
  std::string sentence;
};
BOOST_DESCRIBE_STRUCT(SaidOfCriterion, (), (service, criterion, critical, at, sentence))

struct CheckpointRow {
  std::string service, criterion;
  bool critical = true;
  CellState state = CellState::no_data;
  std::string before, after, limit;  // with their intervals, for people
  std::int64_t n_before = 0, n_after = 0;
  std::vector<Asked> asked;
  double coverage = 0;                 // share of the time after the deployment that has samples
  std::optional<double> slow_from_ms;  // latency: the bound above which a request counted as slow
  std::vector<SameClock> same_clock = {};
  std::optional<Percentiles> before_ms = {}, after_ms = {};  // latency
  std::optional<std::string> said = {};                      // what makes the state worse than these figures alone, in words
  std::optional<SysTime> said_at = {};
  std::optional<CellState> by_figures = {};  // the state that these figures alone would have; none: the same
};
BOOST_DESCRIBE_STRUCT(CheckpointRow, (),
                      (service, criterion, critical, state, before, after, limit, n_before, n_after, asked, coverage, slow_from_ms,
                       same_clock, before_ms, after_ms, said, said_at, by_figures))

struct CheckpointReport {
  std::string release, version, area, checkpoint;
  SysTime deployed, taken;
  std::string outcome;   // one sentence
  bool healthy = false;  // every critical criterion has data and holds, against before and against its own past
  bool worse = false;    // some critical criterion is beyond its limit, and was not before the deployment
  std::vector<CheckpointRow> rows;
  std::vector<std::string> canaries;       // what the canary watches of this release said
  std::vector<std::string> before_after;   // each criterion against its own past, in words
  bool suspect = false;                    // some critical criterion is worse than before, or than its own past makes likely
  std::vector<Chart> charts;               // one a criterion that has samples
  std::vector<std::string> circumstances;  // what else went on, and whether a later deployment replaced this one
  std::string method = "before-after-2: 95 % Wilson intervals, control hosts, same length before the deployment and at the same clock";
  std::vector<AgainstPast> against = {};  // what before_after says, as figures: from what the watch learned of the last two weeks
  std::optional<std::vector<SaidOfCriterion>> broken = {};  // what a watch found broken in this time, though it may hold by now
  std::optional<std::vector<std::string>> pages = {};       // who was paged when, and how it ended
  std::optional<SysTime> rolled_back_at = {};               // nothing of the release runs any more since then
  std::optional<std::string> closing = {};                  // of the last one: how the watch ended
};
BOOST_DESCRIBE_STRUCT(CheckpointReport, (),
                      (release, version, area, checkpoint, deployed, taken, outcome, healthy, worse, rows, canaries, before_after, suspect,
                       charts, circumstances, method, against, broken, pages, rolled_back_at, closing))

/// Pure. `suspect` when even the low end of the value after is above `healthy_ratio` (default 2) times the high end of the value before
/// (for decrease the other way round), and it was not as high at the same clock on the earlier days that are known: what rises every
/// day at this hour is no suspect. `worse` when an absolute limit is exceeded by the low end, and the value before did not exceed it
/// already (that is `suspect` at most, and said). What cannot be seen (most slow requests lie above the last boundary) is no_data, and
/// said. No data on the after side (less than half of its intervals) is no_data; no data before judges by the absolute limit alone.
CheckpointRow compare(const std::string& service, const Criterion& criterion, SideSeries before, SideSeries after,
                      const std::vector<std::pair<std::string, SideSeries>>& same_clock = {});
/// How a stretch is asked for: in the criteria's intervals, at most 60 of them, so that a process that started, or was scraped, a moment
/// late costs one part and not the whole.
IntervalRange parts_of(SysTime from, Millis stretch, int interval_seconds);
/// The report as a letter for people, in Markdown: the outcome, each criterion with its figures, the pages.
std::string to_letter(const CheckpointReport& report);
/// The report as Markdown: the outcome, a table of the criteria, what the watches said, what else went on. Charts are beside it.
std::string to_markdown(const CheckpointReport& report);
/// "Held at 15m: 6 of 6 criteria as before" and so on. A row's state is the worst that anything said of its criterion: its figures, what a
/// watch found broken, the comparison with its own past.
/// `to_be_declared`: the release is still in validation, and no person has judged what its first hour made suspect; later that is no news.
void conclude(CheckpointReport& report, bool to_be_declared = true);

}  // namespace evenkeel::health
