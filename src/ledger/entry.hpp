// Ledger entries: what one entry says, and its bytes.
//
// Format version 1. Integers are big-endian. A text is u32 length + bytes. The entry is
//   u8 1 | i64 at (ms UTC) | text kind | text actor_kind | text actor | text on_behalf_of | text via | text subject | text release
//   u32 n, n x (text name, text value)                 facts, in the order given; no personal data, no floats
//   u32 n, n x (text table, text row id, 32 bytes)     sealed rows: SHA-256 of the row's canonical bytes (sealed_row.hpp)
//   u32 n, n x (text name, text id, 32 bytes)          free texts: SHA-256(salt, body); the body lives in erasable_text
// Written field by field, never by a serialiser, so that renaming a field in the code cannot change a hash. The leaf of the
// Merkle tree is SHA-256(0x00, bytes), nodes are SHA-256(0x01, left, right): RFC 6962 section 2.1.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/hex.hpp"
#include "base/time.hpp"

namespace evenkeel::ledger {

struct SealedRow {
  std::string table, id;
  Hash hash{};
};
struct TextProof {
  std::string name, id;
  Hash hash{};
};

struct Entry {
  SysTime at;
  std::string kind;  // "release.planned", "decision.recorded": noun.past_participle
  std::string actor_kind, actor, on_behalf_of, via;
  std::string subject;  // public id of the thing it is about
  std::string release;  // public id of the release it belongs to, or empty
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<SealedRow> sealed;
  std::vector<TextProof> texts;
};

/// The fact of that name; empty when there is none.
std::string fact(const Entry& entry, std::string_view name);

/// "gate.waived" as people read it: "gate waived".
std::string spoken(std::string kind);

std::string entry_bytes(const Entry& entry);
/// Error: invalid, naming the offset, when the bytes are not a whole entry of a known version.
Result<Entry> parse_entry(std::string_view bytes);

Hash leaf_hash(std::string_view entry_bytes);
Hash node_hash(const Hash& left, const Hash& right);

/// Roots of the perfect subtrees that cover `size` leaves, largest first; appending costs log n hashes.
class CompactRange {
 public:
  CompactRange() = default;
  CompactRange(std::uint64_t size, std::vector<Hash> roots) : size_(size), roots_(std::move(roots)) {}
  void append(const Hash& leaf);
  std::uint64_t size() const { return size_; }
  const std::vector<Hash>& roots() const { return roots_; }
  /// Merkle tree hash of all leaves; SHA-256 of nothing for an empty tree.
  Hash root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> roots_;
};

}  // namespace evenkeel::ledger
