#include "changelog/generate_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "changelog/generate.hpp"
#include "support/git_repo.hpp"

namespace evenkeel::changelog {
namespace {

using testing_git::GitRepo;

struct GenerateCache : testing::Test {
  GitRepo repo;

  std::string whole(const std::string& to = "HEAD") {
    const auto repository = gitlog::Repository::open(repo.dir()).value();
    const auto history = gitlog::read_history(repository, {.to = to}).value();
    return generate_markdown(history, gitlog::main_family(history.tags));
  }
  /// The kept way says what the whole one says; whether kept text was used.
  bool same(const std::string& to = "HEAD", const std::string& program = "1") {
    bool reused = false;
    const auto text = generate_cached(gitlog::Repository::open(repo.dir()).value(), {.to = to, .program = program}, &reused);
    EXPECT_TRUE(text) << (text ? "" : text.error().message);
    EXPECT_EQ(text.value_or(""), whole(to));
    return reused;
  }
  void two_releases() {
    repo.commit("feat: lists");
    repo.tag("v1.0.0");
    repo.commit("fix: names");
    repo.git({"checkout", "-q", "-b", "side"});
    repo.commit("feat: gift cards", "side.txt");
    repo.git({"checkout", "-q", "main"});
    repo.commit("feat: colours");
    repo.git({"merge", "-q", "--no-ff", "-m", "Merge branch 'side'", "side"});
    repo.tag("v1.1.0");
    repo.commit("fix: empty carts");
  }
};

TEST_F(GenerateCache, TheNextCommitUsesWhatTheTagsHaveSettled) {
  two_releases();
  EXPECT_FALSE(same());
  EXPECT_TRUE(same()) << "nothing new";
  repo.commit("feat: wish lists");
  repo.commit("Revert \"feat: wish lists\"\n\nThis reverts commit " + repo.git({"rev-parse", "HEAD"}) + ".");
  EXPECT_TRUE(same());
  repo.git({"checkout", "-q", "-b", "old", "v1.0.0"});
  repo.commit("feat: from long ago", "old.txt");
  repo.git({"checkout", "-q", "main"});
  repo.git({"merge", "-q", "--no-ff", "-m", "Merge branch 'old'", "old"});
  EXPECT_TRUE(same()) << "a branch of an older release is merged";
}
TEST_F(GenerateCache, TagsAndForcedPushesMakeItReadAnew) {
  two_releases();
  EXPECT_FALSE(same());
  repo.tag("v1.2.0");
  EXPECT_FALSE(same()) << "a tag came";
  EXPECT_TRUE(same());
  repo.commit("feat: more");
  EXPECT_TRUE(same());
  repo.git({"reset", "-q", "--hard", "HEAD~1"});
  repo.commit("feat: something else");
  EXPECT_TRUE(same()) << "what was kept stands before the difference";
  repo.git({"reset", "-q", "--hard", "v1.1.0"});
  repo.commit("feat: another way");
  EXPECT_FALSE(same()) << "a history was replaced";
  repo.git({"tag", "-d", "v1.2.0"});
  EXPECT_FALSE(same()) << "a tag went";
}
TEST_F(GenerateCache, ATagThatWasOnAnotherBranchCountsOnceItIsMerged) {
  two_releases();
  repo.git({"checkout", "-q", "-b", "hotfix"});
  repo.commit("fix: prices", "hot.txt");
  repo.tag("v1.1.1");
  repo.git({"checkout", "-q", "main"});
  EXPECT_FALSE(same());
  repo.commit("feat: more");
  EXPECT_TRUE(same());
  repo.git({"merge", "-q", "--no-ff", "-m", "Merge branch 'hotfix'", "hotfix"});
  EXPECT_FALSE(same());
  EXPECT_TRUE(same());
}
TEST_F(GenerateCache, AnotherProgramAndADamagedFileAreNotTrusted) {
  two_releases();
  EXPECT_FALSE(same());
  EXPECT_FALSE(same("HEAD", "2"));
  EXPECT_TRUE(same("HEAD", "2"));
  for (const auto& entry : std::filesystem::directory_iterator(repo.dir() + "/.git/evenkeel")) {
    std::ofstream(entry.path(), std::ios::app) << "- Not true\n";
    EXPECT_FALSE(same("HEAD", "2"));
    std::filesystem::resize_file(entry.path(), 100);
    EXPECT_FALSE(same("HEAD", "2"));
  }
  EXPECT_TRUE(same("HEAD", "2"));
}

}  // namespace
}  // namespace evenkeel::changelog
