// A recorded rollout, one a line (JSON Lines): minutes with requests, errors and latency buckets of canary and control.
// The judge runs over it exactly as over a live watch.
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "health/judge.hpp"

namespace evenkeel::health {

struct StreamSide {
  double requests = 0;
  double errors = 0;
  std::vector<double> buckets;  // not cumulative, one per bound of the stream
};
struct StreamMinute {
  int minute = 0;
  std::optional<StreamSide> canary, control;  // absent: no data for that minute
};
struct Stream {
  std::string id;
  std::vector<StreamMinute> minutes;  // ascending, from 0; gaps are minutes without data
  std::optional<std::string> truth;   // "healthy" or "breach", where the recording knows
  std::optional<int> breach_from;
};

/// Upper bounds, in milliseconds, of the buckets of a stream.
extern const std::vector<double> stream_bounds_ms;

/// One line. Error: invalid, with the reason; counts must be finite and not negative, errors at most the requests, at most
/// 20,000 minutes.
Result<Stream> parse_stream(std::string_view line);

/// The verdict after the last minute of the stream. Criteria of a kind that a stream does not carry see no data.
Verdict judge_stream(const Stream& stream, const CriteriaSet& set, const Calibration& calibration = {});

}  // namespace evenkeel::health
