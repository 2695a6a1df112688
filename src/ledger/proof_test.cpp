// Proofs of RFC 6962 against a slow and obvious tree, for all sizes up to 70.
#include "ledger/proof.hpp"

#include <gtest/gtest.h>

#include "ledger/entry.hpp"
#include "ledger/fsck.hpp"

namespace evenkeel::ledger {
namespace {

std::vector<Hash> leaves(std::size_t n) {
  std::vector<Hash> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(leaf_hash(std::to_string(i)));
  return out;
}
fsck::Digest digest(const Hash& h) {
  fsck::Digest d;
  std::copy(h.begin(), h.end(), d.begin());
  return d;
}
Hash slow_root(const std::vector<Hash>& all) {
  CompactRange range;
  for (const auto& l : all) range.append(l);
  return range.root();
}

TEST(Proof, every_leaf_of_every_size_is_proven_by_its_path) {
  for (std::size_t n = 1; n <= 70; ++n) {
    const Tree tree{leaves(n)};
    ASSERT_EQ(tree.root(), slow_root(leaves(n)));
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<fsck::Digest> path;
      for (const auto& h : tree.audit_path(i)) path.push_back(digest(h));
      ASSERT_TRUE(fsck::proves(std::int64_t(i), std::int64_t(n), digest(leaves(n)[i]), path, digest(tree.root()))) << i << " of " << n;
      ASSERT_FALSE(fsck::proves(std::int64_t(i), std::int64_t(n), digest(leaf_hash("x")), path, digest(tree.root())));
    }
  }
}

TEST(Proof, every_smaller_tree_is_proven_to_be_the_beginning_of_the_larger) {
  for (std::size_t n = 1; n <= 70; ++n)
    for (std::size_t m = 1; m <= n; ++m) {
      std::vector<fsck::Digest> path;
      for (const auto& h : Tree{leaves(n)}.consistency_path(m)) path.push_back(digest(h));
      const auto older = digest(slow_root(leaves(m))), newer = digest(slow_root(leaves(n)));
      ASSERT_TRUE(fsck::extends(std::int64_t(m), std::int64_t(n), older, newer, path)) << m << " of " << n;
      if (m < n) { ASSERT_FALSE(fsck::extends(std::int64_t(m), std::int64_t(n), digest(leaf_hash("x")), newer, path)); }
    }
}

}  // namespace
}  // namespace evenkeel::ledger
