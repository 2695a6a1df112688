// The samples of all criteria, asked of their sources (capabilities/metric_source.hpp): the batch that a judged window keeps as evidence.
#pragma once
#include "base/hex.hpp"
#include "base/result.hpp"
#include "capabilities/metric_source.hpp"
#include "health/observation.hpp"

namespace evenkeel::health {

using capabilities::MetricSource;

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
