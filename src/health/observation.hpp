// What one interval of one criterion brought from its metric source: raw counts of each side, not rates.
#pragma once
#include <limits>
#include <span>

namespace evenkeel::health {

/// One side in one interval. `present` false: no sample at all, which is not the same as zero events.
struct SideSample {
  bool present = false;
  double total = 0;                                         // requests
  double events = 0;                                        // judged events among them
  double gauge = std::numeric_limits<double>::quiet_NaN();  // mean of the gauge over the interval
  std::span<const double> buckets = {};                     // latency: requests in each bucket, not cumulative
};

/// Both sides. `bounds` are the buckets' upper bounds in milliseconds, ascending, the last one infinite; both sides
/// are counted in them. They may be others in a later interval.
struct Observation {
  SideSample canary = {};
  SideSample control = {};
  std::span<const double> bounds = {};  // latency, milliseconds
};

}  // namespace evenkeel::health
