#pragma once
#include "planning/awaited.hpp"

namespace evenkeel::changelog {

/// Entries, notes and their approvals, migration guides; until the notes are told.
std::vector<planning::Awaited> awaited(store::Tx& tx, const planning::Release& release, SysTime now);
/// Questions on internal notes that nobody has answered.
std::vector<planning::AwaitedAnyTime> questions_awaited(store::Tx& tx, SysTime now);

}  // namespace evenkeel::changelog
