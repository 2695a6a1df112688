// Where measurements come from.
//
// A source answers with what it asked as well as what it got: the resolved query and the address go into the evidence, so that a
// person can ask the same again. It never fails as a whole: an interval without an answer is "no data" with the reason.
#pragma once
#include <stop_token>

#include "health/criteria.hpp"
#include "health/series.hpp"

namespace evenkeel::capabilities {

class MetricSource {
 public:
  virtual ~MetricSource() = default;
  /// Blocks for at most the source's own deadline per question. Fetching an interval again gives it again: callers key by interval.
  virtual health::SideSeries fetch(const health::Criterion& criterion, health::SideName side, const health::QueryVariables& variables,
                                   const health::IntervalRange& range, std::stop_token stop = {}) = 0;
  /// The same by the values of `label`, which tells hosts apart. A source that cannot answers so; that is the default.
  virtual health::HostSeries fetch_hosts(const health::Criterion& criterion, const std::string& label, health::SideName side,
                                         const health::QueryVariables& variables, const health::IntervalRange& range,
                                         std::stop_token stop = {});
};

}  // namespace evenkeel::capabilities
