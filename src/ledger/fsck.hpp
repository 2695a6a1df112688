// Proving the ledger (`evenkeel ledger verify`). Shares no code with the writer: its own reader of entry bytes, its own canonical rows, its
// own hash tree, another hash library (OpenSSL). Walks both ways: entry to row and row to entry, so that changed, added and deleted rows
// are found, and named.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "store/database.hpp"

namespace evenkeel::ledger::fsck {

struct Problem {
  std::int64_t index = -1;  // leaf index; -1 when it belongs to no entry
  std::string kind;         // what was done to what: entry_changed, head_missing, row_unsealed, text_blanked, fact_changed, grant_added ...
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (index, kind, message))

/// What a witness outside has cosigned last: the first `size` entries, as the continuation of all it had seen.
struct Witnessed {
  std::string witness;  // its verifier key
  std::int64_t size = 0;
  SysTime at;        // by its clock
  std::string note;  // the checkpoint with its cosignature, to be verified with the key that you have from elsewhere
};
BOOST_DESCRIBE_STRUCT(Witnessed, (), (witness, size, at, note))

struct Report {
  std::int64_t entries = 0;
  std::string root;  // hex
  std::vector<Problem> problems;
  std::vector<Witnessed> witnessed;
};
BOOST_DESCRIBE_STRUCT(Report, (), (entries, root, problems, witnessed))

/// What an earlier checkpoint says: size and root (hex). A ledger that is shorter, or whose first `size` leaves hash to another root, was
/// rewritten.
struct Pinned {
  std::int64_t size = 0;
  std::string root;
};

/// Reads the whole ledger in one consistent view.
Report verify(store::Tx& tx, const std::vector<Pinned>& checkpoints = {});

/// Tables whose rows must each be sealed by an entry.
extern const std::vector<std::string> sealed_tables;

// ---- for evidence packs, which are verified without a database ---------------------------------------------------------
using Digest = std::array<unsigned char, 32>;
Digest leaf_of(std::string_view entry_bytes);
Digest node_of(const Digest& left, const Digest& right);
/// RFC 6962 section 2.1.1: whether the audit path proves that `leaf` stands at `index` in a tree of `size` leaves with this root.
bool proves(std::int64_t index, std::int64_t size, const Digest& leaf, const std::vector<Digest>& path, const Digest& root);
/// RFC 9162 section 2.1.4.2: whether the path proves that the tree of `newer` begins with that of `older`.
bool extends(std::int64_t older_size, std::int64_t newer_size, const Digest& older, const Digest& newer, const std::vector<Digest>& path);
struct SealedRow {
  std::string table, id;
  Digest hash{};
};
struct TextHash {
  std::string id;
  Digest hash{};
};
struct Entry {
  std::int64_t at = 0;
  std::string kind, actor_kind, actor, on_behalf_of, via, subject, release;
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<SealedRow> sealed;
  std::vector<TextHash> texts;
};
std::optional<Entry> read_entry(std::string_view bytes);
/// Hash of a row given as column -> value (integer or text; null columns left out).
Digest row_digest(const std::string& table, const json::Object& columns);
std::string hex_of(const Digest& d);
std::optional<Digest> digest_of(const std::string& hex);

}  // namespace evenkeel::ledger::fsck
