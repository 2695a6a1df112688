// A freeze that is declared over releases that are planned already: who applies it is told which it hits, and their owners get a mail.
#pragma once
#include "definitions/acts.hpp"
#include "planning/planning.hpp"
#include "work/ids.hpp"

namespace evenkeel::planning {

/// A release that a newly applied freeze (or a narrower allowed window) keeps from going out in its window.
struct FrozenRelease {
  std::string release, area, freeze, owner;  // its version; the owner's name
  SysTime window_start, window_end;
  std::string message, next_step;
  ReleaseId release_id = {};
};
BOOST_DESCRIBE_STRUCT(FrozenRelease, (), (release, area, freeze, owner, window_start, window_end, message, next_step))

/// Open releases whose window the newest definitions deny and `before` did not, by the same freeze. By start of their windows.
std::vector<FrozenRelease> newly_frozen(store::Tx& tx, const std::shared_ptr<const definitions::Organisation>& before, SysTime now);

/// "Release 1.5.0 (shop, owner Ada) cannot go out in its window: ...", with the next step.
std::string show_frozen(const FrozenRelease& frozen);

/// Leaves one mail job for each.
void tell_owners(Work& work, const std::vector<FrozenRelease>& frozen, const DefinitionsId& definitions_id);

/// What was applied, and which planned releases it keeps from their windows.
struct AppliedDefinitions {
  DefinitionsId id;
  std::int64_t number = 0;
  bool changed = true;
  std::vector<definitions::Difference> differences;
  std::vector<FrozenRelease> frozen;
  std::string proposal = {};  // as in definitions::Applied
  std::vector<std::string> may_agree = {};
};
BOOST_DESCRIBE_STRUCT(AppliedDefinitions, (), (id, number, changed, differences, frozen, proposal, may_agree))
/// definitions::apply, with its rules and errors; owners of the releases that it hits are told.
Result<AppliedDefinitions> apply_definitions(Work& work, const definitions::Definitions& command);

struct AgreeToDefinitions {
  std::string proposal;
};
BOOST_DESCRIBE_STRUCT(AgreeToDefinitions, (), (proposal))
/// The second person's word: what was proposed is applied, with the same rules. Errors: also those of definitions::proposed_definitions.
Result<AppliedDefinitions> agree_to_definitions(Work& work, const AgreeToDefinitions& command);

}  // namespace evenkeel::planning
