// DORA inputs (DH6, CR8): the figures come from what was deployed, rolled back and reported, by themselves.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

const json::Value* metric(const json::Value& report, std::string_view key) {
  for (const auto& m : report.at("metrics").as_array())
    if (m.at("key").as_string() == key) return &m;
  return nullptr;
}

class DoraStory : public Story {};

TEST_P(DoraStory, DH6_two_deployments_one_rolled_back_are_counted_with_too_few_said) {
  World w{GetParam()};
  auto empty = w.ask("lee", {"dora", "report"});
  EXPECT_EQ(empty.at("deployments").as_int64(), 0);
  EXPECT_TRUE(metric(empty, "change_fail_rate")->at("value").is_null());
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("30s");
  ASSERT_EQ(w.ask("ada", {"release", "show", "1.0.0"}).at("release").at("stage").as_string(), "validation");

  w.start_next("1.1.0", "1.0.0", "feat: shorter lists");
  w.advance("10m");
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.1.0", "--reason", "empty lists"}).code, 0);
  w.advance("30s");
  ASSERT_EQ(w.ask("ada", {"release", "show", "1.1.0"}).at("release").at("outcome").as_string(), "rolled_back");

  const auto r = w.ask("lee", {"dora", "report", "--definition", "dora-2025"});
  EXPECT_EQ(r.at("deployments").as_int64(), 2);
  EXPECT_EQ(r.at("failed").as_int64(), 1);
  EXPECT_EQ(r.at("rolled_back").as_int64(), 1);
  const auto* rate = metric(r, "change_fail_rate");
  ASSERT_NE(rate, nullptr);
  EXPECT_EQ(rate->at("value").to_number<double>(), 0.5);
  EXPECT_EQ(rate->at("n").as_int64(), 2);
  EXPECT_TRUE(rate->at("too_few").as_bool());
  EXPECT_LT(rate->at("low").to_number<double>(), 0.1) << "two deployments say next to nothing about the rate";
  const auto* recovery = metric(r, "failed_deployment_recovery_hours_median");
  EXPECT_EQ(recovery->at("n").as_int64(), 1);
  EXPECT_NEAR(recovery->at("value").to_number<double>(), 10.0 / 60, 0.02) << "from the failed deployment to the proof that 1.0.0 is back";
  EXPECT_THAT(std::string(r.at("sentence").as_string()), HasSubstr("2 deployments, 1 failed; recovered in 10m"));
  EXPECT_GT(metric(r, "change_lead_time_hours_median")->at("n").as_int64(), 0);

  const auto said = w.as("lee", {"dora", "report"});
  EXPECT_THAT(said.out, HasSubstr("too few (2)"));
  EXPECT_THAT(w.as("lee", {"dora", "report", "--markdown"}).out, HasSubstr("## Behind the numbers"));
  const auto explained = w.as("lee", {"dora", "explain"});
  EXPECT_THAT(explained.out, HasSubstr("failed: it was rolled back"));
  EXPECT_THAT(explained.out, HasSubstr("it stayed"));

  // another definition, another question, and bad questions
  EXPECT_EQ(w.ask("lee", {"dora", "report", "--definition", "devlake-2023", "--service", "catalog"}).at("definition").as_string(),
            "devlake-2023");
  EXPECT_EQ(w.ask("lee", {"dora", "report", "--to", "2020-01-01"}).at("deployments").as_int64(), 0);
  EXPECT_THAT(w.as("lee", {"dora", "report", "--service", "nosuch"}).err, HasSubstr("there is no service 'nosuch'"));
  EXPECT_THAT(w.as("lee", {"dora", "report", "--definition", "mine"}).err, HasSubstr("use devlake-2023, fourkeys or dora-2025"));
  EXPECT_EQ(w.as("lee", {"dora", "report", "--from", "2026-02-01", "--to", "2026-01-01"}).code, 2);
  EXPECT_NE(w.as("", {"dora", "report"}).code, 0) << "not without an account";
}

TEST_P(DoraStory, A8_the_month_is_reported_by_itself_on_the_first_working_day) {
  FakeProgram mail{"smtp"};
  World w{GetParam(), World::small_shop() + fmt::format("connections: [{{name: mail, kind: smtp, url: \"{}\", from: evenkeel@shop.test}}]\n"
                                                        "channels: [{{name: leaders, kind: smtp, to: [lee@shop.test]}}]\n"
                                                        "delivery_report_channels: [leaders]\n",
                                                        mail.smtp_url())};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("30s");
  const auto month = w.now().substr(0, 7);
  EXPECT_NE(w.as("lee", {"dora", "month", month}).code, 0) << "the month is not over";
  w.advance("35d");
  const auto r = w.ask("lee", {"dora", "month", month});
  EXPECT_EQ(r.at("body").at("deployments").as_int64(), 1);
  EXPECT_THAT(w.as("lee", {"dora", "month", month}).out, HasSubstr("| Change fail rate | too few (1)"));
  EXPECT_EQ(mail.count("distinct_message_ids"), 1) << "leadership has it, unasked";
  const auto csv = w.get("/api/v1/dora/months/" + month + "/report.csv", "lee").out;
  EXPECT_THAT(csv, testing::StartsWith("figure,value,n,from,to,too_few,"));
  EXPECT_THAT(csv, HasSubstr("\"change_fail_rate\",0"));
  EXPECT_THAT(w.get("/api/v1/dora/months/" + month + "/report.html", "lee").out, HasSubstr("<td>Change fail rate</td>"));
  EXPECT_EQ(w.get("/api/v1/dora/months/" + month + "/report.html", "").code, 401);
  const auto verified = w.as("lee", {"ledger", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

TEST_P(DoraStory, DH6_deployments_that_went_past_are_told_once_and_count) {
  World w{GetParam()};
  const auto day = [&](int hours_ago) { return to_iso(parse_time(w.now()).value() - std::chrono::hours{hours_ago}); };
  std::ofstream file(w.dir + "/past.jsonl");
  for (int i = 0; i < 20; ++i)
    file << json::dump(json::Object{{"id", fmt::format("run-{}", i)},
                                    {"service", "catalog"},
                                    {"finished", day(24 * i + 2)},
                                    {"result", i % 5 == 0 ? "rolled_back" : "success"},
                                    {"started", day(24 * i + 3)},
                                    {"restored", i % 5 == 0 ? json::Value(boost::json::string(day(24 * i + 1))) : json::Value(nullptr)},
                                    {"commits", json::Array{json::Object{{"id", fmt::format("c{}", i)}, {"authored", day(24 * i + 12)}}}}})
         << "\n";
  file.close();
  EXPECT_NE(w.as("lee", {"dora", "backfill", w.dir + "/past.jsonl"}).code, 0) << "leadership reads";
  EXPECT_EQ(w.ask("ada", {"dora", "backfill", w.dir + "/past.jsonl"}).at("fresh").as_int64(), 20);
  EXPECT_EQ(w.ask("ada", {"dora", "backfill", w.dir + "/past.jsonl"}).at("changed").as_int64(), 20);
  const auto r = w.ask("lee", {"dora", "report"});
  EXPECT_EQ(r.at("deployments").as_int64(), 20);
  EXPECT_EQ(r.at("failed").as_int64(), 4);
  EXPECT_NEAR(metric(r, "change_lead_time_hours_median")->at("value").to_number<double>(), 10, 0.01);
  EXPECT_NEAR(metric(r, "failed_deployment_recovery_hours_median")->at("value").to_number<double>(), 2, 0.01);
  EXPECT_FALSE(metric(r, "change_fail_rate")->at("too_few").as_bool());
  EXPECT_THAT(w.get("/api/v1/dora/trend", "ada").out, HasSubstr("4 of 20 deployments failed"));
  EXPECT_THAT(w.get("/api/v1/dora/trend.svg", "ada").out, HasSubstr("<svg"));
}

INSTANTIATE_TEST_SUITE_P(On, DoraStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
