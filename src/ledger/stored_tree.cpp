#include "ledger/stored_tree.hpp"

namespace evenkeel::ledger {

Tree stored_tree(store::Tx& tx, std::int64_t size) {
  std::vector<Hash> leaves;
  const auto add = [&](const store::Row& row) {
    Hash h{};
    std::copy_n(row.blob(0).begin(), 32, h.begin());
    leaves.push_back(h);
  };
  if (size < 0)
    tx.exec("SELECT leaf FROM ledger_entry ORDER BY id", {}, add);
  else
    tx.exec("SELECT leaf FROM ledger_entry WHERE id < $1 ORDER BY id", {size}, add);
  return Tree{std::move(leaves)};
}

}  // namespace evenkeel::ledger
