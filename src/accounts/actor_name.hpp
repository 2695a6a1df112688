// Who did it and why, of an entry of the ledger, for people who may read it.
#pragma once
#include "ledger/append.hpp"

namespace evenkeel::accounts {

/// A person by name, a member by its office.
std::string actor_name(store::Tx& tx, const ledger::Entry& entry);
/// The free texts that were written with it, as far as they were not erased: the reason, the remark. Empty: there is none.
std::string reason_of(store::Tx& tx, const ledger::Entry& entry);

}  // namespace evenkeel::accounts
