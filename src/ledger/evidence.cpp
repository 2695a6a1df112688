#include "ledger/evidence.hpp"

#include "ledger/manifest.hpp"
#include "ledger/stored_tree.hpp"
#include "ledger/zip.hpp"

namespace evenkeel::ledger {
namespace {

/// The sealed row as a line of rows.jsonl; NULL columns left out, as in its hash.
std::string row_line(store::Tx& tx, const SealedRow& sealed) {
  std::string line;
  tx.exec("SELECT * FROM " + sealed.table + " WHERE id = $1", {sealed.id}, [&](const store::Row& row) {
    json::Object columns;
    for (std::size_t i = 0; i < row.names.size(); ++i) {
      if (row.null(i)) continue;
      if (const auto* n = std::get_if<std::int64_t>(&row.values[i]))
        columns[row.names[i]] = *n;
      else
        columns[row.names[i]] = row.text(i);
    }
    line = json::dump(json::Object{{"table", sealed.table}, {"id", sealed.id}, {"columns", std::move(columns)}}) + "\n";
  });
  return line;
}

/// The texts of an entry as lines of reasons.jsonl; an erased one has none.
std::string reason_lines(store::Tx& tx, std::int64_t index, const Entry& e) {
  std::string lines;
  for (const auto& text : e.texts)
    tx.exec("SELECT salt, body FROM erasable_text WHERE id = $1 AND body IS NOT NULL", {text.id}, [&](const store::Row& row) {
      lines += json::dump(json::Object{
                   {"entry", index}, {"name", text.name}, {"id", text.id}, {"salt", to_base64(row.blob(0))}, {"text", row.text(1)}}) +
               "\n";
    });
  return lines;
}

}  // namespace

Result<std::string> export_pack(store::Tx& tx, const std::string& release_id, const std::string& title, const std::string& organisation,
                                const Key& key, SysTime now, Reasons reasons) {
  const auto tree = stored_tree(tx);
  Manifest manifest{.head = {.organisation = organisation, .release = release_id, .title = title, .exported = to_iso(now)}};
  std::vector<IndexedEntry> entries;
  std::string lines, rows;
  tx.exec("SELECT id, bytes FROM ledger_entry WHERE release_id = $1 ORDER BY id", {release_id}, [&](const store::Row& row) {
    json::Array proof;
    for (const auto& h : tree.audit_path(static_cast<std::size_t>(row.integer(0)))) proof.push_back(boost::json::string(to_hex(h)));
    lines += json::dump(json::Object{{"index", row.integer(0)}, {"bytes", to_base64(row.blob(1))}, {"proof", std::move(proof)}}) + "\n";
    manifest.entries.push_back(row.integer(0));
    if (auto e = parse_entry(row.blob(1))) entries.emplace_back(row.integer(0), std::move(*e));
  });
  if (manifest.entries.empty()) return not_found("the ledger holds nothing about this release");
  for (const auto& [index, e] : entries)
    for (const auto& s : e.sealed) rows += row_line(tx, s);
  std::map<std::string, std::string> files{
      {"story.md", story_of(manifest.head, entries)},
      {"controls.md", controls_of(entries)},
      {"checkpoint.txt", sign_checkpoint({"evenkeel/" + organisation, static_cast<std::int64_t>(tree.size()), tree.root()}, key)},
      {"key.txt", verifier_key(key) + "\n"},
      {"entries.jsonl", std::move(lines)},
      {"rows.jsonl", std::move(rows)}};
  if (reasons == Reasons::included)
    for (const auto& [index, e] : entries) files["reasons.jsonl"] += reason_lines(tx, index, e);
  for (const auto& [name, text] : files) manifest.files[name] = to_hex(sha256(text));
  files[manifest_file] = sign_manifest(manifest, key);
  return zip_of(files);
}

}  // namespace evenkeel::ledger
