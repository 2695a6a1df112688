// DORA inputs (DH6, CR8): the figures come from what was deployed, rolled back and reported, by themselves.
#include <fstream>

#include "base/zone.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

const json::Value* metric(const json::Value& report, std::string_view key) {
  for (const auto& m : report.at("metrics").as_array())
    if (m.at("key").as_string() == key) return &m;
  return nullptr;
}

class DoraStory : public Story {
 protected:
  /// A token that outlives the one that makes it: ada gives her password.
  static std::string for_90_days(World& w, const std::string& login) {
    return w
        .shell("ada", "EVENKEEL_PASSWORD='correct horse battery' evenkeel token create --name month --lives 90d --json --login " + login)
        .field("secret");
  }
  /// The report of these days and the month in the trend say the same.
  static void expect_one_figure_a_fact(World& w) {
    const auto report = w.ask("lee", {"dora", "report"}), trend = w.ask("lee", {"dora", "trend"});
    EXPECT_EQ(trend.at("months").as_array().back().at("failed").as_int64(), report.at("failed").as_int64());
    for (const auto* key : {"change_lead_time_hours_median", "failed_deployment_recovery_hours_median"})
      for (const auto& figure : trend.at("figures").as_array()) {
        if (figure.at("key").as_string() != key) continue;
        const auto& month = figure.at("months").as_array().back();
        const auto& whole = *metric(report, key);
        EXPECT_EQ(month.at("n").as_int64(), whole.at("n").as_int64()) << key;
        ASSERT_EQ(month.at("value").is_null(), whole.at("value").is_null()) << key;
        if (whole.at("value").is_null()) continue;
        EXPECT_NEAR(month.at("value").to_number<double>(), whole.at("value").to_number<double>(), 1e-6) << key;
      }
  }
};

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

  expect_one_figure_a_fact(w);

  // another definition, another question, and bad questions
  EXPECT_EQ(w.ask("lee", {"dora", "report", "--definition", "devlake-2023", "--service", "catalog"}).at("definition").as_string(),
            "devlake-2023");
  EXPECT_EQ(w.ask("lee", {"dora", "report", "--to", "2020-01-01"}).at("deployments").as_int64(), 0);
  EXPECT_THAT(w.as("lee", {"dora", "report", "--service", "nosuch"}).err, HasSubstr("there is no service 'nosuch'"));
  EXPECT_THAT(w.as("lee", {"dora", "report", "--definition", "mine"}).err, HasSubstr("use devlake-2023, fourkeys or dora-2025"));
  EXPECT_EQ(w.as("lee", {"dora", "report", "--from", "2026-02-01", "--to", "2026-01-01"}).code, 2);
  EXPECT_NE(w.as("", {"dora", "report"}).code, 0) << "not without an account";
}

TEST_P(DoraStory, DH6_a_deployment_that_stayed_is_recovered_when_its_incident_is_and_every_page_says_so) {
  World w{GetParam()};
  w.deploy();
  const auto opened = w.ask("eli", {"incident", "open", "lists are slow", "--service", "catalog"});
  w.advance("40m");
  const auto resolved = w.as("eli", {"incident", "note", std::string(opened.at("incident").at("id").as_string()), "resolved"});
  ASSERT_EQ(resolved.code, 0) << resolved.err;
  w.advance("1s");
  EXPECT_EQ(metric(w.ask("lee", {"dora", "report"}), "failed_deployment_recovery_hours_median")->at("n").as_int64(), 1);
  expect_one_figure_a_fact(w);
  EXPECT_THAT(w.as("lee", {"dora", "explain"}).out,
              testing::AllOf(HasSubstr("it caused the incident \"lists are slow\""), HasSubstr("caused by the deployment of catalog 1.0.0"),
                             testing::Not(testing::ContainsRegex("(incident|deployment) (inc|run)_"))));
}

TEST_P(DoraStory, CR8_all_doors_tell_one_history_with_names_in_the_organisations_zone) {
  World w{GetParam(), World::small_shop() + "zone: Pacific/Auckland\n"};  // half a day ahead: the date there is another one
  w.advance("4h");                                                        // 13:00Z is one in the morning of the next day there
  w.deploy();
  w.advance("10m");
  w.start_next("1.1.0", "1.0.0", "feat: shorter lists");
  w.advance("10m");
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.1.0", "--reason", "empty lists"}).code, 0);
  w.advance("30s");
  const auto day = local_date(parse_time(w.now()).value(), "Pacific/Auckland");
  const auto report = w.as("lee", {"dora", "report", "--markdown"}).out, explained = w.as("lee", {"dora", "explain"}).out,
             trend = w.as("lee", {"dora", "trend"}).out, trend_page = w.get("/api/v1/dora/trend.md", "lee").out;
  for (const auto& said : {report, explained}) {
    EXPECT_THAT(said, testing::AllOf(HasSubstr("catalog 1.1.0"), HasSubstr("catalog 1.0.0"), HasSubstr(day),
                                     testing::Not(testing::ContainsRegex("run_[0-9a-z]"))));
  }
  EXPECT_THAT(report, testing::AllOf(HasSubstr("too few (2)"), HasSubstr("Nothing is on record before " + day)));
  EXPECT_THAT(trend_page, testing::AllOf(HasSubstr("Months of Pacific/Auckland"), HasSubstr("too few (2)"), HasSubstr(day.substr(0, 7))));
  EXPECT_THAT(trend + trend_page, testing::Not(testing::ContainsRegex("run_[0-9a-z]")));
  const auto months = w.ask("lee", {"dora", "trend"}).at("months");
  ASSERT_EQ(months.as_array().size(), 1u) << "nothing before the first record";
  EXPECT_EQ(months.as_array()[0].at("month").as_string(), day.substr(0, 7));
  const auto api = w.get("/api/v1/dora", "lee").json();
  EXPECT_EQ(api.at("failed").as_int64(), months.as_array()[0].at("failed").as_int64());
  EXPECT_EQ(api.at("deployments").as_int64(), months.as_array()[0].at("deployments").as_int64());
  for (const auto& b : api.at("behind").as_array()) EXPECT_THAT(std::string(b.at("when").as_string()), testing::StartsWith(day));
  EXPECT_THAT(report, HasSubstr(std::string(api.at("sentence").as_string())));
  expect_one_figure_a_fact(w);
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
  const auto token = for_90_days(w, "lee");
  const auto as_lee = [&](const std::string& words) { return w.shell("", "EVENKEEL_TOKEN=" + token + " evenkeel " + words).out; };
  const auto get = [&](const std::string& path) {
    return w.shell("", "curl -s -H 'Authorization: Bearer " + token + "' " + w.server_url + path).out;
  };
  const int after = std::stoi(month.substr(5)) % 12 + 1;
  w.advance(fmt::format("{}-{:02}-04T12:00:00Z", std::stoi(month.substr(0, 4)) + (after == 1), after));  // one month end, whatever the day
  const auto r = json::parse(as_lee("dora month --json " + month)).value();
  EXPECT_EQ(r.at("body").at("deployments").as_int64(), 1);
  EXPECT_THAT(as_lee("dora month " + month), HasSubstr("| Change fail rate | too few (1)"));
  EXPECT_EQ(mail.count("distinct_message_ids"), 1) << "leadership has it, unasked";
  const auto csv = get("/api/v1/dora/months/" + month + "/report.csv");
  EXPECT_THAT(csv, testing::StartsWith("figure,value,n,from,to,too_few,"));
  EXPECT_THAT(csv, HasSubstr("\"change_fail_rate\",0"));
  EXPECT_THAT(get("/api/v1/dora/months/" + month + "/report.html"), HasSubstr("<td>Change fail rate</td>"));
  EXPECT_EQ(w.get("/api/v1/dora/months/" + month + "/report.html", "").code, 401);
  EXPECT_THAT(as_lee("ledger verify --json"), HasSubstr("\"problems\":[]"));
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

TEST_P(DoraStory, DH6_a_history_that_was_interrupted_goes_on_where_it_stopped) {
  World w{GetParam()};
  const auto line = [&](int i, bool good = true) {
    const auto t = to_iso(parse_time(w.now()).value() - std::chrono::hours{24 + i});
    return good ? json::dump(json::Object{{"id", fmt::format("d{}", i)}, {"service", "catalog"}, {"finished", t}}) + "\n"
                : std::string("{\"id\": oops}\n");
  };
  const auto write = [&](int bad) {
    std::ofstream file(w.dir + "/history.jsonl");
    for (int i = 0; i < 12'000; ++i) file << line(i, i != bad) << (i % 1000 == 0 ? "\n" : "");
  };
  write(11'000);
  const auto stopped = w.as("ada", {"dora", "backfill", w.dir + "/history.jsonl"});
  EXPECT_NE(stopped.code, 0);
  EXPECT_THAT(stopped.err, testing::AllOf(HasSubstr("history.jsonl:11012"), HasSubstr("--resume goes on after them")));
  write(-1);
  EXPECT_NE(w.as("lee", {"dora", "backfill", w.dir + "/history.jsonl", "--resume"}).code, 0) << "leadership reads";
  const auto went_on = w.ask("ada", {"dora", "backfill", w.dir + "/history.jsonl", "--resume"});
  EXPECT_EQ(went_on.at("skipped").as_int64(), 10'010) << "two parts of 5,000, with the empty lines between";
  EXPECT_EQ(went_on.at("fresh").as_int64(), 12'000);
  EXPECT_EQ(w.ask("ada", {"dora", "backfill", w.dir + "/history.jsonl", "--resume"}).at("skipped").as_int64(), 12'012) << "nothing is left";
  std::ofstream(w.dir + "/history.jsonl") << line(5) << line(6);
  EXPECT_THAT(w.as("ada", {"dora", "backfill", w.dir + "/history.jsonl", "--resume"}).err, HasSubstr("is not the file of which"));
  EXPECT_EQ(w.ask("ada", {"dora", "backfill", w.dir + "/history.jsonl"}).at("changed").as_int64(), 2);
  const auto r = w.ask("lee", {"dora", "report", "--from", "2020-01-01"});
  EXPECT_EQ(r.at("deployments").as_int64(), 12'000);
  EXPECT_EQ(r.at("behind").as_array().size(), 5'000u) << "not every one of so many is told";
  EXPECT_EQ(r.at("behind_left_out").as_int64(), 7'000);
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(DoraStory, CR8_days_that_were_put_together_tell_the_same_and_take_corrections) {
  World w{GetParam()};
  const auto told_at = parse_time(w.now()).value();
  const auto write = [&](int from, int to, const char* result) {
    std::ofstream file(w.dir + "/told.jsonl");
    for (int i = from; i < to; ++i)
      file << json::dump(
                  json::Object{{"id", fmt::format("d{}", i)},
                               {"service", "catalog"},
                               {"finished", to_iso(told_at - std::chrono::hours{30 + 5 * i})},
                               {"result", result},
                               {"commits", json::Array{json::Object{{"id", fmt::format("c{}", i)},
                                                                    {"authored", to_iso(told_at - std::chrono::hours{40 + 6 * i})}}}}})
           << "\n";
  };
  const auto days = [&] {
    return store::Database::open(w.database())->read([](store::Tx& tx) { return tx.integer("SELECT count(*) FROM delivery_day"); });
  };
  const auto report = [&] { return w.ask("lee", {"dora", "report", "--from", "2020-01-01", "--to", to_iso(told_at)}); };
  write(0, 60, "success");
  w.ask("ada", {"dora", "backfill", w.dir + "/told.jsonl"});
  const auto told = report();
  EXPECT_EQ(told.at("deployments").as_int64(), 60);
  w.advance("2h");
  EXPECT_EQ(json::dump(report()), json::dump(told)) << "put together or not, the figures are the same";
  write(10, 12, "rolled_back");
  w.ask("ada", {"dora", "backfill", w.dir + "/told.jsonl"});
  EXPECT_EQ(report().at("failed").as_int64(), 2) << "a correction counts at once";
  w.advance("2h");
  EXPECT_EQ(report().at("failed").as_int64(), 2);
  w.server->kill(SIGTERM);
  EXPECT_GT(days(), 10);
}

TEST_P(DoraStory, G1_the_first_audit_is_kept_once_and_stands_beside_every_report) {
  World w{GetParam()};
  w.plan();
  EXPECT_THAT(w.as("lee", {"dora", "baseline"}).err, HasSubstr("audit --last 5 --keep"));
  w.git("git tag v1.0.0");
  const std::vector<std::string> audit{"audit", "--repo", w.dir + "/repo", "--last", "5", "--keep"};
  EXPECT_NE(w.as("lee", audit).code, 0) << "leadership reads";
  const auto kept = w.as("ada", audit);
  ASSERT_EQ(kept.code, 0) << kept.err;
  EXPECT_THAT(kept.out, HasSubstr("Kept as the baseline"));
  EXPECT_EQ(w.as("ada", audit).code, 0) << "the same audit again is the same baseline";
  const auto base = w.ask("lee", {"dora", "baseline"});
  EXPECT_EQ(base.at("repository").as_string(), "repo");
  w.git("echo more > more; git add more; git commit -q -m 'feat: more'; git tag v1.1.0");
  const auto another = w.as("ada", audit);
  EXPECT_EQ(another.code, 1);
  EXPECT_THAT(another.err, HasSubstr("and stays: every month is held against it"));
  const auto r = w.ask("lee", {"dora", "report"});
  EXPECT_THAT(std::string(r.at("baseline_of").as_string()), HasSubstr("of repo, audited"));
  EXPECT_EQ(r.at("baseline").as_array().size(), 6u);
  const auto page = w.as("lee", {"dora", "report", "--markdown"}).out;
  EXPECT_THAT(page, testing::AllOf(HasSubstr("## Beside the first audit"), HasSubstr("| Rolled back | no source | no source |")));
  EXPECT_THAT(w.as("lee", {"dora", "report", "--csv"}).out, HasSubstr("\"first audit\""));
  EXPECT_EQ(w.ask("lee", {"dora", "report", "--service", "catalog"}).at("baseline").as_array().size(), 0u) << "the audit was of the whole";
  // The month's report keeps what stood beside it.
  const auto month = w.now().substr(0, 7);
  const auto as_lee = [&, token = for_90_days(w, "lee")](const std::string& words) {
    return w.shell("", "EVENKEEL_TOKEN=" + token + " evenkeel " + words);
  };
  w.advance("28d");
  if (w.now().substr(0, 7) == month || as_lee("dora month " + month).code != 0) w.advance("6d");  // past its first working day
  EXPECT_THAT(as_lee("dora month " + month).out, HasSubstr("Beside the first audit"));
  EXPECT_EQ(as_lee("ledger verify").code, 0);
}

TEST_P(DoraStory, CR8_months_that_stand_out_are_named_with_what_is_behind_them) {
  World w{GetParam()};
  const auto now = parse_time(w.now()).value();
  std::ofstream file(w.dir + "/past.jsonl");
  const auto slow_month = to_iso(now - std::chrono::days{165}).substr(0, 7);  // a whole one, whatever day it is
  for (int day = 0; day < 330; ++day) {
    const auto t = now - std::chrono::hours{24 * day + 2};
    const bool slow = to_iso(t).starts_with(slow_month);
    file << json::dump(json::Object{
                {"id", fmt::format("d{}", day)},
                {"service", "catalog"},
                {"version", fmt::format("1.{}", day)},
                {"finished", to_iso(t)},
                {"commits", json::Array{json::Object{{"id", fmt::format("c{}", day)},
                                                     {"authored", to_iso(t - std::chrono::hours{slow ? 400 : 10 + day % 7})}}}}})
         << "\n";
  }
  file.close();
  ASSERT_EQ(w.as("ada", {"dora", "backfill", w.dir + "/past.jsonl"}).code, 0);
  const auto t = w.ask("lee", {"dora", "trend"});
  const auto& lead = t.at("figures").as_array()[1];
  EXPECT_EQ(lead.at("key").as_string(), "change_lead_time_hours_median");
  int signals = 0;
  for (const auto& m : lead.at("months").as_array())
    if (!m.at("signal").as_string().empty()) {
      ++signals;
      EXPECT_GT(m.at("value").to_number<double>(), 100) << m;
      EXPECT_THAT(json::dump(m.at("behind")), HasSubstr("catalog 1."));
    }
  EXPECT_GE(signals, 1);
  const auto page = w.as("lee", {"dora", "trend"}).out;
  EXPECT_THAT(page, testing::AllOf(HasSubstr("## Change lead time (median)"), HasSubstr("## Behind the months that stand out")));
  EXPECT_THAT(w.as("lee", {"dora", "trend", "--csv"}).out, testing::StartsWith("figure,unit,month,value,n,centre,low,high,signal,behind"));
  EXPECT_THAT(w.as("lee", {"dora", "trend", "--html"}).out, testing::AllOf(HasSubstr("<svg"), HasSubstr("aria-label=\"Change lead time")));
  EXPECT_EQ(w.get("/api/v1/dora/trend.svg?figure=deployments_per_week", "lee").code, 200);
  EXPECT_THAT(w.get("/api/v1/dora/trend.svg?figure=blended", "lee").out, HasSubstr("known are change_fail_rate"));
}

INSTANTIATE_TEST_SUITE_P(On, DoraStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
