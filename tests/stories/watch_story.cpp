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

/// A replica is killed while its step runs. Another has the run within fifteen seconds and asks the step's look-up; where that does not
/// know, whoever is on call is paged.
class TakenOverStory : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::getenv("EVENKEEL_TEST_POSTGRES")) GTEST_SKIP() << "replicas share PostgreSQL";
  }
  FakeProgram pager{"pager"};

  /// The step of production acts and then stays; `lookup` is its look-up, if any.
  std::string shop(const std::string& lookup) const {
    const auto yaml = edited(
        World::small_shop(), R"(command: [sh, -c, "echo ${version} > @DIR@/live.${environment}; echo ${attempt} >> @DIR@/effects"]}]
    rollback)",
        fmt::format(
            R"(timeout: 2m{}, command: [sh, -c, "echo ${{version}} > @DIR@/live.${{environment}}; echo ${{attempt}} >> @DIR@/effects; test ${{environment}} = staging || sleep 40"]}}]
    rollback)",
            lookup.empty() ? "" : ", lookup: " + lookup));
    return yaml + fmt::format("connections: [{{name: pager, kind: pager, url: \"{}/alerts\"}}]\n", pager.url());
  }
  static void start_and_kill(World& w, std::unique_ptr<Program>& second) {
    w.plan();
    ASSERT_EQ(w.as("rita", {"rollback", "rehearse", "catalog", "--release", "1.0.0", "--wait", "--timeout", "100s"}).code, 0);
    w.evidence();
    w.sign();
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
    ASSERT_TRUE(wait_until(std::chrono::seconds{30}, [&] { return std::filesystem::exists(w.dir + "/live.production"); }));
    second.reset(new Program(w.replica()));  // in its place: a copy would end it
    w.server->kill(SIGKILL);
    w.server_url = second->url();
  }
  /// Of the step that puts the version into production.
  static json::Value step_of(World& w) {
    const auto said = w.get("/api/v1/releases/1.0.0/deployment");
    const auto run = said.code == 200 ? said.json() : json::Value(json::Object{{"steps", json::Array{}}});
    for (const auto& step : run.at("steps").as_array())
      if (step.at("name").as_string() == "put") return step;
    return json::Object{{"state", "none"}, {"outcome", ""}, {"position", 0}};
  }
  static std::string state_of(World& w) { return std::string(step_of(w).at("state").as_string()); }
  static std::string outcome_of(World& w) { return std::string(step_of(w).at("outcome").as_string()); }
};

TEST_F(TakenOverStory, DS6_the_look_up_of_a_killed_replicas_step_is_asked_elsewhere) {
  World w{On::postgres, shop(R"([sh, -c, "grep -q ${version} @DIR@/live.${environment}"])"), true};
  std::unique_ptr<Program> second;
  start_and_kill(w, second);
  EXPECT_TRUE(wait_until(std::chrono::seconds{15}, [&] { return state_of(w) == "done"; })) << outcome_of(w);
  EXPECT_EQ(outcome_of(w), "found done after a restart");
  second.reset();
}

TEST_F(TakenOverStory, DS6_what_nobody_knows_of_it_is_asked_of_whoever_is_on_call) {
  for (const auto* lookup : {"", R"([sh, -c, "exit 1"])"}) {
    SCOPED_TRACE(lookup);
    World w{On::postgres, shop(lookup), true};
    const auto paged = pager.count("distinct_keys");
    std::unique_ptr<Program> second;
    start_and_kill(w, second);
    EXPECT_TRUE(wait_until(std::chrono::seconds{15}, [&] { return pager.count("distinct_keys") == paged + 1; }));
    EXPECT_EQ(state_of(w), "unknown");
    EXPECT_THAT(outcome_of(w), HasSubstr("the replica that started it is gone"));
    EXPECT_THAT(json::dump(pager.state()), HasSubstr("stands still at step"));
    ASSERT_EQ(w.as("eli", {"deploy", "confirm", "1.0.0", std::to_string(step_of(w).at("position").as_int64())}).code, 0);
    EXPECT_TRUE(wait_until(std::chrono::seconds{15}, [&] { return pager.count("open") == 0; })) << "somebody is at the wheel again";
    second.reset();
  }
}

INSTANTIATE_TEST_SUITE_P(On, WatchStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
