#include "http/client.hpp"

#include <gtest/gtest.h>

#include "http/server.hpp"

namespace evenkeel::http {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<Server> serve(Handler handler) { return Server::start({}, std::move(handler)).value(); }
std::string url(const Server& server, std::string_view rest) {
  return "http://127.0.0.1:" + std::to_string(server.port()) + std::string(rest);
}

TEST(HttpClient, SendsMethodHeadersAndBodyAndReadsTheAnswer) {
  const auto server = serve([](const Request& r) {
    auto answer = Response::json(r.method + "|" + std::string(r.headers.get("X-Key")) + "|" + r.body + "|" + r.query.at("q"), 201);
    answer.headers.set("Location", "/made");
    return answer;
  });
  CurlClient client;
  for (const auto* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const auto answer = client.send({.method = method, .url = url(*server, "/?q=z"), .headers = {{"X-Key", "k"}}, .body = "text"});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->body, std::string(method) + "|k|text|z");
    EXPECT_EQ(answer->headers.get("location"), "/made");
  }
  EXPECT_EQ(client.send({.method = "HEAD", .url = url(*server, "/?q=z")})->body, "");
}
TEST(HttpClient, RedirectsAreFollowedOnlyWhenAskedAndOnlyToHttp) {
  const auto server = serve([](const Request& r) {
    return r.path == "/from"   ? Response::redirect("/to")
           : r.path == "/file" ? Response::redirect("file:///etc/passwd")
                               : Response::text("arrived");
  });
  CurlClient client;
  EXPECT_EQ(client.send({.url = url(*server, "/from")})->status, 303);
  EXPECT_EQ(client.send({.url = url(*server, "/from"), .follow = 1})->body, "arrived");
  EXPECT_FALSE(client.send({.url = url(*server, "/file"), .follow = 1}));
}
TEST(HttpClient, ARefusedConnectionIsUnavailableAndShowsNoSecret) {
  std::uint16_t port = 0;
  {
    port = serve([](const Request&) { return Response{}; })->port();
  }
  CurlClient client;
  const auto failed = client.send({.url = "http://user:pass1@127.0.0.1:" + std::to_string(port) + "/x?token=pass2#pass3",
                                   .headers = {{"Authorization", "Bearer pass4"}}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(failed.error().message, testing::AllOf(testing::HasSubstr("/x?token=..."), testing::Not(testing::HasSubstr("pass")),
                                                     testing::Not(testing::HasSubstr("user"))));
}
TEST(HttpClient, ASilentServerEndsAtTheDeadlineWithAnUnknownEnd) {
  std::mutex gate;
  std::unique_lock closed{gate};
  const auto server = serve([&](const Request&) {
    const std::scoped_lock wait{gate};
    return Response::text("late");
  });
  CurlClient client;
  const auto late = client.send({.method = "POST", .url = url(*server, "/"), .body = "x", .deadline = 100ms});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::unknown);
  EXPECT_THAT(late.error().message, testing::HasSubstr("100ms"));
  std::stop_source stop;
  std::jthread stopper{[&] { stop.request_stop(); }};
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(client.send({.url = url(*server, "/")}, stop.get_token()));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  closed.unlock();
}
TEST(HttpClient, OtherSchemesAndBrokenHeadersAreInvalid) {
  CurlClient client;
  for (const auto* bad : {"file:///etc/passwd", "ftp://x/", "gopher://x", "", "/path"})
    EXPECT_EQ(client.send({.url = bad}).error().kind, ErrorKind::invalid) << bad;
  EXPECT_EQ(client.send({.url = "http://127.0.0.1:1/", .headers = {{"X", "a\r\nY: b"}}}).error().kind, ErrorKind::invalid);
}
TEST(HttpClient, ShownUrlsKeepWhatHelpsAndDropWhatIsSecret) {
  EXPECT_EQ(shown_url("https://u:p@h:1/a/b?k=v&l=w#f"), "https://h:1/a/b?k=...&l=...");
  EXPECT_EQ(shown_url("https://hooks.example/services/T/B/xyz", true), "https://hooks.example/...");
  EXPECT_EQ(shown_url("https://h/a@b"), "https://h/a@b");
}

}  // namespace
}  // namespace evenkeel::http
