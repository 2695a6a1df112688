// Evidence packs: everything the ledger holds about one release, with the proofs, as a zip that verifies offline.
//
//   manifest.txt      signed: the release, the indexes of all its entries, the SHA-256 of every other file. Nothing can be left out of a
//                     pack or put into it, and no word of it changed, without the key
//   story.md          the release in words, entry by entry                    (pack_story.hpp: made again by whoever verifies)
//   controls.md       which control each kind of entry serves                 (the same)
//   checkpoint.txt    the signed checkpoint the proofs lead to                key.txt   its verifier key
//   entries.jsonl     {"index", "bytes" (base64), "proof": [hex, ...]}        RFC 6962 audit paths
//   rows.jsonl        {"table", "id", "columns": {...}}                       every row that these entries sealed
//   reasons.jsonl     {"entry", "name", "id", "salt" (base64), "text"}        where it was asked for: the free texts of these entries that
//                     were not erased, each held against the salted hash in its entry
#pragma once
#include "ledger/checkpoint.hpp"
#include "ledger/fsck.hpp"

namespace evenkeel::ledger {

enum class Reasons { left_out, included };
/// The zip's bytes. Error: not_found when the ledger holds nothing about the release.
Result<std::string> export_pack(store::Tx& tx, const std::string& release_id, const std::string& title, const std::string& organisation,
                                const Key& key, SysTime now, Reasons reasons = Reasons::left_out);

struct PackReport {
  std::int64_t entries = 0, rows = 0, reasons = 0;
  std::string release, checkpoint;
  std::vector<fsck::Problem> problems;
};
BOOST_DESCRIBE_STRUCT(PackReport, (), (entries, rows, reasons, release, checkpoint, problems))
/// Without a database: the signatures, that the entries are those that the manifest names and every file is as it was signed, every
/// entry's proof, every sealed row's hash, that no sealed row is left out, every reason's hash, and that story and controls say what the
/// entries say. `verifier`: the key to trust; empty: the pack's own. Error: invalid (not a pack, not a key).
Result<PackReport> verify_pack(const std::string& zip, const std::string& verifier);

}  // namespace evenkeel::ledger
