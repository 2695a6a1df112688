// Evidence packs: everything the ledger holds about one release, with the proofs, as a zip that verifies offline.
//
//   story.md          the release in words, entry by entry
//   controls.md       which control each kind of entry serves: SOC 2 CC8.1, ISO/IEC 27001:2022 A.8.32
//   checkpoint.txt    the signed checkpoint the proofs lead to          key.txt   its verifier key
//   entries.jsonl     {"index", "bytes" (base64), "proof": [hex, ...]}  RFC 6962 audit paths
//   rows.jsonl        {"table", "id", "columns": {...}}                 every row that these entries sealed
#pragma once
#include "ledger/checkpoint.hpp"
#include "ledger/fsck.hpp"

namespace evenkeel::ledger {

/// Audit path of a leaf (RFC 6962 section 2.1.1) over the stored leaf hashes.
std::vector<Hash> audit_path(const std::vector<Hash>& leaves, std::size_t index);

/// The zip's bytes. Error: not_found when the ledger holds nothing about the release.
Result<std::string> export_pack(store::Tx& tx, const std::string& release_id, const std::string& title, const std::string& organisation,
                                const Key& key, SysTime now);

struct PackReport {
  std::int64_t entries = 0, rows = 0;
  std::string release, checkpoint;
  std::vector<fsck::Problem> problems;
};
BOOST_DESCRIBE_STRUCT(PackReport, (), (entries, rows, release, checkpoint, problems))
/// Without a database: signature, every entry's proof, every sealed row's hash, and that no sealed row is left out. `verifier`: the key to
/// trust; empty: the pack's own, and the report says so as a problem only when it is missing. Error: invalid (not a pack).
Result<PackReport> verify_pack(const std::string& zip, const std::string& verifier);

}  // namespace evenkeel::ledger
