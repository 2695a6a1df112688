// Engine: database, business clock and the bell that wakes job runners and event streams. What edges and jobs run use cases with.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>

#include "work/work.hpp"

namespace evenkeel {

/// Rung after each commit that left entries or jobs; waiters look again.
class Bell {
 public:
  void ring();
  /// Waits until rung after `seen`, or `at_most` has passed, or stop is asked. Returns the new count.
  std::uint64_t wait(std::uint64_t seen, Millis at_most, const std::stop_token& stop);
  std::uint64_t count() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any rung_;
  std::uint64_t count_ = 0;
};

class Engine {
 public:
  Engine(store::Database& d, const Clock& c) : database(d), clock(c) {}
  store::Database& database;
  const Clock& clock;
  Bell bell;

  /// Runs a use case in one write transaction: its entries are appended last, and a refusal leaves nothing behind.
  template <class F>
  auto perform(const Actor& actor, F&& use_case) -> decltype(use_case(std::declval<Work&>())) {
    bool left_something = false;
    auto result = database.write([&](store::Tx& tx) {
      Work work{tx, actor, clock.now()};
      auto outcome = use_case(work);
      left_something = outcome && work.finish();
      return outcome;
    });
    if (left_something) bell.ring();
    return result;
  }
  /// Runs a query in one read transaction. The Work it gets cannot record.
  template <class F>
  auto look(const Actor& actor, F&& query) -> decltype(query(std::declval<Work&>())) {
    return database.read([&](store::Tx& tx) {
      Work work{tx, actor, clock.now()};
      return query(work);
    });
  }
};

}  // namespace evenkeel
