// What was said of a scope, and what a change of it voids: votes and confirmations of the components that it touches, and the assessment,
// which speaks of the whole.
#pragma once
#include "planning/planning.hpp"

namespace evenkeel::planning {

/// scope_hash of each component by itself, with the changes that touch it; one that touches no component touches all. By service.
using ScopeParts = std::map<std::string, std::string>;
ScopeParts scope_parts(store::Tx& tx, const Release& release);
/// The scope as it stands.
struct ScopeNow {
  std::string hash;
  ScopeParts parts;
};
ScopeNow scope_now(store::Tx& tx, const Release& release);
/// Components that a vote speaks of: those that are as they were when it was given. `hash`, `parts`: kept with the vote.
std::set<std::string> spoken_of(const ScopeNow& now, const std::string& hash, const std::optional<ScopeParts>& parts);

/// In words, for who is about to do it: "the vote of Eli Engineer as engineering_lead for catalog".
std::vector<std::string> voided_by(store::Tx& tx, const Release& release, const std::set<std::string>& touched);
/// A component whose artefact was built with what left the scope has none until it is named anew.
void forget_artefact(store::Tx& tx, const Release& release, const std::string& service);
/// The owning teams of what was touched confirm anew.
void void_confirmations(store::Tx& tx, const Release& release, const std::set<std::string>& touched);

}  // namespace evenkeel::planning
