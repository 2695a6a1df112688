// Proofs of RFC 6962 section 2.1 over stored leaf hashes: that an entry is in the tree, and that a smaller tree is the beginning of a
// larger.
#pragma once
#include <vector>

#include "base/hex.hpp"

namespace evenkeel::ledger {

/// The hash tree of some leaves, with the roots of all its perfect subtrees: made once in n hashes, a proof then costs log n.
class Tree {
 public:
  explicit Tree(std::vector<Hash> leaves);
  std::size_t size() const { return levels_.front().size(); }
  Hash root() const;
  /// Audit path of leaf `index` (section 2.1.1), the leaf's neighbour first.
  std::vector<Hash> audit_path(std::size_t index) const;
  /// Consistency proof between the tree of the first `size` leaves and this one (section 2.1.2). Empty when size is 0 or the whole.
  std::vector<Hash> consistency_path(std::size_t size) const;

 private:
  Hash root_of(std::size_t from, std::size_t to) const;
  void path_of(std::size_t from, std::size_t to, std::size_t index, std::vector<Hash>& out) const;
  void subproof(std::size_t m, std::size_t from, std::size_t to, bool whole, std::vector<Hash>& out) const;
  std::vector<std::vector<Hash>> levels_;  // levels_[h][i]: root of leaves [i * 2^h, (i + 1) * 2^h)
};

}  // namespace evenkeel::ledger
