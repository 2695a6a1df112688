// A rolling update is a short canary: while old and new version run together they are compared, told apart by their version label
// (`sides: {label: version, canary: $version, control: $from_version}`), with the canary's judge.
//
// Nobody knows beforehand how long that will be. Before both were seen in one interval nothing is judged; when the old version's series
// have ended the comparison is over, and that is no silence of a control. What was too short to judge says so, and for how long both ran
// together. The watch after promotion goes on without the old version.
#pragma once
#include "health/judge.hpp"
#include "health/watch.hpp"

namespace evenkeel::health {

/// Some criterion's control is what ran before: its sides are told apart by version.
bool told_by_version(const CriteriaSet& set);

/// Which intervals of a rolling update are compared; fed in order.
class SideBySide {
 public:
  /// Whether the judge is to see this interval: both are there, or the new version has fallen silent after it was.
  bool takes(std::span<const Observation> row);
  /// So many intervals both were seen in.
  int together() const { return together_; }
  /// The old version is gone: the new one has been alone for two intervals.
  bool parted() const { return alone_ >= 2; }

 private:
  int together_ = 0, alone_ = 0;
};

/// What is said at the end, or meanwhile. `verdict`: the judge's, over the intervals that were compared. `never`: why the two were not
/// seen together, for a person; used when they were not.
std::string rolling_sentence(const Verdict& verdict, const CriteriaSet& set, int together, const std::string& never);

}  // namespace evenkeel::health
