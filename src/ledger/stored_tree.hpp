// The hash tree of the stored ledger, for proofs.
#pragma once
#include "ledger/proof.hpp"
#include "store/database.hpp"

namespace evenkeel::ledger {

/// Of the first `size` leaves; of all of them when size is negative.
Tree stored_tree(store::Tx& tx, std::int64_t size = -1);

}  // namespace evenkeel::ledger
