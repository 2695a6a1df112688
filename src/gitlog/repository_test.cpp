#include "gitlog/repository.hpp"

#include <gtest/gtest.h>

#include "support/git_repo.hpp"

namespace evenkeel::gitlog {
namespace {

TEST(Repository, SaysWhatIsNotARepository) {
  const testing_git::TempFolder empty;
  EXPECT_THAT(Repository::open(empty.path().string()).error().message, testing::HasSubstr("not a git repository"));
  EXPECT_THAT(Repository::open("/no/such/folder").error().message, testing::HasSubstr("not a folder"));
}
TEST(Repository, ARepositoryWithoutCommitsIsSaidToBeEmpty) {
  testing_git::GitRepo git;
  EXPECT_THAT(Repository::open(git.dir()).value().commits({}).error().message, testing::HasSubstr("no commit yet"));
}
TEST(Repository, WalksARangeNewestFirstAndFilesOldestFirst) {
  testing_git::GitRepo git;
  const auto first = git.commit("first\n\nwith a body", "a.txt", "1\n2\n");
  const auto second = git.commit("second", "b é.txt", "x\n");
  const auto repository = Repository::open(git.dir()).value();
  const auto all = repository.commits({}).value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].sha, second);
  EXPECT_EQ(all[1].body(), "with a body");
  EXPECT_EQ(repository.commits({.from = first}).value().size(), 1u);
  std::string files;
  ASSERT_TRUE(repository.walk_numstat({}, [&](Commit&& c) {
    for (const auto& f : c.files) files += f.path + "+" + std::to_string(f.added) + ";";
    return true;
  }));
  EXPECT_EQ(files, "a.txt+2;b é.txt+1;");
  EXPECT_EQ(repository.diff_size("", "HEAD").value().lines_added, 3);
  EXPECT_EQ(repository.diff_size(first, second).value().files, 1);
  EXPECT_EQ(repository.file("HEAD", "a.txt").value(), "1\n2\n");
  EXPECT_EQ(repository.file("HEAD", "none").value(), std::nullopt);
}
TEST(Repository, RevisionsThatLookLikeOptionsAreNoOptions) {
  testing_git::GitRepo git;
  git.commit("first");
  const auto wrong = Repository::open(git.dir()).value().commits({.to = "--output=/tmp/x"});
  EXPECT_THAT(wrong.error().message, testing::HasSubstr("names no commit"));
}
TEST(Repository, TagsTellTheirCommitThroughAnnotations) {
  testing_git::GitRepo git;
  const auto commit = git.commit("first");
  git.tag("v0.1.0");
  git.git({"tag", "-a", "-m", "Release one\n\nmore", "v1.0.0"});
  git.git({"tag", "-a", "-m", "again", "v1.0.0-copy", "v1.0.0"});
  const auto tags = Repository::open(git.dir()).value().tags().value();
  ASSERT_EQ(tags.size(), 3u);
  for (const auto& tag : tags) EXPECT_EQ(tag.target, commit) << tag.name;
  EXPECT_FALSE(tags[0].annotated);
  EXPECT_EQ(tags[1].subject, "Release one");
}

}  // namespace
}  // namespace evenkeel::gitlog
