#include "comms/changelog_file.hpp"

#include <fstream>

#include "support/git_repo.hpp"

namespace evenkeel::comms {
namespace {

using capabilities::DeliveryEnd;
using changelog::Type;
using testing::HasSubstr;
using testing::Not;
using testing_git::GitRepo;
using testing_git::TempFolder;

const FileEdit edit{"2.0.0", "2026-02-25", {{Type::added, "Wish lists", false}, {Type::removed, "v1 keys", true}}};
const SysTime at = from_millis(1'772'000'000'000);

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(ChangelogFile, BeginsAFileAndCutsTheRelease) {
  const auto text = edited_file("", edit).value();
  EXPECT_THAT(
      text,
      HasSubstr("## [Unreleased]\n\n## [2.0.0] - 2026-02-25\n\n### Added\n\n- Wish lists\n\n### Removed\n\n- **Breaking:** v1 keys\n"));
  EXPECT_EQ(edited_file(text, edit).value(), text);
  EXPECT_THAT(edited_file(text, {.version = "2.0.0", .yank = true}).value(), HasSubstr("## [2.0.0] - 2026-02-25 [YANKED]"));
}
TEST(ChangelogFile, TakesWhatStandsUnderUnreleasedAlong) {
  const auto text =
      edited_file("# Log\n\n## Unreleased\n\n### Added\n\n- Wish lists\n- Gift cards\n\n## 1.9.0 - 2026-01-01\n\n- x\n", edit).value();
  EXPECT_THAT(text, HasSubstr("- Wish lists\n- Gift cards\n"));
  EXPECT_EQ(text.find("- Wish lists"), text.rfind("- Wish lists"));
}
TEST(ChangelogFile, IsNotWrittenWhereTheReleaseWouldBeLost) {
  EXPECT_EQ(edited_file("```", edit).error().kind, ErrorKind::invalid);
  EXPECT_EQ(edited_file("# Log\n\n<!-- draft\n", edit).error().kind, ErrorKind::invalid);
}
TEST(ChangelogFile, InAFolderIsWrittenOnce) {
  const TempFolder folder;
  const auto path = (folder.path() / "CHANGELOG.md").string();
  ASSERT_EQ(edit_in_folder(path, edit).end, DeliveryEnd::delivered);
  const auto text = read(path);
  EXPECT_EQ(edit_in_folder(path, edit).end, DeliveryEnd::delivered);
  EXPECT_EQ(read(path), text);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  EXPECT_EQ(edit_in_folder((folder.path() / "no" / "such" / "folder.md").string(), edit).end, DeliveryEnd::retry);
}
TEST(ChangelogFile, WhatCannotBeReadIsNoEmptyFile) {
  const TempFolder folder;
  const auto path = (folder.path() / "CHANGELOG.md").string();
  std::filesystem::create_directory(path);
  EXPECT_EQ(edit_in_folder(path, edit).end, DeliveryEnd::retry);
  GitRepo repo;
  repo.commit("first", "CHANGELOG.md", "# Log\n\n## 1.0.0 - 2026-01-01\n\n- First\n");
  const auto head = repo.git({"rev-parse", "HEAD"}), blob = repo.git({"rev-parse", "HEAD:CHANGELOG.md"});
  std::filesystem::remove(std::filesystem::path(repo.dir()) / ".git" / "objects" / blob.substr(0, 2) / blob.substr(2));
  EXPECT_EQ(edit_in_git(repo.dir(), {.version = "2.0.0", .date = "2026-02-25", .file = "CHANGELOG.md"}, "com_1", at).end,
            DeliveryEnd::retry);
  EXPECT_EQ(repo.git({"rev-parse", "HEAD"}), head);
}
TEST(ChangelogFile, InGitIsOneCommitWhoeverAsksAgain) {
  GitRepo repo;
  repo.commit("first", "app.txt", "mine\n");
  std::ofstream(std::filesystem::path(repo.dir()) / "app.txt") << "unsaved\n";
  const auto first = edit_in_git(repo.dir(), edit, "com_1", at);
  ASSERT_EQ(first.end, DeliveryEnd::delivered) << first.reason;
  EXPECT_EQ(first.receipt, repo.git({"rev-parse", "HEAD"}));
  EXPECT_EQ(edit_in_git(repo.dir(), edit, "com_1", at).receipt, first.receipt);
  EXPECT_EQ(repo.git({"rev-list", "--count", "HEAD"}), "2");
  EXPECT_EQ(repo.git({"log", "-1", "--format=%an <%ae> %cd %(trailers:key=Evenkeel-Communication,valueonly)", "--date=unix"}),
            "Evenkeel <evenkeel@localhost> 1772000000 com_1");
  EXPECT_EQ(repo.git({"diff", "--name-only", "HEAD~1", "HEAD"}), "CHANGELOG.md");
  EXPECT_THAT(read(std::filesystem::path(repo.dir()) / "CHANGELOG.md"), HasSubstr("2.0.0"));
  EXPECT_EQ(read(std::filesystem::path(repo.dir()) / "app.txt"), "unsaved\n");
  EXPECT_EQ(repo.git({"status", "--porcelain"}), " M app.txt");
}
TEST(ChangelogFile, InGitLeavesUnsavedWordsOfAPersonAlone) {
  GitRepo repo;
  repo.commit("first", "CHANGELOG.md", "# Changelog\n\n## 1.9.0\n\n- x\n");
  std::ofstream(std::filesystem::path(repo.dir()) / "CHANGELOG.md") << "half a thought\n";
  ASSERT_EQ(edit_in_git(repo.dir(), edit, "com_1", at).end, DeliveryEnd::delivered);
  EXPECT_EQ(read(std::filesystem::path(repo.dir()) / "CHANGELOG.md"), "half a thought\n");
  EXPECT_THAT(repo.git({"show", "HEAD:CHANGELOG.md"}), HasSubstr("- Wish lists"));
}
TEST(ChangelogFile, InGitWorksInBareAndEmptyRepositories) {
  const TempFolder folder;
  ASSERT_TRUE(run_process({"git", "init", "-q", "--bare", "-b", "main", folder.path().string()})->ok());
  const auto first = edit_in_git(folder.path().string(), edit, "com_1", at);
  ASSERT_EQ(first.end, DeliveryEnd::delivered) << first.reason;
  EXPECT_EQ(edit_in_git(folder.path().string(), edit, "com_1", at).receipt, first.receipt);
  const TempFolder none;
  EXPECT_EQ(edit_in_git(none.path().string(), edit, "com_1", at).end, DeliveryEnd::refused);
}

}  // namespace
}  // namespace evenkeel::comms
