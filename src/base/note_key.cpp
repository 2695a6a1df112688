#include "base/note_key.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"

namespace evenkeel {

std::string NoteKey::id() const {
  return std::string(as_bytes(sha256(fmt::format("{}\n{}{}", name, static_cast<char>(algorithm), public_key))).substr(0, 4));
}

std::string NoteKey::text() const {
  return fmt::format("{}+{}+{}", name, to_hex(id()), to_base64(static_cast<char>(algorithm) + public_key));
}

Result<NoteKey> parse_note_key(std::string text, NoteAlgorithm algorithm) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  const auto first = text.find('+'), second = text.find('+', first == std::string::npos ? first : first + 1);
  if (second == std::string::npos) return invalid("not a verifier key: NAME+ID+BASE64 was expected");
  const auto raw = from_base64(std::string_view(text).substr(second + 1));
  if (!raw || raw->size() != 33) return invalid("not a verifier key: its parts do not fit together");
  NoteKey key{text.substr(0, first), static_cast<NoteAlgorithm>((*raw)[0]), raw->substr(1)};
  if (key.algorithm != algorithm)
    return invalid(algorithm == NoteAlgorithm::ed25519
                       ? "not a key that signs checkpoints: its algorithm is another than Ed25519 (01)"
                       : "not the key of a witness: its algorithm is another than Ed25519 cosignatures (04)");
  if (to_hex(key.id()) != text.substr(first + 1, second - first - 1)) return invalid("not a verifier key: its parts do not fit together");
  return key;
}

}  // namespace evenkeel
