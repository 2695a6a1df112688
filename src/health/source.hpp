// Where measurements come from: an interface that a metric system fills, and the batch that a judged window keeps as evidence.
//
// A source answers with what it asked as well as what it got: the resolved query and the address go into the evidence, so that a
// person can ask the same again. It never fails as a whole: an interval without an answer is "no data" with the reason.
#pragma once
#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "health/criteria.hpp"
#include "health/observation.hpp"

namespace evenkeel::health {

enum class SideName : std::uint8_t { canary, control };
BOOST_DESCRIBE_ENUM(SideName, canary, control)

/// What `$service`, `$version`, `$environment` and `$from_version` in a query stand for.
struct QueryVariables {
  std::string service;
  std::string version;
  std::string environment;
  std::string from_version = {};  // empty: there is no old version beside the new one
};

/// A run of whole intervals: [from, from + count * length). `from` is where interval 0 of this fetch begins.
struct IntervalRange {
  SysTime from = {};
  Millis length = std::chrono::seconds{60};
  int count = 1;
  SysTime end() const { return from + length * count; }
};

/// One question as it was put.
struct Asked {
  std::string query;         // resolved
  std::string url;           // without user, password and query values
  int status = 0;            // HTTP status; 0: no answer
  std::string problem = {};  // why it brought nothing, for a person; empty when it answered
};
BOOST_DESCRIBE_STRUCT(Asked, (), (query, url, status, problem))

struct IntervalSample {
  bool present = false;
  double total = 0;
  double events = 0;
  std::optional<double> gauge = {};
  std::vector<double> buckets = {};  // not cumulative
};
BOOST_DESCRIBE_STRUCT(IntervalSample, (), (present, total, events, gauge, buckets))

/// One side of one criterion over a range: exactly `count` intervals.
struct SideSeries {
  std::vector<IntervalSample> intervals;
  std::vector<double> bounds_ms = {};  // latency: upper bounds in milliseconds, the last one infinite
  std::vector<Asked> asked = {};
  /// Why intervals are missing; empty when all are there.
  std::string problem() const;
};
BOOST_DESCRIBE_STRUCT(SideSeries, (), (intervals, bounds_ms, asked))

/// One sample as a single value: the share of its events, the mean of its gauge, for latency the share slower than `slow_from_ms`. None
/// when there is nothing to divide by, or `slow_from_ms` is no boundary of the buckets.
std::optional<double> level_of(const Criterion& criterion, const IntervalSample& sample, const std::vector<double>& bounds_ms,
                               const std::optional<double>& slow_from_ms);

/// One side of one criterion over a range, host by host: exactly `count` intervals each. No hosts: `problem` says why.
struct HostSeries {
  std::map<std::string, SideSeries> hosts;
  std::vector<Asked> asked = {};
  std::string problem = {};
};

class MetricSource {
 public:
  virtual ~MetricSource() = default;
  /// Blocks for at most the source's own deadline per question. Fetching an interval again gives it again: callers key by interval.
  virtual SideSeries fetch(const Criterion& criterion, SideName side, const QueryVariables& variables, const IntervalRange& range,
                           std::stop_token stop = {}) = 0;
  /// The same by the values of `label`, which tells hosts apart. A source that cannot answers so; that is the default.
  virtual HostSeries fetch_hosts(const Criterion& criterion, const std::string& label, SideName side, const QueryVariables& variables,
                                 const IntervalRange& range, std::stop_token stop = {});
};

/// The query of a criterion with its variables filled in; values are quoted as label values. Where the control is the old version and there
/// is none, `$side` stands for everything that has the label: after promotion and in the past, that is what runs.
std::string resolve_query(const std::string& query, const Criterion& criterion, SideName side, const QueryVariables& variables);

/// All criteria of a set over a range, ready for the judge, and as evidence.
struct SampleBatch {
  IntervalRange range;
  std::vector<SideSeries> canary, control;  // one per criterion
  /// Interval i (from 0) of every criterion. The spans point into this batch.
  void row(int i, std::vector<Observation>& out) const;
  /// Over the counts, not over who was asked: length-prefixed fields under a format version, numbers as exact decimal text.
  Hash hash() const;
};

/// Asks `source_named(criterion.queries.source)` for both sides of every criterion; an unknown source is no data with the reason. Latency
/// is counted in the boundaries that both sides have.
SampleBatch fetch_batch(const CriteriaSet& set, const std::map<std::string, MetricSource*>& sources, const QueryVariables& variables,
                        const IntervalRange& range, std::stop_token stop = {});

/// The same where only one side runs: what `side` selects becomes the batch's canary, and there is no control.
SampleBatch fetch_batch(const CriteriaSet& set, const std::map<std::string, MetricSource*>& sources, const QueryVariables& variables,
                        const IntervalRange& range, SideName side, std::stop_token stop = {});

}  // namespace evenkeel::health
