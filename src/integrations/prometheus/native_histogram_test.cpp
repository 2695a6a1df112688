#include "integrations/prometheus/native_histogram.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "integrations/prometheus/prometheus.hpp"
#include "integrations/prometheus/query_range.hpp"

namespace evenkeel::prometheus {
namespace {

using health::IntervalRange;
using testing::ElementsAre;
using testing::HasSubstr;

const IntervalRange range{from_millis(1'000'000), std::chrono::seconds{60}, 2};
const health::Edges edges = health::Edges::of(range);

/// A bucket that ends at 2^(number * 2^-schema), as Prometheus writes it.
std::string bucket(int schema, int number, double count) {
  return fmt::format(R"([0,"{}","{}","{}"])", std::exp2((number - 1) * std::exp2(-schema)), std::exp2(number * std::exp2(-schema)), count);
}
std::string histogram(double count, const std::vector<std::string>& buckets) {
  return fmt::format(R"({{"count":"{}","sum":"12.5","buckets":[{}]}})", count, fmt::join(buckets, ","));
}
/// A series with a histogram on each edge; "-" is a missing one.
std::string series(const std::string& instance, const std::vector<std::string>& histograms) {
  std::string points;
  for (std::size_t i = 0; i < histograms.size(); ++i)
    if (histograms[i] != "-") points += fmt::format("{}[{},{}]", points.empty() ? "" : ",", 1000 + 60 * i, histograms[i]);
  return fmt::format(R"({{"metric":{{"instance":"{}"}},"histograms":[{}]}})", instance, points);
}
std::string matrix(const std::vector<std::string>& all) {
  return fmt::format(R"({{"status":"success","data":{{"resultType":"matrix","result":[{}]}}}})", fmt::join(all, ","));
}
NativeHistogram read(const std::string& text) { return parse_native_histogram(json::parse(text).value()).value(); }
std::string refused(const std::string& text) {
  const auto h = parse_native_histogram(json::parse(text).value());
  return h ? "" : h.error().message;
}

/// What the answer counts in each interval, as (boundary in ms, count) of the buckets that are not empty.
std::vector<std::vector<std::pair<double, double>>> counts(const std::vector<std::string>& all) {
  const auto parsed = parse_query_range(matrix(all), edges).value();
  const auto h = histogram_of(parsed, edges, 1000, layout_of(parsed)).value();
  std::vector<std::vector<std::pair<double, double>>> out;
  for (const auto& interval : h.buckets) {
    auto& filled = out.emplace_back();
    for (std::size_t b = 0; b < interval.size(); ++b)
      if (interval[b] > 0) filled.emplace_back(std::round(h.bounds[b] * 100) / 100, interval[b]);
  }
  return out;
}
using Counts = std::vector<std::vector<std::pair<double, double>>>;

TEST(NativeHistogram, TheSchemaIsReadOffOneBucket) {
  for (int schema = -4; schema <= 8; ++schema) {
    const auto h = read(histogram(3, {bucket(schema, -1, 3)}));
    EXPECT_EQ(h.schema, schema);
    EXPECT_EQ(h.buckets, (std::map<int, double>{{-1, 3}}));
  }
  EXPECT_FALSE(read(R"({"count":"0","sum":"0"})").schema);
}
TEST(NativeHistogram, APayloadOfPrometheusIsRead) {
  const auto h = read(R"({"count":"22","sum":"2.67","buckets":[[3,"-0.001","0.001","2"],[0,"0.08838834764831845","0.125","12"],
    [0,"0.125","0.1767766952966369","8"]]})");
  EXPECT_EQ(h.schema, 1);
  EXPECT_EQ(h.zero_width, 0.001);
  EXPECT_EQ(h.zero_count, 2);
  EXPECT_EQ(h.buckets, (std::map<int, double>{{-6, 12}, {-5, 8}}));
}
TEST(NativeHistogram, CountsAreDifferencedPerSeriesAndSummed) {
  // 2^-3 s is 125 ms, 2^-2 s is 250 ms.
  EXPECT_EQ(counts({series("a", {histogram(10, {bucket(0, -3, 6), bucket(0, -2, 4)}), histogram(15, {bucket(0, -3, 9), bucket(0, -2, 6)}),
                                 histogram(15, {bucket(0, -3, 9), bucket(0, -2, 6)})}),
                    series("b", {histogram(0, {}), histogram(1, {bucket(0, -2, 1)}), histogram(4, {bucket(0, -3, 3), bucket(0, -2, 1)})})}),
            (Counts{{{125, 3}, {250, 3}}, {{125, 3}}}));
}
TEST(NativeHistogram, ARestartCountsFromZero) {
  EXPECT_EQ(counts({series("a", {histogram(10, {bucket(0, -3, 10)}), histogram(4, {bucket(0, -3, 4)}), histogram(5, {bucket(0, -2, 5)})})}),
            (Counts{{{125, 4}}, {{250, 5}}}))
      << "a count that falls, and a bucket that falls although the count grew";
}
TEST(NativeHistogram, ASchemaThatRisesIsARestart) {
  EXPECT_EQ(counts({series("a", {histogram(10, {bucket(0, -3, 10)}), histogram(12, {bucket(1, -6, 12)}), "-"})}),
            (Counts{{{125, 12}}, {}}));
}
TEST(NativeHistogram, ASchemaThatFallsKeepsWhatWasCounted) {
  // Schema 1: 88.39 to 125 ms and 125 to 176.78 ms; at schema 0 they lie in 62.5 to 125 and 125 to 250.
  EXPECT_EQ(counts({series("a", {histogram(10, {bucket(1, -6, 6), bucket(1, -5, 4)}), histogram(13, {bucket(0, -3, 8), bucket(0, -2, 5)}),
                                 histogram(14, {bucket(0, -3, 8), bucket(0, -2, 6)})})}),
            (Counts{{{125, 2}, {250, 1}}, {{250, 1}}}));
}
TEST(NativeHistogram, SeriesOfDifferentSchemasAreCountedInTheBoundariesOfTheCoarser) {
  EXPECT_EQ(counts({series("a", {histogram(0, {}), histogram(3, {bucket(3, -24, 1), bucket(3, -23, 2)}), "-"}),
                    series("b", {histogram(0, {}), histogram(4, {bucket(0, -3, 4)}), "-"})}),
            (Counts{{{125, 5}, {250, 2}}, {}}));
}
TEST(NativeHistogram, AZeroBucketThatWidensTakesBucketsIn) {
  EXPECT_EQ(counts({series("a", {histogram(10, {bucket(0, -9, 6), bucket(0, -2, 4)}),
                                 histogram(15, {R"([3,"-0.001953125","0.001953125","8"])", bucket(0, -2, 7)}), "-"})}),
            (Counts{{{1.95, 2}, {250, 3}}, {}}));
}
TEST(NativeHistogram, TheBoundariesDoNotDependOnTheData) {
  const auto bounds_of = [](const std::vector<std::string>& all) {
    const auto parsed = parse_query_range(matrix(all), edges).value();
    return histogram_of(parsed, edges, 1000, layout_of(parsed)).value().bounds;
  };
  const auto fine = bounds_of({series("a", {histogram(1, {bucket(5, -99, 1)}), "-", "-"})});
  EXPECT_EQ(fine, bounds_of({series("a", {histogram(9, {bucket(2, 7, 9)}), "-", "-"})}));
  EXPECT_GT(fine.size(), 90u);
  const auto coarse = bounds_of({series("a", {histogram(1, {bucket(0, -9, 1)}), "-", "-"})});
  for (const double b : coarse) EXPECT_TRUE(std::binary_search(fine.begin(), fine.end(), b)) << b;
  EXPECT_THAT(bounds_of({series("a", {histogram(1, {bucket(-4, 0, 1)}), "-", "-"})}), ElementsAre(1000, testing::Gt(1e300)));
}
TEST(NativeHistogram, WhatIsBeyondEveryBoundaryIsCounted) {
  EXPECT_EQ(
      counts({series("a", {histogram(0, {}), histogram(3, {bucket(0, 30, 1), R"([0,"8.98846567431158e+307","+Inf","2"])"}), "-"})})[0],
      (std::vector<std::pair<double, double>>{{std::numeric_limits<double>::infinity(), 3}}));
}
TEST(NativeHistogram, WhatIsNoneIsRefused) {
  EXPECT_THAT(refused("7"), HasSubstr("is not an object"));
  EXPECT_THAT(refused(R"({"sum":"1","buckets":[]})"), HasSubstr("a count that is missing"));
  EXPECT_THAT(refused(R"({"count":"NaN","buckets":[]})"), HasSubstr("a count that is \"NaN\""));
  EXPECT_THAT(refused(R"({"count":"1","buckets":7})"), HasSubstr("no list"));
  EXPECT_THAT(refused(R"({"count":"1","buckets":[[0,"0.5","1"]]})"), HasSubstr("not [rule"));
  EXPECT_THAT(refused(R"({"count":"1","buckets":[[0,"0.5","1","NaN"]]})"), HasSubstr("a bucket with a count that is"));
  EXPECT_THAT(refused(R"({"count":"1","buckets":[[0,"0.5","1","-1"]]})"), HasSubstr("a bucket with a count that is"));
  EXPECT_THAT(refused(R"({"count":"1","buckets":[[0,"NaN","1","1"]]})"), HasSubstr("a bucket from"));
  EXPECT_THAT(refused(R"({"count":"1","buckets":[[0,"2","1","1"]]})"), HasSubstr("a bucket from"));
  EXPECT_THAT(refused(histogram(2, {bucket(0, 2, 1), bucket(0, 1, 1)})), HasSubstr("do not ascend"));
  EXPECT_THAT(refused(histogram(2, {bucket(0, 1, 1), bucket(1, 3, 1)})), HasSubstr("of schema 0 and of schema 1"));
  EXPECT_THAT(refused(R"({"count":"1","buckets":[[0,"0.1","0.25","1"]]})"), HasSubstr("boundaries of their own"));
  EXPECT_THAT(refused(R"({"count":"1","buckets":[[1,"-2","-1","1"]]})"), HasSubstr("does not measure durations"));
}
TEST(NativeHistogram, ASeriesIsOneKindAndSoAreAllOfAnAnswer) {
  const auto mixed =
      R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{"instance":"a:1"},"values":[[1000,"1"]],"histograms":[[1060,{"count":"1","sum":"1"}]]}]}})";
  EXPECT_THAT(parse_query_range(mixed, edges).error().message, HasSubstr("the series of a:1 is a number at times"));
  const auto both =
      parse_query_range(
          matrix({series("a", {histogram(1, {bucket(0, 1, 1)})}), R"({"metric":{"instance":"b","le":"1"},"values":[[1000,"1"]]})"}), edges)
          .value();
  EXPECT_THAT(histogram_of(both, edges, 1000, layout_of(both)).error().message,
              HasSubstr("native histograms (the series of a) and counters (the series of b)"));
}

/// Answers everything alike; remembers the queries.
struct CannedClient final : http::HttpClient {
  std::string body;
  std::vector<std::string> seen;
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    seen.push_back(request.url);
    return http::ClientResponse{200, {}, body};
  }
};
health::Criterion latency(const std::string& metric) {
  health::Criterion c{.name = "latency", .kind = health::MetricKind::latency};
  c.queries.buckets = metric + "{$side}";
  return c;
}

TEST(NativeHistogram, FeedALatencyCriterionInMilliseconds) {
  CannedClient client;
  client.body = matrix({series("a", {histogram(0, {}), histogram(3, {bucket(0, -3, 3)}), histogram(5, {bucket(0, -3, 5)})})});
  PrometheusSource source({.url = "http://prom:9090"}, client);
  const auto got = source.fetch(latency("request_duration_seconds"), health::SideName::canary, {}, range);
  EXPECT_EQ(got.problem(), "");
  const auto at = std::lower_bound(got.bounds_ms.begin(), got.bounds_ms.end(), 125.0);
  ASSERT_EQ(*at, 125);
  EXPECT_EQ(got.intervals[0].buckets[std::size_t(at - got.bounds_ms.begin())], 3);
  EXPECT_EQ(got.intervals[1].total, 2);
  const auto in_ms = source.fetch(latency("request_duration_milliseconds"), health::SideName::canary, {}, range);
  EXPECT_EQ(in_ms.bounds_ms.front(), 1.0 / 16);
  EXPECT_EQ(in_ms.intervals[0]
                .buckets[std::size_t(std::lower_bound(in_ms.bounds_ms.begin(), in_ms.bounds_ms.end(), 0.125) - in_ms.bounds_ms.begin())],
            3);
}
TEST(NativeHistogram, OfALongPastAreAskedForInPieces) {
  CannedClient client;
  client.body = matrix({series("a", {histogram(0, {}), histogram(3, {bucket(0, -3, 3)})})});
  PrometheusSource source({.url = "http://prom:9090"}, client);
  const auto got = source.fetch(latency("request_duration_seconds"), health::SideName::canary, {}, {range.from, range.length, 1441});
  ASSERT_EQ(client.seen.size(), 3u);
  EXPECT_THAT(client.seen[1], testing::AllOf(HasSubstr("start=44200.000"), HasSubstr("end=87400.000")));
  EXPECT_THAT(client.seen[2], testing::AllOf(HasSubstr("start=87400.000"), HasSubstr("end=87460.000")));
  EXPECT_EQ(got.intervals.size(), 1441u);
  EXPECT_EQ(got.intervals[0].total, 3);
}
TEST(NativeHistogram, AreNoCountersAndNoGauge) {
  CannedClient client;
  client.body = matrix({series("a", {histogram(1, {bucket(0, 1, 1)})})});
  health::Criterion c{.name = "errors", .kind = health::MetricKind::rate};
  c.queries.total = c.queries.events = "request_duration_seconds";
  EXPECT_THAT(PrometheusSource({.url = "http://prom:9090"}, client).fetch(c, health::SideName::canary, {}, range).problem(),
              HasSubstr("only a latency criterion is judged on them"));
}

}  // namespace
}  // namespace evenkeel::prometheus
