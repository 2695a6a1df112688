// Keys of C2SP signed notes (https://c2sp.org/signed-note): written "NAME+ID+BASE64", where the id is the beginning of a hash over name,
// algorithm and key, and the base64 holds the algorithm's byte and the public key.
#pragma once
#include <string>

#include "base/result.hpp"

namespace evenkeel {

/// What a key signs: notes (a log's own checkpoints), or checkpoints that a witness has seen (https://c2sp.org/tlog-cosignature).
enum class NoteAlgorithm : char { ed25519 = 0x01, cosignature_ed25519 = 0x04 };

struct NoteKey {
  std::string name;
  NoteAlgorithm algorithm = NoteAlgorithm::ed25519;
  std::string public_key;  // 32 bytes

  /// Four bytes, as they stand before each signature.
  std::string id() const;
  std::string text() const;
};
/// Error: invalid when it is no such key, or one for something else.
Result<NoteKey> parse_note_key(std::string text, NoteAlgorithm algorithm);

}  // namespace evenkeel
