// A rolling update as a short canary: old and new version are compared while they run together, and what is too short says so.
#include <signal.h>

#include "store/database.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using std::chrono::minutes;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class RollingStory : public Story {
 protected:
  FakeMetrics metrics;

  /// The rollout takes `takes`; its criteria tell the versions apart.
  std::string shop(const std::string& takes) {
    auto yaml = World::small_shop();
    yaml = edited(yaml, "echo ${attempt} >> @DIR@/effects\"]}]\n    rollback:",
                  "echo ${attempt} >> @DIR@/effects\"]}, {name: roll out, kind: wait, wait: " + takes + "}]\n    rollback:");
    auto health = error_rate_criteria();
    health =
        edited(health, "kind: rate, queries:", "kind: rate, sides: {label: version, canary: $version, control: $from_version}, queries:");
    return yaml + health + fmt::format("connections:\n  - {{name: prometheus, kind: prometheus, url: \"{}\"}}\n", metrics.url());
  }
  /// The new version answers from `new_from` after the start on, the old one until `old_until`.
  void start(World& w, minutes new_from, minutes old_until) {
    w.ready();
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    const auto now = parse_time(w.now()).value();
    metrics.begins("canary", now + new_from), metrics.ends("control", now + old_until);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  }
  static json::Value watch(World& w, const std::string& phase) {
    const auto page = w.get("/api/v1/releases/1.0.0").json();
    for (const auto& one : page.at("watches").as_array())
      if (one.at("phase").as_string() == phase) return one;
    return json::Object{{"state", "there is none"}, {"verdict", ""}, {"sentence", ""}};
  }
  /// Pages so far; the server is ended for it.
  static std::int64_t alerts(World& w) {
    w.server->kill(SIGTERM);
    return store::Database::open(w.database())->read([](store::Tx& tx) { return tx.integer("SELECT count(*) FROM alert"); });
  }
};

TEST_P(RollingStory, DH2_old_and_new_version_are_compared_while_they_run_together_and_the_watch_after_promotion_goes_on) {
  World w{GetParam(), shop("16m")};
  start(w, minutes{2}, minutes{13});
  w.advance("8m");
  EXPECT_EQ(watch(w, "rolling").at("state").as_string(), "watching");
  w.advance("8m");
  const auto rolling = watch(w, "rolling");
  EXPECT_EQ(rolling.at("state").as_string(), "ended");
  EXPECT_EQ(rolling.at("verdict").as_string(), "no_harm_seen") << rolling;
  EXPECT_THAT(std::string(rolling.at("sentence").as_string()),
              AllOf(HasSubstr("Both versions ran together for 1"), HasSubstr("No harm seen in 1"), Not(HasSubstr("no sample"))));
  w.advance("12m");
  EXPECT_EQ(w.stage(), "validation");
  const auto after = watch(w, "validation");
  EXPECT_EQ(after.at("state").as_string(), "watching") << "it goes on without the old version";
  EXPECT_THAT(std::string(after.at("sentence").as_string()), Not(HasSubstr("no sample"))) << after;
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
  EXPECT_EQ(alerts(w), 0);
}

TEST_P(RollingStory, DH3_a_new_version_that_fails_more_often_while_both_run_is_a_breach) {
  World w{GetParam(), shop("30m")};
  metrics.errors("canary", parse_time("2020-01-01T00:00:00Z").value(), 0.1);
  start(w, minutes{2}, minutes{28});
  w.advance("18m");
  const auto rolling = watch(w, "rolling");
  EXPECT_EQ(rolling.at("verdict").as_string(), "rollback_recommended") << rolling;
  EXPECT_THAT(std::string(rolling.at("sentence").as_string()), HasSubstr("times as often as the old one"));
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0").out, HasSubstr("end the rollout and roll catalog back to 0.9.0"));
  ASSERT_EQ(w.as("eli", {"recommendation", "accept", "1.0.0", "--reason", "it fails"}).code, 0);
  w.advance("5m");
  EXPECT_EQ(watch(w, "rolling").at("state").as_string(), "ended");
  EXPECT_EQ(w.ask("ada", {"release", "show", "1.0.0"}).at("run").at("kind").as_string(), "rollback");
  EXPECT_EQ(alerts(w), 1);
}

TEST_P(RollingStory, DH2_a_rollout_too_short_to_judge_says_how_long_both_ran) {
  World w{GetParam(), shop("3m")};
  start(w, minutes{0}, minutes{2});
  w.advance("10m");
  const auto rolling = watch(w, "rolling");
  EXPECT_EQ(rolling.at("state").as_string(), "ended");
  EXPECT_EQ(rolling.at("verdict").as_string(), "hold");
  EXPECT_THAT(std::string(rolling.at("sentence").as_string()), HasSubstr("Both versions ran together for 2m: too short to judge."));
  EXPECT_EQ(w.stage(), "validation") << "it holds nothing up";
  EXPECT_EQ(watch(w, "validation").at("state").as_string(), "watching");
  EXPECT_EQ(alerts(w), 0);
}

TEST_P(RollingStory, DH2_versions_that_were_never_seen_together_are_said_to_be_so) {
  World w{GetParam(), shop("8m")};
  start(w, minutes{60}, minutes{120});
  w.advance("12m");
  const auto rolling = watch(w, "rolling");
  EXPECT_EQ(rolling.at("state").as_string(), "ended") << rolling;
  EXPECT_THAT(std::string(rolling.at("sentence").as_string()), AllOf(HasSubstr("never seen side by side"), HasSubstr("version=\"1.0.0\"")));
  EXPECT_EQ(alerts(w), 0);
}

INSTANTIATE_TEST_SUITE_P(On, RollingStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
