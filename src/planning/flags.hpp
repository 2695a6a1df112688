// The flag plan of a release (RC5): which flags are switched at launch, and what they read on their platform until then.
//
// A plan starts from a state ("off before, on after"). The platform is asked every minute until the deployment begins; a flag that reads
// otherwise is drift: somebody switched it outside the release, and a rollback would not bring back what was. See jobs/read_flags.hpp.
#pragma once
#include "planning/gate.hpp"
#include "planning/planning.hpp"
#include "work/ids.hpp"

namespace evenkeel::planning {

enum class FlagState { unknown, on, off };
BOOST_DESCRIBE_ENUM(FlagState, unknown, on, off)

/// The newest reading of one flag of a plan; `id` is the FlagChange's.
struct FlagReading {
  Id<FlagChange> id;  // of what is read
  ReleaseId release_id;
  std::string flag, platform;
  FlagState state = FlagState::unknown;
  std::string problem;
  SysTime read_at, changed_at;
};
BOOST_DESCRIBE_STRUCT(FlagReading, (), (id, release_id, flag, platform, state, problem, read_at, changed_at))

/// Stores what a flag reads now. Ledger, when it reads otherwise than before: flag.read.
void store_reading(Work& work, const FlagChange& flag, FlagState state, const std::string& problem);
std::vector<FlagReading> readings_of(store::Tx& tx, const ReleaseId& release_id);
/// Readings that contradict the state the plan starts from.
std::vector<FlagReading> drifted(store::Tx& tx, const ReleaseId& release_id);

/// Pass when every flag reads what the plan starts from; fail on drift; unknown when one was not read.
Finding flags_as_planned(store::Tx& tx, const Release& release, SysTime now);

}  // namespace evenkeel::planning
