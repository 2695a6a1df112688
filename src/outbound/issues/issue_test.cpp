#include "outbound/issues/issue.hpp"

namespace evenkeel::outbound {
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

const IssueQuestion question{.url = "https://api.github.com/", .token = Secret{"t0ken"}, .repository = "acme/shop", .number = 12};

TEST(ReadIssue, OfGithub) {
  OneAnswer host(200, R"({"number":12,"title":"Search is slow","state":"closed","html_url":"https://github.com/acme/shop/issues/12"})");
  const auto issue = read_issue(host, question);
  EXPECT_EQ(issue.state, IssueState::closed);
  EXPECT_EQ(issue.title, "Search is slow");
  EXPECT_EQ(issue.url, "https://github.com/acme/shop/issues/12");
  EXPECT_EQ(host.asked.url, "https://api.github.com/repos/acme/shop/issues/12");
  EXPECT_EQ(host.asked.headers.get("Authorization"), "Bearer t0ken");
}

TEST(ReadIssue, OfGitlab) {
  OneAnswer host(200, R"({"iid":12,"title":"Search is slow","state":"opened","web_url":"https://lab.test/acme/shop/-/issues/12"})");
  auto q = question;
  q.host = IssueHost::gitlab;
  q.url = "https://lab.test";
  EXPECT_EQ(read_issue(host, q).state, IssueState::open);
  EXPECT_EQ(host.asked.url, "https://lab.test/api/v4/projects/acme%2Fshop/issues/12");
  EXPECT_EQ(host.asked.headers.get("PRIVATE-TOKEN"), "t0ken");
  EXPECT_EQ(host.asked.headers.get("Authorization"), "");
}

TEST(ReadIssue, ANumberOfAPullRequestIsNone) {
  OneAnswer pull(200, R"({"number":12,"title":"x","state":"open","pull_request":{"url":"https://x"}})"), nothing(404, "");
  EXPECT_EQ(read_issue(pull, question).state, IssueState::none);
  EXPECT_EQ(read_issue(nothing, question).state, IssueState::none);
}

TEST(ReadIssue, WhatCannotBeReadIsUnknownWithTheReason) {
  const std::pair<int, const char*> answers[] = {
      {401, ""}, {403, "{}"}, {429, ""}, {500, ""}, {200, "<html>"}, {200, "[]"}, {200, R"({"state":5})"}};
  for (const auto& [status, body] : answers) {
    OneAnswer host(status, body);
    const auto issue = read_issue(host, question);
    EXPECT_EQ(issue.state, IssueState::unknown) << status << body;
    EXPECT_NE(issue.problem, "") << status << body;
    EXPECT_THAT(issue.problem, Not(HasSubstr("t0ken")));
  }
  OneAnswer script(200, R"json({"title":"x","state":"open","html_url":"javascript:alert(1)"})json");
  EXPECT_EQ(read_issue(script, question).url, "");
}

}  // namespace
}  // namespace evenkeel::outbound
