// The example shop for a few real seconds, and the product's Prometheus source against a real Prometheus that watches it.
// Wall time, short intervals: about twenty seconds in all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/json.hpp"
#include "base/process.hpp"
#include "health/judge.hpp"
#include "health/source.hpp"
#include "http/client.hpp"
#include "integrations/prometheus/prometheus.hpp"

namespace evenkeel {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

const std::string bin = SHOP_BIN_DIR;

SysTime now() { return SystemClock{}.now(); }

struct Shop : testing::Test {
  std::filesystem::path home;
  ProcessOptions options;
  int router = 0;

  void SetUp() override {
    char name[] = "/tmp/shop-test-XXXXXX";
    home = ::mkdtemp(name);
    options.env = {{"SHOP_HOME", (home / "home").string()}, {"SHOP_REPO", (home / "repo").string()}};
    options.deadline = 60s;
    run({SHOP_SOURCE_DIR "/make_repo.sh", (home / "repo").string()});
    router = std::stoi(ctl({"up", "--environment", "production"}));
    for (const char* service : {"catalog", "checkout", "web"})
      ctl({"deploy", service, "1.3.0", "--environment", "production", "--attempt", std::string("first-") + service});
  }
  void TearDown() override {
    ctl({"stop-all"});
    std::filesystem::remove_all(home);
  }

  ProcessOutput run(const std::vector<std::string>& argv, int expected = 0) {
    auto out = run_process(argv, options);
    EXPECT_TRUE(out) << (out ? "" : out.error().message);
    if (!out) return {};
    EXPECT_EQ(out->exit_code, expected) << argv[0] << " " << (argv.size() > 1 ? argv[1] : "") << "\n" << out->out << out->err;
    return *out;
  }
  std::string ctl(std::vector<std::string> words, int expected = 0) {
    words.insert(words.begin(), bin + "/shopctl");
    return run(words, expected).out;
  }
  std::string load(double rate, int seconds) {
    return run({bin + "/shop_load", "--port", std::to_string(router), "--rate", std::to_string(rate), "--duration", std::to_string(seconds),
                "--json"})
        .out;
  }
};

TEST_F(Shop, ADeploymentSwitchesTrafficAndABackwardOneProvesTheOldVersion) {
  EXPECT_THAT(ctl({"version", "checkout", "--environment", "production", "--expect", "1.3.0"}), HasSubstr("\"1.3.0\":40"));
  const auto first = ctl({"deploy", "checkout", "1.4.1", "--environment", "production", "--attempt", "up"});
  EXPECT_EQ(ctl({"deploy", "checkout", "1.4.1", "--environment", "production", "--attempt", "up"}),
            first);  // the same attempt: nothing twice
  EXPECT_EQ(ctl({"lookup", "up", "--environment", "production"}), first);
  ctl({"lookup", "never", "--environment", "production"}, 3);
  ctl({"version", "checkout", "--environment", "production", "--expect", "1.3.0"}, 1);
  ctl({"deploy", "checkout", "1.3.0", "--environment", "production", "--attempt", "back"});
  ctl({"version", "checkout", "--environment", "production", "--expect", "1.3.0"});
  EXPECT_THAT(ctl({"deploy", "checkout", "9.9.9", "--environment", "production", "--attempt", "none"}, 1), HasSubstr("tag v9.9.9"));
  ctl({"version", "checkout", "--environment", "production", "--expect", "1.3.0"});  // a failed deployment leaves the old one serving
}

TEST_F(Shop, SwitchingLosesNoRequest) {
  std::string summary;
  std::thread traffic([&] {
    summary = run({bin + "/shop_load", "--port", std::to_string(router), "--rate", "100", "--duration", "3", "--target",
                   "GET:/web/version:1", "--json"})
                  .out;
  });
  std::this_thread::sleep_for(500ms);
  ctl({"deploy", "web", "1.4.1", "--environment", "production", "--share", "0.5", "--attempt", "canary"});
  ctl({"deploy", "web", "1.4.1", "--environment", "production", "--attempt", "full"});
  ctl({"deploy", "web", "1.3.0", "--environment", "production", "--attempt", "back"});
  traffic.join();
  EXPECT_THAT(summary, HasSubstr("\"failed\":0"));
}

TEST_F(Shop, AFlagActsAtTheNextRequest) {
  ctl({"deploy", "web", "1.4.1", "--environment", "production", "--attempt", "web"});
  const auto p50 = [&] {
    return json::parse(run({bin + "/shop_load", "--port", std::to_string(router), "--rate", "40", "--duration", "1", "--target",
                            "GET:/web/:1", "--json"})
                           .out)
        .value()
        .at(0)
        .at("p50_ms")
        .to_number<double>();
  };
  const double off = p50();
  ctl({"flag", "one_page", "on", "--environment", "production"});
  EXPECT_GT(p50(), off + 15);  // forty milliseconds more in the mean
}

struct WatchedShop : Shop {
  std::string prometheus_url;
  http::CurlClient client;

  void SetUp() override {
    const std::string unpacked = std::string(SHOP_DEPS_DIR) + "/prometheus/usr/bin/prometheus";
    if (!std::filesystem::exists(unpacked) && !run_process({"prometheus", "--version"}))
      GTEST_SKIP() << "skipped: no Prometheus (tools/install-deps.sh unpacks one)";
    Shop::SetUp();
    prometheus_url = "http://127.0.0.1:" + ctl({"prometheus", "--interval", "500ms"});
    while (!prometheus_url.empty() && prometheus_url.back() == '\n') prometheus_url.pop_back();
  }
  void TearDown() override {
    if (!home.empty()) Shop::TearDown();
  }
  /// Prometheus takes up to five seconds to begin with a process that it has just been told of.
  void wait_until_watched(const std::string& version) {
    const auto url = prometheus_url + "/api/v1/query?query=" +
                     http::percent_encode("count(count_over_time(checkouts_started_total{version=\"" + version + "\"}[30s]) > 1)");
    for (int i = 0; i < 200; ++i) {
      const auto reply = client.send({.url = url});
      if (reply && reply->body.find("\"value\"") != std::string::npos) return;
      std::this_thread::sleep_for(100ms);
    }
    FAIL() << "Prometheus does not see checkout " << version;
  }
  health::QueryVariables variables{.service = "checkout", .environment = "production"};
};

TEST_F(WatchedShop, TheSourceCountsExactlyWhatTheServicesCounted) {
  prometheus::PrometheusSource source({.url = prometheus_url}, client);
  wait_until_watched("1.3.0");
  const auto begin = now() - 500ms;  // an edge at which the process had been seen
  const auto sent = json::parse(load(60, 3)).value();
  std::this_thread::sleep_for(1500ms);
  const auto set = health::default_criteria();
  const health::IntervalRange range{begin, 1s, int((now() - begin) / 1s)};
  const auto rate = source.fetch(set.criteria[0], health::SideName::control, variables, range);
  const auto latency = source.fetch(set.criteria[1], health::SideName::control, variables, range);
  EXPECT_EQ(rate.problem(), "") << range.count;
  double total = 0, errors = 0, slow = 0;
  for (const auto& s : rate.intervals) total += s.total, errors += s.events;
  for (const auto& s : latency.intervals) slow += s.total;
  const double bought = sent.at(1).at("sent").to_number<double>();
  const auto codes = sent.at(1).at("codes").as_object();
  EXPECT_GT(bought, 80);
  // web answers 500 of itself for a few, which checkout never sees.
  const double never_seen = codes.contains("500") ? codes.at("500").to_number<double>() : 0;
  EXPECT_EQ(total, bought - never_seen);
  EXPECT_EQ(slow, total);
  EXPECT_EQ(errors, codes.contains("502") ? codes.at("502").to_number<double>() : 0);
  ASSERT_FALSE(latency.bounds_ms.empty());
  EXPECT_EQ(latency.bounds_ms[0], 5);

  const auto nobody = source.fetch(set.criteria[0], health::SideName::canary, variables, range);
  EXPECT_THAT(nobody.problem(),
              HasSubstr("no series match http_requests_total{service=\"checkout\",environment=\"production\",instance_role=\"canary\"}"));
  auto wrong = set.criteria[0];
  wrong.queries.total = "http_requests_total{$side";
  EXPECT_THAT(source.fetch(wrong, health::SideName::canary, variables, range).problem(),
              testing::AllOf(HasSubstr("400"), HasSubstr("bad_data")));
  prometheus::PrometheusSource gone({.url = "http://127.0.0.1:9"}, client);
  EXPECT_THAT(gone.fetch(set.criteria[0], health::SideName::canary, variables, range).problem(), HasSubstr("127.0.0.1"));
}

TEST_F(WatchedShop, TheFaultOfAVersionIsFoundAndTheCureIsNotBlamed) {
  auto set = health::default_criteria();
  set.interval_seconds = 1, set.window_intervals = 30, set.burn_in_intervals = 2;
  health::Criterion orders{.name = "orders", .kind = health::MetricKind::business, .direction = health::Direction::decrease};
  orders.queries.total = "checkouts_started_total{service=\"$service\",environment=\"$environment\",$side}";
  orders.queries.events = "orders_total{service=\"$service\",environment=\"$environment\",$side}";
  set.criteria.push_back(orders);
  set.not_applicable.clear();
  ASSERT_TRUE(health::checked(set)) << health::checked(set).error().message;
  prometheus::PrometheusSource source({.url = prometheus_url}, client);

  const auto watch = [&](const std::string& version, int intervals) {
    ctl({"deploy", "checkout", version, "--environment", "production", "--share", "0.4", "--attempt", "canary-" + version});
    wait_until_watched(version);
    std::thread traffic([&] { load(250, intervals + 1); });
    const auto begin = now();
    health::Judge judge(set);
    std::vector<health::Observation> row;
    for (int i = 0; i < intervals && !judge.first_breach(); ++i) {
      std::this_thread::sleep_until(begin + 1s * (i + 1) + 700ms);
      const auto batch = health::fetch_batch(set, {{"prometheus", &source}}, variables, {begin + 1s * i, 1s, 1});
      batch.row(0, row);
      judge.step(row);
    }
    traffic.join();
    return judge.verdict();
  };
  const auto bad = watch("1.4.0", 14);
  EXPECT_EQ(bad.verdict, health::ReleaseVerdict::rollback_recommended) << json::write(bad, 2);
  std::printf("  1.4.0 after %d s: %s\n", bad.intervals, bad.sentence.c_str());
  ctl({"deploy", "checkout", "1.3.0", "--environment", "production", "--attempt", "back"});
  ctl({"version", "checkout", "--environment", "production", "--expect", "1.3.0"});
  const auto good = watch("1.4.1", 8);
  EXPECT_EQ(good.verdict, health::ReleaseVerdict::hold) << json::write(good, 2);
  std::printf("  1.4.1 after %d s: %s\n", good.intervals, good.sentence.c_str());
  EXPECT_EQ(good.intervals, 8);
}

}  // namespace
}  // namespace evenkeel
