#include "ledger/proof.hpp"

#include <bit>

#include "ledger/entry.hpp"

namespace evenkeel::ledger {
namespace {

/// The largest power of two smaller than n.
std::size_t split(std::size_t n) { return std::bit_ceil(n) / 2; }

}  // namespace

Tree::Tree(std::vector<Hash> leaves) {
  levels_.push_back(std::move(leaves));
  while (levels_.back().size() > 1) {
    const auto& below = levels_.back();
    std::vector<Hash> level(below.size() / 2);
    for (std::size_t i = 0; i < level.size(); ++i) level[i] = node_hash(below[2 * i], below[2 * i + 1]);
    levels_.push_back(std::move(level));
  }
}

Hash Tree::root() const { return root_of(0, size()); }

Hash Tree::root_of(std::size_t from, std::size_t to) const {
  const auto n = to - from;
  if (n == 0) return CompactRange{}.root();
  if (std::has_single_bit(n) && from % n == 0) return levels_[std::size_t(std::countr_zero(n))][from / n];
  const auto middle = from + split(n);
  return node_hash(root_of(from, middle), root_of(middle, to));
}

void Tree::path_of(std::size_t from, std::size_t to, std::size_t index, std::vector<Hash>& out) const {
  if (to - from <= 1) return;
  const auto middle = from + split(to - from);
  const bool left = index < middle;
  path_of(left ? from : middle, left ? middle : to, index, out);
  out.push_back(left ? root_of(middle, to) : root_of(from, middle));
}

std::vector<Hash> Tree::audit_path(std::size_t index) const {
  std::vector<Hash> out;
  path_of(0, size(), index, out);
  return out;
}

/// SUBPROOF(m, D[from:to], whole) of the RFC.
void Tree::subproof(std::size_t m, std::size_t from, std::size_t to, bool whole, std::vector<Hash>& out) const {
  if (m == to - from) {
    if (!whole) out.push_back(root_of(from, to));
    return;
  }
  const auto k = split(to - from);
  if (m <= k) {
    subproof(m, from, from + k, whole, out);
    out.push_back(root_of(from + k, to));
  } else {
    subproof(m - k, from + k, to, false, out);
    out.push_back(root_of(from, from + k));
  }
}

std::vector<Hash> Tree::consistency_path(std::size_t first) const {
  std::vector<Hash> out;
  if (first > 0 && first < size()) subproof(first, 0, size(), true, out);
  return out;
}

}  // namespace evenkeel::ledger
