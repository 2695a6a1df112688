#include "gitlog/conventional_commit.hpp"

#include <gtest/gtest.h>

namespace evenkeel::gitlog {
namespace {

std::string header_of(std::string_view message) {
  const auto c = parse_commit_message(message);
  return c.type.value_or("-") + "|" + c.scope.value_or("-") + "|" + (c.breaking ? "!" : "") + "|" + c.bump.value_or("-") + "|" +
         c.description;
}
TEST(ConventionalCommit, HeadersAreReadToTheLetter) {
  const std::map<std::string, std::string> cases = {{"feat(api)!: send mail", "feat|api|!|major|send mail"},
                                                    {"FIX: x", "FIX|-||patch|x"},
                                                    {"feat(a(b)): x", "feat|a(b)||minor|x"},
                                                    {"chore(deps): bump a: b", "chore|deps||-|bump a: b"},
                                                    {"feat:no blank", "-|-||-|feat:no blank"},
                                                    {"feat(): empty scope", "-|-||-|feat(): empty scope"},
                                                    {"feat: ", "-|-||-|feat: "},
                                                    {"two words: x", "-|-||-|two words: x"},
                                                    {"Merge pull request #7 from a/b\n\nfix(ui): hide it", "fix|ui||patch|hide it"},
                                                    {"", "-|-||-|"}};
  for (const auto& [message, expected] : cases) EXPECT_EQ(header_of(message), expected) << message;
}
std::string rest_of(std::string_view message) {
  const auto c = parse_commit_message(message);
  std::string text = c.body.value_or("-");
  for (const auto& f : c.footers) text += "|" + f[0] + "=" + f[1];
  return text + (c.breaking ? "|!" : "");
}
TEST(ConventionalCommit, FootersBeginAfterABlankLineAndRunToTheNextOne) {
  EXPECT_EQ(rest_of("fix: a\n\nbody\nNote: still body\n\nRefs: #1\n  more\n\nand more\nFixes #12\n"),
            "body\nNote: still body|Refs=#1\n  more\n\nand more|Fixes=12");
  EXPECT_EQ(rest_of("fix: a\r\n\r\nReviewed-by: Z\r\n"), "-|Reviewed-by=Z");
  EXPECT_EQ(rest_of("fix: a\n\n- key: value\n  other: value\nhttp://x: y"), "- key: value\n  other: value\nhttp://x: y");
}
TEST(ConventionalCommit, OnlyUpperCaseBreaks) {
  EXPECT_EQ(rest_of("fix: a\n\nbody\nBREAKING CHANGE: gone"), "body|BREAKING CHANGE=gone|!");
  EXPECT_EQ(rest_of("fix: a\n\nBREAKING-CHANGE:\n\ngone\n\nfor good"), "-|BREAKING-CHANGE=gone\n\nfor good|!");
  EXPECT_EQ(rest_of("fix: a\n\nbreaking change: not so"), "breaking change: not so");
  EXPECT_EQ(rest_of("fix: a\n\nBREAKING CHANGE was discussed"), "BREAKING CHANGE was discussed");
}
std::string references_of(std::string_view message) {
  std::string text;
  for (const auto& r : parse_commit_message(message, {.issue_prefixes = {"#", "gh-"}}).references)
    text += r.action.value_or("-") + "," + r.owner.value_or("-") + "," + r.repository.value_or("-") + "," + r.prefix + "," + r.issue + ";";
  return text;
}
TEST(ConventionalCommit, ReferencesKnowTheirActionAndRepository) {
  EXPECT_EQ(references_of("fix: a (#9)\n\nCloses #1, gh-2 and fixes o/r#3\nprefix #4\nFixes: x#A-5"),
            "-,-,-,#,9;Closes,-,-,#,1;Closes,-,-,gh-,2;fixes,o,r,#,3;-,-,-,#,4;Fixes,-,x,#,A-5;");
  EXPECT_EQ(references_of("fix: see https://x.example/a#12 and #none"), "");
}
TEST(ConventionalCommit, MentionsAreNoMailAddresses) {
  EXPECT_THAT(parse_commit_message("fix: thanks @ada and (@bob-1)\n\nSigned-off-by: C <c@example.invalid>").mentions,
              testing::ElementsAre("ada", "bob-1"));
}
TEST(ConventionalCommit, RevertsNameWhatTheyTakeBack) {
  const auto byGit = parse_commit_message("Revert \"feat: a \"b\"\"\n\nThis reverts commit 0123abc, reversing\nchanges.").revert.value();
  EXPECT_EQ(byGit.header, "feat: a \"b\"");
  EXPECT_EQ(byGit.hash, "0123abc");
  EXPECT_EQ(parse_commit_message("revert: noodles\n\nRefs: 676104e, a215868").revert->hash, "676104e");
  EXPECT_FALSE(parse_commit_message("fix: revert to old").revert);
}
TEST(ConventionalCommit, CommentsAndScissorsAreDroppedWhenAsked) {
  const auto c =
      parse_commit_message("# c\nfix: a\n# b\n\nbody\n# ------------------------ >8 ------------------------\ndiff", {.comment_char = '#'});
  EXPECT_EQ(c.description + "|" + c.body.value_or(""), "a|body");
}

TEST(ConventionalCommit, ABulletOfASquashMayBreak) {
  EXPECT_EQ(header_of("feat: cart (#12)\n\n* feat: draw\n* feat!: drop the old\n"), "feat|-|!|major|cart (#12)");
  EXPECT_EQ(header_of("feat: cart\n\n```\n* feat!: an example\n```\n"), "feat|-||minor|cart");
  EXPECT_EQ(header_of("Cart (#12)\n\n* feat: draw\n* fix: round\n"), "-|-||minor|Cart (#12)");
  EXPECT_EQ(rest_of("feat: a\n\n* fix: b\n\nBREAKING CHANGE: gone\n\n* fix: c\n\n---------\n\nCo-authored-by: B <b@x.test>\n"),
            "* fix: b|BREAKING CHANGE=gone|Co-authored-by=B <b@x.test>|!")
      << "its words end with their paragraph";
}
TEST(ConventionalCommit, WhatStandsInAFenceIsAnExample) {
  EXPECT_EQ(rest_of("docs: a\n\n~~~\nBREAKING CHANGE: b\n~~~\n"), "~~~\nBREAKING CHANGE: b\n~~~");
  EXPECT_EQ(rest_of("docs: a\n\n```\nBREAKING CHANGE: b\n"), "```|BREAKING CHANGE=b|!") << "one that never ends is none";
}
TEST(ConventionalCommit, ARequestOfAzureHoldsTheTitle) {
  EXPECT_EQ(header_of("Merged PR 12: feat(api)!: send mail\n\nbody"), "feat|api|!|major|send mail");
  EXPECT_EQ(header_of("Merged PR 12: Send mail"), "-|-||-|Send mail");
}
TEST(ConventionalCommit, AGapOfTwoLinesInANoteStays) {
  EXPECT_EQ(rest_of("fix: a\n\nBREAKING CHANGE: b\n\n\nc\nd\n"), "-|BREAKING CHANGE=b\n\n\nc\nd|!");
}
TEST(ConventionalCommit, LinesEndAnyHow) {
  EXPECT_EQ(header_of("\xef\xbb\xbf"
                      "feat: x\r\ry"),
            "feat|-||minor|x");
  EXPECT_EQ(rest_of("fix: a\r\rbody\r\rBREAKING CHANGE: x\r"), "body|BREAKING CHANGE=x|!");
  EXPECT_EQ(header_of("feat:\xc2\xa0x"), "feat|-||minor|x");
}

}  // namespace
}  // namespace evenkeel::gitlog
