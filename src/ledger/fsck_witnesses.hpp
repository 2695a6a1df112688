// What witnesses outside have cosigned, proven again: each signature by the witness's key (OpenSSL), and that the ledger still begins as it
// was then.
#pragma once
#include "ledger/fsck_facts.hpp"

namespace evenkeel::ledger::fsck {

/// What must stand at a size: a checkpoint that somebody kept.
struct Expected {
  Pinned pinned;
  std::string by;  // "the checkpoint", "witness w1"
};

class Witnesses {
 public:
  /// Reads what is stored and proves the signatures. A row that cannot be read is a finding.
  Witnesses(store::Tx& tx, const Complain& complain);
  /// The newest of each witness.
  std::vector<Witnessed> newest() const;
  /// Each of them, with the root that the first `size` entries must have.
  const std::vector<Expected>& expected() const { return expected_; }

 private:
  std::vector<Witnessed> all_;
  std::vector<Expected> expected_;
};

}  // namespace evenkeel::ledger::fsck
