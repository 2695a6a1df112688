// The ledger's signing key: outside the database, pinned in it. Every replica signs with the key that the database names; one that holds
// another, or none, says so instead of signing (and never makes a key of its own beside a pinned one). Rotation is an entry.
#pragma once
#include "ledger/checkpoint.hpp"
#include "work/engine.hpp"

namespace evenkeel {

struct PinnedKey {
  std::string id;                // verifier key text
  std::int64_t since_entry = 0;  // size of the ledger when it began to sign
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(PinnedKey, (), (id, since_entry, at))

/// All keys that ever signed, oldest first; the last one signs now.
std::vector<PinnedKey> pinned_keys(store::Tx& tx);

/// The key in `file`, made there with `name` when nothing is pinned yet, and pinned at first use. Errors: unavailable (the file is missing
/// or holds another key than the pinned one), with what to do. Ledger: ledger.key_pinned, once.
Result<ledger::Key> ledger_key(Engine& engine, const std::string& file, const std::string& name);

/// Makes a new key in place of the one in `file`, which is kept beside it under its id. Needs: admin. Ledger: ledger.key_rotated.
Result<PinnedKey> rotate_ledger_key(Engine& engine, const Actor& actor, const std::string& file, const std::string& name);

}  // namespace evenkeel
