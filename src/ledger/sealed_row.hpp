// Canonical bytes of a sealed row, so that a changed, added or deleted row is found by its hash.
//
// Version 1: u8 1, text table, then for each column that is not NULL, in byte order of the names: text name, u8 type, text value.
// Type 'i' is a decimal integer, 't' text, 'b' bytes; a text is u32 length (big-endian) + bytes. NULL columns do not enter, so a
// column that a later version adds does not change old hashes. Sealed tables hold no floats.
#pragma once
#include "base/hex.hpp"
#include "store/database.hpp"

namespace evenkeel::ledger {

std::string canonical_row(std::string_view table, const store::Row& row);

/// Hash of the row as it stands in this transaction. A missing row is a broken invariant (exception).
Hash sealed_row_hash(store::Tx& tx, const std::string& table, const std::string& id);

}  // namespace evenkeel::ledger
