#include "integrations/alertmanager/alertmanager.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::alertmanager {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const SysTime now = from_millis(1'772'000'000'000);

std::string alert(const std::string& name, const std::string& status = R"({"state":"active","silencedBy":[],"inhibitedBy":[]})",
                  const std::string& more = "") {
  return fmt::format(R"({{"labels":{{"alertname":"{0}","service":"catalog"{2}}},"annotations":{{"summary":"{0} is high"}},)"
                     R"("fingerprint":"fp-{0}","startsAt":"2026-02-25T06:10:00.123456789Z","endsAt":"2026-02-25T06:20:00Z",)"
                     R"("updatedAt":"2026-02-25T06:10:00Z","receivers":[{{"name":"hook"}}],"status":{1}}})",
                     name, status, more);
}
std::string silence(const std::string& matchers, const std::string& state = "active") {
  return fmt::format(R"({{"id":"sil-1","status":{{"state":"{}"}},"matchers":[{}],"createdBy":"ada","comment":"rack move",)"
                     R"("startsAt":"2026-02-25T06:00:00Z","endsAt":"2026-02-25T08:00:00Z","updatedAt":"2026-02-25T06:00:00Z"}})",
                     state, matchers);
}
const std::string on_service = R"({"name":"service","value":"catalog","isRegex":false,"isEqual":true})";

struct CannedClient final : http::HttpClient {
  std::map<std::string, http::ClientResponse> answers;  // by what the address holds
  std::vector<http::ClientRequest> seen;
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    seen.push_back(request);
    for (const auto& [part, answer] : answers)
      if (request.url.find(part) != std::string::npos) return answer;
    return unavailable("127.0.0.1:9093: connection refused");
  }
};

TEST(Addresses, OfAClusterAreSeparatedByCommasOrBlanks) {
  EXPECT_THAT(addresses_in("http://one:9093"), testing::ElementsAre("http://one:9093"));
  EXPECT_THAT(addresses_in("http://one:9093, http://u:pw@two:9093/am/"),
              testing::ElementsAre("http://one:9093", "http://u:pw@two:9093/am/"));
  EXPECT_THAT(addresses_in(" ,\n"), testing::IsEmpty());
}
TEST(Alertmanager, WhatFiresIsReadWithWhoSilencedIt) {
  CannedClient client;
  client.answers["/alerts?"] = {200,
                                {},
                                "[" + alert("HighErrors") + "," +
                                    alert("Noise", R"({"state":"suppressed","silencedBy":["sil-1"],"inhibitedBy":[]})") + "," +
                                    alert("Child", R"({"state":"suppressed","silencedBy":[],"inhibitedBy":["x"]})") + "," +
                                    alert("Ours", R"({"state":"active","silencedBy":[],"inhibitedBy":[]})", R"(,"evenkeel":"k")") + "]"};
  client.answers["/silences"] = {200, {}, "[" + silence(on_service) + "," + silence(on_service, "expired") + "]"};
  const auto r = read_alerts(client, {.urls = {"http://am:9093/prefix/"}, .user = "eve", .secret = Secret{"pw"}}, "am",
                             {{"service", "cat\"alog"}, {"env", "prod"}}, now);
  EXPECT_EQ(r.problem, "");
  ASSERT_THAT(r.alerts, SizeIs(3)) << "what we posted ourselves is no signal";
  EXPECT_EQ(r.alerts[0].name, "HighErrors");
  EXPECT_EQ(r.alerts[0].summary, "HighErrors is high");
  EXPECT_EQ(r.alerts[0].muted, "");
  EXPECT_EQ(r.alerts[0].starts_at, parse_time("2026-02-25T06:10:00.123Z").value());
  EXPECT_EQ(r.alerts[1].muted, "silenced by ada until 2026-02-25T08:00:00Z: rack move");
  EXPECT_EQ(r.alerts[2].muted, "inhibited by another alert");
  EXPECT_THAT(r.silences, IsEmpty()) << "its matcher is on another service";
  EXPECT_THAT(client.seen[0].url, HasSubstr("http://am:9093/prefix/api/v2/alerts?"));
  EXPECT_THAT(client.seen[0].url, HasSubstr("filter=service%3D%22cat%5C%22alog%22"));
  EXPECT_EQ(client.seen[0].headers.get("authorization"), "Basic ZXZlOnB3");
}

TEST(Alertmanager, ASilenceIsOnAServiceWhenNothingItKnowsExcludesIt) {
  const auto may = [](const std::string& matchers) {
    const auto all = parse_silences("[" + silence(matchers) + "]");
    return may_silence(all.value().at(0), {{"service", "catalog"}, {"env", "prod"}});
  };
  const auto regex = [](const std::string& value, bool equal = true) {
    return fmt::format(R"({{"name":"service","value":"{}","isRegex":true,"isEqual":{}}})", value, equal);
  };
  EXPECT_TRUE(may(on_service));
  EXPECT_TRUE(may(on_service + R"(,{"name":"alertname","value":"HighErrors","isRegex":false})"));
  EXPECT_FALSE(may(R"({"name":"alertname","value":"HighErrors","isRegex":false})")) << "nothing says that it is about this service";
  EXPECT_FALSE(may(on_service + R"(,{"name":"env","value":"staging","isRegex":false})"));
  EXPECT_FALSE(may(R"({"name":"service","value":"catalog","isRegex":false,"isEqual":false})"));
  EXPECT_TRUE(may(regex("search|catalog")));
  EXPECT_TRUE(may(regex("(?:cat|dog).*")));
  EXPECT_FALSE(may(regex("cat"))) << "the whole value must match";
  EXPECT_FALSE(may(regex("c.*g", false)));
  EXPECT_TRUE(may(regex("(?i)CATALOG"))) << "what cannot be read excludes nothing";
  EXPECT_TRUE(may(regex("c{1000}"))) << "nor is it tried";
}

TEST(Alertmanager, WhatCannotBeHadIsSaid) {
  CannedClient down;
  EXPECT_THAT(read_alerts(down, {.urls = {"http://am:9093"}}, "am", {{"a", "b"}}, now).problem, HasSubstr("connection refused"));
  CannedClient broken;
  broken.answers["/alerts?"] = {500, {}, "\"database is gone\""};
  EXPECT_THAT(read_alerts(broken, {.urls = {"http://u:pw@am:9093"}}, "am", {{"a", "b"}}, now).problem,
              testing::AllOf(HasSubstr("500"), HasSubstr("database is gone"), testing::Not(HasSubstr("pw"))));
}

TEST(Alertmanager, WrongAnswersNameTheirPlace) {
  EXPECT_THAT(parse_alerts("{}").error().message, HasSubstr("not a list of alerts"));
  EXPECT_THAT(parse_alerts("[" + alert("A") + ",3]").error().message, HasSubstr("alerts[1] is not an object"));
  EXPECT_THAT(parse_alerts(R"([{"labels":{},"fingerprint":"x","startsAt":"soon","status":{"state":"active"}}])").error().message,
              HasSubstr("alerts[0].startsAt"));
  EXPECT_THAT(parse_silences("[" + silence("7") + "]").error().message, HasSubstr("silences[0].matchers"));
  EXPECT_FALSE(parse_silences("<html>"));
}

TEST(Alertmanager, AnAlertOfOursIsOneByItsLabels) {
  CannedClient client;
  client.answers["/alerts"] = {200, {}, ""};
  PostableAlert a{{{"alertname", "EvenkeelBreach"}, {"evenkeel", "k"}}, {{"summary", "one"}}, now, now + outlives};
  EXPECT_EQ(post_alert(client, {.urls = {"http://am:9093"}, .secret = Secret{"t0p"}}, a, now).end, capabilities::DeliveryEnd::delivered);
  EXPECT_EQ(client.seen[0].headers.get("authorization"), "Bearer t0p");
  EXPECT_EQ(client.seen[0].body, R"([{"labels":{"alertname":"EvenkeelBreach","evenkeel":"k"},"annotations":{"summary":"one"},)"
                                 R"("startsAt":"2026-02-25T06:13:20Z","endsAt":"2026-02-25T06:18:20Z"}])");
  client.answers["/alerts"] = {400, {}, "\"bad\""};
  EXPECT_EQ(post_alert(client, {.urls = {"http://am:9093"}}, a, now).end, capabilities::DeliveryEnd::refused);
  client.answers.clear();
  EXPECT_EQ(post_alert(client, {.urls = {"http://am:9093"}}, a, now).end, capabilities::DeliveryEnd::retry);
}

const AlertmanagerConfig cluster{.urls = {"http://one:9093", "http://u:pw@two:9093/am/"}};

TEST(Alertmanager, EveryMemberOfAClusterIsToldAndOneIsEnough) {
  const PostableAlert a{{{"alertname", "EvenkeelBreach"}}, {}, now, now + outlives};
  const auto told = [&](std::optional<int> one, std::optional<int> two) {
    CannedClient client;
    if (one) client.answers["one:9093/api/v2/alerts"] = {*one, {}, "\"no\""};
    if (two) client.answers["two:9093/am/api/v2/alerts"] = {*two, {}, "\"no\""};
    auto sent = post_alert(client, cluster, a, now);
    EXPECT_THAT(client.seen, SizeIs(2));
    return sent;
  };
  using capabilities::DeliveryEnd;
  EXPECT_EQ(told(200, 200).end, DeliveryEnd::delivered);
  EXPECT_EQ(told(200, 200).reason, "");
  EXPECT_EQ(told(200, {}).end, DeliveryEnd::delivered);
  EXPECT_THAT(told(200, {}).reason, testing::AllOf(HasSubstr("two:9093"), HasSubstr("connection refused"), testing::Not(HasSubstr("pw")),
                                                   testing::Not(HasSubstr("one:9093"))));
  EXPECT_THAT(told(400, 200).reason, HasSubstr("one:9093"));
  EXPECT_EQ(told(400, {}).end, DeliveryEnd::retry) << "the other may take it later";
  EXPECT_EQ(told({}, {}).end, DeliveryEnd::retry);
  EXPECT_EQ(told(400, 400).end, DeliveryEnd::refused);
}
TEST(Alertmanager, AClusterIsReadFromTheFirstMemberThatAnswers) {
  CannedClient client;
  client.answers["two:9093/am/api/v2/alerts?"] = {200, {}, "[" + alert("HighErrors") + "]"};
  client.answers["two:9093/am/api/v2/silences"] = {200, {}, "[]"};
  const auto r = read_alerts(client, cluster, "am", {{"service", "catalog"}}, now);
  EXPECT_EQ(r.problem, "");
  EXPECT_THAT(r.alerts, SizeIs(1));
  client.answers["one:9093/api/v2/alerts?"] = {200, {}, "[]"};
  client.answers["one:9093/api/v2/silences"] = {500, {}, "down"};
  EXPECT_THAT(read_alerts(client, cluster, "am", {{"service", "catalog"}}, now).alerts, SizeIs(1)) << "half an answer is none";
  client.answers.clear();
  EXPECT_THAT(read_alerts(client, cluster, "am", {{"service", "catalog"}}, now).problem, HasSubstr("refused; 127"));
}

}  // namespace
}  // namespace evenkeel::alertmanager
