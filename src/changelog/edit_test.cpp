#include "changelog/edit.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace evenkeel::changelog {
namespace {

std::string added(const std::string& file, Type type, std::string_view text, bool breaking = false) {
  return add_entry(Document::parse(file), type, text, breaking).value().text;
}
const std::string kept =
    "# Changelog\n\n## [Unreleased]\n\n### Changed\n\n* one\n  more of one\n\n    deep\n\ntext\n\n## [1.1.0] - 2026-01-31\n\n### "
    "Fixed\n\n* a\n\n## [1.0.0] - 2025-12-24\n\n"
    "[unreleased]: https://x.example/r/compare/v1.1.0...HEAD\n[1.1.0]: https://x.example/r/compare/v1.0.0...v1.1.0\n[1.0.0]: "
    "https://x.example/r/releases/tag/v1.0.0\n";

TEST(AddEntry, GoesBehindTheLastEntryOfItsSectionInTheFilesOwnBullets) {
  EXPECT_THAT(added(kept, Type::changed, "two\nlines"), testing::HasSubstr("    deep\n* two\n  lines\n\ntext\n"));
}
TEST(AddEntry, MakesAMissingSectionInTheOrderOfTheTypes) {
  EXPECT_THAT(added(kept, Type::added, "new", true),
              testing::HasSubstr("## [Unreleased]\n\n### Added\n\n* **Breaking:** new\n\n### Changed\n"));
  EXPECT_THAT(added(kept, Type::security, "safe"), testing::HasSubstr("text\n\n### Security\n\n* safe\n\n## [1.1.0]"));
}
TEST(AddEntry, MakesUnreleasedAboveTheNewestRelease) {
  EXPECT_EQ(added("v1.0 / 2026-01-31\n=====\n- a\n", Type::fixed, "b"),
            "Unreleased\n==========\n\n## Fixed\n\n- b\n\nv1.0 / 2026-01-31\n=====\n- a\n");
  EXPECT_EQ(added("# Log\n<a name=\"1\"></a>\n## [1.0.0]\n", Type::fixed, "b"),
            "# Log\n\n## [Unreleased]\n\n### Fixed\n\n- b\n\n<a name=\"1\"></a>\n## [1.0.0]\n");
  EXPECT_EQ(added("# Log", Type::added, "b"), "# Log\n\n## [Unreleased]\n\n### Added\n\n- b\n");
  EXPECT_EQ(added("", Type::added, "b"), "## [Unreleased]\n\n### Added\n\n- b\n");
}
TEST(AddEntry, KeepsCarriageReturnsMarksAndOpenEnds) {
  EXPECT_EQ(added("\xef\xbb\xbf## Unreleased\r\n### Added\r\n- a", Type::added, "b"),
            "\xef\xbb\xbf## Unreleased\r\n### Added\r\n- a\r\n- b\r\n");
  EXPECT_EQ(added("\xef\xbb\xbf## 1.0.0\n", Type::added, "b"), "\xef\xbb\xbf## Unreleased\n\n### Added\n\n- b\n\n## 1.0.0\n");
  EXPECT_EQ(added("## Unreleased\n### Added\n## 1.0.0\n### Added\n- x\n", Type::added, "b"),
            "## Unreleased\n### Added\n- b\n\n## 1.0.0\n### Added\n- x\n");
}
TEST(AddEntry, DoesNotTakeCodeForAPlace) {
  const std::string file = "## Unreleased\n### Added\n- a\n  ```\n  ## 9.9.9\n  - no\n  ```\n\n## 1.0.0\n";
  EXPECT_EQ(added(file, Type::added, "b"), "## Unreleased\n### Added\n- a\n  ```\n  ## 9.9.9\n  - no\n  ```\n- b\n\n## 1.0.0\n");
}

TEST(CutRelease, LeavesAFreshUnreleasedAndKeepsLinksUp) {
  const auto cut = cut_release(Document::parse(kept), "v1.2.0", "2026-02-28").value();
  EXPECT_THAT(cut.text, testing::HasSubstr("## [Unreleased]\n\n## [1.2.0] - 2026-02-28\n\n### Changed\n\n* one\n"));
  EXPECT_THAT(
      cut.text,
      testing::HasSubstr(
          "[unreleased]: https://x.example/r/compare/v1.2.0...HEAD\n[1.2.0]: https://x.example/r/compare/v1.1.0...v1.2.0\n[1.1.0]: https"));
  EXPECT_EQ(cut.remark, "");
}
TEST(CutRelease, FollowsTheFormOfTheNewestHeading) {
  const auto heading = [](const std::string& last) {
    const auto text = cut_release(Document::parse("## Unreleased\n- x\n\n" + last + "\n"), "1.2.0", "2026-02-28").value().text;
    return text.substr(15, text.find("\n- x") - 15);
  };
  EXPECT_EQ(heading("## v1.1.0 / 2026-01-31"), "## v1.2.0 / 2026-02-28");
  EXPECT_EQ(heading("## Cargo 1.1.0 (2026-01-31)"), "## Cargo 1.2.0 (2026-02-28)");
  EXPECT_EQ(heading("## [1.1.0](https://x/compare/v1.0.0...v1.1.0) (2026-01-31)"),
            "## [1.2.0](https://x/compare/v1.1.0...v1.2.0) (2026-02-28)");
  // What the last release was compared with need not be a release of the file: it gives way to the last release all the same.
  for (const auto* before : {"v0.9.7", "0a1b2c3", "v1.1.0-rc.1", "main"})
    EXPECT_EQ(heading(std::string("## [1.1.0](https://x/compare/") + before + "...v1.1.0?w=1) (2026-01-31)\n\n## 1.0.0"),
              "## [1.2.0](https://x/compare/v1.1.0...v1.2.0?w=1) (2026-02-28)")
        << before;
  EXPECT_EQ(heading("## [1.1.0](https://x/branches/compare/v1.1.0..v0.9.7#diff) (2026-01-31)"),
            "## [1.2.0](https://x/branches/compare/v1.2.0..v1.1.0#diff) (2026-02-28)");
  EXPECT_EQ(heading("## [1.1.0](https://x/compare/v1.0.0...v1.1.0) (2026-01-31)\n\n## 1.0.0"),
            "## [1.2.0](https://x/compare/v1.1.0...v1.2.0) (2026-02-28)");
  EXPECT_EQ(heading("1.1.0 / 2026-01-31\n------"), "1.2.0 / 2026-02-28\n------------------");
}
TEST(CutRelease, WhatWasAnnouncedIsReadBackAsReleased) {
  const auto cut = [](const std::string& heading) {
    const auto text = cut_release(Document::parse(heading + "\n\n- x\n\n## [1.0.0] - 2026-01-01\n"), "1.1.0", "2026-03-01").value().text;
    return text.substr(0, text.find("\n\n- x"));
  };
  EXPECT_EQ(cut("## [1.1.0] - TBD"), "## [1.1.0] - 2026-03-01");
  EXPECT_EQ(cut("## [1.1.0] - YYYY-MM-DD"), "## [1.1.0] - 2026-03-01");
  EXPECT_EQ(cut("## [1.1.0] (Unreleased)"), "## [1.1.0] (2026-03-01)");
  EXPECT_EQ(cut("## 1.1.0 - in development"), "## [1.1.0] - 2026-03-01");
  EXPECT_EQ(cut("## [Unreleased] (1.1.0)"), "## [Unreleased]\n\n## [1.1.0] - 2026-03-01");
  EXPECT_EQ(cut("## Unreleased v1.2.x"), "## Unreleased\n\n## [1.1.0] - 2026-03-01");
}
TEST(YankRelease, FindsEveryVersionThatIsListed) {
  const auto document = Document::parse("## vnL0 - 2026-01-31\n\n- a\n\n## v1.2.0 - 2026-01-30\n\n- b\n");
  for (const auto& release : document.releases()) EXPECT_TRUE(yank_release(document, *release.heading.version)) << *release.heading.version;
  EXPECT_TRUE(yank_release(document, "v1.2.0"));
}
TEST(CutRelease, WhatIsAboveMustNotSwallowIt) {
  for (const std::string open : {"```\ncode", "\n<?\r", "# Log\n\n<!-- draft\n", "~~~\n"}) {
    const auto cut = cut_release(Document::parse(open), "1.2.0", "2026-01-31");
    ASSERT_FALSE(cut) << open;
    EXPECT_THAT(cut.error().message, testing::HasSubstr("never ends"));
    EXPECT_FALSE(add_entry(Document::parse(open), Type::fixed, "One more", false)) << open;
  }
  EXPECT_THAT(cut_release(Document::parse("# Log\n\n<!-- draft\n"), "v1.2.0", "").error().message, testing::HasSubstr("begins at line 3"));
  EXPECT_THAT(add_entry(Document::parse("text\n\n```\ncode\n"), Type::fixed, "One more", false).error().message,
              testing::HasSubstr("begins at line 3"));
}
TEST(CutRelease, NeverAnEmptyReleaseBelowNews) {
  for (const auto* above : {"- bare", "### Bug Fixes\n\n* x", "## Coming\n\n- x", "## [1.3.0] - TBD\n\n- x"})
    EXPECT_EQ(
        cut_release(Document::parse(fmt::format("# C\n\n{}\n\n## [1.0.0] - 2026-01-01\n", above)), "1.1.0", "2026-03-01").error().kind,
        ErrorKind::conflict)
        << above;
}
TEST(CutRelease, DefinitionsFollowTheHost) {
  const auto definitions = [](const std::string& text, const std::string& version) {
    auto cut = cut_release(Document::parse(text), version, "2026-03-01").value().text;
    return cut.substr(cut.find("\n[") + 1);
  };
  const std::string u = "https://x.example/a/b", file = "## [Unreleased]\n\n- x\n\n## [1.1.0] - 2026-02-01\n\n## [1.0.0] - 2026-01-01\n\n";
  EXPECT_EQ(definitions(file + "[Unreleased]: " + u + "/branches/compare/HEAD..v1.1.0#diff\n[1.1.0]: " + u +
                            "/branches/compare/v1.1.0..v1.0.0#diff\n",
                        "1.2.0"),
            "[Unreleased]: " + u + "/branches/compare/HEAD..v1.2.0#diff\n[1.2.0]: " + u +
                "/branches/compare/v1.2.0..v1.1.0#diff\n[1.1.0]: " + u + "/branches/compare/v1.1.0..v1.0.0#diff\n");
  const auto first = [&](const std::string& url) { return definitions("## [Unreleased]\n\n- x\n\n[Unreleased]: " + url + "\n", "0.1.0"); };
  EXPECT_EQ(first(u), "[Unreleased]: " + u + "/compare/v0.1.0...HEAD\n[0.1.0]: " + u + "/releases/tag/v0.1.0\n");
  EXPECT_EQ(first(u + "/compare/ui-v0.0.0...main"),
            "[Unreleased]: " + u + "/compare/ui-v0.1.0...main\n[0.1.0]: " + u + "/releases/tag/ui-v0.1.0\n");
  EXPECT_EQ(first(u + "/compare/0.0.0...main"), "[Unreleased]: " + u + "/compare/0.1.0...main\n[0.1.0]: " + u + "/releases/tag/0.1.0\n");
  EXPECT_EQ(first(u + "/src/branch/main"), "[Unreleased]: " + u + "/compare/v0.1.0...main\n[0.1.0]: " + u + "/releases/tag/v0.1.0\n");
  EXPECT_EQ(first(u + "/commits/branch/main"),
            "[Unreleased]: " + u + "/branches/compare/main..v0.1.0\n[0.1.0]: " + u + "/commits/tag/v0.1.0\n");
}
TEST(CutRelease, SurvivesHeadingsThatAreHalfALink) {
  EXPECT_THAT(cut_release(Document::parse("## 1.3.9](x) - 2026-01-31\n"), "1.4.0", "2026-02-28").value().text,
              testing::StartsWith("## 1.4.0 - 2026-02-28\n"));
  EXPECT_THAT(cut_release(Document::parse("## 1.2.0 un*released*\n"), "1.2.0", "2026-02-28").value().text,
              testing::StartsWith("## 1.2.0 2026-02-28\n"));
}
TEST(CutRelease, RefusesAVersionThatIsThereAndTextsThatAreNone) {
  EXPECT_EQ(cut_release(Document::parse(kept), "1.1.0", "").error().kind, ErrorKind::conflict);
  EXPECT_EQ(cut_release(Document::parse(kept), "next", "").error().kind, ErrorKind::invalid);
  EXPECT_EQ(cut_release(Document::parse(kept), "1.2.0", "31.1.2026").error().kind, ErrorKind::invalid);
}
TEST(CutRelease, AnAnnouncedVersionOnlyGetsItsDate) {
  EXPECT_EQ(cut_release(Document::parse("## 1.2.0 (unreleased)\n- x\n"), "1.2.0", "2026-02-28").value().text,
            "## 1.2.0 (2026-02-28)\n- x\n");
}
TEST(CutRelease, WithoutUnreleasedTheReleaseIsEmptyAndSaysSo) {
  const auto cut = cut_release(Document::parse("# Log\n\n## 1.0.0 - 2026-01-31\n"), "1.1.0", "2026-02-28").value();
  EXPECT_EQ(cut.text, "# Log\n\n## 1.1.0 - 2026-02-28\n\n## 1.0.0 - 2026-01-31\n");
  EXPECT_THAT(cut.remark, testing::HasSubstr("empty"));
}

TEST(YankRelease, MarksTheHeadingOnce) {
  const auto yank = [](const std::string& file) { return yank_release(Document::parse(file), "1.0.0").value().text; };
  EXPECT_EQ(yank("## [1.0.0] - 2026-01-31 ##\r\n- x\n"), "## [1.0.0] - 2026-01-31 [YANKED] ##\r\n- x\n");
  EXPECT_EQ(yank("1.0.0\n====="), "1.0.0 [YANKED]\n=====");
  EXPECT_EQ(yank("## 1.0.0 [YANKED]\n"), "## 1.0.0 [YANKED]\n");
  EXPECT_THAT(yank_release(Document::parse(kept), "9.9.9").error().message, testing::HasSubstr("it has 1.1.0, 1.0.0"));
}

/// The definitions of Unreleased and of the new release, after a cut of 1.2.0.
std::string definitions(const std::string& lines) {
  const auto text =
      cut_release(Document::parse("## [Unreleased]\n\n- a\n\n## [1.1.0] - 2026-02-01\n\n- b\n\n## [1.0.0] - 2026-01-01\n\n- c\n\n" + lines),
                  "1.2.0", "2026-03-01")
          .value()
          .text;
  return text.substr(text.find("- c\n\n") + 5);
}
TEST(CutRelease, TheTagHasAnyPrefixAndTheHeadIsAllBehindTheDots) {
  const std::string u = "https://x.test/a/compare/";
  for (const std::string prefix : {"v", "", "ui-v", "ui/v", "@acme/ui@", "%40acme/ui%40"})
    for (const std::string head : {"HEAD", "release/next", "my-main", "v2"})
      for (const std::string dots : {"...", ".."})
        EXPECT_EQ(definitions("[Unreleased]: " + u + prefix + "1.1.0" + dots + head + "\n[1.1.0]: " + u + prefix + "1.0.0" + dots + prefix +
                              "1.1.0\n"),
                  "[Unreleased]: " + u + prefix + "1.2.0" + dots + head + "\n[1.2.0]: " + u + prefix + "1.1.0" + dots + prefix +
                      "1.2.0\n[1.1.0]: " + u + prefix + "1.0.0" + dots + prefix + "1.1.0\n");
  EXPECT_EQ(definitions("[Unreleased]: " + u + "v1.0.0...HEAD\n"),
            "[Unreleased]: " + u + "v1.2.0...HEAD\n[1.2.0]: " + u + "v1.1.0...v1.2.0\n")
      << "one that was forgotten catches up";
}
TEST(CutRelease, ANewDefinitionHasTheFormOfTheOthers) {
  const std::string u = "https://x.test/a/compare/";
  EXPECT_EQ(definitions("[Unreleased]: <" + u + "v1.1.0...HEAD> \"Next\"\n[1.1.0]: <" + u + "v1.0.0...v1.1.0> \"Release 1.1.0\"\n"),
            "[Unreleased]: <" + u + "v1.2.0...HEAD> \"Next\"\n[1.2.0]: <" + u + "v1.1.0...v1.2.0> \"Release 1.2.0\"\n[1.1.0]: <" + u +
                "v1.0.0...v1.1.0> \"Release 1.1.0\"\n");
  EXPECT_EQ(definitions("[Unreleased]:\n  " + u + "v1.1.0...HEAD\n"),
            "[Unreleased]:\n  " + u + "v1.2.0...HEAD\n[1.2.0]: " + u + "v1.1.0...v1.2.0\n");
}
TEST(CutRelease, TheFirstReleaseHasADefinitionToo) {
  const auto first = [](const std::string& url) {
    const auto text =
        cut_release(Document::parse("## [Unreleased]\n\n- a\n\n[Unreleased]: " + url + "\n"), "0.1.0", "2026-03-01").value().text;
    return text.substr(text.find("[Unreleased]: "));
  };
  EXPECT_EQ(first("https://x.test/a/b/commits/main"),
            "[Unreleased]: https://x.test/a/b/compare/v0.1.0...main\n[0.1.0]: https://x.test/a/b/releases/tag/v0.1.0\n");
  EXPECT_EQ(first("https://x.test/a/b/-/commits/main"),
            "[Unreleased]: https://x.test/a/b/-/compare/v0.1.0...main\n[0.1.0]: https://x.test/a/b/-/tags/v0.1.0\n");
}
TEST(CutRelease, RefusesWhereNewsStandAboveTheNewestReleaseUnderNoUnreleased) {
  const auto cut = [](const std::string& text) { return cut_release(Document::parse(text), "1.1.0", "2026-03-01"); };
  EXPECT_THAT(cut("# Changelog\n\n### Added\n\n- a\n\n## [1.0.0] - 2026-01-01\n\n- b\n").error().message, testing::HasSubstr("line 5"));
  EXPECT_THAT(cut("# Changelog\n\n## Soon\n\n### Fixed\n\n- a\n\n## [1.0.0] - 2026-01-01\n").error().message,
              testing::HasSubstr("## [Unreleased]"));
  EXPECT_TRUE(cut("# Changelog\n\nSections are\n\n- Added\n- Fixed\n\n## [1.0.0] - 2026-01-01\n\n- b\n"))
      << "what explains the file is no news";
}
TEST(CutRelease, SaysWhatAnotherUnreleasedHolds) {
  const auto cut =
      cut_release(Document::parse("## [Unreleased]\n\n- a\n\n## [1.0.0] - 2026-01-01\n\n## [Unreleased]\n\n### Added\n\n- old\n"), "1.1.0",
                  "2026-03-01")
          .value();
  EXPECT_THAT(cut.remark, testing::HasSubstr("line 7"));
}
TEST(AddEntry, RefusesWhatWouldNotReadBack) {
  const auto document = Document::parse("## [Unreleased]\n\n### Added\n\n- a\n\n## [1.0.0] - 2026-01-01\n\n### Added\n\n- b\n");
  for (const std::string text : {"---", "\xff\xfe", "a\x1b[31m"}) EXPECT_FALSE(add_entry(document, Type::added, text, false)) << text;
  for (const std::string text :
       {"# heading", "1. one", "> quote", "`x", "| a |", "a\n- b", "a\n\nb", "code:\n```\n## x\n```", "[YANKED]"}) {
    const auto after = add_entry(document, Type::added, text, false);
    if (!after) continue;
    const auto read = Document::parse(after->text);
    EXPECT_EQ(read.releases().size(), 2u) << text;
  }
}

}  // namespace
}  // namespace evenkeel::changelog
