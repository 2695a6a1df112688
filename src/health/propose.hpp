// Criteria proposed from a metric's own history, with what they would have done: "would have fired 2 times in 14 days". Pure.
#pragma once
#include "health/source.hpp"

namespace evenkeel::health {

struct Firing {
  SysTime from, until;
  double worst = 0;
};
BOOST_DESCRIBE_STRUCT(Firing, (), (from, until, worst))

struct Proposal {
  std::string criterion;           // the one whose history it is
  Criterion proposed;              // an absolute limit beside it
  double usual = 0, bad_hour = 0;  // median share, and the share that one hour in a hundred exceeds
  std::int64_t intervals = 0, with_data = 0;
  std::vector<Firing> would_have_fired;
  std::string sentence;
};
BOOST_DESCRIBE_STRUCT(Proposal, (), (criterion, proposed, usual, bad_hour, intervals, with_data, would_have_fired, sentence))

/// From the service's history of one rate criterion in even intervals: a limit on its share of events that all but the one worst hour of
/// a hundred stay below, with room (half as much again); replayed over the same history: three intervals running above it fire once.
/// None when less than a day has data or nothing was ever requested.
std::optional<Proposal> propose_limit(const Criterion& criterion, const SideSeries& history, const IntervalRange& range);

}  // namespace evenkeel::health
