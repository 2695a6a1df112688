#include "ledger/append.hpp"

#include "base/id.hpp"

namespace evenkeel::ledger {
namespace {

CompactRange load(store::Tx& tx, bool lock) {
  std::int64_t size = 0;
  std::string bytes;
  std::string sql = "SELECT size, roots FROM ledger_head WHERE id = 1";
  if (lock && tx.dialect() == store::Dialect::postgres) sql += " FOR UPDATE";
  tx.exec(sql, {}, [&](const store::Row& row) {
    size = row.integer(0);
    bytes = std::holds_alternative<store::Blob>(row.values[1]) ? row.blob(1) : std::string{};
  });
  std::vector<Hash> roots(bytes.size() / 32);
  for (std::size_t i = 0; i < roots.size(); ++i) std::copy_n(bytes.begin() + std::ptrdiff_t(32 * i), 32, roots[i].begin());
  return {static_cast<std::uint64_t>(size), std::move(roots)};
}

}  // namespace

std::int64_t append(store::Tx& tx, const std::vector<Entry>& entries) {
  auto range = load(tx, true);
  const auto first = static_cast<std::int64_t>(range.size());
  for (const auto& e : entries) {
    const auto bytes = entry_bytes(e);
    const auto leaf = leaf_hash(bytes);
    const auto index = static_cast<std::int64_t>(range.size());
    tx.exec("INSERT INTO ledger_entry (id, kind, at, actor, subject, release_id, bytes, leaf) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            {index, e.kind, to_millis(e.at), e.actor, e.subject, e.release, store::Blob{bytes}, store::Blob{std::string(as_bytes(leaf))}});
    for (const auto& s : e.sealed)
      tx.exec("INSERT INTO ledger_seal (table_name, row_id, entry_id) VALUES ($1, $2, $3)", {s.table, s.id, index});
    range.append(leaf);
  }
  std::string roots;
  for (const auto& h : range.roots()) roots += as_bytes(h);
  tx.exec("UPDATE ledger_head SET size = $1, roots = $2 WHERE id = 1", {static_cast<std::int64_t>(range.size()), store::Blob{roots}});
  return first;
}

Head head(store::Tx& tx) {
  const auto range = load(tx, false);
  return {static_cast<std::int64_t>(range.size()), range.root()};
}

TextProof write_text(store::Tx& tx, const std::string& name, std::string_view body, SysTime now) {
  const auto salt = random_bytes(16);
  TextProof proof{name, make_id("txt", now), sha256(salt + std::string(body))};
  tx.exec("INSERT INTO erasable_text (id, salt, body, written_at) VALUES ($1, $2, $3, $4)",
          {proof.id, store::Blob{salt}, std::string(body), to_millis(now)});
  return proof;
}

std::string read_text(store::Tx& tx, const std::string& id) {
  const auto body = tx.value("SELECT body FROM erasable_text WHERE id = $1", {id});
  return body && std::holds_alternative<std::string>(*body) ? std::get<std::string>(*body) : "(erased)";
}

bool erase_text(store::Tx& tx, const std::string& id) {
  return tx.exec("UPDATE erasable_text SET salt = NULL, body = NULL WHERE id = $1 AND body IS NOT NULL", {id}) == 1;
}

}  // namespace evenkeel::ledger
