// The ledger and the jobs under many hands, on SQLite and PostgreSQL.
#include <gmock/gmock.h>

#include <thread>

#include "ledger/fsck.hpp"
#include "support/fresh_database.hpp"
#include "work/runner.hpp"

namespace evenkeel {
namespace {

using testing_database::Fresh;
using testing_database::On;

class LedgerContract : public testing::TestWithParam<On> {
 protected:
  Fresh fresh{GetParam()};
  std::unique_ptr<store::Database> database = fresh.migrated();
  SystemClock clock;
  Engine engine{*database, clock};
  const Actor actor{.kind = ActorKind::person, .id = "psn_1"};
};

TEST_P(LedgerContract, entries_of_many_writers_have_one_order_without_gaps_and_verify) {
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 8; ++w)
      writers.emplace_back([&, w] {
        for (int i = 0; i < 25; ++i) {
          const auto done = engine.perform(actor, [&](Work& work) -> Result<void> {
            work.write_text("reason", "because");
            work.record({.kind = "test.done", .subject = fmt::format("{}-{}", w, i)});
            if (i % 5 == 0) return conflict("a refusal leaves no entry");
            work.record({.kind = "test.noted", .subject = fmt::format("{}-{}", w, i)});
            return {};
          });
          EXPECT_EQ(done.has_value(), i % 5 != 0);
        }
      });
  }
  database->read([](store::Tx& tx) {
    EXPECT_EQ(tx.integer("SELECT count(*) FROM ledger_entry"), 8 * 20 * 2);
    EXPECT_EQ(tx.integer("SELECT max(id) FROM ledger_entry"), 8 * 20 * 2 - 1);
    EXPECT_EQ(tx.integer("SELECT count(*) FROM erasable_text"), 8 * 20);
    const auto report = ledger::fsck::verify(tx);
    EXPECT_EQ(report.entries, 320);
    EXPECT_TRUE(report.problems.empty()) << report.problems.front().message;
  });
}

TEST_P(LedgerContract, an_erased_text_keeps_every_proof) {
  std::string id;
  ASSERT_TRUE(engine.perform(actor, [&](Work& work) -> Result<void> {
    id = work.write_text("reason", "a name that must go");
    work.record({.kind = "test.done", .subject = "x"});
    return {};
  }));
  database->write([&](store::Tx& tx) -> Result<void> {
    ledger::erase_text(tx, id);
    return {};
  });
  database->read([&](store::Tx& tx) {
    EXPECT_EQ(ledger::read_text(tx, id), "(erased)");
    EXPECT_TRUE(ledger::fsck::verify(tx).problems.empty());
  });
}

TEST_P(LedgerContract, a_job_is_done_once_however_many_runners_look) {
  ASSERT_TRUE(engine.perform(actor, [&](Work& work) -> Result<void> {
    for (int i = 0; i < 60; ++i)
      for (int twice = 0; twice < 2; ++twice)  // the second of one key is not made
        work.enqueue({.kind = "count", .payload = json::Object{{"n", i}}, .due = work.now, .dedup_key = std::to_string(i)});
    return {};
  }));
  std::mutex mutex;
  std::map<std::int64_t, int> ran;
  const jobs::Handler count{.run = [&](jobs::Claim& claim) -> jobs::Outcome {
    const std::lock_guard lock{mutex};
    ++ran[claim.job.data().at("n").as_int64()];
    return {};
  }};
  const auto other = GetParam() == On::postgres ? fresh.open() : nullptr;  // another replica; a file has one server
  Engine second{other ? *other : *database, clock};
  jobs::Runner a{engine, {{"count", count}}, "a"}, b{second, {{"count", count}}, "b"};
  {
    std::vector<std::jthread> runners;
    for (int i = 0; i < 3; ++i)
      for (auto* runner : {&a, &b})
        runners.emplace_back([runner] {
          while (runner->run_one({})) {}
        });
  }
  EXPECT_EQ(ran.size(), 60u);
  for (const auto& [n, times] : ran) EXPECT_EQ(times, 1) << n;
}

INSTANTIATE_TEST_SUITE_P(On, LedgerContract, testing::ValuesIn(testing_database::everywhere()), testing_database::name_of);

}  // namespace
}  // namespace evenkeel
