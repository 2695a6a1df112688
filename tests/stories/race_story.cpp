// Deciding at once: the same request several times in the same moment, over two servers on one database where there can be two. Whatever
// meets, the outcome is as if one had come after the other; nobody decides twice, and no answer is a server's error.
#include <barrier>

#include "base/hex.hpp"
#include "base/time.hpp"
#include "http/client.hpp"
#include "store/database.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::Each;
using testing::Lt;

struct Ask {
  std::string login, method, path, body;
  std::string key = {};
};

class RaceStory : public Story {
 protected:
  static std::string with_one_in_three_roles() {
    return edited(World::small_shop(), "  - {login: quinn,",
                  "  - {login: tri, name: Tri, email: tri@shop.test, roles: [{role: engineering_lead}, {role: qa}, {role: product}]}\n"
                  "  - {login: quinn,");
  }
  /// All at the same moment, in turn to each server.
  static std::vector<http::ClientResponse> at_once(World& w, const std::vector<std::string>& servers, const std::vector<Ask>& asks) {
    for (const auto& ask : asks) (void)w.token(ask.login);
    std::vector<http::ClientResponse> answers(asks.size());
    std::barrier together(std::ptrdiff_t(asks.size()));
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < asks.size(); ++i)
      threads.emplace_back([&, i, token = w.token(asks[i].login)] {
        http::ClientRequest request{.method = asks[i].method, .url = servers[i % servers.size()] + asks[i].path};
        request.headers.set("Authorization", "Bearer " + token);
        request.headers.set("Content-Type", "application/json");
        if (!asks[i].key.empty()) request.headers.set("Idempotency-Key", asks[i].key);
        request.body = asks[i].body;
        http::CurlClient client;
        together.arrive_and_wait();
        answers[i] = client.send(request).value();
      });
    threads.clear();
    return answers;
  }
  static std::vector<int> statuses(const std::vector<http::ClientResponse>& answers) {
    std::vector<int> out;
    for (const auto& a : answers) out.push_back(a.status);
    return out;
  }
  static std::ptrdiff_t done(const std::vector<http::ClientResponse>& answers) {
    EXPECT_THAT(statuses(answers), Each(Lt(500)));
    return std::count_if(answers.begin(), answers.end(), [](const auto& a) { return a.status < 300; });
  }
  static std::vector<Ask> times(int n, const Ask& ask) { return std::vector<Ask>(std::size_t(n), ask); }

  struct Servers {
    explicit Servers(World& w) : urls{w.server_url} {
      if (GetParam() == On::postgres) {
        other.reset(new Program(w.replica()));  // made in place: a copy of it would end the server
        urls.push_back(other->url());
      }
    }
    std::unique_ptr<Program> other;
    std::vector<std::string> urls;
  };
};

TEST_P(RaceStory, one_person_fills_one_sign_off_however_many_votes_meet) {
  World w{GetParam(), with_one_in_three_roles(), true};
  Servers servers{w};
  w.plan();
  w.evidence();
  ASSERT_EQ(w.as("tri", {"risk", "show", "1.0.0"}).code, 0);
  for (int round = 0; round < 12; ++round) {
    const auto digest = fmt::format("sha256:{}", round);
    ASSERT_EQ(w.as("ada", {"release", "artefact", "1.0.0", "catalog", "--digest", digest}).code, 0) << "a new scope";
    std::vector<Ask> votes;
    for (const auto* role : {"engineering_lead", "qa", "product"})
      votes.push_back({"tri", "POST", "/api/v1/releases/1.0.0/sign-offs", fmt::format("{{\"role\":\"{}\"}}", role)});
    EXPECT_EQ(done(at_once(w, servers.urls, votes)), 1) << "round " << round;
  }
}

TEST_P(RaceStory, what_is_decided_once_is_decided_once) {
  World w{GetParam(), World::small_shop(), true};
  Servers servers{w};
  const auto plan = R"({"version":"1.0.0","area":"shop","components":[{"service":"catalog","version":"1.0.0","from_version":"0.9.0"}]})";
  EXPECT_EQ(done(at_once(w, servers.urls, times(6, {"ada", "POST", "/api/v1/releases", edited(plan, "\"1.0.0\"", "\"7.0.0\"")}))), 1);
  w.ready();
  const auto decisions = at_once(w, servers.urls, times(6, {"ada", "POST", "/api/v1/releases/1.0.0/decision", R"({"verdict":"go"})"}));
  EXPECT_EQ(done(decisions), 1);
  const auto starts = at_once(w, servers.urls, times(6, {"ada", "POST", "/api/v1/releases/1.0.0/deployment", "{}"}));
  EXPECT_EQ(done(starts), 6) << "asked again, it is the same run";
  std::set<std::string> runs;
  for (const auto& s : starts) runs.insert(std::string(json::parse(s.body).value().at("id").as_string()));
  EXPECT_EQ(runs.size(), 1u);
}

TEST_P(RaceStory, an_exception_and_a_waiver_and_a_tier_have_one_outcome) {
  auto yaml = World::small_shop();
  yaml +=
      "freezes:\n  - {name: Black week, owner: rita, reason: the busiest days, from: \"2000-01-01 00:00\", until: \"2090-01-01 00:00\"}\n";
  World w{GetParam(), yaml, true};
  Servers servers{w};
  w.plan();
  const auto request = w.ask("ada", {"exception", "request", "1.0.0", "--freeze", "Black week", "--reason", "recall", "--expires", "+2h"});
  const auto id = std::string(request.at("id").as_string());
  EXPECT_EQ(done(at_once(w, servers.urls, times(6, {"rita", "POST", "/api/v1/exceptions/" + id + "/approve", "{}"}))), 6);
  const auto waiver = fmt::format(R"({{"gate":"testing","reason":"the suite is down","until":"{}"}})",
                                  to_iso(SystemClock{}.now() + std::chrono::hours{24}));
  EXPECT_EQ(done(at_once(w, servers.urls, times(6, {"rita", "POST", "/api/v1/releases/1.0.0/waivers", waiver, "one-waiver"}))), 6);
  const auto changes = w.get("/api/v1/releases/1.0.0/changes").json();
  const auto change = std::string(changes.as_array()[0].at("id").as_string());
  EXPECT_EQ(
      done(at_once(w, servers.urls,
                   times(6, {"rita", "POST", "/api/v1/changes/" + change + "/tier", R"({"tier":"normal","reason":"known"})", "one-tier"}))),
      6);
  const auto entries = w.ledger();
  const auto count = [&](std::string_view kind) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = entries.find(std::string("\n").append(kind) + " ", at)) != std::string::npos; ++at) ++n;
    return n;
  };
  EXPECT_EQ(count("freeze_exception.approved"), 1u);
  EXPECT_EQ(count("gate.waived"), 1u) << "one key, one effect";
  EXPECT_EQ(count("change.tier_overridden"), 1u);
}

TEST_P(RaceStory, one_key_is_one_effect_and_a_secret_is_kept_nowhere) {
  World w{GetParam(), World::small_shop(), true};
  Servers servers{w};
  const auto answers =
      at_once(w, servers.urls, times(6, {"ada", "POST", "/api/v1/tokens", R"({"login":"rita","name":"raced"})", "one-token"}));
  EXPECT_EQ(done(answers), 1) << "the others are told that the answer was shown once";
  EXPECT_THAT(w.as("ada", {"token", "list", "--login", "rita", "--json"}).out, testing::HasSubstr("raced"));
  std::string secret;
  for (const auto& a : answers)
    if (a.status < 300) secret = std::string(json::parse(a.body).value().at("secret").as_string());
  const auto password = std::string("a password nobody keeps");
  (void)at_once(w, servers.urls,
                {{"ada", "POST", "/api/v1/passwords", fmt::format(R"({{"login":"lee","password":"{}"}})", password), "one-password"}});
  w.server.reset();
  servers.other.reset();
  const auto kept = store::Database::open(w.database())->read([](store::Tx& tx) {
    std::string all;
    tx.exec("SELECT request_hash, response FROM idempotency", {},
            [&](const store::Row& row) { all += row.text(0) + " " + row.text(1) + "\n"; });
    return all;
  });
  EXPECT_THAT(kept, testing::Not(testing::HasSubstr(secret)));
  EXPECT_THAT(kept, testing::Not(testing::HasSubstr("ek_")));
  EXPECT_THAT(kept, testing::Not(testing::HasSubstr(
                        to_hex(sha256(fmt::format(R"(POST /api/v1/passwords{}{{"login":"lee","password":"{}"}})", "\n", password))))));
}

TEST_P(RaceStory, definitions_applied_at_once_are_one_version) {
  World w{GetParam(), World::small_shop(), true};
  Servers servers{w};
  const auto current = w.get("/api/v1/definitions/current").json();
  auto organisation = json::parse(current.at("body").as_string()).value();
  organisation.as_object()["public_title"] = "What is new";
  const auto body = json::dump(json::Object{{"organisation", organisation}, {"origin", "file"}});
  const auto answers = at_once(w, servers.urls, times(6, {"ada", "POST", "/api/v1/definitions", body}));
  EXPECT_EQ(done(answers), 6);
  std::set<std::int64_t> versions;
  for (const auto& a : answers) versions.insert(json::parse(a.body).value().at("number").to_number<std::int64_t>());
  EXPECT_EQ(versions, std::set<std::int64_t>{current.at("number").to_number<std::int64_t>() + 1});
}

INSTANTIATE_TEST_SUITE_P(On, RaceStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
