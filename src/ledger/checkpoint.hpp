// Checkpoints: the ledger's size and root, signed with a key that lives outside the database. A C2SP signed note with a tlog-checkpoint
// body (https://c2sp.org/tlog-checkpoint, https://c2sp.org/signed-note):
//
//   evenkeel/<organisation>            origin
//   <size>
//   <root hash, base64>
//                                      (an empty line)
//   — <key name> <base64 of 4 bytes key id + 64 bytes Ed25519 signature over the text up to and with the empty line's predecessor>
#pragma once
#include <vector>

#include "base/hex.hpp"
#include "base/note_key.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace evenkeel::ledger {

struct Key {
  std::string name;
  Secret seed;             // 32 bytes; empty in a key that only verifies
  std::string public_key;  // 32 bytes
};
/// Reads the key file, or makes it (mode 0600) with `name`. Error: unavailable.
Result<Key> load_or_make_key(const std::string& file, const std::string& name);
/// Verifier key text as in signed-note: "<name>+<key id, hex>+<base64 of 0x01 and the public key>".
std::string verifier_key(const Key& key);
Result<Key> parse_verifier_key(const std::string& text);

struct Checkpoint {
  std::string origin;
  std::int64_t size = 0;
  Hash root{};
};
/// A signed note over any text: its lines, an empty line, one signature. `text` ends with a line feed and holds no empty line.
std::string sign_note(const std::string& text, const Key& key);
/// The signed text. Error: invalid when it is not signed by this key, or the signature does not fit.
Result<std::string> open_note(const std::string& note, const Key& verifier);

std::string sign_checkpoint(const Checkpoint& checkpoint, const Key& key);
/// Error: invalid when the text is not a checkpoint, or its signature does not fit the key.
Result<Checkpoint> open_checkpoint(const std::string& text, const Key& verifier);
/// Without a key: what it says, unproven.
Result<Checkpoint> read_checkpoint(const std::string& text);

/// When a witness saw this checkpoint as the continuation of all it had seen before, by its cosignature in the note
/// (https://c2sp.org/tlog-cosignature). Signatures of others are passed over. Error: invalid when it has none, or it does not fit.
Result<SysTime> open_cosignature(const std::string& note, const NoteKey& witness);
/// The notes of a file to which one was appended after the other.
std::vector<std::string> notes_in(const std::string& text);

}  // namespace evenkeel::ledger
