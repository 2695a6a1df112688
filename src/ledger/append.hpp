// Appending: the last act of a transaction, under the head row, so that commit order is leaf order and no leaf is pending.
#pragma once
#include <vector>

#include "ledger/entry.hpp"
#include "store/database.hpp"

namespace evenkeel::ledger {

/// Appends the entries in order. Locks the head row until the transaction ends. Returns the index of the first.
std::int64_t append(store::Tx& tx, const std::vector<Entry>& entries);

struct Head {
  std::int64_t size = 0;
  Hash root{};
};
Head head(store::Tx& tx);

/// Stores a free text under a new id and gives the proof that an entry carries.
TextProof write_text(store::Tx& tx, const std::string& name, std::string_view body, SysTime now);
/// The text, or "(erased)".
std::string read_text(store::Tx& tx, const std::string& id);
/// Erases one text; every proof still holds, and `verify` asks for the entry that tells of it (Work::erase_text). False when there was
/// nothing.
bool erase_text(store::Tx& tx, const std::string& id);

}  // namespace evenkeel::ledger
