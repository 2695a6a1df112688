// What runs on each target: a region or cluster of an environment. Runs note it when they end, whichever way; where one ended half-way the
// version is unknown until a person says it.
#pragma once
#include "planning/release.hpp"
#include "work/ids.hpp"
#include "work/work.hpp"

namespace evenkeel::planning {

struct TargetVersion {
  std::string service, environment, target;
  std::string version;    // empty: unknown
  RunId run_id;           // the run that left it so,
  std::string stated_by;  // or who said it
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(TargetVersion, (), (service, environment, target, version, run_id, stated_by, at))

/// Nothing when no run and no person has told of this target since the newest deployment of the service there.
std::optional<TargetVersion> told_of(store::Tx& tx, const std::string& service, const std::string& environment, const std::string& target);
/// The version that runs there: as told of the target, else of the last successful deployment; empty when none is known.
std::string running_version(store::Tx& tx, const std::string& service, const std::string& environment, const std::string& target);
/// The only writer.
void note_version(store::Tx& tx, const TargetVersion& version);

}  // namespace evenkeel::planning
