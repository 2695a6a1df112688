#include "ledger/sealed_row.hpp"

namespace evenkeel::ledger {
namespace {

void put(std::string& out, std::string_view text) {
  for (int shift = 24; shift >= 0; shift -= 8) out += char(text.size() >> shift);
  out += text;
}

}  // namespace

std::string canonical_row(std::string_view table, const store::Row& row) {
  std::map<std::string_view, std::size_t> order;
  for (std::size_t i = 0; i < row.names.size(); ++i) order[row.names[i]] = i;
  std::string out(1, '\1');
  put(out, table);
  for (const auto& [name, i] : order) {
    if (row.null(i)) continue;
    put(out, name);
    const auto& value = row.values[i];
    if (const auto* n = std::get_if<std::int64_t>(&value)) {
      out += 'i';
      put(out, std::to_string(*n));
    } else if (const auto* t = std::get_if<std::string>(&value)) {
      out += 't';
      put(out, *t);
    } else if (const auto* b = std::get_if<store::Blob>(&value)) {
      out += 'b';
      put(out, b->bytes);
    } else
      throw std::logic_error("a sealed row holds a float: " + std::string(table) + "." + std::string(name));
  }
  return out;
}

Hash sealed_row_hash(store::Tx& tx, const std::string& table, const std::string& id) {
  std::optional<Hash> hash;
  tx.exec("SELECT * FROM " + table + " WHERE id = $1", {id}, [&](const store::Row& row) { hash = sha256(canonical_row(table, row)); });
  if (!hash) throw std::logic_error("sealing a row that does not exist: " + table + " " + id);
  return *hash;
}

}  // namespace evenkeel::ledger
