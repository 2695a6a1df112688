// Whether what is deployed was built from what was looked at (W2, W4): the commit of each artefact against the commits of the scope.
//
// An artefact is of the scope when it was built from the commit up to which the history was last read, or from the newest change that the
// scope has of its component, where changes are told one by one. Older, and changes that were voted on are missing in it; any other, and
// nobody knows what it has.
#pragma once
#include "planning/gate.hpp"
#include "planning/planning.hpp"

namespace evenkeel::risk {

/// Notes how far the history was read, if it is news. Returns the row's id, to be sealed; empty: it was known.
std::string note_reading(Work& work, const planning::Release& release, const std::string& up_to);

/// Of every component, by the commit that its artefact names. Unknown where one names none.
planning::Finding artefact_from_scope(store::Tx& tx, const planning::Release& release, SysTime now);

}  // namespace evenkeel::risk
