#include <gmock/gmock.h>

#include "integrations/github/inbound.hpp"
#include "support/canned_client.hpp"

namespace evenkeel::integrations {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* merged = R"({"action":"closed","pull_request":{"merged":true,"number":7,"title":"feat: wish lists","body":"b",
"merge_commit_sha":"0123456789abcdef0123456789abcdef01234567","merged_at":"2026-02-25T06:10:00Z","user":{"login":"ada"},
"labels":[{"name":"ui"}],"base":{"ref":"main"}},"repository":{"full_name":"acme/shop","default_branch":"main"}})";

TEST(GitHub, AMergeIsReadAndNothingElseIs) {
  const auto merge = github::read_merge(json::parse(merged).value()).value().value();
  EXPECT_EQ(merge.commit, "0123456789abcdef0123456789abcdef01234567");
  EXPECT_THAT(merge.repositories, ElementsAre("acme/shop"));
  EXPECT_THAT(merge.labels, ElementsAre("ui"));
  EXPECT_EQ(merge.number + " " + merge.author + " " + merge.branch, "7 ada main");
  for (const auto* other : {"{}", "[]", R"({"action":"opened"})", R"({"action":"closed","pull_request":{"merged":false}})"})
    EXPECT_FALSE(github::read_merge(json::parse(other).value()).value()) << other;
  EXPECT_FALSE(github::read_merge(json::parse(R"({"action":"closed","pull_request":{"merged":true}})").value()));
}
TEST(GitHub, AWebhookIsProvenWithTheHookSecretOfTheMoment) {
  const auto hook = github::merge_hook("${env:EVENKEEL_TEST_HOOK}");
  ::unsetenv("EVENKEEL_TEST_HOOK");
  const auto header = [](std::string_view) { return std::string("sha256=00"); };
  EXPECT_EQ(hook->prove(header, "{}", {}).error().kind, ErrorKind::unavailable);
  ::setenv("EVENKEEL_TEST_HOOK", "s3cret", 1);
  EXPECT_EQ(hook->prove(header, "{}", {}).error().kind, ErrorKind::unauthenticated);
  EXPECT_EQ(github::merge_hook("")->prove(header, "{}", {}).error().kind, ErrorKind::unavailable) << "an empty secret proves nothing";
  ::unsetenv("EVENKEEL_TEST_HOOK");
}
TEST(GitHub, ATestSaysWhatTheTokenMay) {
  testing_http::CannedClient client;
  client.answer = [](const auto&) {
    return http::ClientResponse{200, {{"X-OAuth-Scopes", "repo, read:org"}}, R"({"rate":{"remaining":4999}})"};
  };
  const auto tested = client.open("github", {{"url", "https://api.github.com"}, {"secret", "t0ken"}}).test({});
  EXPECT_EQ(tested.authenticated, true);
  EXPECT_THAT(tested.may, ElementsAre("scopes: repo, read:org"));
  EXPECT_THAT(tested.saw, HasSubstr("4999 more"));
  client.says(200, "<html>");
  EXPECT_THAT(client.open("github", {{"url", "https://github.com"}}).test({}).next_step, HasSubstr("https://api.github.com"));
}

}  // namespace
}  // namespace evenkeel::integrations
