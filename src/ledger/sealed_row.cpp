#include "ledger/sealed_row.hpp"

#include "base/canonical.hpp"

namespace evenkeel::ledger {
std::string canonical_row(std::string_view table, const store::Row& row) {
  std::map<std::string_view, std::size_t> order;
  for (std::size_t i = 0; i < row.names.size(); ++i) order[row.names[i]] = i;
  std::string out(1, '\1');
  put_field(out, table);
  for (const auto& [name, i] : order) {
    if (row.null(i)) continue;
    put_field(out, name);
    const auto& value = row.values[i];
    if (const auto* n = std::get_if<std::int64_t>(&value)) {
      out += 'i';
      put_field(out, std::to_string(*n));
    } else if (const auto* t = std::get_if<std::string>(&value)) {
      out += 't';
      put_field(out, *t);
    } else if (const auto* b = std::get_if<store::Blob>(&value)) {
      out += 'b';
      put_field(out, b->bytes);
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
