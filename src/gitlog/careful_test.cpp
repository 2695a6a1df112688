#include "gitlog/careful.hpp"

#include <gmock/gmock.h>

#include "gitlog/plumbing.hpp"
#include "gitlog/repository.hpp"
#include "gitlog/standing_branch.hpp"
#include "support/git_repo.hpp"

namespace evenkeel::gitlog {
namespace {

/// A repository whose own configuration names a command wherever git would run one; each leaves a file behind.
struct Hostile : testing::Test {
  testing_git::TempFolder folder;
  std::string dir = (folder.path() / "repo").string(), mark = (folder.path() / "ran").string();

  void SetUp() override {
    const auto script = fmt::format(
        "set -e; git init -q -b main {0}; cd {0}; git config user.name A; git config user.email a@b; echo 1 > a; git add a; "
        "git commit -qm one; mkdir -p .git/hooks; "
        "for h in post-checkout post-commit reference-transaction post-index-change pre-push; do printf '#!/bin/sh\\ntouch {1}-hook\\n' > "
        ".git/hooks/$h; chmod +x .git/hooks/$h; done; "
        "printf '#!/bin/sh\\ntouch {1}-monitor\\n' > .git/monitor; chmod +x .git/monitor; git config core.fsmonitor $PWD/.git/monitor; "
        "git config diff.external 'touch {1}-diff; true'; git config core.sshCommand 'touch {1}-ssh; false'; rm -f {1}-*",
        dir, mark);
    const auto made = run_process({"sh", "-c", script}, {.env = {{"GIT_CONFIG_GLOBAL", "/dev/null"}}});
    ASSERT_TRUE(made && made->ok()) << (made ? made->err : made.error().message);
  }
  std::vector<std::string> ran() {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      if (entry.path().filename().string().starts_with("ran-")) out.push_back(entry.path().filename().string());
    return out;
  }
};

TEST_F(Hostile, NothingOfTheRepositorysOwnIsRun) {
  const Git git{dir};
  const auto head = git.run({"rev-parse", "HEAD"});
  ASSERT_TRUE(head);
  const auto made = make_commit(
      git, {.base = *head, .parents = {*head}, .file = "b", .text = "2", .message = "two", .at = from_millis(1'772'000'000'000)});
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(git.run({"update-ref", "HEAD", *made, *head}));
  (void)git.says_yes({"diff", "--quiet", "HEAD", "--", "a"});
  (void)git.run({"status", "--short"});
  (void)git.run({"checkout", "-q", "HEAD", "--", "a"});
  (void)git.run({"ls-remote", "--end-of-options", "ssh://nobody@127.0.0.1:1/x"});
  const auto repository = Repository::open(dir);
  ASSERT_TRUE(repository);
  (void)repository->commits({.from = "", .to = "HEAD"});
  (void)repository->diff_size("", "HEAD");
  EXPECT_THAT(ran(), testing::IsEmpty());
}
TEST_F(Hostile, ARemoteThatIsACommandOrAnOptionIsNotRun) {
  const Git git{dir};
  for (const auto& remote : {fmt::format("ext::sh -c touch% {}-ext", mark), fmt::format("--upload-pack=touch {}-option", mark)}) {
    const auto brought = push_standing_branch(git, {.remote = remote,
                                                    .base = "main",
                                                    .branch = "news",
                                                    .head = "HEAD",
                                                    .file = "c",
                                                    .message = "m",
                                                    .text = [](const std::string& t) -> Result<std::string> { return t; },
                                                    .at = from_millis(1'772'000'000'000)});
    EXPECT_FALSE(brought) << remote;
  }
  EXPECT_THAT(ran(), testing::IsEmpty());
}
TEST_F(Hostile, ARevisionIsNeverAnOption) {
  const auto repository = Repository::open(dir);
  ASSERT_TRUE(repository);
  EXPECT_FALSE(repository->commits({.from = "", .to = "--output=" + mark + "-out"}));
  EXPECT_FALSE(repository->diff_size("", "--output=" + mark + "-out"));
  EXPECT_THAT(ran(), testing::IsEmpty());
}

}  // namespace
}  // namespace evenkeel::gitlog
