// After promotion: there is no control any more. What rises is suspect, what breaks a limit is a breach, for a day; and one page a release.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using std::chrono::minutes;
using testing::AllOf;
using testing::HasSubstr;

class ValidationStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram pager{"pager"}, flags{"flags"};

  /// An error rate, and the same as a limit of one in a hundred where `limit` is asked for.
  std::string shop(bool limit, const std::string& more = "") const {
    auto health = error_rate_criteria();
    if (limit)
      health = edited(health, "      not_applicable:",
                      "        - {name: error limit, kind: absolute, limit: 0.01, queries: {total: \"http_requests_total{$side}\", events: "
                      "\"http_requests_total{code=~\\\"5..\\\",$side}\"}}\n      not_applicable:");
    return World::small_shop() + health +
           fmt::format(
               "connections:\n  - {{name: prometheus, kind: prometheus, url: \"{}\"}}\n  - {{name: pager, kind: pager, url: "
               "\"{}/alerts\"}}\n  - {{name: flags, kind: flags, url: \"{}\"}}\n",
               metrics.url(), pager.url(), flags.url()) +
           more;
  }
  /// The same with a second service beside the catalog, watched by the same criteria.
  std::string shop_of_two() const {
    auto yaml = shop(true);
    const auto at = yaml.find("  - name: catalog");
    auto basket = yaml.substr(at, yaml.find("connections:") - at);
    for (const auto& [from, to] :
         {std::pair{"name: catalog\n    area", "name: basket\n    area"}, std::pair{"@DIR@/live.", "@DIR@/basket."},
          std::pair{"@DIR@/live.", "@DIR@/basket."}, std::pair{"@DIR@/live.", "@DIR@/basket."}})
      basket = edited(basket, from, to);
    return yaml.insert(at, basket);
  }
  static void deploy_two(World& w) {
    w.plan("1.0.0", "0.9.0", {"--component", "basket=0.9.0..1.0.0@sha256:1.0.0"});
    w.rehearse();
    ASSERT_EQ(w.as("rita", {"rollback", "rehearse", "basket", "--release", "1.0.0", "--env", "staging"}).code, 0);
    w.advance("10s");
    w.evidence();
    ASSERT_EQ(
        w.as("quinn", {"tests", "record", "1.0.0", "--service", "basket", "--digest", "sha256:1.0.0", "--junit", w.dir + "/junit.xml"})
            .code,
        0);
    w.sign();
    const auto go = w.as("ada", {"decide", "1.0.0", "go"});
    ASSERT_EQ(go.code, 0) << go.err;
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
    w.advance("30s");
    ASSERT_EQ(w.stage(), "validation");
  }
  static json::Value page(World& w) { return w.get("/api/v1/releases/1.0.0").json(); }
  static json::Value watch(World& w) { return json::Value(page(w).at("watches").as_array().back()); }
  void errors_from_now(World& w, double share) { metrics.errors("control", parse_time(w.now()).value(), share); }
  static std::string live(World& w, const std::string& file = "live") {
    return run_process({"cat", fmt::format("{}/{}.production", w.dir, file)})->out;
  }
};

TEST_P(ValidationStory, DH2_after_promotion_limits_are_judged_for_a_day) {
  World w{GetParam(), shop(true)};
  w.deploy();
  w.advance("5m");
  EXPECT_EQ(watch(w).at("phase").as_string(), "validation");
  EXPECT_EQ(watch(w).at("state").as_string(), "watching");
  w.advance("57m");
  EXPECT_EQ(page(w).at("release").at("outcome").as_string(), "shipped");
  EXPECT_EQ(watch(w).at("state").as_string(), "watching") << "declared healthy, watched on";
  w.advance("2h");
  errors_from_now(w, 0.05);
  w.advance("20m");
  EXPECT_EQ(pager.count("open"), 1);
  EXPECT_THAT(std::string(watch(w).at("sentence").as_string()),
              AllOf(HasSubstr("requests fail (limit 1 %) since"), HasSubstr("has shipped")));
  EXPECT_TRUE(page(w).at("recommendation").is_null()) << "shipped is shipped";
  errors_from_now(w, 0.002);
  w.advance("20m");
  EXPECT_EQ(pager.count("open"), 0) << "resolved when the breach ends";
  EXPECT_EQ(pager.count("distinct_keys"), 1);
  w.advance("21h");
  EXPECT_EQ(watch(w).at("state").as_string(), "ended");
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(ValidationStory, DH4_without_a_control_a_rise_is_suspect_and_no_rollback_is_recommended) {
  World w{GetParam(), shop(false)};
  w.deploy();
  errors_from_now(w, 0.006);
  w.advance("25m");
  EXPECT_EQ(watch(w).at("verdict").as_string(), "suspect");
  EXPECT_THAT(std::string(watch(w).at("sentence").as_string()),
              AllOf(HasSubstr("Suspect: error rate of catalog rose"), HasSubstr("comparable hours without a release"),
                    HasSubstr("The cause may be something else")));
  EXPECT_EQ(page(w).at("state").as_string(), "watch");
  EXPECT_THAT(std::string(page(w).at("sentence").as_string()), HasSubstr("Suspect"));
  EXPECT_TRUE(page(w).at("recommendation").is_null());
  EXPECT_EQ(pager.count("open"), 1);
  w.advance("40m");
  EXPECT_EQ(w.stage(), "validation") << "what is suspect is not declared healthy";
  EXPECT_THAT(w.as("ada", {"release", "reports", "1.0.0"}).out, HasSubstr("Suspect at 1h: error rate of catalog"));
  EXPECT_EQ(pager.count("distinct_keys"), 1);
}

TEST_P(ValidationStory, DH3_a_rise_hours_after_the_release_is_suspect_beside_the_days_before) {
  World w{GetParam(), shop(false)};
  w.deploy();
  w.advance("4h");
  EXPECT_THAT(std::string(watch(w).at("sentence").as_string()), HasSubstr("No harm seen in the first 4h"));
  errors_from_now(w, 0.008);
  w.advance("3h");
  EXPECT_EQ(watch(w).at("verdict").as_string(), "suspect");
  EXPECT_EQ(pager.count("open"), 1) << "it has shipped, and somebody is woken all the same";
  EXPECT_THAT(std::string(watch(w).at("sentence").as_string()),
              AllOf(HasSubstr("error rate of catalog rose"), HasSubstr("after the release against"),
                    HasSubstr("comparable days without a release"), HasSubstr("The cause may be something else")));
  errors_from_now(w, 0.002);
  w.advance("18h");
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0/reports/24h/report.md").out, HasSubstr("comparable days without a release"));
  EXPECT_EQ(page(w).at("release").at("outcome").as_string(), "shipped");
  EXPECT_EQ(pager.count("distinct_keys"), 1) << "once";
  EXPECT_EQ(pager.count("open"), 0) << "it ends with the watch";
}

TEST_P(ValidationStory, DH8_a_total_outage_hours_after_shipping_pages_at_once_and_so_does_silence) {
  World w{GetParam(), shop(false)};
  w.deploy();
  w.advance("5h");
  EXPECT_EQ(page(w).at("release").at("outcome").as_string(), "shipped");
  EXPECT_EQ(pager.count("open"), 0);
  errors_from_now(w, 1.0);
  w.advance("15m");
  EXPECT_EQ(pager.count("open"), 1);
  const std::string line{pager.state().at("alerts").as_array()[0].at("summary").as_string()};
  EXPECT_THAT(line, AllOf(testing::StartsWith("catalog 1.0.0: "), HasSubstr(" requests fail (0.2 % before) since "),
                          HasSubstr("evenkeel release show 1.0.0")));
  EXPECT_LE(line.size(), 160u);
  errors_from_now(w, 0.002);
  w.advance("40m");
  EXPECT_EQ(pager.count("open"), 0) << "resolved when it has held again for a quarter of an hour";
  EXPECT_EQ(pager.count("distinct_keys"), 1) << "once";
}

TEST_P(ValidationStory, W6_what_the_reports_cannot_say_a_person_says_with_a_reason) {
  World w{GetParam(), shop(false)};
  w.deploy();
  errors_from_now(w, 0.006);
  const auto declare = [&](const std::string& who, const std::string& reason) {
    return w.as(who, {"release", "healthy", "1.0.0", "--reason", reason});
  };
  w.advance("25m");
  EXPECT_THAT(declare("eli", "it is the sale").err, HasSubstr("the report at 1h is not there yet"));
  w.advance("40m");
  EXPECT_EQ(w.stage(), "validation");
  EXPECT_THAT(json::dump(w.gate("declared_healthy")), HasSubstr("evenkeel release healthy shop/1.0.0"));
  EXPECT_THAT(declare("ada", "it is the sale").err, HasSubstr("needs the role"));
  EXPECT_THAT(declare("quinn", "it is the sale").err, HasSubstr("needs the role"));
  EXPECT_EQ(declare("eli", "").code, 2);
  EXPECT_EQ(declare("eli", "The payment provider had an incident, it is over").code, 0);
  EXPECT_EQ(page(w).at("release").at("outcome").as_string(), "shipped");
  EXPECT_NE(w.stage(), "validation");
  EXPECT_EQ(declare("eli", "again").code, 0) << "done twice it is done once";
  w.advance("1m");
  EXPECT_EQ(pager.count("open"), 0) << "the page ends with the word of a person";
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(ValidationStory, DH4_the_owner_may_have_a_rollback_recommended_on_suspicion) {
  World w{GetParam(), shop(false, "validation: {rollback_on_suspect: true}\n")};
  w.deploy();
  errors_from_now(w, 0.006);
  w.advance("25m");
  ASSERT_FALSE(page(w).at("recommendation").is_null());
  EXPECT_EQ(watch(w).at("verdict").as_string(), "rollback_recommended");
}

TEST_P(ValidationStory, DH4_a_limit_broken_since_the_deployment_is_a_breach_within_minutes) {
  World w{GetParam(), shop(true)};
  w.deploy();
  errors_from_now(w, 0.05);
  w.advance("6m");
  const auto now = page(w);
  ASSERT_FALSE(now.at("recommendation").is_null());
  EXPECT_THAT(std::string(now.at("recommendation").at("sentence").as_string()),
              AllOf(HasSubstr("error limit of catalog: "), HasSubstr("(limit 1 %)"), HasSubstr("roll catalog back to 0.9.0")));
  EXPECT_EQ(pager.count("open"), 1);
  // The page says `release show`, and what that prints answers the recommendation as it stands there.
  const auto shown = w.as("ada", {"release", "show", "1.0.0"}).out;
  const auto at = shown.find("evenkeel recommendation accept");
  ASSERT_NE(at, std::string::npos) << shown;
  ASSERT_EQ(w.shell("ada", shown.substr(at, shown.find('\n', at) - at)).code, 0);
  w.advance("1m");
  EXPECT_EQ(page(w).at("release").at("outcome").as_string(), "rolled_back");
  EXPECT_EQ(pager.count("open"), 0);
}

TEST_P(ValidationStory, DH1_an_error_budget_that_burns_after_promotion_is_a_breach_until_it_ends) {
  auto yaml =
      edited(shop(true), "name: error limit, kind: absolute, limit: 0.01,", "name: availability, kind: slo_burn, objective: 0.995,");
  World w{GetParam(), yaml};
  w.deploy();
  w.advance("10m");
  EXPECT_TRUE(page(w).at("recommendation").is_null());
  errors_from_now(w, 0.2);  // forty times what the objective allows
  w.advance("12m");
  const auto now = page(w);
  ASSERT_FALSE(now.at("recommendation").is_null());
  EXPECT_THAT(std::string(now.at("recommendation").at("sentence").as_string()),
              AllOf(HasSubstr("availability of catalog: the error budget burns"), HasSubstr("times too fast over 1h"),
                    HasSubstr("over the last 5m"), HasSubstr("roll catalog back to 0.9.0")));
  EXPECT_EQ(pager.count("open"), 1);
  ASSERT_EQ(w.as("ada", {"recommendation", "decline", "1.0.0", "--reason", "a provider; it is over"}).code, 0);
  errors_from_now(w, 0.0005);
  w.advance("10m");
  EXPECT_EQ(pager.count("open"), 1) << "ten minutes within the budget are not enough";
  w.advance("20m");
  EXPECT_EQ(pager.count("open"), 0) << "the objective has held again for a quarter of an hour";
  EXPECT_THAT(std::string(watch(w).at("sentence").as_string()), HasSubstr("the error budget burns")) << "the breach stays in the record";
  w.advance("24h");
  EXPECT_EQ(pager.count("open"), 0);
  EXPECT_EQ(pager.count("distinct_keys"), 1) << "no report opens it again";
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
  w.server->kill(SIGTERM);
  EXPECT_EQ(store::Database::open(w.database())->read([](store::Tx& tx) {
    return tx.integer("SELECT count(*) FROM ledger_entry WHERE kind = 'alert.resolved'");
  }),
            1);
}

TEST_P(ValidationStory, DH4_a_limit_broken_before_the_deployment_is_said_and_not_blamed_on_it) {
  World w{GetParam(), shop(true)};
  metrics.errors("control", parse_time(w.now()).value() - std::chrono::hours{3}, 0.05);
  w.deploy();
  w.advance("12m");
  EXPECT_TRUE(page(w).at("recommendation").is_null());
  w.advance("5m");
  EXPECT_THAT(w.as("ada", {"release", "reports", "1.0.0"}).out, HasSubstr("Suspect at 15m: error limit of catalog"));
  const auto reports = w.get("/api/v1/releases/1.0.0/reports").out;
  EXPECT_THAT(reports, HasSubstr("exceeded before the deployment already"));
  EXPECT_TRUE(page(w).at("recommendation").is_null());
}

TEST_P(ValidationStory, DH7_a_second_deployment_supersedes_the_watch_and_both_are_reported) {
  World w{GetParam(), shop(true)};
  w.deploy();
  w.advance("20m");
  const auto told = [&](const std::string& service, const std::string& version) {
    std::ofstream(w.dir + "/told.jsonl") << json::dump(
        json::Object{{"id", service + version}, {"service", service}, {"version", version}, {"started", w.now()}, {"finished", w.now()}});
    ASSERT_EQ(w.as("ada", {"dora", "backfill", w.dir + "/told.jsonl"}).code, 0);
  };
  told("basket", "2.3.0");
  errors_from_now(w, 0.006);
  w.advance("20m");
  EXPECT_THAT(std::string(watch(w).at("sentence").as_string()), HasSubstr("In the same window: basket 2.3.0 was deployed at"));
  errors_from_now(w, 0.002);
  w.start_next("1.0.1", "1.0.0", "fix: shorter lists");
  w.advance("1m");
  EXPECT_EQ(watch(w).at("state").as_string(), "ended");
  EXPECT_THAT(std::string(watch(w).at("sentence").as_string()), HasSubstr("Superseded by catalog 1.0.1"));
  w.advance("24h");
  const auto reports = w.as("ada", {"release", "reports", "1.0.0"}).out;
  EXPECT_THAT(reports, AllOf(HasSubstr("24h"), HasSubstr("superseded: catalog 1.0.1 replaced it at")));
  EXPECT_EQ(w.ask("ada", {"release", "reports", "1.0.1"}).as_array().size(), 4u);
}

TEST_P(ValidationStory, DH8_two_components_that_break_are_one_page_with_both_inside) {
  World w{GetParam(), shop_of_two()};
  deploy_two(w);
  errors_from_now(w, 0.05);
  w.advance("8m");
  EXPECT_EQ(pager.count("open"), 1);
  EXPECT_EQ(pager.count("distinct_keys"), 1);
  EXPECT_THAT(std::string(pager.state().at("alerts").as_array()[0].at("summary").as_string()), HasSubstr("2 components, basket, catalog:"));
  // the smallest act: one of the two goes back, the other stays, and the release goes on with it
  const auto recommended = page(w).at("recommendation");
  EXPECT_EQ(recommended.at("act").as_string(), "component");
  EXPECT_THAT(std::string(recommended.at("sentence").as_string()), HasSubstr("the other 1 component stays"));
  const std::string service{recommended.at("service").as_string()};
  ASSERT_EQ(w.as("ada", {"recommendation", "accept", "1.0.0"}).code, 0);
  w.advance("1m");
  EXPECT_EQ(live(w, service == "catalog" ? "live" : "basket"), "0.9.0\n");
  EXPECT_EQ(live(w, service == "catalog" ? "basket" : "live"), "1.0.0\n");
  EXPECT_EQ(w.stage(), "validation");
  EXPECT_EQ(page(w).at("release").at("outcome").as_string(), "open");
}

TEST_P(ValidationStory, DH4_a_flag_is_returned_before_anything_is_rolled_back) {
  flags.send("PUT", "/flags/new_search", R"({"enabled":false})");
  World w{GetParam(), shop(true)};
  w.deploy("1.0.0", {"--flag", "new_search=on@flags:catalog"});
  ASSERT_TRUE(flags.send("GET", "/flags/new_search").at("enabled").as_bool());
  errors_from_now(w, 0.05);
  w.advance("6m");
  const auto recommended = page(w).at("recommendation");
  ASSERT_FALSE(recommended.is_null());
  EXPECT_EQ(recommended.at("act").as_string(), "flag_off");
  EXPECT_THAT(std::string(recommended.at("sentence").as_string()),
              HasSubstr("return flag new_search to what it was; catalog itself stays"));
  ASSERT_EQ(w.as("ada", {"recommendation", "accept", "1.0.0"}).code, 0);
  w.advance("30s");
  EXPECT_FALSE(flags.send("GET", "/flags/new_search").at("enabled").as_bool());
  EXPECT_EQ(live(w), "1.0.0\n");
  EXPECT_EQ(w.stage(), "validation");
  errors_from_now(w, 0.002);
  w.advance("5m");
  EXPECT_EQ(pager.count("open"), 1) << "five good minutes are no end of it";
  w.advance("12m");
  EXPECT_EQ(pager.count("open"), 0) << "that was it";
  errors_from_now(w, 0.05);
  w.advance("5m");
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "it was not the flag alone"}).code, 0);
  w.advance("30s");
  EXPECT_EQ(live(w), "0.9.0\n") << "a part that was undone is in nobody's way";
}

INSTANTIATE_TEST_SUITE_P(On, ValidationStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
