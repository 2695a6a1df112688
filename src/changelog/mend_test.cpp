#include "changelog/mend.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "changelog/line_diff.hpp"

namespace evenkeel::changelog {
namespace {

using testing::HasSubstr;

const std::string messy =
    "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- a\n\n### Added\n\n- b\n\n### Fixed\n\n- c\n  more of c\n\n### Removed\n\n"
    "### [1.1.0] - March 5, 2026\n\n#### Fixed\n\n- d\n\n## [1.0.0] - 2026-01-31\n\n### Added\n\n- e\n";

TEST(Fix, JoinsTwinsDropsEmptySectionsAndWritesDatesAndLevelsAsTheFileDoes) {
  const auto fixed = fix(Document::parse(messy));
  EXPECT_EQ(fixed.change.text,
            "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- a\n- c\n  more of c\n\n### Added\n\n- b\n\n"
            "## [1.1.0] - 2026-03-05\n\n#### Fixed\n\n- d\n\n## [1.0.0] - 2026-01-31\n\n### Added\n\n- e\n");
  EXPECT_EQ(apply_edits(Document::parse(messy), fixed.change.edits), fixed.change.text);
  for (const auto& left : check(Document::parse(fixed.change.text))) EXPECT_FALSE(left.fixable) << left.rule;
}
TEST(Fix, LeavesAGoodFileAloneAndBeginsAnEmptyOne) {
  const std::string good = "## [Unreleased]\r\n\r\n## [1.0.0] - 2026-01-31\r\n\r\n### Added\r\n\r\n- e";
  EXPECT_EQ(fix(Document::parse(good)).change.text, good);
  EXPECT_TRUE(fix(Document::parse(good)).fixed.empty());
  EXPECT_EQ(fix(Document::parse("# Log\n\nwords\n")).change.text, "# Log\n\nwords\n\n## [Unreleased]\n");
}
TEST(Check, ACveStandsFirst) {
  const auto rules = [](const std::string& entry) {
    std::vector<std::string> out;
    for (const auto& f : check(Document::parse("## Unreleased\n### Security\n- " + entry + "\n"))) out.push_back(f.rule);
    return out;
  };
  EXPECT_THAT(rules("Closes CVE-2026-1 in the parser"), testing::ElementsAre("cve_first"));
  EXPECT_THAT(rules("CVE-2026-1: the parser"), testing::IsEmpty());
  EXPECT_THAT(rules("**CVE-2026-1**: the parser"), testing::IsEmpty());
}

TEST(MoveEntry, TakesAllItsLinesBackToUnreleased) {
  const auto d = Document::parse("## Unreleased\n\n### Added\n\n- x\n\n## 1.0.0 - 2026-01-31\n\n### Added\n\n- e\n  - deep\n- f\n");
  const auto moved = move_entry(d, {.line = 11, .type = Type::fixed}).value();
  EXPECT_EQ(moved.text, "## Unreleased\n\n### Added\n\n- x\n\n### Fixed\n\n- e\n  - deep\n\n## 1.0.0 - 2026-01-31\n\n### Added\n\n- f\n");
  EXPECT_EQ(apply_edits(d, moved.edits), moved.text);
  // The last entry takes its empty section along.
  const auto again = move_entry(Document::parse(moved.text), {.line = 15, .release = "1.0.0"});
  EXPECT_EQ(again.value().remark, "it stands there already");
  EXPECT_EQ(move_entry(d, {.line = 4, .type = Type::removed, .release = "v1.0.0"}).value().text,
            "## Unreleased\n\n## 1.0.0 - 2026-01-31\n\n### Added\n\n- e\n  - deep\n- f\n\n### Removed\n\n- x\n");
}
TEST(MoveEntry, SaysWhatIsNotThere) {
  const auto d = Document::parse("## Unreleased\n\n### Odds\n\n- x\n");
  EXPECT_EQ(move_entry(d, {.line = 0}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(move_entry(d, {.line = 4}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(move_entry(d, {.line = 4, .type = Type::added, .release = "9.9.9"}).error().kind, ErrorKind::not_found);
}
TEST(RewordEntry, KeepsTheBullet) {
  const auto d = Document::parse("## Unreleased\n\n### Added\n\n *  x\n    y\n *  z\n");
  EXPECT_EQ(reword_entry(d, 5, "new\nwords").value().text, "## Unreleased\n\n### Added\n\n *  new\n    words\n *  z\n");
  EXPECT_EQ(reword_entry(d, 5, "  ").error().kind, ErrorKind::invalid);
}

TEST(LineDiff, TurnsOneTextIntoTheOther) {
  const std::vector<std::string> texts{"", "a\n", "a\nb\nc\n", "c\na\nb\n", "x\na\ny\nc\nz\n", "a\nb\n", "b\nb\nb\na\n"};
  for (const auto& before : texts)
    for (const auto& after : texts) {
      const auto edits = line_diff(before, after);
      EXPECT_EQ(apply_edits(Document::parse(before), edits), after) << before << "->" << after;
    }
  const auto one = diff_parts("a\nb\nc\n", "a\nx\nc\n");
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].line_before, 2);
  EXPECT_THAT(one[0].removed, testing::ElementsAre("b"));
  EXPECT_THAT(one[0].added, testing::ElementsAre("x"));
}

}  // namespace
}  // namespace evenkeel::changelog
