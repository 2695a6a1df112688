// The ledger and the jobs under many hands, on SQLite and PostgreSQL.
#include <gmock/gmock.h>

#include <thread>

#include "ledger/fsck.hpp"
#include "support/fresh_database.hpp"
#include "work/pump.hpp"
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
            work.enter({.kind = "test.done", .subject = fmt::format("{}-{}", w, i)});
            if (i % 5 == 0) return conflict("a refusal leaves no entry");
            work.enter({.kind = "test.noted", .subject = fmt::format("{}-{}", w, i)});
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
    work.enter({.kind = "test.done", .subject = "x"});
    return {};
  }));
  ASSERT_TRUE(engine.perform(actor, [&](Work& work) -> Result<void> {
    EXPECT_TRUE(work.erase_text(id));
    EXPECT_FALSE(work.erase_text(id)) << "once";
    return {};
  }));
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

TEST_P(LedgerContract, an_event_is_handled_once_and_one_that_fails_blocks_nothing_behind_it) {
  const auto note = [&](const std::string& kind, const std::string& subject) {
    ASSERT_TRUE(engine.perform(actor, [&](Work& work) -> Result<void> {
      work.enter({.kind = kind, .subject = subject, .release = "rel_1"});
      return {};
    }));
  };
  std::vector<std::string> handled, all;
  jobs::Pump pump{engine,
                  {{"some",
                    Member::health_monitor,
                    {"a.done", "b.done"},
                    [&](Work&, const ledger::Entry& e) -> Result<void> {
                      handled.push_back(e.subject);
                      if (e.subject == "2") return conflict("this one cannot be handled");
                      return {};
                    }},
                   {"all", Member::health_monitor, {}, [&](Work&, const ledger::Entry& e) -> Result<void> {
                      all.push_back(e.subject);
                      return {};
                    }}}};
  EXPECT_FALSE(pump.run_once()) << "nothing is in the ledger";
  note("a.done", "1"), note("c.done", "other"), note("b.done", "2"), note("c.done", "other"), note("a.done", "3"), note("c.done", "other");
  EXPECT_TRUE(pump.run_once());
  EXPECT_THAT(handled, testing::ElementsAre("1", "2", "3"));
  EXPECT_EQ(all.size(), 6u);
  EXPECT_FALSE(pump.run_once());
  EXPECT_EQ(handled.size() + all.size(), 9u) << "nothing is handled again";
}

TEST_P(LedgerContract, what_leaves_nothing_wakes_nobody) {
  const auto before = engine.bell.count();
  const auto done = [&](const std::function<void(Work&)>& what) {
    ASSERT_TRUE(engine.perform(actor, [&](Work& work) -> Result<void> {
      what(work);
      return {};
    }));
  };
  done([](Work&) {});
  EXPECT_EQ(engine.bell.count(), before);
  done([](Work& work) { work.enter({.kind = "test.done", .subject = "x"}); });
  EXPECT_EQ(engine.bell.count(), before + 1);
  const auto job = [](Work& work) { work.enqueue({.kind = "count", .payload = json::Object{}, .due = work.now, .dedup_key = "one"}); };
  done(job);
  EXPECT_EQ(engine.bell.count(), before + 2);
  done(job);
  EXPECT_EQ(engine.bell.count(), before + 2) << "the job is there already";
}

TEST_P(LedgerContract, a_pump_with_much_behind_it_stops_when_it_is_asked) {
  ASSERT_TRUE(engine.perform(actor, [&](Work& work) -> Result<void> {
    for (int i = 0; i < 200; ++i) work.enter({.kind = "a.done", .subject = std::to_string(i)});
    return {};
  }));
  std::stop_source stop;
  int handled = 0;
  jobs::Pump pump{engine, {{"slow", Member::health_monitor, {"a.done"}, [&](Work&, const ledger::Entry&) -> Result<void> {
                              if (++handled == 3) stop.request_stop();
                              return {};
                            }}}};
  pump.run(stop.get_token());
  EXPECT_EQ(handled, 3);
}

INSTANTIATE_TEST_SUITE_P(On, LedgerContract, testing::ValuesIn(testing_database::everywhere()), testing_database::name_of);

}  // namespace
}  // namespace evenkeel
