// A query_range answer of the Prometheus HTTP API (v1), and what the raw counters in it counted in each interval.
//
// Counters are differenced here, series by series, by the rule of health/counters.hpp; `increase()` would extrapolate to counts that no
// service ever had. NaN and infinities are no samples, nor is a counter below zero.
// Native histograms (native_histogram.hpp) are differenced in the same way, all their buckets at once.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "health/counters.hpp"
#include "integrations/prometheus/native_histogram.hpp"

namespace evenkeel::prometheus {

struct Series {
  std::map<std::string, std::string> labels;
  std::vector<std::optional<double>> points;               // one at each edge, those of the look-back first
  std::vector<std::optional<NativeHistogram>> histograms;  // of a native histogram, instead of points; else empty
  bool is_native() const { return !histograms.empty(); }
};

/// "17", "2.5e3", "NaN", "+Inf", "-Inf" as Prometheus writes sample values and `le`.
std::optional<double> number_of(std::string_view text);

/// The series of an answer, placed on the edges. Errors, each with what Prometheus said:
/// invalid (not its JSON, not a matrix, "status":"error", a series of both numbers and histograms, a histogram that is none).
Result<std::vector<Series>> parse_query_range(std::string_view body, const health::Edges& edges);

/// The counters of an answer. A process is told from another by the target's own labels, job and instance.
std::vector<health::Counter> counters_of(const std::vector<Series>& all);

/// The boundaries that all native histograms among the series can be counted in.
NativeLayout layout_of(const std::vector<Series>& all);

/// Cumulative histogram counters by `le`, or native histograms, to counts per bucket and interval; bounds ascending, times `scale`, the
/// last infinite. The buckets of one histogram are read together: where one is missing there is no sample, where one falls all begin again.
struct Histogram {
  std::vector<double> bounds;
  std::vector<std::vector<double>> buckets;  // [interval][bound]
  std::vector<bool> told;                    // [interval]
};
/// Native ones in the boundaries of `layout`, which has seen them all. Error: invalid when a counter has no or an unreadable `le`, or there
/// is no le="+Inf", or some series are native and some are not.
Result<Histogram> histogram_of(const std::vector<Series>& all, const health::Edges& edges, double scale, const NativeLayout& layout);

/// Mean over the series at the end of each interval.
std::vector<std::optional<double>> gauge_means(const std::vector<Series>& all, const health::Edges& edges);

}  // namespace evenkeel::prometheus
