// Deployed, switched on, announced: three dates. What is deployed dark behind a flag is not there for customers yet, so words for
// customers wait until its flag reads on where the release went.
//
// An entry names its flag as FLAG@PLATFORM, set by a person or by the trailer `Feature-Flag: FLAG` of its change. The flags are read every
// minute from the end of the deployment until the note is out; see jobs/read_flags.hpp. A flag that cannot be read is not on.
//
// A release need not wait: where a dark sentence is taken out of its note, the rest is told at once, and the next note of the same area and
// line tells that sentence once its flag is on.
#pragma once
#include "changelog/entries.hpp"
#include "planning/flags.hpp"
#include "work/ids.hpp"

namespace evenkeel::changelog {

/// The newest reading of one flag that entries of a release are dark behind.
struct LaunchFlag {
  std::string id;  // release and reference
  ReleaseId release_id;
  std::string flag, platform;
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
/// Those that hold the customers' note: it tells an entry behind them, its own or an earlier release's, and they do not read on.
std::vector<LaunchFlag> dark_flags(store::Tx& tx, const planning::Release& release);

/// An entry that the release's own note did not tell customers, because it was dark.
struct ToldLater {
  std::string entry, text, flag;  // FLAG@PLATFORM
  planning::FlagState state = planning::FlagState::unknown;
  std::optional<SysTime> on_since;
  std::string told_in;  // version whose note told it; empty: none so far
};
BOOST_DESCRIBE_STRUCT(ToldLater, (), (entry, text, flag, state, on_since, told_in))
/// Empty until the release's note is out.
std::vector<ToldLater> told_later(store::Tx& tx, const planning::Release& release);
/// What earlier releases of this area and line brought dark, is on by now, and nobody was told: for the customers' note of `release`.
std::vector<EntryView> launched_entries(store::Tx& tx, const planning::Release& release);
struct Note;
/// A note is out. Of the customers' one, what it names is told; a text that names no entry may tell all of its release. What an earlier
/// release brought, was on when the text was written and is not in it, was left out on purpose: no later note is offered it.
void publish_note(Work& work, const planning::Release& release, const Note& note);
/// The customers' note was taken back: what it told of other releases is told by another.
void withdraw_note(Work& work, const planning::Release& release);

/// Stores what a flag reads now. Ledger, when it reads otherwise than before: launch_flag.read.
void store_launch_reading(Work& work, LaunchFlag flag, planning::FlagState state, const std::string& problem);

}  // namespace evenkeel::changelog
