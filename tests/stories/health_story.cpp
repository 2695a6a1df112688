// Health: criteria sealed at go, the canary's verdict, one page per breach, a recommendation that the coordinator answers, reports.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HealthStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram pager{"pager"};

  /// A canary first; everywhere only when its watch says so.
  std::string shop(const std::string& health = error_rate_criteria()) {
    auto yaml = World::strict_shop({"health_criteria"});
    yaml.replace(
        yaml.find("deploy: [{name: put,"), 20,
        "deploy: [{name: put canary, kind: command, command: [sh, -c, \"echo ${version} > @DIR@/live.canary\"]}, {name: canary holds, "
        "kind: check, health: true, wait: 10s, timeout: 1h}, {name: put,");
    return yaml + health +
           fmt::format(
               "connections:\n  - {{name: prometheus, kind: prometheus, url: \"{}\"}}\n  - {{name: pager, kind: pager, url: "
               "\"{}/alerts\"}}\n",
               metrics.url(), pager.url());
  }
  static std::string live(World& w) { return run_process({"cat", w.dir + "/live.production"})->out; }
  static json::Value recommendation(World& w) { return w.get("/api/v1/releases/1.0.0").json().at("recommendation"); }
  static void start(World& w) {
    w.ready();
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  }
  /// Minutes until the watch recommends a rollback; 0: it did not within the hour.
  static int minutes_until_recommended(World& w) {
    for (int minute = 1; minute <= 60; ++minute) {
      w.advance("1m");
      if (!recommendation(w).is_null()) return minute;
    }
    return 0;
  }
};

TEST_P(HealthStory, DH1_no_go_without_criteria_and_what_is_judged_is_what_was_sealed) {
  {
    World w{GetParam(), shop("")};
    w.ready();
    EXPECT_THAT(w.as("ada", {"decide", "1.0.0", "go"}).err, HasSubstr("no health criteria for catalog"));
  }
  World w{GetParam(), shop()};
  w.ready();
  const auto decision = w.ask("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(decision.at("criteria").at("catalog").at("criteria").as_array()[0].at("name").as_string(), "error rate");
  EXPECT_EQ(decision.at("criteria_hash").as_string().size(), 64u);
  auto lax = error_rate_criteria();  // after the decision somebody loosens them
  lax = edited(lax, "kind: rate,", "kind: rate, tolerated_ratio: 9, healthy_ratio: 10,");
  w.apply(shop(lax));
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  metrics.errors("canary", parse_time(w.now()).value(), 0.01);
  EXPECT_GT(minutes_until_recommended(w), 0) << "the sealed criteria judge, not those of today";
}

TEST_P(HealthStory, DH1_a_set_covers_errors_latency_and_business_or_says_why_not) {
  World w{GetParam()};
  auto bare = error_rate_criteria();
  bare.erase(bare.find("      not_applicable"));
  std::ofstream(w.dir + "/bare.yaml") << World::small_shop() + bare;
  const auto refused = w.as("ada", {"apply", w.dir + "/bare.yaml"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("latency"), HasSubstr("business metric"), HasSubstr("not_applicable")));
}

TEST_P(HealthStory, DH3_full_rollout_cannot_start_without_the_canarys_verdict) {
  World w{GetParam(), shop()};
  start(w);
  EXPECT_THAT(w.as("ada", {"deploy", "skip", "1.0.0", "2", "--reason", "in a hurry"}).err, HasSubstr("the canary's verdict"));
  w.advance("10m");
  EXPECT_EQ(w.as("ada", {"deploy", "skip", "1.0.0", "2", "--reason", "in a hurry"}).code, 1) << "not while it is judged either";
  EXPECT_EQ(live(w), "0.9.0\n") << "half of the window is no verdict";
  w.advance("15m");
  EXPECT_EQ(live(w), "1.0.0\n");
  const auto watch = w.get("/api/v1/releases/1.0.0").json().at("watches").as_array()[0];
  EXPECT_THAT(std::string(watch.at("verdict").as_string()), testing::AnyOf("healthy", "no_harm_seen"));
  EXPECT_EQ(pager.count("deliveries"), 0);
}

TEST_P(HealthStory, DH3_a_canary_that_says_nothing_is_not_healthy) {
  metrics.silent("canary", true);
  World w{GetParam(), shop()};
  start(w);
  w.advance("40m");
  EXPECT_EQ(live(w), "0.9.0\n");
  const auto run = w.ask("ada", {"release", "show", "1.0.0"}).at("run");
  EXPECT_EQ(run.at("state").as_string(), "held");
  EXPECT_THAT(std::string(run.at("steps").as_array()[1].at("outcome").as_string()), HasSubstr("error rate"));
}

TEST_P(HealthStory, DH4_a_rollback_is_recommended_in_one_sentence_and_the_coordinator_decides) {
  World w{GetParam(), shop()};
  start(w);
  w.advance("2m");
  metrics.errors("canary", parse_time(w.now()).value(), 0.05);
  EXPECT_GT(minutes_until_recommended(w), 0);
  const std::string sentence{recommendation(w).at("sentence").as_string()};
  EXPECT_THAT(sentence, AllOf(HasSubstr("The new version fails"), HasSubstr("times as often as the old one")));
  w.advance("30m");
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").json().at("run").at("kind").as_string(), "deployment") << "nobody rolled back by itself";
  EXPECT_EQ(live(w), "0.9.0\n");
  EXPECT_EQ(w.as("lee", {"recommendation", "accept", "1.0.0"}).code, 1) << "leadership reads trends";
  EXPECT_EQ(w.as("ada", {"recommendation", "decline", "1.0.0"}).code, 2) << "declining needs a reason";
  ASSERT_EQ(w.as("ada", {"recommendation", "accept", "1.0.0"}).code, 0);
  w.advance("1m");
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").json().at("release").at("outcome").as_string(), "rolled_back");
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(HealthStory, DH1_a_canary_that_burns_the_error_budget_is_stopped_without_any_control) {
  auto health = edited(error_rate_criteria(), "name: error rate, kind: rate,",
                       "name: availability, kind: slo_burn, objective: 0.99, direction: decrease,");
  health = edited(health, "code=~\\\"5..\\\"", "code!~\\\"5..\\\"");  // good events
  metrics.silent("control", true);
  World w{GetParam(), shop(health)};
  start(w);
  w.advance("2m");
  EXPECT_TRUE(recommendation(w).is_null());
  metrics.errors("canary", parse_time(w.now()).value(), 0.3);
  EXPECT_GT(minutes_until_recommended(w), 0);
  EXPECT_THAT(std::string(recommendation(w).at("sentence").as_string()), HasSubstr("availability: the error budget burns"));
  EXPECT_EQ(live(w), "0.9.0\n");
}

TEST_P(HealthStory, DH8_one_page_per_breach_resolved_when_it_ends) {
  World w{GetParam(), shop()};
  start(w);
  metrics.errors("canary", parse_time(w.now()).value(), 0.05);
  pager.control(R"({"mode":"reject","status":503,"times":2})");  // the pager is not well either
  ASSERT_GT(minutes_until_recommended(w), 0);
  w.advance("1m");
  EXPECT_EQ(pager.count("open"), 1) << "within one interval";
  w.advance("15m");
  const auto state = pager.state();
  EXPECT_EQ(state.at("distinct_keys").as_int64(), 1);
  EXPECT_EQ(state.at("alerts").as_array()[0].at("triggers").as_int64(), 1) << "a breach that goes on is not another one";
  const std::string line{state.at("alerts").as_array()[0].at("summary").as_string()};
  EXPECT_THAT(line, testing::AllOf(testing::StartsWith("catalog 1.0.0: "), HasSubstr(" since "), HasSubstr("evenkeel release show 1.0.0")));
  EXPECT_LE(line.size(), 160u) << "it fits on a lock screen";
  ASSERT_EQ(w.as("ada", {"recommendation", "accept", "1.0.0"}).code, 0);
  w.advance("5m");
  EXPECT_EQ(pager.count("open"), 0);
  EXPECT_EQ(pager.count("distinct_keys"), 1);
}

TEST_P(HealthStory, DH8_kill_9_while_paging_pages_once) {
  World w{GetParam(), shop()};
  start(w);
  metrics.errors("canary", parse_time(w.now()).value(), 0.05);
  pager.control(R"({"mode":"lose"})");  // it takes the alert, and its answer never comes
  {
    const auto advancing = w.advancing("30m");
    EXPECT_TRUE(in_time([&] { return pager.count("deliveries") > 0; }));
    w.crash();
  }
  const auto before = pager.count("deliveries");  // one more where another server took over while nothing answers
  EXPECT_GE(before, 1);
  pager.control(R"({"mode":"ok"})");
  w.advance("5m");
  EXPECT_EQ(pager.count("deliveries"), before + 1) << "nobody could know that it had arrived";
  EXPECT_EQ(pager.count("distinct_keys"), 1) << "so it is the same alert again";
  EXPECT_EQ(pager.count("open"), 1);
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(HealthStory, DH7_A7_a_report_at_each_checkpoint_up_to_a_day) {
  World w{GetParam(), World::small_shop() + error_rate_criteria() +
                          fmt::format("connections: [{{name: prometheus, kind: prometheus, url: \"{}\"}}]\n", metrics.url())};
  w.deploy();
  const auto checkpoints = [&] {
    std::vector<std::string> names;
    const auto all = w.get("/api/v1/releases/1.0.0/reports").json();
    for (const auto& r : all.as_array()) names.emplace_back(r.at("checkpoint").as_string());
    return names;
  };
  w.advance("14m");
  EXPECT_THAT(checkpoints(), testing::ElementsAre());
  w.advance("2m");
  EXPECT_THAT(checkpoints(), testing::ElementsAre("15m"));
  EXPECT_EQ(w.stage(), "validation") << "a quarter of an hour does not declare";
  w.advance("45m");
  EXPECT_THAT(checkpoints(), testing::ElementsAre("15m", "30m", "1h"));
  EXPECT_EQ(w.stage(), "review");
  EXPECT_EQ(w.gate("reports_complete").at("verdict").as_string(), "fail");
  w.advance("24h");
  EXPECT_THAT(checkpoints(), testing::ElementsAre("15m", "30m", "1h", "24h"));
  EXPECT_EQ(w.stage(), "closed");
  EXPECT_THAT(w.as("ada", {"release", "reports", "1.0.0"}).out, HasSubstr("24h  Held at 24h: 1 of 1 criteria as before the deployment"));
  const auto hour = w.get("/api/v1/releases/1.0.0/reports/1h").json();
  const auto& chart = hour.at("body").at("charts").as_array().at(0);
  for (const auto* line : {"now", "yesterday", "last_week"}) EXPECT_GE(chart.at(line).as_array().size(), 119u) << line;
  EXPECT_EQ(hour.at("body").at("rows").as_array().at(0).at("coverage").to_number<double>(), 1);
  for (const auto* checkpoint : {"15m", "30m", "1h", "24h"}) {
    const auto body = w.get(std::string("/api/v1/releases/1.0.0/reports/") + checkpoint).json().at("body");
    const auto& row = body.at("rows").as_array().at(0).at("same_clock").as_array();
    ASSERT_EQ(row.size(), 2u) << checkpoint;
    EXPECT_NEAR(row[0].at("times").to_number<double>(), 1, 0.1) << checkpoint << ": as yesterday";
    const auto& past = body.at("against").as_array().at(0);
    EXPECT_TRUE(past.at("judged").as_bool()) << checkpoint << past;
    EXPECT_FALSE(past.at("suspect").as_bool()) << checkpoint;
    EXPECT_GE(past.at("windows").as_int64(), 39) << checkpoint;
  }
  EXPECT_THAT(w.as("ada", {"release", "report", "1.0.0", "1h"}).out,
              AllOf(HasSubstr("# Health of shop 1.0.0 at 1h"), HasSubstr("| catalog |")));
  const auto printed = w.get("/api/v1/releases/1.0.0/reports/1h/report.html").out;
  EXPECT_THAT(printed, AllOf(HasSubstr("<svg"), HasSubstr("deployed "), HasSubstr("<td>catalog</td>")));
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0/reports/1h/charts/1").out, testing::StartsWith("<svg"));
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0/reports/1h/charts/2").code, 404);
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0/reports/2h").code, 404);
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0/reports/1h/report.html", "").code, 401);
}

TEST_P(HealthStory, G4_limits_are_proposed_from_the_metrics_own_past_with_what_they_would_have_flagged) {
  World w{GetParam(), World::small_shop() + error_rate_criteria() +
                          fmt::format("connections: [{{name: prometheus, kind: prometheus, url: \"{}\"}}]\n", metrics.url())};
  const auto quiet = w.ask("eli", {"criteria", "propose"});
  EXPECT_EQ(quiet.at("service").as_string(), "catalog");
  EXPECT_FALSE(quiet.at("how_chosen").as_string().empty()) << "nobody named it: it says why this one";
  ASSERT_EQ(quiet.at("proposals").as_array().size(), 1u) << quiet;
  EXPECT_TRUE(quiet.at("proposals").as_array()[0].at("would_have_fired").as_array().empty());
  const auto bad = parse_time(w.now()).value() - std::chrono::hours{48};
  for (const auto* side : {"control", "canary"}) metrics.errors(side, bad, 0.2), metrics.errors(side, bad + std::chrono::hours{1}, 0.002);
  const auto said = w.as("eli", {"criteria", "propose", "catalog"});
  EXPECT_THAT(said.out, HasSubstr("worst 20 %")) << said.err;
  metrics.down = true;
  EXPECT_THAT(w.as("eli", {"criteria", "propose", "catalog"}).out, AllOf(Not(HasSubstr("worst")), HasSubstr("error rate")));
}

TEST_P(HealthStory, DH7_without_metrics_a_report_says_unknown_and_nothing_is_declared_healthy) {
  World w{GetParam(), World::small_shop() + error_rate_criteria() +
                          fmt::format("connections: [{{name: prometheus, kind: prometheus, url: \"{}\"}}]\n", metrics.url())};
  w.deploy();
  metrics.down = true;
  w.advance("2h");
  EXPECT_THAT(w.as("ada", {"release", "reports", "1.0.0"}).out, HasSubstr("Unknown at 1h: 1 of 1 criteria have no data"));
  EXPECT_EQ(w.stage(), "validation");
  EXPECT_EQ(w.gate("declared_healthy").at("verdict").as_string(), "fail");
  metrics.down = false;
  w.advance("24h");
  EXPECT_EQ(w.stage(), "closed") << "the day's report declares it in the end";
}

TEST_P(HealthStory, DH8_a_breach_after_full_rollout_ends_with_the_declaration) {
  World w{GetParam(),
          World::small_shop() + error_rate_criteria() +
              fmt::format("connections:\n  - {{name: prometheus, kind: prometheus, url: \"{}\"}}\n  - {{name: pager, kind: pager, "
                          "url: \"{}/alerts\"}}\n",
                          metrics.url(), pager.url()) +
              "validation: {rollback_on_suspect: true}\n"};
  w.deploy();
  const auto now = parse_time(w.now()).value();
  metrics.errors("control", now + std::chrono::minutes{2}, 0.04);
  metrics.errors("control", now + std::chrono::minutes{5}, 0.002);
  w.advance("16m");
  EXPECT_THAT(std::string(recommendation(w).at("sentence").as_string()), HasSubstr("uspect"));
  EXPECT_EQ(pager.count("open"), 1);
  ASSERT_EQ(w.as("ada", {"recommendation", "decline", "1.0.0", "--reason", "a batch job; it is over"}).code, 0);
  w.advance("15m");
  EXPECT_THAT(std::string(recommendation(w).at("sentence").as_string()), HasSubstr("Suspect at 30m")) << "it still shows";
  ASSERT_EQ(w.as("ada", {"recommendation", "decline", "1.0.0", "--reason", "the same batch job"}).code, 0);
  w.advance("31m");
  EXPECT_EQ(w.stage(), "review");
  EXPECT_EQ(pager.count("open"), 0) << "declared healthy: the alert is over";
  EXPECT_EQ(pager.count("distinct_keys"), 1);
}

TEST_P(HealthStory, DH8_the_deputy_is_paged_once_when_nobody_has_acknowledged) {
  for (const bool seen : {false, true}) {
    SCOPED_TRACE(seen ? "seen" : "not seen");
    const auto before = pager.count("deliveries");
    World w{GetParam(), edited(shop(), "person: eli}", "person: eli, deputy: quinn, escalate_after: 10m}")};
    start(w);
    w.advance("2m");
    metrics.errors("canary", parse_time(w.now()).value(), 0.3);
    for (int minute = 0; minute < 60 && pager.count("deliveries") == before; ++minute) w.advance("1m");
    ASSERT_EQ(pager.count("deliveries"), before + 1);
    EXPECT_EQ(w.as("lee", {"page", "acknowledge", "1.0.0"}).code, 1) << "leadership reads";
    if (seen) { EXPECT_EQ(w.as("quinn", {"page", "acknowledge", "1.0.0"}).code, 0) << "the deputy is named by the definitions"; }
    w.advance("20m");
    EXPECT_EQ(pager.count("deliveries"), before + 2) << "the deputy's page, or the word that somebody has seen it";
    const auto pages = w.ask("eli", {"page", "list", "1.0.0"});
    EXPECT_EQ(pages.as_array()[0].at("escalated_at").is_null(), seen);
    EXPECT_EQ(pages.as_array()[0].at("acknowledged_at").is_null(), !seen);
    metrics.errors("canary", parse_time(w.now()).value(), 0.002);
    ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "errors"}).code, 0);
    w.advance("1m");
    EXPECT_EQ(pager.count("open"), 0) << "both pages end with the alert";
    const auto ledger = w.ledger();
    EXPECT_EQ(ledger.find("alert.escalated") == std::string::npos, seen);
    EXPECT_EQ(ledger.find("alert.acknowledged") == std::string::npos, !seen);
  }
}

INSTANTIATE_TEST_SUITE_P(On, HealthStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
