// Votes, component by component: what was said of one that has not changed since stands.
#pragma once
#include <set>

#include "gonogo/gonogo.hpp"

namespace evenkeel::gonogo {

/// A vote with the components that it speaks of: those that are as they were when it was given.
struct Vote : SignOff {
  std::set<std::string> speaks_of = {};
};
/// The newest word of each person in each role, as far as `until`: nobody overwrites another's.
std::vector<SignOff> newest_votes(store::Tx& tx, const ReleaseId& release_id, std::optional<SysTime> until = {});
/// Each person's newest word in each role, where it speaks of any component of the scope as it stands.
std::vector<Vote> votes_with_parts(store::Tx& tx, const planning::Release& release);

/// A role of the quorum that nobody has signed for, of these components of an area.
struct MissingVote {
  Role role = Role::qa;
  std::string area;
  std::vector<std::string> services;
  bool whole_area = true;  // false: other components of the area are signed for
};
std::vector<MissingVote> missing_votes(store::Tx& tx, const planning::Release& release);

}  // namespace evenkeel::gonogo
