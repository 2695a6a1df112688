// Which gates and rules refused something, as far as it was asked of this server. A refused act leaves nothing in the ledger, so it is kept
// here: the first of each gate, release and day.
#pragma once
#include <set>

#include "gonogo/gonogo.hpp"

namespace evenkeel::gonogo {

/// `release`: as the refused act called it; nothing is kept of one that is not there.
void note_refusals(store::Tx& tx, const std::string& release, const std::vector<Refusal>& refusals, SysTime now);
std::set<std::string> refused_since(store::Tx& tx, SysTime since);

}  // namespace evenkeel::gonogo
