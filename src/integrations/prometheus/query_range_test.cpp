#include "integrations/prometheus/query_range.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integrations/prometheus/prometheus.hpp"

namespace evenkeel::prometheus {
namespace {

using health::IntervalRange;
using testing::ElementsAre;
using testing::HasSubstr;

/// Four intervals of a minute from second 1000.
const IntervalRange range{from_millis(1'000'000), std::chrono::seconds{60}, 4};
const health::Edges edges = health::Edges::of(range);

/// A series with a value on each edge; "-" is a missing point.
std::string series(const std::string& labels, const std::vector<std::string>& values) {
  std::string points;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != "-") points += fmt::format("{}[{},\"{}\"]", points.empty() ? "" : ",", 1000 + 60 * i, values[i]);
  return fmt::format(R"({{"metric":{{{}}},"values":[{}]}})", labels, points);
}
std::string matrix(const std::vector<std::string>& all) {
  std::string list;
  for (const auto& s : all) list += (list.empty() ? "" : ",") + s;
  return R"({"status":"success","data":{"resultType":"matrix","result":[)" + list + "]}}";
}
std::vector<double> growth(const std::vector<std::string>& all) {
  const auto parsed = parse_query_range(matrix(all), edges).value();
  return health::Growth(edges, counters_of(parsed)).sums(health::CounterOf::totals);
}

const std::string a = R"("instance":"a:1","code":"200")", a5 = R"("instance":"a:1","code":"500")", b = R"("instance":"b:1","code":"200")";

TEST(QueryRange, CountersAreDifferencedPerSeriesAndSummed) {
  EXPECT_THAT(growth({series(a, {"10", "15", "15", "40", "41"}), series(b, {"100", "101", "103", "103", "203"})}),
              ElementsAre(6, 2, 25, 101));
}
TEST(QueryRange, ARestartCountsFromZero) { EXPECT_THAT(growth({series(a, {"90", "100", "7", "9", "9"})}), ElementsAre(10, 7, 2, 0)); }
TEST(QueryRange, TheFirstErrorOfARunningProcessCounts) {
  EXPECT_THAT(growth({series(a, {"10", "20", "30", "40", "50"}), series(a5, {"-", "-", "3", "3", "4"})}), ElementsAre(10, 13, 10, 11));
}
TEST(QueryRange, AProcessFoundLateCountsFromItsSecondPoint) {
  EXPECT_THAT(growth({series(a, {"10", "20", "30", "40", "50"}), series(b, {"-", "-", "99000", "99010", "99020"})}),
              ElementsAre(10, 10, 20, 20));
}
TEST(QueryRange, NaNAndInfinityAreNoSamples) {
  EXPECT_THAT(growth({series(a, {"10", "NaN", "+Inf", "40", "50"})}), ElementsAre(0, 0, 30, 10));
}
TEST(QueryRange, AnIntervalIsToldWhenAProcessIsKnownAtItsEndAndBefore) {
  const auto parsed =
      parse_query_range(matrix({series(a, {"1", "2", "-", "-", "-"}), series(b, {"-", "-", "3", "4", "-"})}), edges).value();
  const health::Growth growth(edges, counters_of(parsed));
  EXPECT_TRUE(growth.told(0));
  EXPECT_FALSE(growth.told(1));
  EXPECT_TRUE(growth.told(2));
  EXPECT_FALSE(growth.told(3));
}
TEST(QueryRange, BucketsBecomeCountsPerBucketInMilliseconds) {
  const auto le = [](const char* bound) { return fmt::format(R"("instance":"a:1","le":"{}")", bound); };
  const auto parsed =
      parse_query_range(matrix({series(le("+Inf"), {"0", "10", "10", "10", "30"}), series(le("0.1"), {"0", "6", "6", "6", "16"}),
                                series(le("0.25"), {"0", "9", "9", "9", "27"})}),
                        edges)
          .value();
  const auto h = histogram_of(parsed, edges, 1000, {}).value();
  EXPECT_THAT(h.bounds, ElementsAre(100, 250, testing::Gt(1e300)));
  EXPECT_THAT(h.buckets[0], ElementsAre(6, 3, 1));
  EXPECT_THAT(h.buckets[1], ElementsAre(0, 0, 0));
  EXPECT_THAT(h.buckets[3], ElementsAre(10, 8, 2));
  EXPECT_THAT(histogram_of(parse_query_range(matrix({series(a, {"1"})}), edges).value(), edges, 1, {}).error().message, HasSubstr("`le`"));
  EXPECT_THAT(histogram_of(parse_query_range(matrix({series(le("0.1"), {"1"})}), edges).value(), edges, 1, {}).error().message,
              HasSubstr("+Inf"));
}
TEST(QueryRange, ErrorsSayWhatPrometheusSaid) {
  EXPECT_THAT(
      parse_query_range(R"({"status":"error","errorType":"bad_data","error":"parse error: unexpected end"})", edges).error().message,
      HasSubstr("bad_data: parse error"));
  EXPECT_THAT(parse_query_range(R"({"status":"success","data":{"resultType":"scalar","result":[1,"2"]}})", edges).error().message,
              HasSubstr("expected a matrix"));
  EXPECT_FALSE(parse_query_range("<html>", edges));
  EXPECT_FALSE(parse_query_range(matrix({series(a, {"abc"})}), edges));
  EXPECT_FALSE(parse_query_range("[]", edges));
}
TEST(QueryRange, PointsOffTheEdgesAreNotUsed) {
  const auto parsed =
      parse_query_range(
          R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1000.001,"1"],[1030,"2"],[1e300,"3"],[-5,"4"]]}]}})",
          health::Edges{.range = range})
          .value();
  EXPECT_EQ(parsed[0].points[0], 1);
  EXPECT_FALSE(parsed[0].points[1]);
}

TEST(QueryRange, WhatWasNotSeenForAWhileHasGrownByTheDifference) {
  EXPECT_THAT(growth({series(a, {"10", "20", "30", "40", "50"}), series(a5, {"100", "-", "100", "-", "101"})}),
              ElementsAre(10, 10, 10, 11));
  EXPECT_THAT(growth({series(a, {"10", "20", "30", "40", "50"}), series(a5, {"-", "100", "-", "100", "100"})}), ElementsAre(10, 10, 10, 10))
      << "one that comes and goes was not born when it is first seen";
  EXPECT_THAT(growth({series(a, {"10", "20", "30", "40", "50"}), series(a5, {"-", "401", "401", "402", "402"})}),
              ElementsAre(10, 10, 11, 10))
      << "nor one that brings more at once than its process counts";
}
TEST(QueryRange, ALookBackTellsWhatASeriesStoodAt) {
  const auto at = [](int second, const char* value) { return fmt::format("[{},\"{}\"]", second, value); };
  const auto parsed = parse_query_range(matrix({fmt::format(R"({{"metric":{{{}}},"values":[{},{},{},{},{}]}})", a, at(940, "90"),
                                                            at(1000, "100"), at(1060, "110"), at(1120, "120"), at(1180, "130")),
                                                fmt::format(R"({{"metric":{{{}}},"values":[{},{}]}})", a5, at(-1400, "7"), at(1120, "9"))}),
                                        edges)
                          .value();
  EXPECT_THAT(health::Growth(edges, {counters_of(parsed)[0]}, {counters_of(parsed)[1]}).sums(health::CounterOf::events),
              ElementsAre(0, 2, 0, 0));
}
TEST(QueryRange, OneNaNIsNoTotal) {
  EXPECT_THAT(growth({series(a, {"10", "20", "30", "40", "50"}), series(a5, {"100", "100", "NaN", "101", "101"})}),
              ElementsAre(10, 10, 11, 10));
}
TEST(QueryRange, EventsAreToldWhereTheirTotalsAre) {
  const auto totals = counters_of(parse_query_range(matrix({series(a, {"10", "-", "30", "NaN", "50"})}), edges).value());
  const auto events = counters_of(parse_query_range(matrix({series(a5, {"0", "2", "4", "5", "6"})}), edges).value());
  const health::Growth growth(edges, totals, events);
  EXPECT_THAT(growth.sums(health::CounterOf::totals), ElementsAre(0, 20, 0, 20));
  EXPECT_THAT(growth.sums(health::CounterOf::events), ElementsAre(0, 4, 0, 2));
  EXPECT_FALSE(growth.told(0));
  EXPECT_TRUE(growth.told(1));
}
TEST(QueryRange, TheBucketsOfAHistogramAreReadTogether) {
  const auto le = [](const char* bound) { return fmt::format(R"("instance":"a:1","le":"{}")", bound); };
  const auto buckets = [&](const std::vector<std::string>& inf, const std::vector<std::string>& low) {
    return histogram_of(parse_query_range(matrix({series(le("+Inf"), inf), series(le("0.1"), low)}), edges).value(), edges, 1000, {})
        .value();
  };
  EXPECT_THAT(buckets({"100", "130", "160", "190", "220"}, {"90", "NaN", "145", "170", "200"}).buckets,
              ElementsAre(ElementsAre(0, 0), ElementsAre(55, 5), ElementsAre(25, 5), ElementsAre(30, 0)));
  EXPECT_THAT(buckets({"100", "130", "140", "170", "200"}, {"90", "115", "3", "30", "60"}).buckets[1], ElementsAre(3, 137))
      << "where one falls all begin again";
}

/// Answers by the metric's name; remembers what was asked.
struct CannedClient final : http::HttpClient {
  std::vector<std::pair<std::string, http::ClientResponse>> answers;
  std::vector<http::ClientRequest> seen;
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    seen.push_back(request);
    for (const auto& [part, answer] : answers)
      if (request.url.find(part) != std::string::npos) return answer;
    return unavailable("127.0.0.1:9090: connection refused");
  }
};
health::Criterion errors() { return health::default_criteria().criteria[0]; }

TEST(PrometheusSource, FillsIntervalsAndTellsWhatItAsked) {
  CannedClient client;
  client.answers = {{"5..", {200, {}, matrix({})}}, {"requests_total", {200, {}, matrix({series(a, {"0", "10", "30", "-", "-"})})}}};
  PrometheusSource source({.url = "http://user:pw@prom:9090/prefix/", .token = Secret("t0p"), .tenant = "shop"}, client);
  const auto got = source.fetch(errors(), health::SideName::canary, {.service = "check\"out", .environment = "production"}, range);
  ASSERT_EQ(got.intervals.size(), 4u);
  EXPECT_TRUE(got.intervals[1].present);
  EXPECT_EQ(got.intervals[1].total, 20);
  EXPECT_EQ(got.intervals[1].events, 0);
  EXPECT_FALSE(got.intervals[2].present);
  EXPECT_EQ(got.asked[0].query, R"(http_requests_total{service="check\"out",environment="production",instance_role="canary"})");
  EXPECT_EQ(got.asked[0].url.find("pw"), std::string::npos);
  EXPECT_EQ(client.seen[0].headers.get("authorization"), "Bearer t0p");
  EXPECT_EQ(client.seen[0].headers.get("x-scope-orgid"), "shop");
  EXPECT_THAT(client.seen[0].url, testing::AllOf(HasSubstr("/prefix/api/v1/query_range?query=http_requests_total%7B"),
                                                 HasSubstr("start=-2600.000"), HasSubstr("end=1240.000"), HasSubstr("step=60.000")));
}
TEST(PrometheusSource, WhatCannotBeHadIsAbsentWithTheReason) {
  CannedClient down;
  const auto none = PrometheusSource({.url = "http://prom:9090"}, down).fetch(errors(), health::SideName::control, {}, range);
  EXPECT_EQ(none.intervals.size(), 4u);
  EXPECT_FALSE(none.intervals[0].present);
  EXPECT_THAT(none.problem(), HasSubstr("connection refused"));
  CannedClient empty;
  empty.answers = {{"", {200, {}, matrix({})}}};
  EXPECT_THAT(PrometheusSource({.url = "http://prom:9090"}, empty).fetch(errors(), health::SideName::control, {}, range).problem(),
              HasSubstr("no series match"));
  CannedClient broken;
  broken.answers = {{"", {422, {}, R"({"status":"error","errorType":"execution","error":"too many samples"})"}}};
  EXPECT_THAT(PrometheusSource({.url = "http://prom:9090"}, broken).fetch(errors(), health::SideName::control, {}, range).problem(),
              testing::AllOf(HasSubstr("422"), HasSubstr("too many samples")));
}
TEST(PrometheusSource, ABatchFeedsTheJudgeAndItsHashIsOfTheCounts) {
  CannedClient client;
  client.answers = {{"duration", {500, {}, "oops"}}, {"", {200, {}, matrix({series(a, {"0", "10", "30", "60", "100"})})}}};
  PrometheusSource source({.url = "http://prom:9090"}, client);
  const auto set = health::default_criteria();
  auto batch = health::fetch_batch(set, {{"prometheus", &source}}, {}, range);
  std::vector<health::Observation> row;
  batch.row(3, row);
  EXPECT_EQ(row[0].canary.total, 40);
  EXPECT_FALSE(row[1].canary.present);
  const auto hash = batch.hash();
  batch.canary[0].asked.clear();
  EXPECT_EQ(batch.hash(), hash);
  batch.canary[0].intervals[3].total += 1;
  EXPECT_NE(batch.hash(), hash);
  EXPECT_THAT(health::fetch_batch(set, {}, {}, range).canary[0].problem(), HasSubstr("no metric source is called 'prometheus'"));
}

}  // namespace
}  // namespace evenkeel::prometheus
