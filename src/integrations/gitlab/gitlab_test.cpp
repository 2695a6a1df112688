#include <gmock/gmock.h>

#include "integrations/gitlab/inbound.hpp"
#include "support/canned_client.hpp"

namespace evenkeel::integrations {
namespace {

using testing::ElementsAre;

TEST(GitLab, AMergeIsReadAndNothingElseIs) {
  const auto event = [](const std::string& action, const std::string& commits) {
    return json::parse(R"({"object_kind":"merge_request","user":{"username":"ada"},"project":{"path_with_namespace":"acme/shop",)"
                       R"("default_branch":"main"},"labels":[{"title":"ui"}],"object_attributes":{"action":")" +
                       action + R"(","iid":7,"title":"wish lists","target_branch":"main",)" + commits + "}}")
        .value();
  };
  const std::string sha = "0123456789abcdef0123456789abcdef01234567";
  for (const auto& commits :
       {R"("merge_commit_sha":")" + sha + "\"", R"("squash_commit_sha":")" + sha + "\"", R"("last_commit":{"id":")" + sha + "\"}"}) {
    const auto merge = gitlab::read_merge(event("merge", commits)).value().value();
    EXPECT_EQ(merge.commit, sha) << commits;
    EXPECT_THAT(merge.labels, ElementsAre("ui"));
  }
  EXPECT_FALSE(gitlab::read_merge(event("open", R"("x":1)")).value());
  EXPECT_FALSE(gitlab::read_merge(event("merge", R"("x":1)"))) << "a merge without its commit";
}
TEST(GitLab, ATestSaysWhatTheTokenMay) {
  testing_http::CannedClient client;
  client.says(200, R"({"scopes":["read_api"],"expires_at":"2027-01-01"})");
  const auto tested = client.open("gitlab", {{"url", "https://lab.test"}, {"secret", "t0ken"}}).test({});
  EXPECT_EQ(client.asked.at(0).url, "https://lab.test/api/v4/personal_access_tokens/self");
  EXPECT_THAT(tested.may, ElementsAre("read_api"));
  EXPECT_THAT(tested.saw, testing::HasSubstr("2027-01-01"));
}

}  // namespace
}  // namespace evenkeel::integrations
