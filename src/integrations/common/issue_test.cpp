#include "integrations/common/issue.hpp"

#include <gmock/gmock.h>

#include "app/integrations.hpp"
#include "capabilities/tracker.hpp"

namespace evenkeel::integrations {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Answers every question alike, and remembers it.
class OneAnswer final : public http::HttpClient {
 public:
  OneAnswer(int status, std::string body) : answer_{.status = status, .body = std::move(body)} {}
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    asked = request;
    return answer_;
  }
  http::ClientRequest asked;

 private:
  http::ClientResponse answer_;
};

Issue read(OneAnswer& host, const std::string& kind = "github", const std::string& url = "https://api.github.com/") {
  ::setenv("EVENKEEL_TEST_HOST_TOKEN", "t0ken", 1);
  return app::OpenConnections{host}
      .open({"host", kind, {{"url", url}, {"secret", "${env:EVENKEEL_TEST_HOST_TOKEN}"}}})
      .value()
      .tracker->read("acme/shop", 12);
}

TEST(ReadIssue, OfGithub) {
  OneAnswer host(200, R"({"number":12,"title":"Search is slow","state":"closed","html_url":"https://github.com/acme/shop/issues/12"})");
  const auto issue = read(host);
  EXPECT_EQ(issue.state, IssueState::closed);
  EXPECT_EQ(issue.title, "Search is slow");
  EXPECT_EQ(issue.url, "https://github.com/acme/shop/issues/12");
  EXPECT_EQ(host.asked.url, "https://api.github.com/repos/acme/shop/issues/12");
  EXPECT_EQ(host.asked.headers.get("Authorization"), "Bearer t0ken");
}

TEST(ReadIssue, OfGitlab) {
  OneAnswer host(200, R"({"iid":12,"title":"Search is slow","state":"opened","web_url":"https://lab.test/acme/shop/-/issues/12"})");
  EXPECT_EQ(read(host, "gitlab", "https://lab.test").state, IssueState::open);
  EXPECT_EQ(host.asked.url, "https://lab.test/api/v4/projects/acme%2Fshop/issues/12");
  EXPECT_EQ(host.asked.headers.get("PRIVATE-TOKEN"), "t0ken");
  EXPECT_EQ(host.asked.headers.get("Authorization"), "");
}

TEST(ReadIssue, ANumberOfAPullRequestIsNone) {
  OneAnswer pull(200, R"({"number":12,"title":"x","state":"open","pull_request":{"url":"https://x"}})"), nothing(404, "");
  EXPECT_EQ(read(pull).state, IssueState::none);
  EXPECT_EQ(read(nothing).state, IssueState::none);
}

TEST(ReadIssue, WhatCannotBeReadIsUnknownWithTheReason) {
  const std::pair<int, const char*> answers[] = {
      {401, ""}, {403, "{}"}, {429, ""}, {500, ""}, {200, "<html>"}, {200, "[]"}, {200, R"({"state":5})"}, {200, R"({"state":"t0ken"})"}};
  for (const auto& [status, body] : answers) {
    OneAnswer host(status, body);
    const auto issue = read(host);
    EXPECT_EQ(issue.state, IssueState::unknown) << status << body;
    EXPECT_NE(issue.problem, "") << status << body;
    EXPECT_THAT(issue.problem, Not(HasSubstr("t0ken")));
  }
  OneAnswer script(200, R"json({"title":"x","state":"open","html_url":"javascript:alert(1)"})json");
  EXPECT_EQ(read(script).url, "");
}

TEST(HostOf, IsTheRepositorysHostToo) {
  EXPECT_EQ(host_of("https://api.github.com/"), "github.com");
  EXPECT_EQ(host_of("https://u:p@lab.test:8443/api/v4"), "lab.test:8443");
}

}  // namespace
}  // namespace evenkeel::integrations
