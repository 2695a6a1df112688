// Deployed, switched on, announced: three dates. What is deployed dark behind a flag is not there for customers yet, so words for
// customers wait until its flag reads on where the release went.
//
// An entry names its flag as FLAG@PLATFORM, set by a person or by the trailer `Feature-Flag: FLAG` of its change. The flags are read every
// minute from the end of the deployment until the note is out; see jobs/read_flags.hpp. A flag that cannot be read is not on.
#pragma once
#include "planning/flags.hpp"

namespace evenkeel::changelog {

/// The newest reading of one flag that entries of a release are dark behind.
struct LaunchFlag {
  std::string id, release_id, flag, platform;
  planning::FlagState state = planning::FlagState::unknown;
  std::string problem;
  SysTime read_at;
  std::optional<SysTime> on_since;
};
BOOST_DESCRIBE_STRUCT(LaunchFlag, (), (id, release_id, flag, platform, state, problem, read_at, on_since))

/// "FLAG@PLATFORM" out of that or of "FLAG" where one platform is defined. Error: invalid (no name, unknown platform, several to choose
/// from).
Result<std::string> flag_reference(const definitions::Organisation& o, const std::string& text);

/// Every flag that notable entries of the release name; one that was not read yet is unknown.
std::vector<LaunchFlag> launch_flags_of(store::Tx& tx, const planning::Release& release);
/// Those that hold the customers' note: it tells an entry behind them, and they do not read on.
std::vector<LaunchFlag> dark_flags(store::Tx& tx, const planning::Release& release);

/// Stores what a flag reads now. Ledger, when it reads otherwise than before: launch_flag.read.
void store_launch_reading(Work& work, LaunchFlag flag, planning::FlagState state, const std::string& problem);

}  // namespace evenkeel::changelog
