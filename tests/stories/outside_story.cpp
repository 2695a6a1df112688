// What comes at the server from outside: other sites' pages, guessers, floods, webhooks that prove nothing, other users of the machine.
#include <sys/stat.h>

#include <atomic>
#include <fstream>

#include "http/client.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

class OutsideStory : public Story {
 protected:
  static http::ClientResponse send(const World& w, const std::string& method, const std::string& path, const std::string& body,
                                   const std::vector<std::pair<std::string, std::string>>& headers) {
    static http::CurlClient client;
    http::ClientRequest request{.method = method, .url = w.server_url + path, .body = body, .deadline = std::chrono::seconds{30}};
    for (const auto& [name, value] : headers) request.headers.add(name, value);
    return client.send(request).value();
  }
  static const std::pair<std::string, std::string>& json_type() {
    static const std::pair<std::string, std::string> type{"Content-Type", "application/json"};
    return type;
  }
};

TEST_P(OutsideStory, O6_a_page_of_another_site_writes_nothing_with_a_readers_session) {
  World w{GetParam()};
  const auto signed_in = send(w, "POST", "/api/v1/session", R"({"login":"ada","password":"correct horse battery"})", {json_type()});
  ASSERT_EQ(signed_in.status, 200) << signed_in.body;
  const auto cookie = std::string(signed_in.headers.get("Set-Cookie")).substr(0, signed_in.headers.get("Set-Cookie").find(';'));
  const auto plan = R"({"version":"9.9.9","area":"shop","components":[]})";
  const auto with = [&](std::vector<std::pair<std::string, std::string>> headers) {
    headers.emplace_back("Cookie", cookie);
    return send(w, "POST", "/api/v1/releases", plan, headers).status;
  };
  EXPECT_EQ(with({json_type(), {"Origin", "https://evil.test"}}), 403);
  EXPECT_EQ(with({json_type(), {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(with({json_type()}), 403) << "a browser says where it comes from";
  EXPECT_EQ(with({{"Content-Type", "text/plain"}, {"Origin", w.server_url}}), 415);
  EXPECT_NE(with({json_type(), {"Origin", w.server_url}}), 403);
  EXPECT_EQ(send(w, "POST", "/api/v1/session", "{}", {json_type(), {"Origin", "https://evil.test"}}).status, 403) << "nor signs anybody in";
}

TEST_P(OutsideStory, O6_wrong_passwords_are_counted_over_replicas_and_restarts_by_login_and_by_place) {
  World w{GetParam()};
  const auto guess = [&](const std::string& login, int n) {
    return send(w, "POST", "/api/v1/session", fmt::format(R"({{"login":"{}","password":"guess number {}"}})", login, n), {json_type()})
        .status;
  };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(guess("ada", i), 401);
  EXPECT_EQ(guess("ada", 10), 429);
  w.restart();
  EXPECT_EQ(guess("ada", 11), 429) << "a new server counts on";
  for (int i = 0; i < 40; ++i) EXPECT_EQ(guess(fmt::format("nobody{}", i), i), 401);
  EXPECT_EQ(guess("somebody", 1), 429) << "one place guesses at many logins";
  w.advance("16m");
  EXPECT_EQ(send(w, "POST", "/api/v1/session", R"({"login":"ada","password":"correct horse battery"})", {json_type()}).status, 200);
}

TEST_P(OutsideStory, O6_a_webhook_that_proves_nothing_learns_nothing) {
  ::setenv("EVENKEEL_STORY_HOOK", "the right one", 1);
  ::unsetenv("EVENKEEL_STORY_UNSET");
  World w{GetParam(), World::small_shop() + R"yaml(connections:
  - {name: hub, kind: github, url: "https://api.git.test", hook_secret: "${env:EVENKEEL_STORY_HOOK}"}
  - {name: bare, kind: github, url: "https://api.git.test"}
  - {name: lost, kind: github, url: "https://api.git.test", hook_secret: "${env:EVENKEEL_STORY_UNSET}"}
  - {name: flags, kind: flags, url: "http://flags.test"}
)yaml"};
  const auto hook = [&](const std::string& name, const std::string& signature) {
    const auto answer = send(w, "POST", "/api/v1/hooks/merges/" + name, R"({"action":"closed"})",
                             {json_type(), {"X-GitHub-Event", "pull_request"}, {"X-Hub-Signature-256", signature}});
    return fmt::format("{} {}", answer.status, answer.body);
  };
  const auto wrong = hook("hub", "sha256=" + std::string(64, '0'));
  EXPECT_THAT(wrong, testing::StartsWith("401 "));
  for (const auto* name : {"nobody", "bare", "lost", "flags"}) EXPECT_EQ(hook(name, "sha256=" + std::string(64, '0')), wrong) << name;
  for (const auto* signature : {"", "nonsense", "sha256="}) EXPECT_EQ(hook("hub", signature), wrong) << signature;
}

TEST_P(OutsideStory, O6_a_body_is_asked_for_only_of_who_may_send_it_and_complaints_have_an_end) {
  World w{GetParam()};
  EXPECT_EQ(send(w, "POST", "/api/v1/definitions", std::string(1 << 20, ' '), {json_type()}).status, 401);
  const std::pair<std::string, std::string> mine{"Authorization", "Bearer " + w.token("ada")};
  EXPECT_EQ(send(w, "POST", "/api/v1/releases", std::string(70'000, ' '), {json_type(), mine}).status, 413);
  std::string many = "{";
  for (int i = 0; i < 3000; ++i) many += fmt::format("\"unknown{}\":1,", i);
  const auto refused = send(w, "POST", "/api/v1/releases", many + "\"version\":\"1\"}", {json_type(), mine});
  EXPECT_EQ(refused.status, 422);
  EXPECT_LE(json::parse(refused.body).value().at("errors").as_array().size(), 21u);
  EXPECT_LT(refused.body.size(), 10'000u);
}

TEST_P(OutsideStory, O6_data_that_others_can_read_are_refused_and_so_is_root_unless_it_is_allowed) {
  if (GetParam() == On::postgres) GTEST_SKIP() << "the database is no file";
  World w{GetParam()};
  struct stat found{};
  ASSERT_EQ(::stat(w.database().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  ASSERT_EQ(::stat((w.dir + "/state").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
  w.server.reset();
  const auto serve = [&](const std::string& allow) {
    ProcessOptions options{.env = {{"EVENKEEL_ALLOW_ROOT", allow}}, .deadline = std::chrono::seconds{20}};
    const auto done = run_process({evenkeel_binary(), "serve", "--db", w.database(), "--state", w.dir + "/state", "--port", "0"}, options);
    return done ? done->err + done->out : done.error().message;
  };
  ::chmod(w.database().c_str(), 0644);
  EXPECT_THAT(serve("1"), HasSubstr("chmod 600 " + w.database()));
  ::chmod(w.database().c_str(), 0600);
  ::chmod((w.dir + "/state").c_str(), 0755);
  EXPECT_THAT(serve("1"), HasSubstr("chmod 700 " + w.dir + "/state"));
  ::chmod((w.dir + "/state").c_str(), 0700);
  if (::geteuid() != 0) return;
  EXPECT_THAT(serve("0"), HasSubstr("does not run as root"));
}

/// Forty clients guess passwords at many logins for ten seconds; a load balancer asks all the while.
TEST_P(OutsideStory, O6_health_is_answered_within_100_ms_while_forty_clients_guess_passwords) {
  if (!std::getenv("EVENKEEL_SLOW")) GTEST_SKIP() << "measured in make test-slow";
  World w{GetParam(), World::small_shop(), true};
  std::atomic<bool> over = false;
  std::atomic<int> told_to_wait = 0, checked = 0;
  std::vector<std::jthread> guessers;
  guessers.reserve(40);
  for (int i = 0; i < 40; ++i)
    guessers.emplace_back([&, i] {
      http::CurlClient client;
      for (int n = 0; !over; ++n) {
        http::ClientRequest request{.method = "POST",
                                    .url = w.server_url + "/api/v1/session",
                                    .body = fmt::format(R"({{"login":"guess{}.{}","password":"guess number {}"}})", i, n, n),
                                    .deadline = std::chrono::seconds{30}};
        request.headers.set("Content-Type", "application/json");
        const auto answer = client.send(request);
        if (answer) ++(answer->status == 429 ? told_to_wait : checked);
      }
    });
  http::CurlClient balancer;
  std::vector<double> ms;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (std::chrono::steady_clock::now() < until) {
    const auto start = std::chrono::steady_clock::now();
    const auto answer = balancer.send({.url = w.server_url + "/healthz"});
    ASSERT_TRUE(answer && answer->status == 200) << (answer ? answer->body : answer.error().message);
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  over = true;
  guessers.clear();
  std::sort(ms.begin(), ms.end());
  const auto p99 = ms[ms.size() * 99 / 100];
  fmt::print(
      "healthz under 40 guessing clients: n {}, p50 {:.1f} ms, p99 {:.1f} ms, longest {:.1f} ms; {} guesses checked, {} told to wait\n",
      ms.size(), ms[ms.size() / 2], p99, ms.back(), checked.load(), told_to_wait.load());
  EXPECT_LE(p99, 100);
  EXPECT_GT(told_to_wait, 0);
}

INSTANTIATE_TEST_SUITE_P(On, OutsideStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
