// Which components of a release a change touches, and whether its scope takes in more.
#pragma once
#include <set>

#include "planning/awaited.hpp"
#include "risk/risk.hpp"

namespace evenkeel::risk {

/// Those that it names; all of them where it names none.
std::set<std::string> touched_by(store::Tx& tx, const planning::Release& release, const Change& change);
/// Past its feature freeze, or in review unless nothing is in it yet.
bool is_scope_closed(Work& work, const planning::Release& release);
/// Late changes that wait for a second person (late_scope.hpp).
std::vector<planning::Awaited> late_awaited(store::Tx& tx, const planning::Release& release, const definitions::Organisation& o);

}  // namespace evenkeel::risk
