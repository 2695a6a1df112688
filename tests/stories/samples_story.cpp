// Metrics from elsewhere: an address that answers JSON, and a table that grows in a file. The same watch, the same care for what is
// missing.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

/// Somebody's own metrics service: {"series": {"points": [{"at": ms, "n": count}, ...]}} for one of four names, a point a minute; steady
/// traffic, and a share of errors on the canary that may rise at a moment. It wants a key.
class OwnMetrics {
 public:
  OwnMetrics() {
    server_ = http::Server::start({.io_threads = 1}, [this](const http::Request& r) { return answer(r); }).value();
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  std::atomic<std::int64_t> fails_from = std::numeric_limits<std::int64_t>::max();  // ms
  std::atomic<bool> down = false;

 private:
  http::Response answer(const http::Request& r) const {
    if (down) return http::Response::json("{}", 503);
    if (r.headers.get("X-Api-Key") != "t0p") return http::Response::json(R"({"error":"who are you?"})", 401);
    const auto query = r.query.at("metric");
    const bool canary = query.find("\"canary\"") != std::string::npos, errors = query.starts_with("errors");
    const auto from = std::stoll(r.query.at("from")), to = std::stoll(r.query.at("to"));
    std::string points;
    for (auto t = (from + 59'999) / 60'000 * 60'000; t < to; t += 60'000) {
      const int n = errors ? (canary && t >= fails_from ? 600 : 24) : 2400;
      // Newest first, one of them twice, one that is no number: as such services are.
      points = fmt::format(R"({{"at":{},"n":{}}}{}{})", t, n, points.empty() ? "" : ",", points);
    }
    if (!points.empty()) points += R"(,{"at":0,"n":null})";
    return http::Response::json(R"({"series":{"points":[)" + points + "]}}");
  }
  std::unique_ptr<http::Server> server_;
};

class SamplesStory : public Story {
 protected:
  static std::string shop(const std::string& connection, const std::string& total, const std::string& events) {
    auto yaml = World::small_shop();
    yaml = edited(yaml, "deploy: [{name: put,",
                  "deploy: [{name: canary holds, kind: check, health: true, wait: 1s, timeout: 2h}, {name: put,");
    auto health =
        edited(error_rate_criteria(), "total: \"http_requests_total{$side}\", events: \"http_requests_total{code=~\\\"5..\\\",$side}\"",
               fmt::format("source: own, total: \"{}\", events: \"{}\"", total, events));
    return yaml + health + "connections:\n  - " + connection + "\n";
  }
  static void start(World& w) {
    w.ready();
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  }
  static json::Value watch(World& w) { return w.get("/api/v1/releases/1.0.0").json().at("watches").as_array()[0]; }
  static SysTime time_of(World& w) { return parse_time(w.now()).value(); }
};

std::string json_connection(const std::string& url) {
  return fmt::format(
      "{{name: own, kind: json, url: \"{}/q?metric=$query&from=$from_ms&to=$to_ms&every=$step\", times: \"/series/points/*/at\", "
      "values: \"/series/points/*/n\", headers: {{X-Api-Key: \"${{env:EVENKEEL_STORY_KEY}}\"}}}}",
      url);
}

TEST_P(SamplesStory, DH2_a_watch_on_any_json_address_passes_what_is_well_and_says_what_fails) {
  ::setenv("EVENKEEL_STORY_KEY", "t0p", 1);
  OwnMetrics metrics;
  World w{GetParam(), shop(json_connection(metrics.url()), "requests{$side}", "errors{$side}")};
  start(w);
  w.advance("6m");
  metrics.down = true;
  w.advance("3m");
  EXPECT_EQ(watch(w).at("state").as_string(), "watching") << "it is asked again before anything counts as missing";
  metrics.down = false;
  w.advance("20m");
  EXPECT_THAT(std::string(watch(w).at("verdict").as_string()), AnyOf("healthy", "no_harm_seen")) << watch(w);
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").out.find("t0p"), std::string::npos) << "the key stays where it is";
  // The same criteria, tried on a stretch in which the canary fails.
  const auto now = time_of(w);
  metrics.fails_from = to_millis(now - std::chrono::minutes{15});
  const auto tried = w.ask("rita", {"criteria", "test", "catalog", "--from", to_iso(now - std::chrono::minutes{20}), "--version", "1.0.0"});
  EXPECT_EQ(tried.at("verdict").at("verdict").as_string(), "rollback_recommended") << tried;
  EXPECT_EQ(tried.at("asked").as_array()[0].at("query").as_string(), "requests{instance_role=\"canary\"}");
}

TEST_P(SamplesStory, DH2_a_json_address_that_stays_away_or_refuses_is_no_data_and_nothing_passes) {
  ::setenv("EVENKEEL_STORY_KEY", "wrong", 1);
  OwnMetrics metrics;
  World w{GetParam(), shop(json_connection(metrics.url()), "requests{$side}", "errors{$side}")};
  start(w);
  w.advance("40m");
  EXPECT_EQ(w.ask("ada", {"release", "show", "1.0.0"}).at("run").at("state").as_string(), "held");
  EXPECT_EQ(watch(w).at("verdict").as_string(), "hold");
  const auto tried = w.as("rita", {"criteria", "test", "catalog", "--from", to_iso(time_of(w) - std::chrono::minutes{20})});
  EXPECT_THAT(tried.out, AllOf(HasSubstr("answered 401"), testing::Not(HasSubstr("wrong"))));
}

TEST_P(SamplesStory, DH4_a_table_that_a_service_writes_is_watched_line_by_line) {
  World w{GetParam(), shop("{name: own, kind: table, url: \"@DIR@/metrics.csv\"}", "requests{$side}", "errors{$side}")};
  std::ofstream table(w.dir + "/metrics.csv");
  table << "time,instance_role,requests,errors\n" << std::flush;
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  const auto begin = time_of(w) - std::chrono::minutes{5};
  // The canary begins to fail eight minutes in; lines come out of order, and one twice.
  for (int minute = 60; minute-- > 0;)
    for (const auto* side : {"canary", "control", "control"})
      table << fmt::format("{},{},2400,{}\n", to_iso(begin + std::chrono::minutes{minute}), side,
                           std::string_view(side) == "canary" && minute >= 13 ? 900 : 24);
  table << "2026-" << std::flush;  // a line that is being written
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("6m");
  EXPECT_EQ(watch(w).at("verdict").as_string(), "hold") << watch(w);
  w.advance("8m");
  EXPECT_EQ(watch(w).at("verdict").as_string(), "rollback_recommended") << watch(w);
}

TEST_P(SamplesStory, DH1_a_source_that_cannot_answer_a_criterion_is_refused_before_anything_is_applied) {
  World w{GetParam()};
  const auto refused = [&](const std::string& yaml) {
    std::ofstream(w.dir + "/bad.yaml") << yaml;
    const auto said = w.as("ada", {"config", "check", w.dir + "/bad.yaml"});
    EXPECT_NE(said.code, 0);
    return said.err + said.out;
  };
  const auto good = shop(json_connection("http://127.0.0.1:1"), "requests{$side}", "errors{$side}");
  EXPECT_THAT(refused(edited(good, "X-Api-Key: \"${env:EVENKEEL_STORY_KEY}\"", "X-Api-Key: t0p")), HasSubstr("never stands in this file"));
  EXPECT_THAT(refused(edited(good, "times: \"/series", "times: \"series")), HasSubstr("JSON pointer"));
  EXPECT_THAT(refused(edited(good, "kind: json", "kind: table")), HasSubstr("only a connection of kind json has it"));
  EXPECT_THAT(refused(edited(good, "kind: rate, queries: {source: own, total: \"requests{$side}\", events: \"errors{$side}\"}",
                             "kind: latency, queries: {source: own, buckets: \"duration{$side}\"}")),
              HasSubstr("has no histograms; judge a percentile as `kind: absolute`"));
  EXPECT_THAT(refused(edited(good, "source: own", "source: eli") + "  - {name: eli, kind: pager, url: \"http://127.0.0.1:1\"}\n"),
              HasSubstr("measures nothing"));
}

INSTANTIATE_TEST_SUITE_P(On, SamplesStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
