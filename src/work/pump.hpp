// The pump: what must flow back from one area to an earlier or later one is a ledger entry that a subscriber picks up. Each subscriber has
// its own cursor over the ledger; one entry is handled in one transaction with the cursor's step, so it is handled exactly once.
#pragma once
#include "ledger/entry.hpp"
#include "work/engine.hpp"

namespace evenkeel::jobs {

struct Subscriber {
  std::string name;                // stable: the cursor's id
  Member who;                      // acts under this member's name
  std::vector<std::string> kinds;  // empty: every entry that belongs to a release
  std::function<Result<void>(Work&, const ledger::Entry&)> handle;
};

class Pump {
 public:
  Pump(Engine& engine, std::vector<Subscriber> subscribers) : engine_(engine), subscribers_(std::move(subscribers)) {}
  /// Handles everything that is in the ledger now. False when there was nothing. An error of a subscriber is logged, and the entry
  /// is passed over: an event must not block those behind it.
  bool run_once(const std::stop_token& stop = {});
  void run(std::stop_token stop);

 private:
  std::vector<const Subscriber*> behind();
  bool step(const Subscriber& subscriber);
  Engine& engine_;
  std::vector<Subscriber> subscribers_;
};

}  // namespace evenkeel::jobs
