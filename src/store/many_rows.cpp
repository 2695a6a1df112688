#include "store/many_rows.hpp"

namespace evenkeel::store {

std::size_t rows_at_once(Tx& tx) { return tx.dialect() == Dialect::sqlite ? 1 : 250; }

std::string places(std::size_t rows, std::size_t columns) {
  std::string out;
  for (std::size_t r = 0, n = 0; r < rows; ++r) {
    out += r ? ", (" : "(";
    for (std::size_t c = 0; c < columns; ++c) out += (c ? ", $" : "$") + std::to_string(++n);
    out += ')';
  }
  return out;
}

void insert_many(Tx& tx, const std::string& head, const std::string& tail, const std::vector<Args>& rows) {
  const auto most = rows_at_once(tx);
  Args args;
  for (std::size_t at = 0; at < rows.size(); at += most) {
    const auto n = std::min(most, rows.size() - at);
    args.clear();
    for (std::size_t i = 0; i < n; ++i) args.insert(args.end(), rows[at + i].begin(), rows[at + i].end());
    tx.exec(head + " VALUES " + places(n, rows[at].size()) + " " + tail, args);
  }
}

}  // namespace evenkeel::store
