// Counters as exporters show them in the field (ops/scenarios), read by the Prometheus source and held against a slow, obvious count: what
// each series showed more than the last time, a fall counting from zero, and a first sight only where nothing says that it was there
// before.
#include <gtest/gtest.h>

#include <cmath>

#include "health/source.hpp"
#include "http/message.hpp"
#include "integrations/prometheus/prometheus.hpp"
#include "support/data.hpp"

namespace evenkeel {
namespace {

namespace data = testing_data;

constexpr int intervals = 30;
constexpr std::int64_t minute = 60'000;

bool matches(const json::Object& series, const std::string& query) {
  const auto has = [&](const json::Value& word) { return query.find(data::text_of(word)) != std::string::npos; };
  const auto* unless = series.if_contains("unless");
  const auto& match = series.at("match").as_array();
  return std::all_of(match.begin(), match.end(), has) &&
         (!unless || std::none_of(unless->get_array().begin(), unless->get_array().end(), has));
}

/// Answers query_range from a scenario; what lies before it is not there.
struct Scenario final : http::HttpClient {
  explicit Scenario(json::Object scenario)
      : series(std::move(scenario.at("series").as_array())), from(parse_time(data::text_of(scenario.at("t0"))).value()) {}
  json::Array series;
  SysTime from;
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    const auto query = http::percent_decode(request.url.substr(request.url.find("query=") + 6)).value_or("");
    json::Array result;
    for (const auto& item : series) {
      const auto& one = item.as_object();
      if (!matches(one, query)) continue;
      const bool native = one.contains("histograms");
      json::Array points;
      std::size_t i = 0;
      for (const auto& value : one.at(native ? "histograms" : "values").as_array()) {
        const auto at = double(to_millis(from) + minute * std::int64_t(i++)) / 1000;
        if (!value.is_null())
          points.push_back(
              json::Array{at, value.is_object() ? value : json::Value(value.is_string() ? data::text_of(value) : json::dump(value))});
      }
      result.push_back(json::Object{{"metric", one.at("metric")}, {native ? "histograms" : "values", std::move(points)}});
    }
    return http::ClientResponse{
        200,
        {},
        json::dump(json::Object{{"status", "success"}, {"data", json::Object{{"resultType", "matrix"}, {"result", std::move(result)}}}})};
  }
};

std::optional<double> number(const json::Value& v) { return v.is_number() ? std::optional(v.to_number<double>()) : std::nullopt; }

/// What a series counted in all intervals, by looking at it.
double counted(const json::Object& series, double most_at_once) {
  std::optional<double> last;
  double sum = 0;
  bool hidden = false, comes_and_goes = false;
  std::optional<double> first;
  std::size_t first_at = 0, i = 0;
  for (const auto& value : series.at("values").as_array()) {
    const auto n = number(value);
    if (n && last) {
      sum += *n >= *last ? *n - *last : *n;
      comes_and_goes |= hidden && *n >= *last;
    }
    if (n && !first) first = n, first_at = i;
    hidden = !n && last;
    if (n) last = n;
    ++i;
  }
  const bool born = first && first_at > 0 && !comes_and_goes && *first <= most_at_once;
  return sum + (born ? *first : 0);
}

TEST(CounterScenarios, CountersGrowByWhatTheyShow) {
  const auto files = data::json_with("data/field/ops/scenarios", "series");
  SKIP_WITHOUT(files);
  auto c = health::default_criteria().criteria[0];
  c.queries.total = "http_requests_total{$side}", c.queries.events = "http_requests_total{code=~\"5..\",$side}";
  int looked_at = 0;
  for (const auto& [name, file] : files) {
    Scenario scenario(file);
    prometheus::PrometheusSource source({.url = "http://prometheus.test"}, scenario);
    for (const auto side : {health::SideName::canary, health::SideName::control}) {
      const auto query = health::resolve_query(c.queries.events, c, side, {});
      double right = 0;
      for (const auto& item : scenario.series)
        if (item.as_object().contains("values") && matches(item.as_object(), query)) right += counted(item.as_object(), 300);
      const auto got = source.fetch(c, side, {}, {scenario.from, Millis{minute}, intervals});
      double events = 0;
      for (const auto& one : got.intervals) events += one.events;
      EXPECT_EQ(events, right) << name << ", " << json::enum_text(side);
      ++looked_at;
    }
  }
  std::cout << "  " << looked_at << " sides of " << files.size() << " scenarios\n";
}

}  // namespace
}  // namespace evenkeel
