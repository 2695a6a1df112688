// What planning and editing a release share.
#pragma once
#include "planning/planning.hpp"

namespace evenkeel::planning {

/// "there is no area 'shpo'; did you mean 'shop'?"
template <class Def>
std::string no_such(const char* what, const std::string& name, const std::vector<Def>& all, std::string Def::* of) {
  std::vector<std::string> names;
  for (const auto& d : all) names.push_back(d.*of);
  const auto near = json::nearest(name, names);
  return fmt::format("there is no {} '{}'{}", what, name, near.empty() ? "" : "; did you mean '" + near + "'?");
}

/// Error: invalid: half a window, one that ends before it starts, one that is over.
Result<void> check_window(const std::optional<SysTime>& start, const std::optional<SysTime>& end, SysTime now);
/// Error: conflict once there is a go.
Result<void> not_decided(Work& work, const Release& release, const char* act);

/// Error: invalid: none, one named twice, a service that nobody defined, a version that is no name.
Result<void> check_components(const definitions::Organisation& o, const std::vector<ComponentPlan>& components);
/// Puts the components in order, providers first, each with its targets and what runs on them.
void put_components(Work& work, const Release& release, const definitions::Organisation& o, std::vector<ComponentPlan> plans);
/// Error: invalid.
Result<void> put_flags(Work& work, const Release& release, const definitions::Organisation& o, const std::vector<FlagPlan>& flags);
/// Error: not_found, conflict when one needs itself by a way round.
Result<void> put_needs(Work& work, const Release& release, const std::vector<std::string>& needs);
/// Items of the release, and of each component in it that has none yet.
void make_checklist(Work& work, const Release& release, const definitions::Organisation& o);
/// The person's id. Error: invalid.
Result<std::string> owner_called(Work& work, const std::string& login);
/// Error: conflict when a release that was not cancelled has it; one that was cancelled goes by another name from then on. Ledger (then):
/// release.renamed.
Result<void> free_the_version(Work& work, const std::string& area, const std::string& line, const std::string& version);

}  // namespace evenkeel::planning
