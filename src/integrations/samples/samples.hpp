// Samples with times, from wherever they came, put onto the intervals of a criterion: what metric sources beside Prometheus share.
//
// Samples may come in any order. Of two with the same time the later one in the list stands. NaN and infinities are no samples, nor is a
// negative count. Counts fall into the interval that holds their time and are summed. Counters are read at an interval's two ends, each
// end by the newest sample up to it that is no older than an interval, and grow by the rule of health/counters.hpp; every sample between
// the ends is looked at for a restart. A gauge is the mean of the samples in the interval.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "base/result.hpp"
#include "health/counters.hpp"

namespace evenkeel::samples {

struct Sample {
  SysTime at;
  double value = 0;
};

enum class Meaning : std::uint8_t { counts, counters, level };

/// One value for each interval, of counts or levels; none where no sample is. `stamped_at_end`: a sample's time is when what it counts
/// ended, so that one on an edge belongs to the interval before.
std::vector<std::optional<double>> placed(std::vector<Sample> samples, Meaning meaning, bool stamped_at_end,
                                          const health::IntervalRange& range);

/// What counters grew by in each interval. Totals: none where they are not told; events: zero where they are not there.
struct Counted {
  std::vector<std::optional<double>> totals;
  std::vector<double> events;
};
Counted counted(std::vector<Sample> totals, std::vector<Sample> events, health::EventsWithin within, const health::IntervalRange& range);
/// The stretch that a question about counters must cover: the look-back too, in whole intervals.
health::IntervalRange with_look_back(const health::IntervalRange& range);

/// A time as sources write it: ISO 8601 with zone, or a number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart
/// by its size. None when it is none of these.
std::optional<SysTime> time_of(std::string_view text);
std::optional<SysTime> time_of(double number);
/// A number as text; NaN for what says that it is none ("", "NaN", "null", "-"). None when it is something else.
std::optional<double> number_of(std::string_view text);

/// How one question went: the samples, and as it was asked.
struct Answer {
  std::vector<Sample> samples;
  health::Asked asked;
};
/// Fills the side of a criterion by asking for each of its queries: totals and events, or a gauge. Events that are missing where totals are
/// there are zero when the question was answered.
void fill(health::SideSeries& out, const health::Criterion& criterion, health::SideName side, const health::QueryVariables& variables,
          const health::IntervalRange& range, Meaning counts, bool stamped_at_end,
          const std::function<Answer(const std::string& query)>& ask);

}  // namespace evenkeel::samples
