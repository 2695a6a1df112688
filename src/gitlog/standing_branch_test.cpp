#include "gitlog/standing_branch.hpp"

#include <fstream>

#include "support/git_repo.hpp"

namespace evenkeel::gitlog {
namespace {

using testing::HasSubstr;

/// A remote and a checkout of it.
struct Checkout {
  testing_git::TempFolder folder;
  std::string remote = (folder.path() / "remote.git").string(), work = (folder.path() / "work").string();
  Git there{remote}, here{work};

  Checkout() {
    (void)run_process({"git", "init", "-q", "--bare", "-b", "main", remote});
    (void)run_process({"git", "clone", "-q", remote, work});
    EXPECT_TRUE(here.run({"checkout", "-q", "-B", "main"}));
    for (const auto& [key, value] : {std::pair{"user.name", "Ci"}, std::pair{"user.email", "ci@x.test"}})
      EXPECT_TRUE(here.run({"config", key, value}));
    merge("one");
  }
  /// A commit on main, by a person; its id.
  std::string merge(const std::string& words, const std::string& file = "app.txt") {
    std::ofstream(work + "/" + file) << words << "\n";
    EXPECT_TRUE(here.run({"add", "-A"}));
    EXPECT_TRUE(here.run({"commit", "-qm", words}));
    EXPECT_TRUE(here.run({"push", "-q", "origin", "HEAD:main"}));
    return here.run({"rev-parse", "HEAD"}).value();
  }
  StandingBranch adding(const std::string& line) {
    return {.remote = "origin",
            .base = "main",
            .branch = "evenkeel/unreleased",
            .head = here.run({"rev-parse", "HEAD"}).value(),
            .file = "LOG.md",
            .message = "log\n",
            .text = [line](const std::string& standing) -> Result<std::string> {
              return standing.find(line) == std::string::npos ? standing + line + "\n" : standing;
            },
            .at = from_millis(1'772'000'000'000)};
  }
  std::string standing() const { return there.run({"show", "evenkeel/unreleased:LOG.md"}).value_or("-"); }
  /// What a person makes of the branch, in a clone of their own.
  void reword(const std::string& text) {
    const auto other = (folder.path() / "other").string();
    (void)run_process({"git", "clone", "-q", "-b", "evenkeel/unreleased", remote, other});
    std::ofstream(other + "/LOG.md") << text;
    const Git git{other};
    EXPECT_TRUE(git.run({"-c", "user.name=P", "-c", "user.email=p@x.test", "commit", "-qam", "words"}));
    EXPECT_TRUE(git.run({"push", "-q", "origin", "HEAD"}));
  }
};

TEST(StandingBranch, ComesToBeGrowsAndIsNeverMovedBack) {
  Checkout c;
  auto brought = push_standing_branch(c.here, c.adding("- One"));
  ASSERT_TRUE(brought) << brought.error().message;
  EXPECT_EQ(brought->end, Pushed::moved);
  EXPECT_TRUE(brought->differs);
  EXPECT_EQ(push_standing_branch(c.here, c.adding("- One"))->end, Pushed::current);
  c.merge("two");
  EXPECT_EQ(push_standing_branch(c.here, c.adding("- Two"))->end, Pushed::moved);
  EXPECT_EQ(c.standing(), "- One\n- Two");
  EXPECT_EQ(c.there.run({"show", "evenkeel/unreleased:app.txt"}).value(), "two") << "it stands on the newest base";
  EXPECT_EQ(c.there.run({"diff", "--name-only", "main", "evenkeel/unreleased"}).value(), "LOG.md");
  EXPECT_EQ(c.here.run({"status", "--porcelain"}).value(), "") << "the work tree is left alone";
}

TEST(StandingBranch, APersonsWordsOnItStay) {
  Checkout c;
  ASSERT_TRUE(push_standing_branch(c.here, c.adding("- One")));
  c.reword("- The first\n");
  c.merge("two");
  ASSERT_TRUE(push_standing_branch(c.here, c.adding("- Two")));
  EXPECT_EQ(c.standing(), "- The first\n- Two");
}

TEST(StandingBranch, AfterASquashItBeginsAnewOnTopOfTheBase) {
  Checkout c;
  ASSERT_TRUE(push_standing_branch(c.here, c.adding("- One")));
  c.merge("- One", "LOG.md");
  const auto none = push_standing_branch(c.here, c.adding("- One"));
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->differs);
  c.merge("two");
  ASSERT_TRUE(push_standing_branch(c.here, c.adding("- Two")));
  EXPECT_EQ(c.there.run({"diff", "--numstat", "main", "evenkeel/unreleased"}).value(), "1\t0\tLOG.md");
}

TEST(StandingBranch, WhatContradictsTheBaseIsSetAsideAndNamed) {
  Checkout c;
  ASSERT_TRUE(push_standing_branch(c.here, c.adding("- One")));
  const auto tip = c.there.run({"rev-parse", "evenkeel/unreleased"}).value();
  c.merge("Something else entirely", "LOG.md");
  const auto brought = push_standing_branch(c.here, c.adding("- Two"));
  ASSERT_TRUE(brought);
  EXPECT_EQ(brought->set_aside, tip);
  EXPECT_EQ(c.standing(), "Something else entirely\n- Two");
  EXPECT_EQ(c.there.run({"show", tip + ":LOG.md"}).value(), "- One") << "nothing is lost";
}

TEST(StandingBranch, AnOldPipelineLeavesItToTheNewOne) {
  Checkout c;
  auto old = c.adding("- One");
  c.merge("two");
  EXPECT_EQ(push_standing_branch(c.here, old)->end, Pushed::behind);
  EXPECT_EQ(c.standing(), "-");
}

TEST(StandingBranch, OfTwoAtOnceOneGoesAgain) {
  Checkout c;
  auto slow = c.adding("- Slow");
  int tries = 0;
  slow.text = [&, plain = slow.text](const std::string& standing) {
    if (tries++ == 0) { EXPECT_EQ(push_standing_branch(c.here, c.adding("- Fast"))->end, Pushed::moved) << "while this one was thinking"; }
    return plain(standing);
  };
  EXPECT_EQ(push_standing_branch(c.here, slow)->end, Pushed::moved);
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(c.standing(), "- Fast\n- Slow");
}

TEST(StandingBranch, ARemoteThatRefusesSaysWhy) {
  Checkout c;
  std::ofstream(c.remote + "/hooks/pre-receive") << "#!/bin/sh\necho 'the branch is protected' >&2; exit 1\n";
  std::filesystem::permissions(c.remote + "/hooks/pre-receive", std::filesystem::perms::owner_all);
  const auto refused = push_standing_branch(c.here, c.adding("- One"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("the branch is protected"));
  auto lost = c.adding("- One");
  lost.base = "trunk";
  EXPECT_THAT(push_standing_branch(c.here, lost).error().message, HasSubstr("has no branch trunk"));
}

}  // namespace
}  // namespace evenkeel::gitlog
