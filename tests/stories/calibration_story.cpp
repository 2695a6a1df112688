// Calibration: what a service shows without a release is learned from its own past, by night or when asked; a verdict says on how much it
// rests, and only a calibrated one may roll back by itself, where the owner allows it.
#include <signal.h>

#include <fstream>

#include "store/database.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class CalibrationStory : public Story {
 protected:
  FakeMetrics metrics;

  void SetUp() override { metrics.hosts = 4; }

  std::string shop(const std::string& calibrate = "calibrate: {by: instance}", const std::string& service = "") const {
    auto yaml = World::small_shop();
    yaml = edited(yaml, "deploy: [{name: put,",
                  service +
                      "deploy: [{name: put canary, kind: command, command: [sh, -c, \"echo ${version} > @DIR@/live.canary\"]}, "
                      "{name: canary holds, kind: check, health: true, wait: 10s, timeout: 2h}, {name: put,");
    auto health = error_rate_criteria();
    if (!calibrate.empty()) health = edited(health, "      name: catalog\n", "      name: catalog\n      " + calibrate + "\n");
    return yaml + health + fmt::format("connections:\n  - {{name: prometheus, kind: prometheus, url: \"{}\"}}\n", metrics.url());
  }
  static void start(World& w) {
    w.ready();
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
    w.advance("30s");
  }
  static json::Value page(World& w) { return w.get("/api/v1/releases/1.0.0").json(); }
  static json::Value watch(World& w) { return json::Value(page(w).at("watches").as_array()[0]); }
  static std::string outcome(World& w) { return std::string(page(w).at("release").at("outcome").as_string()); }
  void canary_fails(World& w, double share) { metrics.errors("canary", parse_time(w.now()).value(), share); }
  static Said state(World& w, const std::string& who = "quinn") { return w.as(who, {"criteria", "calibration", "catalog"}); }
};

TEST_P(CalibrationStory, DH3_a_live_verdict_says_on_how_many_of_its_own_windows_it_is_calibrated) {
  World w{GetParam(), shop()};
  EXPECT_EQ(state(w).code, 1);
  EXPECT_THAT(state(w).out, HasSubstr("never calibrated so far"));
  w.advance("1m");
  const auto now = state(w);
  EXPECT_EQ(now.code, 0) << now.out << now.err;
  EXPECT_THAT(now.out, AllOf(HasSubstr("Calibrated on 400 windows of 20m"), HasSubstr("log E for a recommendation"),
                             HasSubstr("nothing is rolled back without a person")));
  start(w);
  w.advance("3m");
  EXPECT_EQ(watch(w).at("label").as_string(), "calibrated on 400 windows");
  canary_fails(w, 0.05);
  w.advance("12m");
  const auto recommended = page(w).at("recommendation");
  ASSERT_FALSE(recommended.is_null());
  EXPECT_THAT(std::string(recommended.at("sentence").as_string()),
              AllOf(HasSubstr("at most 1 of 20 healthy releases"), HasSubstr("as measured on 400 earlier ones")));
  w.advance("10m");
  EXPECT_EQ(outcome(w), "open") << "nobody allowed it to roll back by itself";
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(CalibrationStory, DH4_a_calibrated_breach_rolls_back_by_itself_where_the_owner_allows_it) {
  World w{GetParam(), shop("calibrate: {by: instance}", "automatic_rollback: true\n    ")};
  w.advance("1m");
  EXPECT_THAT(state(w).out, HasSubstr("a calibrated breach of its canary rolls back by itself"));
  start(w);
  w.advance("2m");
  canary_fails(w, 0.05);
  w.advance("15m");
  EXPECT_EQ(outcome(w), "rolled_back");
  EXPECT_EQ(run_process({"cat", w.dir + "/live.production"})->out, "0.9.0\n");
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
  w.server->kill(SIGTERM);
  const auto count = [&](const std::string& sql) {
    return store::Database::open(w.database())->read([&](store::Tx& tx) { return tx.integer(sql); });
  };
  EXPECT_EQ(count("SELECT count(*) FROM recommendation_answer WHERE answer = 'accepted' AND person = ''"), 1) << "nobody answered";
  EXPECT_EQ(count("SELECT count(*) FROM ledger_entry WHERE kind = 'rollback.ordered' AND actor = 'member:health_monitor'"), 1);
}

TEST_P(CalibrationStory, DH4_an_uncalibrated_breach_never_rolls_back_by_itself) {
  metrics.hosts = 1;  // nothing to cut a pseudo-canary from
  World w{GetParam(), shop("calibrate: {by: instance}", "automatic_rollback: true\n    ")};
  w.advance("1m");
  EXPECT_THAT(state(w).out, AllOf(HasSubstr("Uncalibrated"), HasSubstr("at most 1 host of the label instance"),
                                  HasSubstr("nothing is rolled back without a person")));
  start(w);
  w.advance("2m");
  canary_fails(w, 0.2);
  w.advance("30m");
  ASSERT_FALSE(page(w).at("recommendation").is_null());
  EXPECT_THAT(std::string(watch(w).at("label").as_string()), testing::StartsWith("uncalibrated ("));
  EXPECT_EQ(outcome(w), "open");
  ASSERT_EQ(w.as("ada", {"recommendation", "accept", "1.0.0"}).code, 0) << "the coordinator decides";
}

TEST_P(CalibrationStory, DH4_what_may_act_alone_must_say_how_it_is_calibrated) {
  World w{GetParam()};
  std::ofstream(w.dir + "/bold.yaml") << shop("", "automatic_rollback: true\n    ");
  const auto refused = w.as("ada", {"apply", w.dir + "/bold.yaml"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("never rolls back by itself"), HasSubstr("calibrate: {by: instance}")));
}

TEST_P(CalibrationStory, DH1_a_calibration_of_other_criteria_or_an_old_one_is_said_and_not_used) {
  World w{GetParam(), shop("calibrate: {by: instance, good_for_days: 2}")};
  w.advance("1m");
  ASSERT_EQ(state(w).code, 0);
  metrics.down = true;
  auto changed = shop("calibrate: {by: instance, good_for_days: 2}");
  w.apply(edited(changed, "kind: rate,", "kind: rate, healthy_ratio: 3,"));
  w.advance("1m");
  EXPECT_EQ(state(w).code, 1);
  EXPECT_THAT(state(w).out, HasSubstr("the criteria changed since the calibration of"));
  w.apply(shop("calibrate: {by: instance, good_for_days: 2}"));
  EXPECT_EQ(state(w).code, 0) << "these criteria are known";
  w.advance("50h");
  EXPECT_EQ(state(w).code, 1);
  EXPECT_THAT(state(w).out, HasSubstr("is 2 days old"));
  metrics.down = false;
  w.advance("30m");
  EXPECT_EQ(state(w).code, 0) << "the nightly calibration goes on when the source answers";
}

TEST_P(CalibrationStory, DH1_a_person_calibrates_at_once_with_authority_and_once) {
  World w{GetParam(), shop("")};
  const auto ask = [&](const std::string& who) { return w.as(who, {"criteria", "calibrate", "catalog"}); };
  EXPECT_THAT(ask("eli").err, AllOf(HasSubstr("how hosts are told apart"), HasSubstr("calibrate: {by: instance}")));
  EXPECT_THAT(state(w).out, HasSubstr("add `calibrate: {by: instance}`"));
  w.apply(shop("calibrate: {by: instance}"));
  EXPECT_THAT(ask("lee").err, HasSubstr("needs the role"));
  EXPECT_THAT(w.as("eli", {"criteria", "calibrate", "basket"}).err, HasSubstr("there is no service 'basket'"));
  const auto first = w.as("eli", {"criteria", "calibrate", "catalog", "--json"});
  ASSERT_EQ(first.code, 0) << first.err;
  const auto again = w.as("eli", {"criteria", "calibrate", "catalog", "--json"});
  EXPECT_EQ(again.field("id"), first.field("id")) << "the same windows are calibrated once";
  w.advance("1m");
  EXPECT_EQ(state(w).out.find("missing"), std::string::npos) << state(w).out;
  metrics.down = true;
  w.advance("20m");
  EXPECT_EQ(ask("eli").code, 3);
  EXPECT_THAT(ask("eli").err, HasSubstr("does not answer"));
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(CalibrationStory, DH3_windows_of_deployments_teach_nothing_and_good_canaries_do) {
  World w{GetParam(), shop()};
  w.advance("1m");
  start(w);
  w.advance("25m");
  ASSERT_EQ(w.stage(), "validation");
  w.advance("1h");
  ASSERT_EQ(outcome(w), "shipped");
  const auto learned = w.as("eli", {"criteria", "calibrate", "catalog", "--json"});
  ASSERT_EQ(learned.code, 0) << learned.err;
  EXPECT_GE(learned.json().at("body").at("left_out").as_int64(), 1);
  EXPECT_THAT(learned.out, HasSubstr("release 1.0.0")) << "the canary that stayed good is one of its windows";
}

INSTANTIATE_TEST_SUITE_P(On, CalibrationStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
