// One contract over every integration: how each lives with a server that refuses, is busy, stalls, goes away, speaks nonsense or repeats
// the secret it was sent. A kind of connection without a subject here fails the suite.
#include <gmock/gmock.h>

#include "app/integrations.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/percent.hpp"
#include "capabilities/alert_source.hpp"
#include "capabilities/change_host.hpp"
#include "capabilities/chat.hpp"
#include "capabilities/event_receiver.hpp"
#include "capabilities/flag_switch.hpp"
#include "capabilities/mail.hpp"
#include "capabilities/metric_source.hpp"
#include "capabilities/pager.hpp"
#include "capabilities/text_model.hpp"
#include "capabilities/tracker.hpp"
#include "capabilities/witness.hpp"
#include "support/fault_server.hpp"

namespace evenkeel::capabilities {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing_faults::Answer;
using testing_faults::Asked;
using testing_faults::FaultyHttp;
using testing_faults::FaultySmtp;

const SysTime now = from_millis(1'772'000'000'000);
constexpr Millis longest = 400ms;
const std::string secret = "s3cr3t/T0KEN+of=the?connection";
const std::string variable = "EVENKEEL_CONTRACT_SECRET";

/// What came of one use of an integration, whatever it is able to do.
struct Outcome {
  enum End { done, refused, again, unknown } end = unknown;  // unknown: a question whose answer could not be had; the job asks again
  std::string words = {};                                    // everything that may be kept or shown
  std::optional<Millis> retry_after = {};
};
Outcome of(const Delivery& d) {
  const auto end = d.end == DeliveryEnd::delivered ? Outcome::done : d.end == DeliveryEnd::refused ? Outcome::refused : Outcome::again;
  return {end, d.reason + d.receipt, d.retry_after};
}

/// How a kind of connection is used, and what is known of it.
struct Subject {
  std::string kind;
  json::Object settings = {};  // beside url and secret
  std::function<Outcome(Integration&, const std::string& key, const std::string& words)> act = {};
  std::function<Answer(const Asked&)> fine = {};               // of a server that works
  std::function<std::string(const Asked&)> key_of = {};        // how a repetition is known; null: a question, which changes nothing
  std::function<void(const std::vector<Asked>&)> within = {};  // the vendor's limits; null: none is documented
  bool knows_nothing_by_404 = false;                           // 404 is an answer: there is no such thing
  bool html_is_taken = false;                                  // a receiver of posts, whose 2xx is all that counts
  std::string path = "";                                       // of the connection's url
};

void PrintTo(const Subject& s, std::ostream* out) { *out << s.kind; }

Answer text(std::string body, int status = 200) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}
std::string idempotency_key(const Asked& a) { return a.header("idempotency-key"); }

Outcome of(const health::SideSeries& s) {
  std::string words;
  for (const auto& a : s.asked) words += a.query + a.url + a.problem;
  const bool any = std::any_of(s.intervals.begin(), s.intervals.end(), [](const auto& i) { return i.present; });
  return {any ? Outcome::done : Outcome::unknown, words + s.problem(), {}};
}
Outcome measure(Integration& i) {
  health::Criterion c{.name = "errors", .kind = health::MetricKind::rate};
  c.queries.total = "requests", c.queries.events = "errors";
  return of(i.metric_source->fetch(c, health::SideName::canary, {"shop", "2.0.0", "production"}, {now - 5min, 1min, 5}));
}

Subject subject_of_prometheus() {
  return {.kind = "prometheus",
          .act = [](Integration& i, const std::string&, const std::string&) { return measure(i); },
          .fine =
              [](const Asked& a) {
                if (a.target.starts_with("/api/v1/query?"))
                  return text(R"({"status":"success","data":{"resultType":"scalar","result":[1,"1"]}})");
                std::string values;
                for (int m = 6; m >= 0; --m)
                  values += fmt::format("{}[{},\"{}\"]", values.empty() ? "" : ",", (to_millis(now) - m * 60'000) / 1000, (6 - m) * 100);
                return text(R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[)" + values + "]}]}}");
              }};
}
Subject subject_of_json() {
  return {.kind = "json",
          .settings = {{"times", "/t/*"}, {"values", "/v/*"}, {"headers", json::Object{{"X-Api-Key", "${env:" + variable + "}"}}}},
          .act = [](Integration& i, const std::string&, const std::string&) { return measure(i); },
          .fine =
              [](const Asked&) {
                std::string t, v;
                for (int m = 5; m >= 1; --m) {
                  t += fmt::format("{}{}", t.empty() ? "" : ",", (to_millis(now) - m * 60'000 + 1000) / 1000);
                  v += fmt::format("{}7", v.empty() ? "" : ",");
                }
                return text("{\"t\":[" + t + "],\"v\":[" + v + "]}");
              },
          .path = "/points?query=$query"};
}
Subject subject_of_table() {
  return {.kind = "table",
          .act = [](Integration& i, const std::string&, const std::string&) { return measure(i); },
          .fine =
              [](const Asked&) {
                std::string rows = "time,requests,errors\n";
                for (int m = 5; m >= 1; --m) rows += fmt::format("{},20,1\n", (to_millis(now) - m * 60'000 + 1000) / 1000);
                return Answer{.body = rows};
              },
          .path = "/table.csv"};
}
Subject subject_of_alertmanager() {
  return {.kind = "alertmanager",
          .settings = {{"user", "evenkeel"}},
          .act =
              [](Integration& i, const std::string& key, const std::string& words) {
                const auto heard = i.alert_source->read({{"service", "shop"}}, now);
                auto told = of(i.pager->tell({.key = key, .summary = words, .area = "shop", .release = "2.0.0", .opened_at = now},
                                             PageAct::trigger, now));
                if (!heard.problem.empty() && told.end == Outcome::done) told.end = Outcome::unknown;
                told.words += heard.problem;
                return told;
              },
          .fine =
              [](const Asked& a) {
                if (a.target.starts_with("/api/v2/status")) return text(R"({"cluster":{"status":"ready"}})");
                return text(a.method == "GET" ? "[]" : "");
              },
          .key_of = [](const Asked& a) {  // the same labels are the same alert
            const auto body = json::parse(a.body);
            return body ? json::dump(body->at(0).at("labels")) : "";
          }};
}
Subject subject_of_pager() {
  return {.kind = "pager",
          .act =
              [](Integration& i, const std::string& key, const std::string& words) {
                return of(i.pager->tell({.key = key, .summary = words, .service = "shop", .opened_at = now}, PageAct::trigger, now));
              },
          .fine = [](const Asked&) { return text(R"({"status":"success"})", 202); },
          .key_of = idempotency_key,
          .within =
              [](const std::vector<Asked>& all) {
                for (const auto& a : all)
                  EXPECT_LE(json::parse(a.body).value().at("payload").at("summary").as_string().size(), 1024U)
                      << "https://developer.pagerduty.com/docs/send-alert-event";
              },
          .html_is_taken = true};
}
Subject subject_of_chat() {
  return {.kind = "chat",
          .act =
              [](Integration& i, const std::string& key, const std::string& words) {
                return of(i.chat->post({.room = "#ops", .subject = "News", .body = words, .key = key, .event = "release.notes"}, now));
              },
          .fine = [](const Asked&) { return Answer{.body = "ok"}; },
          .key_of = idempotency_key,
          .within =
              [](const std::vector<Asked>& all) {
                for (const auto& a : all)
                  EXPECT_LE(json::parse(a.body).value().at("text").as_string().size(), 40'000U)
                      << "https://docs.slack.dev/changelog/2018-truncating-really-long-messages";
              },
          .html_is_taken = true};
}
Subject subject_of_events() {
  return {.kind = "events",
          .act = [](Integration& i, const std::string& key,
                    const std::string& words) { return of(i.event_receiver->tell({"release.notes", key, {{"markdown", words}}}, now)); },
          .fine = [](const Asked&) { return Answer{.status = 204}; },
          .key_of = idempotency_key,
          .html_is_taken = true};
}
Subject subject_of_flags() {
  return {.kind = "flags",
          .act =
              [](Integration& i, const std::string& key, const std::string&) {
                const auto read = i.flag_switch->read("wish-lists", "production");
                const auto set = i.flag_switch->set("wish-lists", "production", {{"enabled", true}}, key);
                EXPECT_EQ(read.enabled.has_value(), set.enabled.has_value()) << read.problem << set.problem;
                const auto end = set.enabled ? Outcome::done : set.may_change ? Outcome::again : Outcome::refused;
                return Outcome{end, read.problem + read.said + set.problem + set.said, {}};
              },
          .fine = [](const Asked&) { return text(R"({"enabled":true})"); },
          .key_of = [](const Asked& a) { return a.method == "PUT" ? idempotency_key(a) : ""; }};
}
Outcome read_ticket(Integration& i) {
  const auto issue = i.tracker->read("acme/shop", 12);
  return {issue.state == IssueState::unknown ? Outcome::unknown : Outcome::done, issue.problem + issue.title + issue.url, {}};
}
Subject subject_of_github() {
  return {.kind = "github",
          .act =
              [](Integration& i, const std::string& key, const std::string& words) {
                auto out = of(i.change_host->open_pull_request(
                    {.repository = "acme/docs", .base = "main", .branch = "evenkeel/" + key, .title = words, .body = words},
                    {"notes/2.0.0.md", "notes"}, now));
                out.words += read_ticket(i).words;
                return out;
              },
          .fine =
              [](const Asked& a) {
                if (a.target == "/rate_limit") return text(R"({"rate":{"remaining":4999}})");
                if (a.target.starts_with("/repos/acme/shop/issues/"))
                  return text(R"({"title":"x","state":"open","html_url":"https://h/12"})");
                if (a.method == "GET" && a.target.contains("/contents/")) return text("{}", 404);
                if (a.method == "GET" && a.target.contains("/git/ref/")) return text(R"({"object":{"sha":"abc"}})");
                if (a.method == "GET") return text("[]");
                return text(R"({"html_url":"https://h/pull/1"})", 201);
              },
          .key_of =
              [](const Asked& a) {  // the branch bears the key
                const auto body = a.method == "PUT" || a.method == "POST" ? json::parse(a.body) : Result<json::Value>(json::Value());
                if (!body || !body->is_object()) return std::string();
                for (const auto* member : {"branch", "head", "ref"})
                  if (const auto* found = body->get_object().if_contains(member))
                    return std::string(found->as_string()).substr(std::string(found->as_string()).rfind('/') + 1);
                return std::string();
              },
          .within =
              [](const std::vector<Asked>& all) {
                for (const auto& a : all)
                  if (a.method == "POST" && a.target.ends_with("/pulls")) {
                    const auto body = json::parse(a.body).value();
                    EXPECT_LE(body.at("title").as_string().size(), 256U);
                    EXPECT_LE(body.at("body").as_string().size(), 65'536U);
                  }
              }};
}
Subject subject_of_gitlab() {
  return {.kind = "gitlab",
          .act = [](Integration& i, const std::string&, const std::string&) { return read_ticket(i); },
          .fine =
              [](const Asked& a) {
                if (a.target.ends_with("/personal_access_tokens/self")) return text(R"({"scopes":["read_api"],"expires_at":"2027-01-01"})");
                return text(R"({"title":"x","state":"opened","web_url":"https://h/12"})");
              },
          .knows_nothing_by_404 = true};
}
Subject subject_of_model(const std::string& kind) {
  return {.kind = kind,
          .settings = {{"model", "small"}},
          .act = [](Integration& i, const std::string&, const std::string& words) { return of(i.text_model->ask("small", words, now)); },
          .fine =
              [](const Asked& a) {
                if (a.target.ends_with("/models")) return text(R"({"data":[{"id":"small"}]})");
                return text(R"({"choices":[{"message":{"content":"New."}}],"content":[{"text":"New."}]})");
              }};
}

/// A witness signs nothing that it could sign by itself: what comes back is proven by who asked.
Subject subject_of_witness() {
  return {.kind = "witness",
          .settings = {{"verifier", "w.example/1+b1ff7ae7+BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}},
          .act =
              [](Integration& i, const std::string&, const std::string&) {
                const auto a = i.witness->show(3, {Hash{}}, "evenkeel/shop\n5\nAAAA\n\n— evenkeel/shop AAAA\n", now);
                using enum WitnessEnd;
                const auto end = a.end == cosigned ? Outcome::done : a.end == retry ? Outcome::again : Outcome::refused;
                return Outcome{end, a.problem + a.lines, a.retry_after};
              },
          .fine = [](const Asked&) { return Answer{.headers = {{"Content-Type", "text/plain"}}, .body = "— w.example/1 AAAA\n"}; }};
}

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> all{subject_of_prometheus(),   subject_of_json(),          subject_of_table(),
                                        subject_of_alertmanager(), subject_of_pager(),         subject_of_chat(),
                                        subject_of_events(),       subject_of_flags(),         subject_of_github(),
                                        subject_of_gitlab(),       subject_of_model("openai"), subject_of_model("anthropic"),
                                        subject_of_witness()};
  return all;
}

/// Every way in which a secret could be written by accident.
std::vector<std::string> spellings() {
  const auto in_json = json::dump(json::Value(boost::json::string(secret)));
  return {secret,
          percent_encode(secret),
          to_base64("evenkeel:" + secret),
          to_base64(secret),
          to_hex(secret),
          in_json.substr(1, in_json.size() - 2),
          secret.substr(0, 12)};
}
void expect_no_secret(const std::string& words, const std::string& where) {
  for (const auto& one : spellings()) EXPECT_THAT(words, Not(HasSubstr(one))) << where;
}

struct IntegrationContract : testing::TestWithParam<Subject> {
  http::CurlClient curl;
  app::OpenConnections connections{curl, longest};

  void SetUp() override { ::setenv(variable.c_str(), secret.c_str(), 1); }
  void TearDown() override { ::unsetenv(variable.c_str()); }

  ConnectionDef connection(const std::string& server) const {
    const auto& s = GetParam();
    ConnectionDef c{.name = "there", .kind = s.kind};
    c.settings = find_kind(s.kind)->defaults;
    for (const auto& [key, value] : s.settings) c.settings[key] = value;
    c.settings["secret"] = "${env:" + variable + "}";
    // Who knows a chat's address may post there: it holds the secret itself.
    c.settings["url"] = server + GetParam().path + (s.kind == "chat" ? "/hooks/${env:" + variable + "}" : "");
    return c;
  }
  Integration open(const std::string& server) const { return connections.open(connection(server)).value(); }

  /// One use against a server that answers everything so.
  Outcome met_by(const Answer& answer, const std::string& words = "words") {
    FaultyHttp server([&](const Asked&) { return answer; });
    auto integration = open(server.url());
    Outcome out;
    for (int tries = 0; tries < 5 && server.asked().empty(); ++tries) {  // a machine under load may not even get through in time
      const auto began = std::chrono::steady_clock::now();
      out = GetParam().act(integration, "key-1", words);
      EXPECT_LT(std::chrono::steady_clock::now() - began, 12 * longest) << "every exchange ends within its deadline";
    }
    EXPECT_FALSE(server.asked().empty());
    expect_no_secret(out.words, GetParam().kind);
    return out;
  }
  void expect_not_done(const Answer& answer, const std::string& what) {
    const auto out = met_by(answer);
    EXPECT_NE(out.end, Outcome::done) << what << ": " << out.words;
    EXPECT_FALSE(out.words.empty()) << what << " is said to nobody";
  }
};

TEST_P(IntegrationContract, WorksWithAServerThatWorks) {
  FaultyHttp server(GetParam().fine);
  auto integration = open(server.url());
  const auto out = GetParam().act(integration, "key-1", "words");
  EXPECT_EQ(out.end, Outcome::done) << out.words;
}

TEST_P(IntegrationContract, AbilitiesAreWhatIsThere) {
  const auto i = open("http://127.0.0.1:1");
  const auto& kind = *find_kind(GetParam().kind);
  EXPECT_EQ(i.metric_source != nullptr, kind.is_able_to(Ability::metric_source));
  EXPECT_EQ(i.alert_source != nullptr, kind.is_able_to(Ability::alert_source));
  EXPECT_EQ(i.pager != nullptr, kind.is_able_to(Ability::pager));
  EXPECT_EQ(i.chat != nullptr, kind.is_able_to(Ability::chat));
  EXPECT_EQ(i.mail != nullptr, kind.is_able_to(Ability::mail));
  EXPECT_EQ(i.flag_switch != nullptr, kind.is_able_to(Ability::flag_switch));
  EXPECT_EQ(i.tracker != nullptr, kind.is_able_to(Ability::tracker));
  EXPECT_EQ(i.change_host != nullptr, kind.is_able_to(Ability::change_host));
  EXPECT_EQ(i.text_model != nullptr, kind.is_able_to(Ability::text_model));
  EXPECT_EQ(i.event_receiver != nullptr, kind.is_able_to(Ability::event_receiver));
  EXPECT_EQ(i.witness != nullptr, kind.is_able_to(Ability::witness));
  EXPECT_EQ(connections.merge_hook(connection("http://127.0.0.1:1")) != nullptr, kind.is_able_to(Ability::merge_hook));
  EXPECT_TRUE(i.test != nullptr);
}

TEST_P(IntegrationContract, ARefusalIsNotTriedAgainAndIsNoFact) {
  for (const int status : {401, 403, 404, 409}) {
    const auto out = met_by({.status = status, .body = "{}"});
    if (status == 404 && GetParam().knows_nothing_by_404) continue;
    EXPECT_TRUE(out.end == Outcome::refused || out.end == Outcome::unknown) << status << ": " << out.words;
    EXPECT_FALSE(out.words.empty()) << status;
  }
}

TEST_P(IntegrationContract, ABusyServerIsAskedAgainWhenItWants) {
  const auto wished = met_by({.status = 429, .headers = {{"Retry-After", "7"}}, .body = "{}"});
  EXPECT_TRUE(wished.end == Outcome::again || wished.end == Outcome::unknown) << wished.words;
  if (wished.end == Outcome::again && GetParam().kind != "flags") { EXPECT_EQ(wished.retry_after, 7s); }
  const auto plain = met_by({.status = 429, .body = "{}"});
  EXPECT_TRUE(plain.end == Outcome::again || plain.end == Outcome::unknown) << plain.words;
  EXPECT_EQ(plain.retry_after, std::nullopt);
}

TEST_P(IntegrationContract, AFaultThereIsTriedAgain) {
  const auto out = met_by({.status = 500, .body = "{}"});
  EXPECT_TRUE(out.end == Outcome::again || out.end == Outcome::unknown) << out.words;
}

TEST_P(IntegrationContract, AnAnswerThatNeverEndsOrIsCutOrNeverComesIsNoAnswer) {
  const auto body = "{\"some\":\"" + std::string(200, 'x') + "\"}";
  for (const auto manner : {Answer::slow, Answer::cut, Answer::silent}) {
    const auto out = met_by({.body = body, .manner = manner});
    EXPECT_TRUE(out.end == Outcome::again || out.end == Outcome::unknown) << int(manner) << ": " << out.words;
    EXPECT_FALSE(out.words.empty());
  }
}

TEST_P(IntegrationContract, APageInPlaceOfAnAnswerIsNoAnswer) {
  const auto out = met_by({.headers = {{"Content-Type", "text/html"}}, .body = "<!doctype html><title>Sign in</title>"});
  if (GetParam().html_is_taken) return;  // a 2xx is all that such a receiver says
  EXPECT_NE(out.end, Outcome::done) << out.words;
  EXPECT_FALSE(out.words.empty());
}

/// The server repeats whatever it was sent, and the secret, wherever it can.
TEST_P(IntegrationContract, NoSecretComesBackFromAServerThatRepeatsIt) {
  for (const int status : {200, 302, 400, 401, 403, 409, 429, 500}) {
    bool sent = false;
    FaultyHttp server([&](const Asked& a) {
      std::string all = a.target + a.body;
      for (const auto& [name, value] : a.headers) all += name + ": " + value + "\n";
      for (const auto& one : spellings()) sent |= all.find(one) != std::string::npos;
      const auto quoted = json::dump(json::Value(boost::json::string(all + secret + percent_encode(secret) + to_hex(secret))));
      return Answer{
          .status = status,
          .headers = {{"Location", "https://elsewhere.test/?key=" + percent_encode(secret)},
                      {"X-OAuth-Scopes", secret},
                      {"Retry-After", secret}},
          .body = fmt::format(R"({{"error":{0},"state":{0},"title":{0},"html_url":"https://h/{1}","status":{0}}})", quoted, secret)};
    });
    testing::internal::CaptureStderr();
    auto integration = open(server.url());
    const auto out = GetParam().act(integration, "key-1", "words");
    const auto tested = integration.test({.send = true, .key = "key-2", .now = now});
    const auto logged = testing::internal::GetCapturedStderr();
    expect_no_secret(out.words, fmt::format("{} {}", GetParam().kind, status));
    expect_no_secret(json::write(tested), fmt::format("test of {} {}", GetParam().kind, status));
    expect_no_secret(logged, "the log");
    const bool signs = GetParam().kind == "pager" || GetParam().kind == "events";  // the secret signs and is not sent
    EXPECT_TRUE(sent || signs) << "it never went out, so this proves nothing";
  }
}

TEST_P(IntegrationContract, NoSecretStandsInWhatIsSaidWhenNobodyAnswers) {
  auto integration = open("http://127.0.0.1:1");
  expect_no_secret(GetParam().act(integration, "key-1", "words").words, "nobody there");
  const auto tested = integration.test({.now = now});
  expect_no_secret(json::write(tested), "test, nobody there");
}

TEST_P(IntegrationContract, WithoutItsSecretNobodyIsCalled) {
  FaultyHttp server(GetParam().fine);
  const auto c = connection(server.url());
  const auto refused = [&](const std::string& why) {
    const auto opened = connections.open(c);
    ASSERT_FALSE(opened) << why;
    EXPECT_EQ(opened.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(opened.error().message, testing::AllOf(HasSubstr("there"), HasSubstr(variable)));
  };
  ::unsetenv(variable.c_str());
  refused("not set");
  ::setenv(variable.c_str(), "", 1);
  refused("empty");
  EXPECT_TRUE(server.asked().empty());
}

TEST_P(IntegrationContract, ARepetitionIsKnownByItsKeyOnEveryAttempt) {
  const auto& s = GetParam();
  if (!s.key_of) return;
  const auto keys_of = [&](const std::string& key, const Answer* broken) {
    FaultyHttp server([&](const Asked& a) { return broken ? *broken : s.fine(a); });
    auto integration = open(server.url());
    (void)s.act(integration, key, "words");
    std::set<std::string> keys;
    for (const auto& a : server.asked())
      if (a.method != "GET") keys.insert(s.key_of(a));
    return keys;
  };
  const Answer busy{.status = 503, .body = "{}"};
  const auto first = keys_of("key-1", nullptr), again = keys_of("key-1", nullptr), other = keys_of("key-2", nullptr);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_FALSE(first.begin()->empty());
  EXPECT_EQ(first, again);
  EXPECT_NE(first, other);
  if (const auto attempt = keys_of("key-1", &busy); !attempt.empty()) { EXPECT_EQ(attempt, first); }
}

TEST_P(IntegrationContract, WhatIsTooLongForTheVendorIsCut) {
  const auto& s = GetParam();
  FaultyHttp server(s.fine);
  auto integration = open(server.url());
  std::string words;
  for (int i = 0; i < 30'000; ++i) words += "ä&<b>";
  EXPECT_EQ(s.act(integration, "key-1", words).end, Outcome::done);
  if (s.within) s.within(server.asked());
}

TEST_P(IntegrationContract, ATestSaysWhetherItWorksAndSendsNothingUnasked) {
  FaultyHttp server(GetParam().fine);
  const auto works = open(server.url()).test({.now = now});
  EXPECT_EQ(works.problem, "");
  EXPECT_EQ(works.reachable, true);
  EXPECT_NE(works.authenticated, false);
  for (const auto& a : server.asked()) EXPECT_THAT(a.method, AnyOf("GET", "OPTIONS")) << a.target;
  EXPECT_FALSE(server.asked().empty());

  FaultyHttp closed([](const Asked&) { return Answer{.status = 401, .body = "{}"}; });
  const auto refused = open(closed.url()).test({.now = now});
  EXPECT_EQ(refused.authenticated, false) << GetParam().kind;
  EXPECT_NE(refused.problem, "");
  EXPECT_NE(refused.next_step, "");

  const auto gone = open("http://127.0.0.1:1").test({.now = now});
  EXPECT_EQ(gone.reachable, false);
  EXPECT_NE(gone.problem, "");
  EXPECT_NE(gone.next_step, "");
}

INSTANTIATE_TEST_SUITE_P(Kinds, IntegrationContract, testing::ValuesIn(subjects()), [](const auto& info) { return info.param.kind; });

TEST(IntegrationContract, EveryKindIsHeldToIt) {
  std::vector<std::string> held{"smtp"};  // below, over SMTP
  for (const auto& s : subjects()) held.push_back(s.kind);
  for (const auto& kind : connection_kinds()) EXPECT_THAT(held, Contains(kind.name)) << "has no subject in this suite";
  EXPECT_EQ(held.size(), connection_kinds().size());
}
TEST(IntegrationContract, WhatHoldsASecretIsCalledSo) {
  for (const auto& kind : connection_kinds())
    for (const auto& key : kind.keys)
      for (const auto* word : {"token", "password", "key", "credential"})
        EXPECT_THAT(key, Not(HasSubstr(word))) << kind.name << ": call it secret; config check keeps secrets themselves out of such keys";
}

// ---- the same over SMTP ----------------------------------------------------------------------------------------------

struct SmtpContract : testing::Test {
  http::CurlClient curl;
  app::OpenConnections connections{curl, longest};
  void SetUp() override { ::setenv(variable.c_str(), secret.c_str(), 1); }
  void TearDown() override { ::unsetenv(variable.c_str()); }
  ConnectionDef connection(const std::string& url) const {
    return {"there", "smtp", {{"url", url}, {"user", "evenkeel"}, {"secret", "${env:" + variable + "}"}, {"from", "releases@example.org"}}};
  }
  Delivery send(const FaultySmtp& server, const std::string& id = "dlv_1@example.org") const {
    const auto d = connections.open(connection(server.url()))
                       .value()
                       .mail->send({.from = {"releases@example.org"},
                                    .to = {{"ann@example.org"}},
                                    .subject = "x",
                                    .text = "y",
                                    .message_id = id,
                                    .date = now});
    expect_no_secret(d.reason + d.receipt, "smtp");
    return d;
  }
};

TEST_F(SmtpContract, FaultsAreTriedAgainAndRefusalsAreNot) {
  const std::vector<std::tuple<std::string, std::string, DeliveryEnd>> all{
      {"AUTH", "535 5.7.8 no, " + secret, DeliveryEnd::retry},  // the mail is not at fault
      {"MAIL", "451 4.7.1 later", DeliveryEnd::retry},
      {"RCPT", "550 5.1.1 nobody here called " + secret, DeliveryEnd::refused},
      {"RCPT", "450 4.2.0 busy", DeliveryEnd::retry},
      {"DATA.", "554 5.6.0 no", DeliveryEnd::refused},
      {"DATA.", "cut", DeliveryEnd::unconfirmed},
      {"DATA.", "silent", DeliveryEnd::unconfirmed},
      {"EHLO", "cut", DeliveryEnd::retry},
      {"greeting", "silent", DeliveryEnd::retry},
      {"greeting", "<!doctype html>", DeliveryEnd::retry}};
  for (const auto& [at, reply, end] : all) {
    const FaultySmtp server{{{at, reply}}};
    const auto d = send(server);
    EXPECT_EQ(d.end, end) << at << " " << reply << ": " << d.reason;
    EXPECT_FALSE(d.reason.empty());
  }
}
TEST_F(SmtpContract, ARepetitionIsKnownByItsMessageId) {
  FaultySmtp server;
  ASSERT_EQ(send(server).end, DeliveryEnd::delivered);
  ASSERT_EQ(send(server).end, DeliveryEnd::delivered);
  ASSERT_EQ(server.texts().size(), 2U);
  for (const auto& t : server.texts()) EXPECT_THAT(t, HasSubstr("Message-ID: <dlv_1@example.org>"));
}
TEST_F(SmtpContract, WithoutItsSecretNobodyIsCalled) {
  FaultySmtp server;
  ::unsetenv(variable.c_str());
  const auto opened = connections.open(connection(server.url()));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, testing::AllOf(HasSubstr("there"), HasSubstr(variable)));
  EXPECT_TRUE(server.commands().empty());
}
TEST_F(SmtpContract, ATestSignsInAndSendsNothingUnasked) {
  FaultySmtp server;
  const auto works = connections.open(connection(server.url())).value().test({.now = now});
  EXPECT_EQ(works.problem, "");
  EXPECT_EQ(works.authenticated, true);
  for (const auto& c : server.commands()) EXPECT_THAT(c, Not(AnyOf(testing::StartsWith("MAIL"), testing::StartsWith("DATA"))));
  const FaultySmtp closed{{{"AUTH", "535 no"}}};
  const auto refused = connections.open(connection(closed.url())).value().test({.now = now});
  EXPECT_EQ(refused.authenticated, false);
  EXPECT_NE(refused.next_step, "");
  const auto gone = connections.open(connection("smtp://127.0.0.1:1")).value().test({.now = now});
  EXPECT_EQ(gone.reachable, false);
  const auto sent =
      connections.open(connection(server.url())).value().test({.send = true, .key = "key", .to = "ann@example.org", .now = now});
  EXPECT_EQ(sent.problem, "");
  ASSERT_EQ(server.texts().size(), 1U);
}

}  // namespace
}  // namespace evenkeel::capabilities
