// The second half of proving the ledger: rows that change as the process goes on are not sealed themselves, but what they say now must be
// what the entries told. Stage and outcome of a release, the words of a note and of the public page, what a run was ordered to do, how its
// attempts ended and what they printed, roles and tokens, texts that are gone. Its own reading of all of them: no code of the writers.
#pragma once
#include <functional>
#include <set>
#include <unordered_map>

#include "ledger/fsck.hpp"

namespace evenkeel::ledger::fsck {

using Complain = std::function<void(std::int64_t index, const char* kind, std::string message)>;

class Facts {
 public:
  /// One entry, in order.
  void hear(std::int64_t index, const Entry& entry);
  /// All of them were heard: compares what they told with the rows.
  void compare(store::Tx& tx, const Complain& complain) const;
  /// Whether an entry says that this text was erased.
  bool erased(const std::string& text_id) const { return erased_.contains(text_id); }

 private:
  struct Told {
    std::string value;
    std::int64_t index = -1;
  };
  using ById = std::unordered_map<std::string, Told>;
  void compare_releases(store::Tx& tx, const Complain& complain) const;
  void compare_words(store::Tx& tx, const Complain& complain) const;
  void compare_orders(store::Tx& tx, const Complain& complain) const;
  void compare_attempts(store::Tx& tx, const Complain& complain) const;
  void compare_grants(store::Tx& tx, const Complain& complain) const;
  void compare_tokens(store::Tx& tx, const Complain& complain) const;
  void tell_contradictions(const Complain& complain) const;

  ById stages_, outcomes_;     // release -> text
  ById notes_, translations_;  // note, "note/locale" -> SHA-256 of the words as they stand
  ById published_;             // publication -> SHA-256 of the words that went out
  ById orders_;                // run -> hash of its steps
  ById tokens_;                // token -> "person scope"
  std::unordered_map<std::string, std::int64_t> revoked_tokens_;
  std::unordered_map<std::string, std::int64_t> contradicted_;  // witness that has seen another history -> entry that says so
  std::set<std::string> erased_, first_admins_;
  std::int64_t outputs_kept_since_ = 0;  // ms: outputs of attempts that ended before were cleared, by an entry
};

}  // namespace evenkeel::ledger::fsck
