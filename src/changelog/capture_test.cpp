#include "changelog/capture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::changelog {
namespace {

using testing::HasSubstr;
using testing::Not;

MergedChange commit(std::string id, std::string message) { return {std::move(id), std::move(message), {}, {}}; }
const std::string head = "1a2b3c4d5e6f";

TEST(Capture, AddsWhatIsNewAndNothingTheSecondTime) {
  const auto document = Document::parse("# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-31\n");
  const std::vector<MergedChange> changes{commit("c3", "chore: tidy"), commit("c2", "fix: empty cart crashes"),
                                          commit("c1", "feat: wish lists")};
  const auto first = capture(document, changes, head).value();
  EXPECT_EQ(first.change.text,
            "# Changelog\n\n## [Unreleased]\n<!-- evenkeel: captured to 1a2b3c4d5e6f -->\n\n### Added\n\n- Wish lists\n\n### Fixed\n\n"
            "- Empty cart crashes\n\n## [1.0.0] - 2026-01-31\n");
  EXPECT_EQ(first.left_out.at(0).not_notable_reason, "chore: upkeep");
  const auto after = Document::parse(first.change.text);
  EXPECT_EQ(captured_to(after), head);
  EXPECT_EQ(apply_edits(document, first.change.edits), first.change.text);
  EXPECT_EQ(capture(after, changes, "ffffffffff").value().change.text, first.change.text) << "a replay changes nothing";
  EXPECT_EQ(capture(after, {commit("c4", "chore: tidy again")}, "ffffffffff").value().change.text, first.change.text) << "nothing new";
}
TEST(Capture, LeavesAPersonsWordsAlone) {
  const auto document =
      Document::parse("## [Unreleased]\n<!-- evenkeel: captured to 1a2b3c4d5e6f -->\n\n### Added\n\n- Lists of wishes, for everybody\n");
  const auto more = capture(document, {commit("c4", "feat!: drop the old keys")}, "abcdef0123").value();
  EXPECT_THAT(more.change.text, testing::AllOf(HasSubstr("- Lists of wishes, for everybody\n- **Breaking:** Drop the old keys\n"),
                                               HasSubstr("captured to abcdef0123"), Not(HasSubstr("1a2b3c4d5e6f"))));
}
TEST(Capture, ARevertTakesItsEntryOutAgain) {
  const auto document =
      Document::parse("## [Unreleased]\n<!-- evenkeel: captured to 1a2b3c4d5e6f -->\n\n### Added\n\n- Wish lists\n\n### Fixed\n\n- x\n");
  const auto revert = commit("c5", "Revert \"feat: wish lists\"\n\nThis reverts commit 1a2b3c4d5e6f.");
  const auto gone = capture(document, {revert}, "abcdef0123").value();
  EXPECT_THAT(gone.change.text, testing::AllOf(Not(HasSubstr("Wish lists")), HasSubstr("### Fixed\n\n- x")));
  // Reworded by a person: the revert is told instead.
  const auto reworded = Document::parse("## [Unreleased]\n\n### Added\n\n- You can keep wish lists\n");
  EXPECT_THAT(capture(reworded, {revert}, "abcdef0123").value().change.text, HasSubstr("- Revert: feat: wish lists"));
}

TEST(Capture, ARevertWithATitleOfItsOwnTakesItsEntryOutAndAReapplyBringsItBack) {
  const auto document = Document::parse(
      "## [Unreleased]\n<!-- evenkeel: captured to 1a2b3c4d5e6f -->\n\n### Added\n\n- Lists of `List<T>`, \\*all\\*\n- y\n");
  const auto feature = commit("aaaaaaa1", "feat: lists of `List<T>`, *all*");
  const auto back = commit("bbbbbbb2", "fix: take the lists back\n\nThis reverts commit aaaaaaa1.");
  const auto gone = capture(document, {back}, "abcdef0123", {feature}).value();
  EXPECT_THAT(gone.change.text, testing::AllOf(Not(HasSubstr("ists")), HasSubstr("- y")));
  const auto again = capture(Document::parse(gone.change.text), {commit("ccccccc3", "Reapply it\n\nThis reverts commit bbbbbbb2.")},
                             "bcdef01234", {back, feature})
                         .value();
  EXPECT_THAT(again.change.text, HasSubstr("- Lists of `List<T>`, \\*all\\*\n"));
  const auto reworded = Document::parse("## [Unreleased]\n\n### Added\n\n- You can keep lists\n");
  EXPECT_THAT(capture(reworded, {back}, "abcdef0123", {feature}).value().change.text, HasSubstr("- Revert: Lists of `List<T>`, \\*all\\*"));
}

}  // namespace
}  // namespace evenkeel::changelog
