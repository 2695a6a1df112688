#include "integrations/samples/samples.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "integrations/samples/json_points.hpp"
#include "integrations/samples/source.hpp"
#include "integrations/samples/table.hpp"

namespace evenkeel::samples {
namespace {

using health::IntervalRange;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::SizeIs;

constexpr auto none = std::nullopt;
const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();

/// Four intervals of a minute from second 1000.
const IntervalRange range{from_millis(1'000'000), std::chrono::seconds{60}, 4};
Sample at(double second, double value) { return {from_millis(std::int64_t(second * 1000)), value}; }

TEST(Samples, CountsFallIntoTheIntervalThatHoldsThem) {
  EXPECT_THAT(placed({at(1000, 1), at(1059.999, 2), at(1060, 4), at(1239, 8), at(1240, 16), at(999, 32)}, Meaning::counts, false, range),
              ElementsAre(Optional(3.0), Optional(4.0), none, Optional(8.0)));
  EXPECT_THAT(placed({at(1000, 1), at(1060, 2), at(1240, 16)}, Meaning::counts, true, range),
              ElementsAre(Optional(2.0), none, none, Optional(16.0)))
      << "stamped at its end, a count on an edge is of the interval before";
}
TEST(Samples, OrderDoesNotMatterAndTheLastWordOnATimeStands) {
  EXPECT_THAT(placed({at(1130, 7), at(1010, 1), at(1010, 5), at(1070, 3)}, Meaning::counts, false, range),
              ElementsAre(Optional(5.0), Optional(3.0), Optional(7.0), none));
}
TEST(Samples, WhatIsNoNumberIsNoSampleAndNoCountIsNegative) {
  EXPECT_THAT(placed({at(1010, nan), at(1070, infinity), at(1130, -3), at(1190, 0)}, Meaning::counts, false, range),
              ElementsAre(none, none, none, Optional(0.0)));
  EXPECT_THAT(placed({at(1010, nan), at(1070, -5), at(1075, -7)}, Meaning::level, false, range),
              ElementsAre(none, Optional(-6.0), none, none))
      << "a level may lie below zero, and is a mean";
  EXPECT_THAT(placed({at(1010, 1e308), at(1011, 1e308)}, Meaning::counts, false, range), ElementsAre(none, none, none, none));
}
TEST(Samples, CountersAreDifferencedAtTheEdgesAndARestartCountsFromZero) {
  const auto totals = [](std::vector<Sample> samples) { return counted(std::move(samples), {}, health::EventsWithin::part, range).totals; };
  EXPECT_THAT(totals({at(1000, 10), at(1055, 15), at(1060, 16), at(1120, 40), at(1180, 3), at(1240, 5)}),
              ElementsAre(Optional(6.0), Optional(24.0), Optional(3.0), Optional(2.0)));
  EXPECT_THAT(totals({at(990, 10), at(1050, 15), at(1230, 20)}), ElementsAre(Optional(5.0), none, none, Optional(5.0)))
      << "a sample older than an interval says nothing about an edge, but is the last that is known";
  EXPECT_THAT(totals({at(1000, 90), at(1020, 100), at(1040, 3), at(1060, 120)}), testing::Contains(Optional(130.0)))
      << "a restart between the edges is seen";
}
TEST(Samples, EventsComeAndGoAndAreToldWhereTheirTotalsAre) {
  const std::vector<Sample> totals{at(940, 90), at(1000, 100), at(1060, 400), at(1120, 700), at(1180, 1000), at(1240, 1300)};
  const auto events = [&](std::vector<Sample> samples, std::vector<Sample> of) {
    return counted(std::move(of), std::move(samples), health::EventsWithin::part, range).events;
  };
  EXPECT_THAT(events({at(1000, 100), at(1060, nan), at(1120, 100), at(1240, 101)}, totals), ElementsAre(0, 0, 0, 1));
  EXPECT_THAT(events({at(1060, 6), at(1120, 6), at(1180, 6), at(1240, 8)}, totals), ElementsAre(6, 0, 0, 2)) << "born while it was watched";
  EXPECT_THAT(events({at(1120, 401), at(1180, 401), at(1240, 403)}, totals), ElementsAre(0, 0, 0, 2)) << "more than its totals count";
  EXPECT_THAT(
      events({at(1000, 0), at(1060, 2), at(1120, 4), at(1180, 6), at(1240, 8)}, {at(1000, 10), at(1060, 40), at(1180, 100), at(1240, 130)}),
      ElementsAre(2, 0, 4, 2));
}
TEST(Samples, TimesAreToldApartByTheirSize) {
  const auto t = parse_time("2026-02-25T06:13:20Z").value();
  for (const auto* text : {"2026-02-25T06:13:20Z", "1772000000", "1772000000.000", "1772000000000", "1772000000000000",
                           "1772000000000000000", " 1772000000\r"})
    EXPECT_THAT(time_of(std::string_view(text)), Optional(t)) << text;
  for (const auto* text : {"", "soon", "2026-02-25 06:13", "1e300", "nan"}) EXPECT_FALSE(time_of(std::string_view(text))) << text;
}

TEST(JsonPoints, TwoPointersLeadToTimesAndValues) {
  const auto rows = parse_json_points(R"({"data":[{"points":[{"t":1000,"v":3},{"t":1060,"v":"4.5"},{"t":1120,"v":null},{"t":1180}]}]})",
                                      "/data/0/points/*/t", "/data/0/points/*/v")
                        .value();
  ASSERT_THAT(rows, SizeIs(4));
  EXPECT_EQ(rows[1].value, 4.5);
  EXPECT_TRUE(std::isnan(rows[2].value));
  EXPECT_TRUE(std::isnan(rows[3].value)) << "what is not there beside its time is no sample";
  EXPECT_THAT(parse_json_points(R"({"a/b":{"~t":[1000,1060]},"v":[1,2]})", "/a~1b/~0t/*", "/v/*").value(), SizeIs(2));
  EXPECT_THAT(parse_json_points(R"([[1000,1],[1060,2]])", "/*/0", "/*/1").value(), SizeIs(2));
  EXPECT_THAT(parse_json_points(R"({"points":[]})", "/points/*/t", "/points/*/v").value(), SizeIs(0)) << "nothing happened";
}
TEST(JsonPoints, WrongAnswersSayWhatIsWrong) {
  const auto error = [](const char* body, const char* times = "/t/*", const char* values = "/v/*") {
    const auto r = parse_json_points(body, times, values);
    return r ? std::string("read") : r.error().message;
  };
  EXPECT_THAT(error("<html>"), HasSubstr("not JSON"));
  EXPECT_THAT(error(R"({"error":"no"})"), HasSubstr("nothing at /t/*"));
  EXPECT_THAT(error(R"({"t":[1,2],"v":[1]})"), HasSubstr("2 times and /v/* to 1 values"));
  EXPECT_THAT(error(R"({"t":["noon"],"v":[1]})"), HasSubstr("point 0: \"noon\" is no time"));
  EXPECT_THAT(error(R"({"t":[1],"v":[{}]})"), HasSubstr("point 0: {} is no number"));
}

Result<std::vector<Sample>> from_csv(std::string_view text, std::string_view time, const Selector& selector) {
  return TRY(Table::of_csv(text, time)).select(selector);
}
TEST(Table, ACriterionNamesItsColumnAndItsRows) {
  const std::string csv =
      "\xEF\xBB\xBFtime, role,requests,\"err\"\"ors\"\r\n1000,canary,10,1\r\n1000,control,90,2\n\n1060,canary,NaN,\n"
      "2026-02-25T06:13:20Z,\"can,ary\",5,5\n1120,canary,7";
  EXPECT_THAT(from_csv(csv, "time", parse_selector("requests{role=\"canary\"}").value()).value(), SizeIs(1))
      << "no number is no sample, and the last line is still being written";
  EXPECT_THAT(from_csv(csv, "time", parse_selector("requests").value()).value(), SizeIs(3));
  EXPECT_THAT(from_csv(csv, "time", parse_selector("err\"ors {role=\"can,ary\"}").value()).value(), SizeIs(1));
  const auto error = [&](const std::string& text, const char* selector) {
    const auto r = from_csv(text, "time", parse_selector(selector).value());
    return r ? std::string("read") : r.error().message;
  };
  EXPECT_THAT(error(csv, "orders"), HasSubstr("no column 'orders'; it has time, role, requests, err\"ors"));
  EXPECT_THAT(error("time,n\n1000,many\n", "n"), HasSubstr("line 2: 'many' is no number"));
  EXPECT_THAT(error("time,n\nsoon,1\n", "n"), HasSubstr("line 2: 'soon' is no time"));
  EXPECT_THAT(error("time,n\n1000\n1060,1\n", "n"), HasSubstr("line 2: 1 of 2 columns"));
  EXPECT_THAT(error("", "n"), HasSubstr("empty"));
}
Result<std::vector<Sample>> from_jsonl(std::string_view text, std::string_view time, const Selector& selector) {
  return TRY(Table::of_jsonl(text, time)).select(selector);
}
TEST(Table, JsonLinesAreReadLineByLine) {
  const std::string text =
      "{\"time\":1000,\"role\":\"canary\",\"n\":3}\n\n{\"time\":1060,\"role\":\"control\",\"n\":\"4\"}\n{\"time\":1120,\"n";
  EXPECT_THAT(from_jsonl(text, "time", {"n", {}}).value(), SizeIs(2));
  EXPECT_THAT(from_jsonl(text, "time", {"n", {{"role", "control"}}}).value(), SizeIs(1));
  EXPECT_THAT(from_jsonl(text, "time", {"m", {}}).error().message, HasSubstr("no line has a member 'm'"));
  EXPECT_THAT(from_jsonl("{}\n7\n", "time", {"n", {}}).error().message, HasSubstr("line 2"));
}
TEST(Table, SelectorsSayWhatTheyExpect) {
  EXPECT_THAT(parse_selector("n{a=\"b\\\"c\", d=\"e\"}").value().equal,
              ElementsAre(std::pair<std::string, std::string>("a", "b\"c"), std::pair<std::string, std::string>("d", "e")));
  for (const auto* wrong : {"", "{a=\"b\"}", "n{a=~\"b\"}", "n{a=\"b\"", "n{a=b}", "n{a=\"b}", "n{a=\"b\"} or x", "n{"})
    EXPECT_FALSE(parse_selector(wrong)) << wrong;
}

struct CannedClient final : http::HttpClient {
  Result<http::ClientResponse> answer = unavailable("127.0.0.1:1: connection refused");
  std::vector<http::ClientRequest> seen;
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    seen.push_back(request);
    return answer;
  }
};
health::Criterion errors() {
  auto c = health::default_criteria().criteria[0];
  c.queries.total = "requests{$side}", c.queries.events = "errors{$side}";
  return c;
}

TEST(SampleSources, TheAddressIsFilledInAndWhatWasAskedIsTold) {
  CannedClient client;
  client.answer = http::ClientResponse{200, {}, R"({"t":[1000,1060,1130],"v":[10,0,5]})"};
  JsonSource source({.url = "https://m.test/q?from=$from&to=$to_ms&at=$from_iso&step=$step&q=$query&s=$service",
                     .headers = {{"X-Key", Secret{"t0p"}}},
                     .times = "/t/*",
                     .values = "/v/*"},
                    client);
  const auto got = source.fetch(errors(), health::SideName::canary, {"check out", "2", "production"}, range);
  EXPECT_EQ(client.seen.at(0).url,
            "https://m.test/q?from=1000&to=1240000&at=1970-01-01T00%3A16%3A40Z&step=60&q=requests%7Binstance_role%3D%22canary%22%7D&s="
            "check%20out");
  EXPECT_EQ(client.seen.at(0).headers.get("x-key"), "t0p");
  EXPECT_TRUE(got.intervals[0].present);
  EXPECT_EQ(got.intervals[1].total, 0);
  EXPECT_FALSE(got.intervals[3].present);
  EXPECT_THAT(got.asked.at(0).url, testing::StartsWith("https://m.test/q?at=...")) << "without the values";
  EXPECT_EQ(got.asked.at(1).query, "errors{instance_role=\"canary\"}");
}
TEST(SampleSources, WhatCannotBeHadIsAbsentWithTheReason) {
  CannedClient client;
  const SourceConfig config{.url = "https://u:pw@m.test/q", .times = "/t/*", .values = "/v/*"};
  const auto problem = [&] { return JsonSource(config, client).fetch(errors(), health::SideName::canary, {}, range).problem(); };
  EXPECT_THAT(problem(), HasSubstr("connection refused"));
  client.answer = http::ClientResponse{503, {}, "later"};
  EXPECT_THAT(problem(), testing::AllOf(HasSubstr("answered 503"), testing::Not(HasSubstr("pw"))));
  client.answer = http::ClientResponse{200, {}, "<html>"};
  EXPECT_THAT(problem(), HasSubstr("not JSON"));
  client.answer = http::ClientResponse{200, {}, R"({"t":[],"v":[]})"};
  EXPECT_THAT(problem(), HasSubstr("no samples"));
}
TEST(SampleSources, ATableIsReadFromAFile) {
  char name[] = "/tmp/evenkeel-samples-XXXXXX";
  const int fd = ::mkstemp(name);
  ::close(fd);
  std::ofstream(name) << "time,instance_role,requests,errors\n1010,canary,20,1\n1010,control,180,30\n1070,canary,10,12\n";
  CannedClient client;
  TableSource source({.url = std::string("file://") + name, .times = "time"}, client);
  const auto got = source.fetch(errors(), health::SideName::canary, {}, range);
  EXPECT_EQ(got.intervals[0].total, 20);
  EXPECT_EQ(got.intervals[0].events, 1);
  EXPECT_EQ(got.intervals[1].events, 10) << "no more of its total than there were";
  EXPECT_FALSE(got.intervals[2].present);
  ::unlink(name);
  EXPECT_THAT(source.fetch(errors(), health::SideName::canary, {}, range).problem(), HasSubstr("there is no file"));
}

TEST(SampleSources, ATableIsReadOnceForAllQuestionsAndAgainWhenItHasChanged) {
  CannedClient client;
  client.answer = http::ClientResponse{200, {}, "time,instance_role,requests,errors\n1010,canary,20,1\n1010,control,180,30\n"};
  TableSource source({.url = "https://m.test/t.csv?from=$from", .times = "time"}, client);
  const auto set = std::vector{errors(), errors(), errors()};
  for (const auto& c : set)
    for (const auto side : {health::SideName::canary, health::SideName::control})
      EXPECT_TRUE(source.fetch(c, side, {}, range).intervals[0].present);
  EXPECT_EQ(client.seen.size(), 1u);
  (void)source.fetch(errors(), health::SideName::canary, {}, {range.from + range.length, range.length, range.count});
  EXPECT_EQ(client.seen.size(), 2u) << "another stretch of time is another address";
  client.answer = http::ClientResponse{503, {}, "later"};
  EXPECT_THAT(source.fetch(errors(), health::SideName::canary, {}, range).problem(), HasSubstr("answered 503"));
  client.answer = http::ClientResponse{200, {}, "time,instance_role,requests,errors\n1010,canary,20,1\n"};
  EXPECT_EQ(source.fetch(errors(), health::SideName::canary, {}, range).problem().find("503"), std::string::npos)
      << "failures are not kept";

  char name[] = "/tmp/evenkeel-samples-XXXXXX";
  ::close(::mkstemp(name));
  std::ofstream(name) << "time,instance_role,requests,errors\n1010,canary,20,1\n";
  TableSource file({.url = name, .times = "time"}, client);
  EXPECT_EQ(file.fetch(errors(), health::SideName::canary, {}, range).intervals[0].total, 20);
  std::ofstream(name, std::ios::app) << "1020,canary,15,0\n";
  EXPECT_EQ(file.fetch(errors(), health::SideName::canary, {}, range).intervals[0].total, 35);
  ::unlink(name);
}

}  // namespace
}  // namespace evenkeel::samples
