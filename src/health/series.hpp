// Samples as a judge takes them: what was asked of a metric source, and what it answered, interval by interval.
#pragma once
#include <boost/describe.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "health/criteria.hpp"

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

}  // namespace evenkeel::health
