#include "gitlog/release_tags.hpp"
#include "gitlog/reverts.hpp"

#include <gtest/gtest.h>

namespace evenkeel::gitlog {
namespace {

std::string told(std::string_view tag) {
  const auto v = version_of_tag(tag);
  return v ? v->family + "|" + v->version + (v->prerelease ? "|pre" : "") : "none";
}
TEST(VersionOfTag, ReadsTheVersionBehindAnyPrefix) {
  const std::map<std::string, std::string> cases = {{"v1.2.3", "|1.2.3"},
                                                    {"1.2", "|1.2"},
                                                    {"release-2.0.0-rc1", "release-|2.0.0-rc1|pre"},
                                                    {"@scope/name@1.0.0", "@scope/name@|1.0.0"},
                                                    {"api/v1.2.3", "api/|1.2.3"},
                                                    {"go1.21.3", "go|1.21.3"},
                                                    {"term_v0.25.0", "term_|0.25.0"},
                                                    {"v1.0.0+b1", "|1.0.0+b1"},
                                                    {"0.1.0beta2", "|0.1.0beta2|pre"},
                                                    {"2024.01/v1.2.3", "2024.01/|1.2.3"},
                                                    {"1.0.0.Final", "|1.0.0.Final"},
                                                    {"5.2.0.RELEASE", "|5.2.0.RELEASE"},
                                                    {"v3.1.0.GA", "|3.1.0.GA"},
                                                    {"2.0.0.SP1", "|2.0.0.SP1"},
                                                    {"1.0.post1", "|1.0.post1"},
                                                    {"1.0.0.RC1", "|1.0.0.RC1|pre"},
                                                    {"1.0.0.M2", "|1.0.0.M2|pre"},
                                                    {"nightly", "none"},
                                                    {"v1", "none"},
                                                    {"", "none"},
                                                    {"binaries-2024", "none"}};
  for (const auto& [tag, expected] : cases) EXPECT_EQ(told(tag), expected) << tag;
}
TEST(CompareVersions, OrdersTextsThatAreNoSemVerToo) {
  const std::vector<std::string> ascending = {"0.1.0beta2", "0.1.0beta10", "0.1.0",      "1.2",  "1.2.1",
                                              "1.10",       "1.10.0.1",    "2.0.0-rc.1", "2.0.0"};
  for (std::size_t i = 0; i < ascending.size(); ++i)
    for (std::size_t j = 0; j < ascending.size(); ++j)
      EXPECT_EQ(compare_versions(ascending[i], ascending[j]) < 0, i < j) << ascending[i] << " " << ascending[j];
  EXPECT_EQ(compare_versions("1.2", "1.2.0"), 0);
  EXPECT_LT(compare_versions("1.0.0.RC1", "1.0.0.Final"), 0);
  EXPECT_EQ(compare_versions("1.0.0.Final", "1.0.0"), 0);
  EXPECT_LT(compare_versions("1.0.0.Final", "1.0.0.SP1"), 0);
  EXPECT_LT(compare_versions("1.0.0.SP9", "1.0.0.SP10"), 0);
  EXPECT_LT(compare_versions("1.0.0.SP1", "1.0.1.Beta1"), 0);
}

/// "d c:v2 b:v1 a" is a line of commits, newest first, each one hour older; "m(c,b)" has these parents.
struct Sketch {
  std::vector<Commit> commits;
  std::vector<Tag> tags;
  void add(const std::string& sha, std::vector<std::string> parents, const std::string& tag = {}, const std::string& message = "m") {
    Commit commit{.sha = sha, .parents = std::move(parents), .message = message};
    commit.committed = from_millis(3'600'000ll * (100 - std::int64_t(commits.size())));
    if (!tag.empty()) tags.push_back({.name = tag, .target = sha, .date = commit.committed});
    commits.push_back(commit);
  }
};
std::string text_of(const History& history) {
  std::string text;
  for (const auto& release : split_into_releases(history, main_family(history.tags))) {
    text += (release.tag ? release.tag->name : "-") + ":";
    for (const auto place : release.commits) text += " " + history.commits[place].sha;
    text += "; ";
  }
  return text;
}

TEST(Releases, ACommitBelongsToTheOldestReleaseThatContainsIt) {
  Sketch s;  // side branch s1 was merged by m, after v1 was tagged
  s.add("aa5", {"aa4"});
  s.add("aa4", {"aa3", "bb1"}, "v2.0.0");
  s.add("aa3", {"aa2"});
  s.add("bb1", {"aa1"});
  s.add("aa2", {"aa1"}, "v1.0.0");
  s.add("aa1", {});
  EXPECT_EQ(text_of(make_history(s.commits, s.tags)), "-: aa5; v2.0.0: aa4 aa3 bb1; v1.0.0: aa2 aa1; ");
}
TEST(Releases, AWrongClockDoesNotTurnTheOrderRound) {
  Sketch s;
  s.add("aa3", {"aa2"}, "v1.1.0");
  s.add("aa2", {"aa1"}, "v1.0.0");
  s.add("aa1", {});
  s.commits[0].committed = from_millis(0);  // far older than its parent
  EXPECT_EQ(text_of(make_history(s.commits, s.tags)), "v1.1.0: aa3; v1.0.0: aa2 aa1; ");
}
TEST(Releases, TagsOnOneCommitStandInVersionOrderAndOtherFamiliesDoNotCount) {
  Sketch s;
  s.add("aa2", {"aa1"}, "v1.0.0");
  s.tags.push_back({.name = "v1.0.0-rc1", .target = "aa2"});
  s.tags.push_back({.name = "tool-v9.0.0", .target = "aa1"});
  s.tags.push_back({.name = "nightly", .target = "aa1"});
  s.add("aa1", {});
  EXPECT_EQ(text_of(make_history(s.commits, s.tags)), "v1.0.0:; v1.0.0-rc1: aa2 aa1; ");
}

TEST(Releases, ATagThatAnotherGoesOnWithIsAPointer) {
  Sketch s;
  s.add("aa3", {"aa2"}, "v1.2.0");
  s.tags.push_back({.name = "v1.2", .target = "aa3"});
  s.add("aa2", {"aa1"}, "v1.1");
  s.add("aa1", {}, "v1.0.0");
  s.tags.push_back({.name = "v1.0", .target = "aa1"});
  s.tags.push_back({.name = "tool-v1.0.0.1", .target = "aa2"});
  EXPECT_EQ(text_of(make_history(s.commits, s.tags)), "v1.2.0: aa3; v1.1: aa2; v1.0.0: aa1; ")
      << "1.1 is a release: nothing goes on with it";
}
TEST(Releases, APatternNamesOneFamily) {
  const std::vector<Tag> tags{
      {.name = "one-1.0.0", .target = "a"}, {.name = "one-extra-5.0.0", .target = "a"}, {.name = "one-extra-v6.0.0", .target = "b"}};
  EXPECT_EQ(matching(tags, "one-*").size(), 1u);
  EXPECT_EQ(matching(tags, "one-extra-v*").size(), 1u);
  EXPECT_EQ(matching(tags, "*").size(), 3u);
}
TEST(RevertTitle, EachRevertTurnsItOverAndReapplyIsTwo) {
  const auto told = [](std::string_view title) {
    const auto t = revert_title(title);
    return t ? t->quoted + (t->given_back ? "|there|" : "|gone|") + t->of : "none";
  };
  EXPECT_EQ(told("Revert \"feat: x\""), "feat: x|gone|feat: x");
  EXPECT_EQ(told("Revert \"feat: x (#1)\" (#2)"), "feat: x (#1)|gone|feat: x (#1)");
  EXPECT_EQ(told("Revert \"Revert \"x\"\""), "x|there|Revert \"x\"");
  EXPECT_EQ(told("Reapply \"x\""), "x|there|Revert \"x\"");
  EXPECT_EQ(told("Revert \"Reapply \"x\"\""), "x|gone|Reapply \"x\"");
  EXPECT_EQ(told("revert(api): x"), "x|gone|x");
  EXPECT_EQ(told("Reverting is hard"), "none");
  EXPECT_EQ(told("reverts: x"), "none");
}
TEST(Reverts, TheLastTurnOfTheChainTookItBack) {
  EXPECT_EQ(reverted_by({{1, 2, "x"}, {2, 3, "y"}, {3, 4, "z"}}), (std::unordered_map<std::size_t, std::size_t>{{2, 1}, {4, 1}}));
  EXPECT_EQ(reverted_by({{0, 1, "w"}, {1, 2, "x"}, {2, 3, "y"}, {3, 4, "z"}}).count(4), 0u);
}
TEST(Reverts, AreKnownByTheIdOfWhatWasPicked) {
  Sketch s;
  s.add("cccccccc", {"bbbbbbbb"}, "", "Take it back\n\nThis reverts commit 1234567890.");
  s.add("bbbbbbbb", {}, "", "x\n\n(cherry picked from commit 12345678901234567890)");
  EXPECT_EQ(reverted_by(find_reverts(make_history(s.commits, {}))).at(1), 0u);
}
TEST(Reverts, ResolveWholeAndShortIdsOfAncestorsOnly) {
  Sketch s;
  s.add("e000000000000000000000000000000000000000", {"d000000000000000000000000000000000000000"}, "",
        "Revert\n\nThis reverts commit\nc00000000.");
  s.add("d000000000000000000000000000000000000000", {"c000000000000000000000000000000000000000"}, "", "This reverts commit ffffffff.");
  s.add("c000000000000000000000000000000000000000", {"a000000000000000000000000000000000000000"}, "",
        "revert: x\n\nRefs: a000000000000000000000000000000000000000");
  s.add("b000000000000000000000000000000000000000", {"a000000000000000000000000000000000000000"}, "",
        "* This reverts commit c000000000000000000000000000000000000000.");
  s.add("a000000000000000000000000000000000000000", {}, "", "This reverts commits of old");
  const auto history = make_history(s.commits, {});
  const auto reverts = find_reverts(history);
  ASSERT_EQ(reverts.size(), 4u);
  EXPECT_EQ(reverts[0].target, 2u);
  EXPECT_EQ(reverts[1].target, std::nullopt);  // unknown
  EXPECT_EQ(reverts[2].target, 4u);
  EXPECT_EQ(reverts[3].target, std::nullopt);  // exists, but is no ancestor
}
TEST(Reverts, ARevertOfARevertGivesTheChangeBack) {
  EXPECT_TRUE(reverted_by({{2, 3, "x"}, {3, 5, "y"}}).contains(3));
  EXPECT_FALSE(reverted_by({{2, 3, "x"}, {3, 5, "y"}}).contains(5));
  EXPECT_EQ(reverted_by({{1, 5, "z"}, {2, 3, "x"}, {3, 5, "y"}}).at(5), 1u);
}

}  // namespace
}  // namespace evenkeel::gitlog
