#include "changelog/check.hpp"

#include <gtest/gtest.h>

namespace evenkeel::changelog {
namespace {

std::string rules(const std::string& text) {
  std::string out;
  for (const auto& finding : check(Document::parse(text))) out += std::to_string(finding.line) + ":" + finding.rule + " ";
  return out;
}
TEST(Check, AFileThatFollowsTheFormatHasNoFindings) {
  EXPECT_EQ(rules("# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-01-31\n\n### Added\n\n- a\n\n## [1.0.0] - 2025-01-31 "
                  "[YANKED]\n\nTold in a sentence.\n\n[Unreleased]: u\n[1.1.0]: v\n[1.0.0]: w\n"),
            "");
}
TEST(Check, EachRuleNamesItsLine) {
  EXPECT_EQ(rules("# Changelog\n"), "1:no_release ");
  EXPECT_EQ(rules("## 1.0.0 (31. January, 2026)\n- a\n## Unreleased\n### Features\n- b\n"),
            "1:date_form 2:outside_section 3:unreleased_first 4:section_unknown ");
  EXPECT_EQ(rules("## 1.0.0 - 2026-01-01\n### Added\n### Added\n- a\n## 1.0.0\n"),
            "2:section_empty 3:section_twice 5:version_twice 5:date_missing 5:release_empty ");
  EXPECT_EQ(rules("## 1.0.0 - 2026-01-01\na\n## 1.1.0 - 2026-01-02\na\n"), "3:order ");
  EXPECT_EQ(rules("## [1.1.0] - 2026-01-02\na\n## [1.0.0] - 2026-01-01\na\n\n[1.0.0]: x\n"), "1:link_missing ");
}

}  // namespace
}  // namespace evenkeel::changelog
