// The watch outlives what it watches with: a metric source that restarts, one that stays away, a replica that is killed.
#include <signal.h>

#include <chrono>
#include <thread>

#include "store/database.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

class WatchStory : public Story {
 protected:
  FakeMetrics metrics;

  std::string shop(int interval_seconds = 60) {
    auto yaml = World::small_shop();
    yaml = edited(yaml, "deploy: [{name: put,",
                  "deploy: [{name: canary holds, kind: check, health: true, wait: 1s, timeout: 2h}, {name: put,");
    auto health = error_rate_criteria();
    if (const auto at = health.find("interval_seconds: 60"); at != std::string::npos)
      health.replace(at, 20, "interval_seconds: " + std::to_string(interval_seconds));
    return yaml + health + fmt::format("connections:\n  - {{name: prometheus, kind: prometheus, url: \"{}\"}}\n", metrics.url());
  }
  static void start(World& w) {
    w.ready();
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  }
  static json::Value watch(World& w) { return w.get("/api/v1/releases/1.0.0").json().at("watches").as_array()[0]; }
};

TEST_P(WatchStory, DH2_a_metric_source_that_restarts_costs_no_interval) {
  World w{GetParam(), shop()};
  start(w);
  w.advance("6m");
  metrics.down = true;
  w.advance("3m");
  EXPECT_EQ(watch(w).at("state").as_string(), "watching");
  metrics.down = false;
  w.advance("20m");
  const auto after = watch(w);
  EXPECT_EQ(after.at("state").as_string(), "ended");
  EXPECT_THAT(std::string(after.at("verdict").as_string()), testing::AnyOf("healthy", "no_harm_seen")) << after;
}

TEST_P(WatchStory, DH2_a_metric_source_that_stays_away_is_no_data_and_nothing_passes) {
  World w{GetParam(), shop()};
  start(w);
  w.advance("6m");
  metrics.down = true;
  w.advance("40m");
  EXPECT_EQ(w.ask("ada", {"release", "show", "1.0.0"}).at("run").at("state").as_string(), "held");
  const auto after = watch(w);
  EXPECT_EQ(after.at("verdict").as_string(), "hold");
  EXPECT_THAT(std::string(after.at("sentence").as_string()), HasSubstr("no sample of the canary"));
}

/// Two replicas on one database; the one that holds the watch, whichever it is, is killed: it goes on within ten seconds.
TEST_P(WatchStory, DH2_a_killed_replicas_watch_goes_on_elsewhere_within_ten_seconds) {
  if (GetParam() == On::sqlite) GTEST_SKIP() << "replicas share PostgreSQL";
  World w{GetParam(), shop(1), true};
  w.plan();
  ASSERT_EQ(w.as("rita", {"rollback", "rehearse", "catalog", "--release", "1.0.0", "--wait", "--timeout", "60s"}).code, 0);
  w.evidence();
  w.sign();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  const auto judged = [&] {
    auto db = store::Database::open(w.database());
    return db->read([](store::Tx& tx) { return tx.integer("SELECT max(next_interval) FROM watch"); });
  };
  const auto second = w.replica();
  for (int i = 0; i < 100 && judged() < 3; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{100});
  ASSERT_GE(judged(), 3);
  w.server->kill(SIGKILL);
  const auto before = judged();
  const auto killed = std::chrono::steady_clock::now();
  while (judged() <= before + 1 && std::chrono::steady_clock::now() - killed < std::chrono::seconds{20})
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  EXPECT_LT(std::chrono::steady_clock::now() - killed, std::chrono::seconds{10});
  auto db = store::Database::open(w.database());
  EXPECT_EQ(db->read([](store::Tx& tx) {
    return tx.integer(
        "SELECT count(*) FROM (SELECT watch_id, interval_index FROM judged_interval GROUP BY watch_id, interval_index HAVING count(*) > 1) "
        "twice");
  }),
            0);
  w.restart();
}

INSTANTIATE_TEST_SUITE_P(On, WatchStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
