#include "changelog/draft.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::changelog {
namespace {

std::string told(const std::vector<MergedChange>& changes, const std::vector<MergedChange>& older = {}) {
  std::string out;
  for (const auto& e : draft_entries(changes, older)) {
    for (const auto& id : e.changes) out += id + " ";
    out +=
        e.type ? std::string(json::enum_text(*e.type)) + (e.breaking ? "!" : "") + " " + e.text : "- " + e.not_notable_reason.value_or("?");
    out += "\n";
  }
  return out;
}

TEST(Draft, TheTrailerDecidesThenTheTypeThenTheWords) {
  EXPECT_EQ(told({{"a", "chore: x\n\nChangelog: security"}}), "a security X\n");
  EXPECT_EQ(told({{"a", "feat: x\n\nChangelog: none"}}), "a - its author marked it as not notable\n");
  EXPECT_EQ(told({{"a", "feat(api): list releases"}}), "a added api: list releases\n");
  EXPECT_EQ(told({{"a", "docs: explain"}}), "a - docs: concerns the documentation only\n");
  EXPECT_EQ(told({{"a", "Add a thing."}, {"b", "parser: fix a crash"}, {"c", "Make it faster"}, {"d", "Bump foo from 1 to 2"}}),
            "a added Add a thing\nb fixed parser: fix a crash\nc changed Make it faster\nd - updates a dependency\n");
  EXPECT_EQ(told({{"a", "wip", "fix: the title of the pull request", {}}, {"b", "anything", "", {"changelog: deprecated"}}}),
            "a fixed The title of the pull request\nb deprecated Anything\n");
}
TEST(Draft, ABreakingChangeIsAlwaysNotable) {
  EXPECT_EQ(told({{"a", "refactor!: drop the old call\n\nBREAKING CHANGE: use the new\ncall."}}),
            "a changed! Drop the old call. use the new call.\n");
}
TEST(Draft, ARevertInsideTheRangeRemovesBoth) {
  EXPECT_EQ(told({{"ccccccc1", "Revert \"feat: x\"\n\nThis reverts commit bbbbbbb2."}, {"bbbbbbb2", "feat: x"}}),
            "ccccccc1 - takes back bbbbbbb2 inside this release\nbbbbbbb2 - taken back by ccccccc1 inside this release\n");
  EXPECT_EQ(told({{"ccccccc1", "Revert \"feat: x\" (#3)\n\nThis reverts commit deadbeef."},
                  {"bbbbbbb2", "feat: x"}}),  // the id got lost in a squash
            "ccccccc1 - takes back bbbbbbb2 inside this release\nbbbbbbb2 - taken back by ccccccc1 inside this release\n");
}
TEST(Draft, ARevertOfTheRevertGivesTheChangeBack) {
  EXPECT_EQ(
      told({{"ddddddd1", "Revert \"Revert \"feat: x\"\"\n\nThis reverts commit ccccccc1."},
            {"ccccccc1", "Revert \"feat: x\"\n\nThis reverts commit bbbbbbb2."},
            {"bbbbbbb2", "feat: x"}}),
      "ddddddd1 - takes back ccccccc1 inside this release\nccccccc1 - taken back by ddddddd1 inside this release\nbbbbbbb2 added X\n");
}
TEST(Draft, ARevertOfAnOlderReleaseIsAnEntry) {
  EXPECT_EQ(told({{"c", "Revert \"feat: x\"\n\nThis reverts commit 0123456789."}}), "c changed Revert: feat: x\n");
}
TEST(Draft, TheIdCountsWhateverTheTitleSays) {
  EXPECT_EQ(told({{"ccccccc1", "fix: take the export back\n\nThis reverts commit bbbbbbb2."}, {"bbbbbbb2", "feat: x"}}),
            "ccccccc1 - takes back bbbbbbb2 inside this release\nbbbbbbb2 - taken back by ccccccc1 inside this release\n");
  EXPECT_EQ(
      told({{"ddddddd1", "Back out two\n\nThis reverts commits bbbbbbb2 and\nccccccc1."}, {"ccccccc1", "fix: y"}, {"bbbbbbb2", "feat: x"}}),
      "ddddddd1 - takes back bbbbbbb2 inside this release\nccccccc1 - taken back by ddddddd1 inside this release\n"
      "bbbbbbb2 - taken back by ddddddd1 inside this release\n");
  EXPECT_EQ(told({{"ddddddd1", "Back out two\n\nThis reverts commits bbbbbbb2 and 0123456789."}, {"bbbbbbb2", "feat: x"}}),
            "ddddddd1 changed Back out two\nbbbbbbb2 - taken back by ddddddd1 inside this release\n")
      << "one of them is out already";
  EXPECT_EQ(told({{"ccccccc1", "revert(api)!: x\n\nRefs: bbbbbbb2"}, {"bbbbbbb2", "feat: y"}}),
            "ccccccc1 - takes back bbbbbbb2 inside this release\nbbbbbbb2 - taken back by ccccccc1 inside this release\n");
}
TEST(Draft, ReapplyGivesBack) {
  const std::string again = "Reapply \"feat: x\"\n\nThis reverts commit ccccccc1.",
                    back = "Revert \"feat: x\"\n\nThis reverts commit bbbbbbb2.";
  EXPECT_EQ(
      told({{"ddddddd1", again}, {"ccccccc1", back}, {"bbbbbbb2", "feat: x"}}),
      "ddddddd1 - takes back ccccccc1 inside this release\nccccccc1 - taken back by ddddddd1 inside this release\nbbbbbbb2 added X\n");
  EXPECT_EQ(told({{"ddddddd1", again}, {"ccccccc1", back}}),
            "ddddddd1 - takes back ccccccc1 inside this release\nccccccc1 - taken back by ddddddd1 inside this release\n")
      << "released, taken back and given back: nothing to tell";
  EXPECT_EQ(told({{"ddddddd1", again}}), "ddddddd1 added X\n") << "what an older release took back is there again";
  EXPECT_EQ(told({{"eeeeeee1", "Revert \"Reapply \"feat: x\"\"\n\nThis reverts commit ddddddd1."}, {"ddddddd1", again}}),
            "eeeeeee1 - takes back ddddddd1 inside this release\nddddddd1 - taken back by eeeeeee1 inside this release\n");
  EXPECT_EQ(
      told({{"ddddddd1", "Reapply \"feat: x (#1)\" (#3)"}, {"ccccccc1", "Revert \"feat: x (#1)\" (#2)"}, {"bbbbbbb2", "feat: x (#1)"}}),
      "ddddddd1 - takes back ccccccc1 inside this release\nccccccc1 - taken back by ddddddd1 inside this release\nbbbbbbb2 added X (#1)\n")
      << "without ids";
}
TEST(Draft, WhatStoodBeforeAndIsGoneIsToldWhateverTheTitle) {
  const std::vector<MergedChange> older{{"aaaaaaa1", "feat: export orders"}};
  EXPECT_EQ(told({{"bbbbbbb2", "chore: back out\n\nThis reverts commit aaaaaaa1."}}, older),
            "bbbbbbb2 changed Revert: feat: export orders\n");
  EXPECT_EQ(told({{"bbbbbbb2", "fix: take it back\n\nThis reverts commit aaaaaaa1."}}, older),
            "bbbbbbb2 fixed Take it back (reverts: feat: export orders)\n");
  EXPECT_EQ(told({{"bbbbbbb2", "chore: back out\n\nThis reverts commit aaaaaaa1.\n\nChangelog: none"}}, older),
            "bbbbbbb2 - its author marked it as not notable\n");
  EXPECT_EQ(
      told({{"ccccccc3", "undo\n\nThis reverts commit bbbbbbb2."}, {"bbbbbbb2", "fix: take it back\n\nThis reverts commit aaaaaaa1."}},
           older),
      "ccccccc3 - takes back bbbbbbb2 inside this release\nbbbbbbb2 - taken back by ccccccc3 inside this release\n");
}
TEST(Draft, WhatWasGoneAndStandsAgainIsToldAgain) {
  const std::vector<MergedChange> older{{"bbbbbbb2", "fix: take it back\n\nThis reverts commit aaaaaaa1."},
                                        {"aaaaaaa1", "feat: export orders"}};
  EXPECT_EQ(told({{"ccccccc3", "chore: undo\n\nThis reverts commit bbbbbbb2."}}, older), "ccccccc3 added Export orders\n");
  EXPECT_EQ(told({{"ddddddd4", "chore: no\n\nThis reverts commit ccccccc3."}, {"ccccccc3", "chore: undo\n\nThis reverts commit bbbbbbb2."}},
                 older),
            "ddddddd4 - takes back ccccccc3 inside this release\nccccccc3 - taken back by ddddddd4 inside this release\n");
}
TEST(Draft, TheLastThatHadAHandInItDecides) {
  // Taken back twice (once by id of the feature itself), given back once: as the tree has it, it stands.
  EXPECT_THAT(told({{"eeeeeee5", "b\n\nThis reverts commit bbbbbbb2."},
                    {"ddddddd4", "a\n\nThis reverts commit aaaaaaa1."},
                    {"bbbbbbb2", "Revert \"feat: x\"\n\nThis reverts commit aaaaaaa1."},
                    {"aaaaaaa1", "feat: x"}}),
              testing::HasSubstr("aaaaaaa1 added X\n"));
}
TEST(Draft, ARequestIsTakenBackByItsNumber) {
  EXPECT_EQ(told({{"c", "Revert \"the export\" (#12)\n\nReverts acme/shop#11"}, {"b", "feat: export orders (#11)"}}),
            "c - takes back b inside this release\nb - taken back by c inside this release\n");
}
TEST(Draft, AMergeOfARevertIsOne) {
  EXPECT_EQ(told({{"c", "Auto merge of #12 - x:y, r=z\n\nRevert \"Export\"\n\nReverts https://github.com/acme/shop/pull/11\n"},
                  {"b", "Auto merge of #11 - x:w, r=z\n\nExport orders"}}),
            "c - takes back b inside this release\nb - taken back by c inside this release\n");
}
TEST(Draft, ARevertedMergeTakesWhatOnlyItBroughtIn) {
  // m merges the branch x1, x2 into a1 <- a2; the revert names the side that stays.
  const auto changes = [](const std::string& last) {
    return std::vector<MergedChange>{{"eeeeeee1", last, {}, {}, {"aaaaaa33"}},
                                     {"aaaaaa33", "fix: behind it", {}, {}, {"ddddddd1"}},
                                     {"ddddddd1", "Merge branch 'x'", {}, {}, {"aaaaaa22", "bbbbbb22"}},
                                     {"aaaaaa22", "feat: stays", {}, {}, {"aaaaaa11"}},
                                     {"bbbbbb22", "feat: goes too", {}, {}, {"bbbbbb11"}},
                                     {"bbbbbb11", "feat: goes", {}, {}, {"aaaaaa11"}},
                                     {"aaaaaa11", "feat: before both", {}, {}, {}}};
  };
  EXPECT_EQ(
      told(changes("Revert \"Merge branch 'x'\"\n\nThis reverts commit ddddddd1, reversing\nchanges made to aaaaaa22.")),
      "eeeeeee1 - takes back ddddddd1 inside this release\naaaaaa33 fixed Behind it\nddddddd1 - taken back by eeeeeee1 inside this "
      "release\n"
      "aaaaaa22 added Stays\nbbbbbb22 - taken back by eeeeeee1 inside this release\nbbbbbb11 - taken back by eeeeeee1 inside this release\n"
      "aaaaaa11 added Before both\n");
}
TEST(Draft, ASquashThatRevertsAmongOtherThingsStaysIn) {
  EXPECT_EQ(told({{"c", "feat: y (#9)\n\n* Revert \"x\"\n\nThis reverts commit bbbbbbb2."}, {"bbbbbbb2", "feat: x"}}),
            "c added Y (#9)\nbbbbbbb2 - taken back by c inside this release\n");
}
TEST(Draft, AMergeAndItsCommitMakeOneEntry) {
  EXPECT_EQ(told({{"m", "Merge pull request #7 from a/b\n\nShow the owner"}, {"b", "feat: show the owner"}}), "m b added Show the owner\n");
  EXPECT_EQ(told({{"m", "Merge pull request #7 from a/b\n\nOwner page"}, {"b", "feat: show the owner (#7)"}}),
            "m b added Show the owner (#7)\n");
  EXPECT_EQ(told({{"m", "Merge branch 'x'"}, {"b", "feat: show"}}), "m - a merge without words of its own\nb added Show\n");
  EXPECT_EQ(told({{"a", "fix: one (#7)"}, {"b", "fix: two (#7)"}}), "a fixed One (#7)\nb fixed Two (#7)\n");
}

TEST(Draft, UpkeepIsNotNotableByItsScopeItsWordsOrItsFiles) {
  const auto reason = [](const std::string& message, std::vector<std::string> files = {}) {
    return draft_entries({{.id = "a", .message = message, .files = std::move(files)}}).at(0).not_notable_reason.value_or("");
  };
  EXPECT_EQ(reason("fix(ci): run on main"), "concerns the pipeline only");
  EXPECT_EQ(reason("fix(release): name the archive"), "makes the release itself");
  EXPECT_EQ(reason("# Conflicts: src/a.c"), "settles a merge");
  EXPECT_EQ(reason("Resolve merge conflict in parser"), "settles a merge");
  EXPECT_EQ(reason("feat: say more", {".github/workflows/a.yml", ".github/CODEOWNERS"}), "concerns the pipeline only");
  EXPECT_EQ(reason("Keep up", {"Cargo.toml", "Cargo.lock"}), "updates a dependency");
  EXPECT_EQ(reason("3.1.0", {"CHANGELOG.md", "package.json", "package-lock.json"}), "makes the release itself");
  EXPECT_EQ(reason("Cover the parser", {"src/parser_test.cpp", "tests/a.txt"}), "concerns the tests only");
  EXPECT_EQ(reason("feat: parse more", {"src/parser.cpp", "src/parser_test.cpp"}), "") << "something else is touched too";
  EXPECT_EQ(reason("Turn the cache on", {"Cargo.toml"}), "") << "a manifest alone may be seen";
  EXPECT_EQ(reason("feat: say more\n\nChangelog: added", {".github/a.yml"}), "") << "its author said so";
}
TEST(Draft, AFixOfAKnownWeaknessIsSecurity) {
  const auto type = [](const std::string& message) { return draft_entries({{.id = "a", .message = message}}).at(0).type; };
  EXPECT_EQ(type("fix: escape names (CVE-2026-1234)"), Type::security);
  EXPECT_EQ(type("fix: escape names\n\nCloses GHSA-abcd-ef12-jkmn."), Type::security);
  EXPECT_EQ(type("deps: take 1.2.3 for CVE-2026-1234"), Type::security);
  EXPECT_EQ(type("docs: tell of CVE-2026-1234"), std::nullopt);
  EXPECT_EQ(type("feat: list CVE numbers"), Type::added);
}

}  // namespace
}  // namespace evenkeel::changelog
