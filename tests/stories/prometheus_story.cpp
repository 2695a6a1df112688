// The watch on a real Prometheus, in real time: it scrapes a made-up service, is killed and started again on its data, and a series goes
// away for good; another service is judged by its native histograms. Skipped, with the reason, where no prometheus is installed
// (tools/install-deps.sh brings one).
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "http/client.hpp"
#include "store/database.hpp"
#include "stories/fakes.hpp"
#include "support/metric_family.hpp"

namespace evenkeel::stories {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

std::string prometheus_binary() {
  for (const std::string& path :
       {std::string(PROMETHEUS_UNPACKED), std::string("/usr/bin/prometheus"), std::string("/usr/local/bin/prometheus")})
    if (::access(path.c_str(), X_OK) == 0) return path;
  return "";
}
/// Comes with every prometheus, beside it.
std::string promtool() {
  const auto beside = std::filesystem::path(prometheus_binary()).parent_path() / "promtool";
  return ::access(beside.c_str(), X_OK) == 0 ? beside.string() : "";
}

/// The last `minutes` of three hosts of the control, a sample every two seconds: 67 requests a second each and about one error in 50, in
/// OpenMetrics.
std::string an_ordinary_past(int minutes) {
  const auto now = to_millis(SystemClock{}.now()) / 1000;
  const int steps = minutes * 30;
  std::string text = "# HELP http_requests Requests.\n# TYPE http_requests counter\n";
  unsigned random = 12345;
  for (int host = 1; host <= 3; ++host) {
    std::string good, bad;
    std::int64_t requests = 0, errors = 0;
    for (int i = 0; i <= steps; ++i) {
      random = random * 1664525u + 1013904223u;
      requests += 134, errors += (random >> 16) % 6;  // 0 to 5, 2.5 on average
      const auto at = now - 2 * (steps - i);
      good += fmt::format("http_requests_total{{job=\"shop\",instance_role=\"control\",instance=\"control:{}\",code=\"200\"}} {} {}\n",
                          host, requests - errors, at);
      bad += fmt::format("http_requests_total{{job=\"shop\",instance_role=\"control\",instance=\"control:{}\",code=\"500\"}} {} {}\n", host,
                         errors, at);
    }
    text += good + bad;
  }
  return text + "# EOF\n";
}

/// What Prometheus scrapes: both sides of a service with 200 requests a second and one error in 50, by the machine's clock.
class Exporter {
 public:
  Exporter() {
    server_ = http::Server::start({.io_threads = 1}, [this](const http::Request&) { return exposition(); }).value();
  }
  int port() const { return server_->port(); }
  std::atomic<bool> canary_is_gone = false;

 private:
  http::Response exposition() const {
    const auto passed = double(to_millis(SystemClock{}.now()) - started_) / 1000;
    std::string text = "# TYPE http_requests_total counter\n";
    for (const char* side : {"canary", "control"}) {
      if (std::string_view(side) == "canary" && canary_is_gone) continue;
      for (const auto& [code, share] : {std::pair{"200", 0.98}, std::pair{"500", 0.02}})
        text += fmt::format("http_requests_total{{instance_role=\"{0}\",instance=\"{0}:1\",code=\"{1}\"}} {2:.0f}\n", side, code,
                            std::floor(passed * 200 * share));
    }
    http::Response response{200};
    response.content_type = "text/plain; version=0.0.4";
    response.body = text;
    return response;
  }
  std::int64_t started_ = to_millis(SystemClock{}.now());
  std::unique_ptr<http::Server> server_;
};

/// 200 requests a second a side, spread over seven buckets around 0.1 s, as native histograms. The canary's buckets are half as wide as the
/// control's; it may be twice as slow.
class NativeExporter {
 public:
  NativeExporter() {
    server_ = http::Server::start({.io_threads = 1}, [this](const http::Request&) {
                http::Response response{200};
                response.content_type = exposition::content_type;
                response.body = exposition::delimited_family("http_request_duration_seconds", {side("canary", 4), side("control", 3)});
                return response;
              }).value();
  }
  int port() const { return server_->port(); }
  std::atomic<bool> canary_is_slow = false;

 private:
  exposition::Histogram side(const std::string& name, int schema) {
    const std::scoped_lock lock(mutex_);
    auto& counted = counted_[name];
    const auto now = to_millis(SystemClock{}.now());
    const double passed = double(now - counted.at) / 1000;
    counted.at = now;
    const int to_a_doubling = 1 << schema, slower = name == "canary" && canary_is_slow ? to_a_doubling : 0;
    constexpr double shares[] = {0.05, 0.15, 0.3, 0.25, 0.15, 0.07, 0.03};
    for (int i = 0; i < 7; ++i) counted.buckets[-3 * to_a_doubling + i * to_a_doubling / 8 + slower] += passed * 200 * shares[i];
    exposition::Histogram h{.labels = {{"instance_role", name}, {"instance", name + ":1"}}, .schema = schema};
    for (int i = -4 * to_a_doubling; i <= 0; ++i) h.buckets[i] = 0;
    for (const auto& [i, n] : counted.buckets) h.buckets[i] = std::uint64_t(n);
    return h;
  }
  struct Counted {
    std::int64_t at = to_millis(SystemClock{}.now());
    std::map<int, double> buckets;
  };
  std::mutex mutex_;
  std::map<std::string, Counted> counted_;
  std::unique_ptr<http::Server> server_;
};

/// A Prometheus of our own on a data directory that outlives its process.
class Prometheus {
 public:
  explicit Prometheus(int exporter_port, const std::string& past = "", std::string options = "") : options_(std::move(options)) {
    char folder[] = "/tmp/evenkeel-story-prometheus-XXXXXX";
    dir_ = ::mkdtemp(folder);
    std::ofstream(dir_ + "/prometheus.yml") << fmt::format(
        "global: {{scrape_interval: 500ms, scrape_timeout: 400ms}}\n"
        "scrape_configs:\n  - {{job_name: shop, honor_labels: true, static_configs: [{{targets: [\"127.0.0.1:{}\"]}}]}}\n",
        exporter_port);
    if (!past.empty()) {
      std::ofstream(dir_ + "/past.om") << past;
      const auto filled = run_process({promtool(), "tsdb", "create-blocks-from", "openmetrics", dir_ + "/past.om", dir_ + "/data"});
      if (!filled || filled->exit_code != 0) throw std::runtime_error("promtool: " + (filled ? filled->err : filled.error().message));
    }
    start();
  }
  ~Prometheus() {
    program_.reset();
    std::error_code ec;
    std::filesystem::remove_all(dir_, ec);
  }
  /// On the same data, until it says that it is ready.
  void start() {
    program_ = std::make_unique<Program>(
        std::vector<std::string>{"/bin/sh", "-c",
                                 fmt::format("echo {0} > {1}/port; exec {2} --config.file={1}/prometheus.yml --storage.tsdb.path={1}/data "
                                             "--web.listen-address=127.0.0.1:{0} {3}",
                                             port_, dir_, prometheus_binary(), options_)},
        dir_ + "/port", dir_ + "/log");
    http::CurlClient client;
    for (int i = 0; i < 300; ++i) {
      const auto answer = client.send({.url = url() + "/-/ready"});
      if (answer && answer->status == 200) return;
      std::this_thread::sleep_for(milliseconds{100});
    }
    throw std::runtime_error("prometheus did not become ready; see " + dir_ + "/log");
  }
  void kill() { program_->kill(SIGKILL); }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }

 private:
  std::string dir_, options_;
  int port_ = free_port();
  std::unique_ptr<Program> program_;
};

class PrometheusStory : public Story {
 protected:
  void SetUp() override {
    if (prometheus_binary().empty()) FAIL() << "no prometheus here; tools/install-deps.sh brings one";
    prometheus = std::make_unique<Prometheus>(exporter.port());
  }

  /// Intervals of two seconds: a source that is away is waited for ten.
  std::string shop() const {
    auto yaml = World::small_shop();
    yaml = edited(yaml, "deploy: [{name: put,",
                  "deploy: [{name: canary holds, kind: check, health: true, wait: 1s, timeout: 10m}, {name: put,");
    auto health = error_rate_criteria();
    health = edited(health, "interval_seconds: 60", "interval_seconds: 2");
    health = edited(health, "window_intervals: 20", "window_intervals: 15");
    return yaml + health + fmt::format("connections:\n  - {{name: prometheus, kind: prometheus, url: \"{}\"}}\n", prometheus->url());
  }
  static void start(World& w) {
    w.ready();
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  }
  /// The release's watch; before it began, one that has judged nothing.
  static json::Value watch(World& w) {
    const auto page = w.get("/api/v1/releases/1.0.0").json();
    const auto& all = page.at("watches").as_array();
    return all.empty() ? json::Value(json::Object{{"state", ""}, {"next_interval", 0}}) : json::Value(all[0]);
  }
  static std::int64_t count(World& w, const std::string& sql) {
    return store::Database::open(w.database())->read([&](store::Tx& tx) { return tx.integer(sql); });
  }
  static std::int64_t judged(World& w) { return watch(w).at("next_interval").as_int64(); }
  static bool wait_for_the_end(World& w) {
    return wait_until(seconds{90}, [&] { return watch(w).at("state").as_string() == "ended"; });
  }

  Exporter exporter;
  std::unique_ptr<Prometheus> prometheus;
};

TEST_P(PrometheusStory, DH2_the_watch_survives_a_killed_prometheus_and_a_killed_replica) {
  World w{GetParam(), shop(), true};
  start(w);
  ASSERT_TRUE(wait_until(seconds{30}, [&] { return judged(w) >= 3; }));
  prometheus->kill();
  const auto at_the_kill = judged(w);
  std::this_thread::sleep_for(seconds{5});
  EXPECT_LE(judged(w), at_the_kill + 1) << "nothing is judged from a source that does not answer";
  EXPECT_EQ(watch(w).at("state").as_string(), "watching");
  prometheus->start();
  ASSERT_TRUE(wait_until(seconds{20}, [&] { return judged(w) > at_the_kill + 1; }));

  std::unique_ptr<Program> second;
  if (GetParam() == On::postgres) second.reset(new Program(w.replica()));  // on SQLite the one that is started again goes on
  const auto before = judged(w);
  w.server->kill(SIGKILL);
  if (GetParam() == On::sqlite)
    w.restart();
  else
    w.server_url = second->url();
  EXPECT_TRUE(wait_until(seconds{10}, [&] { return judged(w) > before + 1; })) << "it goes on within ten seconds";

  ASSERT_TRUE(wait_for_the_end(w));
  const auto after = watch(w);
  EXPECT_THAT(std::string(after.at("verdict").as_string()), AnyOf("healthy", "no_harm_seen")) << after;
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
  w.server->kill(SIGTERM);
  EXPECT_EQ(count(w, "SELECT count(*) FROM judged_interval"), 15);
  EXPECT_EQ(count(w, "SELECT count(DISTINCT interval_index) FROM judged_interval"), 15) << "no interval is judged twice";
}

TEST_P(PrometheusStory, DH3_a_canary_whose_series_go_away_is_no_data_and_never_healthy) {
  World w{GetParam(), shop(), true};
  start(w);
  ASSERT_TRUE(wait_until(seconds{30}, [&] { return judged(w) >= 4; }));
  exporter.canary_is_gone = true;
  ASSERT_TRUE(wait_for_the_end(w));
  const auto after = watch(w);
  EXPECT_EQ(after.at("verdict").as_string(), "hold");
  EXPECT_THAT(std::string(after.at("sentence").as_string()), HasSubstr("no sample of the canary"));
  EXPECT_TRUE(wait_until(seconds{20}, [&] {
    return w.ask("ada", {"release", "show", "1.0.0"}).at("run").at("state").as_string() == "held";
  })) << "nothing passes";
}

TEST_P(PrometheusStory, DH3_a_watch_is_calibrated_on_the_past_that_prometheus_remembers) {
  if (promtool().empty()) FAIL() << "no promtool beside prometheus";
  prometheus = std::make_unique<Prometheus>(exporter.port(), an_ordinary_past(70));
  World w{GetParam(), edited(shop(), "      name: catalog\n", "      name: catalog\n      calibrate: {by: instance}\n"), true};
  const auto state = [&] { return w.as("ada", {"criteria", "calibration", "catalog", "--json"}); };
  ASSERT_TRUE(wait_until(seconds{30}, [&] { return state().code == 0; })) << state().out << state().err;
  const auto newest = state().json().at("newest");
  EXPECT_GE(newest.at("windows").as_int64(), 120) << "windows of half a minute, of more than an hour";
  EXPECT_EQ(newest.at("body").at("hosts").as_int64(), 3);
  const double threshold = newest.at("body").at("learned").at("threshold").to_number<double>();
  EXPECT_GE(threshold, 1.6) << "log 5";
  EXPECT_LT(threshold, 3) << "an ordinary past needs no more than the strict threshold";
  start(w);
  ASSERT_TRUE(wait_for_the_end(w));
  EXPECT_THAT(std::string(watch(w).at("label").as_string()), HasSubstr("calibrated on 1"));
  EXPECT_THAT(std::string(watch(w).at("verdict").as_string()), AnyOf("healthy", "no_harm_seen")) << watch(w);
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

/// The same shop, judged by the latency that native histograms tell.
class NativeHistogramStory : public PrometheusStory {
 protected:
  void SetUp() override {
    if (prometheus_binary().empty()) FAIL() << "no prometheus here; tools/install-deps.sh brings one";
    prometheus = std::make_unique<Prometheus>(native.port(), "", "--enable-feature=native-histograms");
  }
  std::string timed_shop() const {
    auto yaml = shop();
    const auto from = yaml.find("        - {name: error rate"), to = yaml.find("      not_applicable:");
    yaml.replace(from, to - from,
                 "        - {name: latency, kind: latency, queries: {buckets: \"http_request_duration_seconds{$side}\"}}\n");
    return edited(yaml, "{covers: latency, because: \"the catalog answers from memory\"}",
                  "{covers: error_rate, because: \"errors are counted elsewhere\"}");
  }
  NativeExporter native;
};

TEST_P(NativeHistogramStory, DH3_a_canary_slower_than_the_old_version_on_native_histograms_is_a_breach) {
  World w{GetParam(), timed_shop(), true};
  start(w);
  ASSERT_TRUE(wait_until(seconds{40}, [&] { return judged(w) >= 2; })) << watch(w);
  EXPECT_EQ(watch(w).at("verdict").as_string(), "hold");
  native.canary_is_slow = true;
  ASSERT_TRUE(wait_until(seconds{60}, [&] { return watch(w).at("verdict").as_string() == "rollback_recommended"; })) << watch(w);
  EXPECT_THAT(std::string(watch(w).at("sentence").as_string()), HasSubstr("slower than 1"));
  const auto tried = w.as("eli", {"criteria", "test", "catalog", "--from", to_iso(SystemClock{}.now() - seconds{12}), "--json"});
  ASSERT_EQ(tried.code, 0) << tried.err;
  EXPECT_THAT(tried.out, AllOf(HasSubstr("http_request_duration_seconds{instance_role="), Not(HasSubstr("no series"))));
}

TEST_P(NativeHistogramStory, DH3_a_canary_as_fast_as_the_old_version_on_native_histograms_raises_no_alarm) {
  World w{GetParam(), timed_shop(), true};
  start(w);
  ASSERT_TRUE(wait_for_the_end(w));
  const auto after = watch(w);
  EXPECT_THAT(std::string(after.at("verdict").as_string()), AnyOf("healthy", "no_harm_seen")) << after;
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

INSTANTIATE_TEST_SUITE_P(On, NativeHistogramStory, testing::ValuesIn(databases()), name_of);
INSTANTIATE_TEST_SUITE_P(On, PrometheusStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
