// Work: one transaction with its actor, its time and what it will leave behind (ledger entries, jobs).
//
// A use case is `Result<Outcome> f(Work&, const Command&)`: check authority, load, decide (pure), save, record, enqueue. Nothing in it
// goes to the network. The ledger entry is part of the use case: no entry, no commit.
#pragma once
#include <initializer_list>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "ledger/append.hpp"
#include "store/rows.hpp"
#include "work/actor.hpp"
#include "work/ids.hpp"

namespace evenkeel {

/// A message to deliver or a timer to fire, written with the fact it belongs to.
struct NewJob {
  std::string kind;
  json::Value payload;
  SysTime due;
  std::string dedup_key;  // a second job with this key is not made
  std::string release = {};
  int max_attempts = 12;
};

/// What an entry says beside who, when and where; see ledger::Entry.
struct Record {
  std::string kind;
  std::string subject;
  std::string release = {};
  std::vector<std::pair<std::string, std::string>> facts = {};  // no personal data, no free text
  std::vector<std::pair<std::string, std::string>> seals = {};  // (table, row id) of insert-only rows written by this work
};

class Work {
 public:
  Work(store::Tx& t, Actor a, SysTime n) : tx(t), actor(std::move(a)), now(n) {}
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  store::Tx& tx;
  const Actor actor;
  const SysTime now;

  NewId new_id(std::string_view prefix) const { return {make_id(prefix, now)}; }
  Result<void> require(const std::vector<Role>& any_of, const std::string& area, const std::string& act) const {
    return require_role(actor, any_of, area, act);
  }

  /// Stores free text (a reason, a comment) where it can be erased; the next recorded entry carries its proof. Returns the text's id.
  std::string write_text(const std::string& name, std::string_view body);
  std::string read_text(const std::string& id) const { return id.empty() ? "" : ledger::read_text(tx, id); }
  /// Empties a free text: every proof holds, as the entry holds a salted hash alone, and an entry tells that it was erased. False when
  /// there is no such text or it is empty already.
  bool erase_text(const std::string& id);
  /// Enters a fact into the ledger at the end of this transaction; by `record(work, event, about)` of work/event.hpp.
  void enter(Record r);
  /// Makes a job unless one with its key exists, by `enqueue(work, payload, due)` of work/job.hpp. Returns its id, or the existing one's.
  JobId enqueue(const NewJob& job);

  /// Called once by the engine before the commit: appends the entries. Whether there is something to wake others for: entries or jobs.
  bool finish();

 private:
  std::vector<Record> records_;
  std::vector<std::vector<ledger::TextProof>> texts_{1};
  bool enqueued_ = false;
};

}  // namespace evenkeel
