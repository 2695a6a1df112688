// Native histograms of Prometheus: one sample holds all buckets, whose boundaries are powers of 2^(2^-schema), and a zero bucket.
// https://prometheus.io/docs/prometheus/latest/querying/api/#native-histograms
//
// The API gives boundaries, not the schema, and leaves empty buckets out. The schema is read off the ratio of a bucket's boundaries; one
// bucket is enough. Boundaries of a coarser schema are boundaries of every finer one, so any two histograms can be brought to the coarser
// of their schemas without guessing. A process lowers its schema, or widens its zero bucket, when it has too many buckets.
//
// What the judge gets has boundaries that do not depend on the data: all powers from 1/16 ms to 17 minutes, four to a doubling, or fewer
// where some series of the answer is coarser, without those inside its zero bucket. Four are less than client libraries use (eight and
// more), so that a schema that falls once changes nothing.
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"

namespace evenkeel::prometheus {

struct NativeHistogram {
  double count = 0;                    // of all observations, those that were NaN too
  double zero_count = 0;               // observations up to zero_width
  double zero_width = 0;               // seconds, or whatever is observed
  std::optional<int> schema = {};      // -4 to 8; none without a bucket beside the zero bucket
  std::map<int, double> buckets = {};  // bucket i ends at 2^(i * 2^-schema)
  double beyond = 0;                   // above every finite boundary
};

/// The object in ["histograms"][i][1] of a series. Errors (invalid), each saying what is wrong: no or no readable count, a bucket that is
/// no [rule, "left", "right", "count"], counts that are negative or no numbers, boundaries that do not ascend or are no powers of one
/// schema (histograms with boundaries of their own), negative observations (they are no durations).
Result<NativeHistogram> parse_native_histogram(const json::Value& value);

/// What was observed between two samples of one series, at the schema and zero width of `after`. A count or a bucket that falls, or a
/// schema that rises, means that the process was started again: then it is all of `after`.
NativeHistogram growth_of(const NativeHistogram& before, const NativeHistogram& after);

/// The boundaries that every histogram it has seen can be counted in.
class NativeLayout {
 public:
  void see(const NativeHistogram& histogram);
  /// Powers of two, ascending, without the infinite boundary. `scale`: 1000 where seconds are observed, 1 where milliseconds.
  std::vector<double> exponents(double scale) const;

 private:
  int schema_ = 2;
  double zero_width_ = 0;
};
/// Those boundaries in milliseconds, with the infinite one.
std::vector<double> bounds_at(const std::vector<double>& exponents, double scale);
/// Adds the histogram's counts to `counts`, one for each boundary of bounds_at().
void add_to(std::vector<double>& counts, const NativeHistogram& histogram, const std::vector<double>& exponents);

}  // namespace evenkeel::prometheus
