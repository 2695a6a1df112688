// A query_range answer of the Prometheus HTTP API (v1), and what the raw counters in it counted in each interval.
//
// Counters are differenced here, series by series, at the interval's two ends; `increase()` would extrapolate to counts that no
// service ever had. A counter that falls was restarted: it counts from zero. A series that appears inside the window counts from
// zero when its instance was seen before (the first error of a running process), else only from its second point on (a process
// that Prometheus has just found may carry a long past). NaN and infinities are no samples.
// Native histograms (native_histogram.hpp) are differenced in the same way, all their buckets at once.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "health/source.hpp"
#include "outbound/prometheus/native_histogram.hpp"

namespace evenkeel::prometheus {

struct Series {
  std::map<std::string, std::string> labels;
  std::vector<std::optional<double>> points;               // one at each edge of the intervals: count + 1
  std::vector<std::optional<NativeHistogram>> histograms;  // of a native histogram, instead of points; else empty
  bool is_native() const { return !histograms.empty(); }
  bool seen(std::size_t edge) const;
};

/// "17", "2.5e3", "NaN", "+Inf", "-Inf" as Prometheus writes sample values and `le`.
std::optional<double> number_of(std::string_view text);

/// The series of an answer, placed on the edges `range.from + i * range.length`. Errors, each with what Prometheus said:
/// invalid (not its JSON, not a matrix, "status":"error", a series of both numbers and histograms, a histogram that is none).
Result<std::vector<Series>> parse_query_range(std::string_view body, const health::IntervalRange& range);

/// Per interval: how much the counters grew in sum, or nothing when no instance was seen at both edges.
/// `present` also takes instances from other answers of the same targets (the totals beside the events).
class InstancePresence {
 public:
  explicit InstancePresence(int intervals) : edges_(std::size_t(intervals) + 1) {}
  void add(const std::vector<Series>& all);
  bool seen(const Series& series, std::size_t edge) const;
  /// Some instance was seen at both ends of the interval.
  bool whole(std::size_t interval) const;

 private:
  std::vector<std::map<std::string, bool>> edges_;
};
std::vector<double> counted(const std::vector<Series>& all, const InstancePresence& presence, int intervals);

/// The boundaries that all native histograms among the series can be counted in.
NativeLayout layout_of(const std::vector<Series>& all);

/// Cumulative histogram counters by `le`, or native histograms, to counts per bucket and interval; bounds ascending, times `scale`, the
/// last infinite.
struct Histogram {
  std::vector<double> bounds;
  std::vector<std::vector<double>> buckets;  // [interval][bound]
};
/// Native ones in the boundaries of `layout`, which has seen them all. Error: invalid when a counter has no or an unreadable `le`, or there
/// is no le="+Inf", or some series are native and some are not.
Result<Histogram> histogram_of(const std::vector<Series>& all, const InstancePresence& presence, int intervals, double scale,
                               const NativeLayout& layout);

/// Mean over the series at the end of each interval.
std::vector<std::optional<double>> gauge_means(const std::vector<Series>& all, int intervals);

}  // namespace evenkeel::prometheus
