#include "changelog/keep_a_changelog.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "changelog/mend.hpp"

namespace evenkeel::changelog {
namespace {

std::string heading(std::string_view text) {
  const auto h = read_release_heading(text);
  if (!h) return "none";
  return h->version.value_or("-") + "|" + h->date.value_or("-") + (h->unreleased ? "|unreleased" : "") + (h->yanked ? "|yanked" : "");
}
/// The lines that are headings.
std::string headings_of(const std::string& text) {
  std::string out;
  const auto lines = classify_lines(text);
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i].kind == LineKind::heading) out += std::to_string(i + 1) + " ";
  return out;
}
TEST(Lines, BlocksBeginAndEndAsCommonMarkSays) {
  EXPECT_EQ(headings_of("</pre>\n## no\n\n## yes"), "4 ") << "any closing tag begins a block of the seventh kind";
  EXPECT_EQ(headings_of("- <!--\n> quote\n  ## yes"), "3 ") << "only words go on with an item that they are not indented to";
  EXPECT_EQ(headings_of("- # in the item\n<prefix>\n## no\n\n## yes"), "5 ") << "behind a heading in an item stands no paragraph";
  EXPECT_EQ(headings_of("- words\n<prefix>\n## yes"), "3 ");
  EXPECT_EQ(headings_of("> ```\n## yes"), "2 ") << "a fence ends with its quotation";
  EXPECT_EQ(headings_of("- - <div>\n  ## in the outer item\n## yes"), "3 ");
  EXPECT_EQ(headings_of("-\n\n  ## yes"), "3 ") << "an empty item ends with a blank line";
  EXPECT_EQ(headings_of("text\n    ## no\n\n    ## no\n## yes"), "5 ");
  EXPECT_EQ(headings_of("1. one\n\n   ## in it\n\n  ## yes"), "5 ");
  EXPECT_EQ(headings_of("[a]: http://x\n<T>\n## yes"), "3 ") << "below a definition such a tag is words";
}
TEST(Document, WhatStandsBelowASureReleaseIsPartOfIt) {
  const auto d = Document::parse(
      "## [2.0.0] - 2026-02-01\n\n### Python 3.12\n\n- a\n\n### Python 3.13\n\n- b\n\n### Python 3.14\n\n- c\n\n## Extra\n\n- no\n");
  ASSERT_EQ(d.releases().size(), 1u);
  EXPECT_EQ(d.releases()[0].sections.size(), 3u);
  EXPECT_EQ(type_of_section(":sparkles: Added"), Type::added);
  EXPECT_EQ(type_of_section("\xe2\x9c\xa8 Fixed"), Type::fixed);
}

TEST(ReleaseHeading, ReadsHowPeopleWriteThem) {
  const std::map<std::string, std::string> cases = {{"[1.2.3] - 2026-01-31 [YANKED]", "1.2.3|2026-01-31|yanked"},
                                                    {"v1.2.3 / 2026-1-5", "1.2.3|2026-01-05"},
                                                    {"Cargo 1.100 (2026-11-12)", "1.100|2026-11-12"},
                                                    {"0.7.5 (24. March, 2024)", "0.7.5|2024-03-24"},
                                                    {"2.0 - Sept 3rd, 2024", "2.0|2024-09-03"},
                                                    {"2022-06-01, Version 17.9.1 (Current), @who", "17.9.1|2022-06-01"},
                                                    {"<small>[9.1.2](https://x/v9.1.1...v9.1.2) (2026-06-18)</small>", "9.1.2|2026-06-18"},
                                                    {"[@scope/name@1.0.3](https://x) (2021-02-12)", "1.0.3|2021-02-12"},
                                                    {"**1.0.0**", "1.0.0|-"},
                                                    {"0.10-pre - 2014-03-02", "0.10-pre|2014-03-02"},
                                                    {"next / unreleased", "-|-|unreleased"},
                                                    {"Unreleased - TBD", "-|-|unreleased"},
                                                    {"[Unreleased] - YYYY-MM-DD", "-|-|unreleased"},
                                                    {"Unreleased (in development)", "-|-|unreleased"},
                                                    {"\xf0\x9f\x9a\xa7 Unreleased", "-|-|unreleased"},
                                                    {":construction: Unreleased", "-|-|unreleased"},
                                                    {"[Unreleased] - 2026-xx-xx", "-|-|unreleased"},
                                                    {"Unreleased \xe2\x80\x94 breaking", "-|-|unreleased"},
                                                    {"[1.1.0] - TBD", "1.1.0|-|unreleased"},
                                                    {"1.1.0 (?\?\?\?-?\?-?\?)", "1.1.0|-|unreleased"},
                                                    {"Not yet released", "-|-|unreleased"},
                                                    {"How unreleased code is tested", "none"},
                                                    {"[12] - 2026-02-01", "12|2026-02-01"},
                                                    {"r34", "r34|-"},
                                                    {"[r123](https://x/r123)", "r123|-"},
                                                    {"[v255] - 2026-01-01", "255|2026-01-01"},
                                                    {"20260101 - 2026-01-02", "20260101|2026-01-02"},
                                                    {"build-7 (2026-01-01)", "build-7|2026-01-01"},
                                                    {"~~[1.0.0] - 2026-01-01~~", "1.0.0|2026-01-01"},
                                                    {"2.0.0 (not yet released)", "2.0.0|-|unreleased"},
                                                    {"2.0.0 - in development", "2.0.0|-|unreleased"},
                                                    {"[2.0.0] - 2026-MM-DD", "2.0.0|-|unreleased"},
                                                    {"[2.0.0] - <date>", "2.0.0|-|unreleased"},
                                                    {"[2.0.0] - {date}", "2.0.0|-|unreleased"},
                                                    {"[2.0.0] - TODO", "2.0.0|-|unreleased"},
                                                    {"[next] - 2026-xx-xx", "-|-|unreleased"},
                                                    {"Next version (TBD)", "-|-|unreleased"},
                                                    {"WIP", "-|-|unreleased"},
                                                    {"Release 34 (2026-02-01)", "34|2026-02-01"},
                                                    {"Build 77 - 2026-02-01", "77|2026-02-01"},
                                                    {"[2026a] - 2026-01-01", "2026a|2026-01-01"},
                                                    {"20260101", "20260101|2026-01-01"},
                                                    {"[1.0.0] - 2026.02.03", "1.0.0|2026-02-03"},
                                                    {"[1.0.0] - 20260203", "1.0.0|2026-02-03"},
                                                    {"[1.0.0] - 2026-02-03T10:00:00Z", "1.0.0|2026-02-03"},
                                                    {"[1.0.0~rc1] - 2026-02-03", "1.0.0~rc1|2026-02-03"},
                                                    {"Development", "none"},
                                                    {"S3", "none"},
                                                    {"12", "none"},
                                                    {"Phase 2 (2026-01-01)", "none"},
                                                    {"[Unreleased](https://x/compare/v1.0.0...HEAD)", "-|-|unreleased"},
                                                    {"2.0.0 - unreleased", "2.0.0|-|unreleased"},
                                                    {"17 (2026-01-31)", "17|2026-01-31"},
                                                    {"v20160716", "20160716|-"},
                                                    {"2026-01-31", "-|2026-01-31"},
                                                    {"Migrate from v0.7.1", "none"},
                                                    {"OpenSSL 3.0 support", "none"},
                                                    {"Added", "none"},
                                                    {"August 2020", "none"},
                                                    {"Node.js 17 ChangeLog", "none"},
                                                    {"", "none"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(heading(text), expected) << text;
}

std::string releases(const std::string& text) {
  std::string out;
  const auto document = Document::parse(text);
  for (const auto& r : document.releases()) out += r.heading.version.value_or("-") + " ";
  return out;
}
TEST(Document, CodeCommentsAndIndentedTextHoldNoReleases) {
  EXPECT_EQ(releases("## 1.0.0\n```\n## 0.9.0\n````\n~~~\n## 0.8.0\n"), "1.0.0 ");
  EXPECT_EQ(releases("## 1.0.0\n<!--\n## 0.9.0 -->\n## 0.8.0\na <!--\n## 0.7.0\n    ## 0.6.0\n"), "1.0.0 0.8.0 0.7.0 ");
  EXPECT_EQ(releases("## 1.0.0\n- item\n  ```\n  ## 0.9.0\n## 0.8.0\n"), "1.0.0 0.8.0 ");  // the fence ends with its item
  EXPECT_EQ(releases("1.0.0\n=====\ntext\n0.9.0\n---\n- item\n---\n"), "1.0.0 ");          // level 2 below level 1, without a date
}
TEST(Document, OtherLevelsNeedADateOrALink) {
  EXPECT_EQ(releases("## 1.2.0\n### 1.2.1\n## 1.1.0\n### [1.1.1]\n# 1.0.0 - 2026-01-31\n## 0.9\n#### OpenSSL 3.0.1\n"),
            "1.2.0 1.1.0 1.1.1 1.0.0 0.9 ");
}

TEST(Document, ReadsSectionsEntriesAndText) {
  const auto changelog = Document::parse(
                             "# Log\n## [1.0.0] - 2026-01-31\n\nSummary\nof it\n\n### Added\n\n- **Breaking:** one\n  more\n  - "
                             "nested\n\n\n- two\nlazy\n\nprose\n\n### Fixed\n"
                             "1. three\n\n   ```\n   - no\n   ```\n* four\n\n[1.0.0]: https://x\n")
                             .changelog();
  ASSERT_EQ(changelog.releases.size(), 1u);
  const auto& release = changelog.releases[0];
  EXPECT_EQ(release.text, "Summary\nof it");
  EXPECT_EQ(release.line, 2);
  ASSERT_EQ(release.sections.size(), 2u);
  ASSERT_EQ(release.sections[0].entries.size(), 2u);
  EXPECT_EQ(release.sections[0].entries[0].text, "**Breaking:** one\nmore\n- nested");
  EXPECT_TRUE(release.sections[0].entries[0].breaking);
  EXPECT_EQ(release.sections[0].entries[1].text, "two\nlazy");
  EXPECT_EQ(release.sections[0].entries[1].line, 14);
  ASSERT_EQ(release.sections[1].entries.size(), 2u);
  EXPECT_EQ(release.sections[1].entries[0].text, "three\n\n```\n- no\n```");
}
TEST(Document, AnyTextComesBackByteForByte) {
  for (const std::string text : {"", "\n", "a", "\r\n\r", "\xef\xbb\xbf# x\r\n- a\n\n\n", "# 1.0.0\n\0\xff\n"})
    EXPECT_EQ(Document::parse(text).text(), text);
}
TEST(ReleaseSection, IsAllBelowTheHeading) {
  const auto document = Document::parse("## Unreleased\n\n- u\n\n## v1.0.0\n\n### Added\n- a\n\n[x]: y\n");
  EXPECT_EQ(release_section(document, "1.0.0").value(), "### Added\n- a");
  EXPECT_EQ(release_section(document, "Unreleased").value(), "- u");
  EXPECT_EQ(release_section(document, "2.0.0").error().kind, ErrorKind::not_found);
}

/// A large file costs what its bytes cost: no edit, check or fix is worse than linear in the number of entries.
TEST(LargeChangelog, AHundredThousandEntriesAreReadAndEditedOnce) {
  std::string text = "# Changelog\n\n## [Unreleased]\n";
  for (int release = 2000; release > 0; --release) {
    text += fmt::format("\n## [1.{}.0] - 2026-01-31\n\n### Added\n\n", release);
    for (int i = 0; i < 50; ++i) text += fmt::format("- Entry {} of {}: something that people can do now\n", i, release);
  }
  ASSERT_GT(text.size(), 5'000'000u);
  const auto document = Document::parse(text);
  EXPECT_EQ(document.text(), text);
  EXPECT_EQ(document.releases().size(), 2001u);
  EXPECT_EQ(document.changelog().releases.back().sections.at(0).entries.size(), 50u);
  EXPECT_TRUE(check(document).empty());
  EXPECT_EQ(add_entry(document, Type::fixed, "x", false).value().text.size(), text.size() + std::string("\n### Fixed\n\n- x\n").size());
  EXPECT_EQ(cut_release(document, "2.0.0", "2026-12-24").value().edits.size(), 1u);
  EXPECT_EQ(fix(document).change.text, text);
}
TEST(LargeChangelog, DeepListsAndEndlessFencesAreText) {
  std::string deep = "## [1.0.0] - 2026-01-31\n\n### Added\n\n";
  for (int i = 0; i < 10'000; ++i) deep += std::string(std::size_t(i % 200) * 2, ' ') + "- x\n";
  for (const auto& text : {deep, std::string(100'000, '`'), "## 1.0.0\n```\n" + std::string(100'000, '#'), std::string(200'000, '\n'),
                           "<!--" + std::string(100'000, '-'), "## [" + std::string(100'000, '[') + "1.0.0"}) {
    const auto document = Document::parse(text);
    EXPECT_EQ(document.text(), text);
    (void)check(document);
    (void)fix(document);
  }
}

std::string releases_of(const std::string& text) {
  std::string out;
  const auto document = Document::parse(text);
  for (const auto& r : document.releases()) {
    std::size_t entries = 0;
    for (const auto& section : r.sections) entries += section.entries.size();
    out += fmt::format("{}:{} ", r.heading.version.value_or(r.heading.unreleased ? "Unreleased" : "-"), entries);
  }
  return out;
}
TEST(RawHtml, BeginsAndEndsAsCommonMarkSays) {
  const auto around = [](const std::string& lines) {
    return releases_of("## [2.0.0] - 2026-02-01\n\n### Added\n\n" + lines + "\n\n## [1.0.0] - 2026-01-01\n\n### Fixed\n\n- Old\n");
  };
  EXPECT_EQ(around("- Rename to\n  <prefix>-name\n- Two"), "2.0.0:2 1.0.0:1 ");
  EXPECT_EQ(around("- The new\n  <styled-button> element"), "2.0.0:1 1.0.0:1 ");
  EXPECT_EQ(around("- One\n\n  <!-- to do\n\nAfter"), "2.0.0:1 1.0.0:1 ") << "a block inside an item ends with the item";
  for (const auto* block :
       {"<PRE>\n## 9.9.9\n</Pre>", "<script>\n## 9.9.9\nx </textarea>", "<?php\n## 9.9.9\n?>", "<!DOCTYPE\n## 9.9.9\n>",
        "<![CDATA[\n## 9.9.9\n]]>", "<details>\n## 9.9.9\n</details>", "<b>\n## 9.9.9", "<my-tag a='1' b>\n## 9.9.9", "</x>\n## 9.9.9"})
    EXPECT_EQ(around(block), "2.0.0:0 1.0.0:1 ") << block;
  for (const auto* text :
       {"<details>\n\n## 9.9.9 - 2026-01-15\n\n</details>", "words\n<b>\n## 9.9.9 - 2026-01-15", "<b> x\n## 9.9.9 - 2026-01-15"})
    EXPECT_EQ(around(text), "2.0.0:0 9.9.9:0 1.0.0:1 ") << text;
  EXPECT_EQ(around("<!-- never ends"), "2.0.0:0 ");
}
TEST(Releases, AHeadingOfTheirLevelThatIsNoneEndsTheOneAbove) {
  EXPECT_EQ(releases_of("## 1.1.0\n\n- a\n\n## Notes\n\n### Added\n\n- x\n\n## 1.0.0\n\n### Added\n\n- y\n"), "1.1.0:0 1.0.0:1 ");
  EXPECT_EQ(releases_of("## 1.1.0\n\n## Added\n\n- x\n\n## 1.0.0\n\n### Added\n\n- y\n"), "1.1.0:1 1.0.0:1 ")
      << "a type on the wrong level stays in";
}
TEST(Releases, DeeperHeadingsThatAreOnlyVersionsAreReleasesToo) {
  const auto text = [](int n) {
    std::string out =
        "## 0.5.0 - 2026-01-01\n\n- a\n\n## 0.4.0 - 2025-01-01\n\n- b\n\n## 0.3.0 - 2024-01-01\n\n- c\n\n## 0.2.0 - 2023-01-01\n\n";
    for (int i = 0; i < n; ++i) out += fmt::format("#### 0.2.0-2014060{}\n\n- x\n\n", i);
    return out;
  };
  EXPECT_EQ(releases_of(text(3)), "0.5.0:0 0.4.0:0 0.3.0:0 0.2.0:0 0.2.0-20140600:0 0.2.0-20140601:0 0.2.0-20140602:0 ");
  EXPECT_EQ(releases_of(text(2)), "0.5.0:0 0.4.0:0 0.3.0:0 0.2.0:2 ");
}
TEST(Releases, ADateAloneBelowTheHeadingIsTheirs) {
  const auto document = Document::parse("## 1.1.0\n\n> 20 January 2021\n\n- a\n\n## 1.0.0\n\n> Since 5 May 2020 it is out\n");
  EXPECT_EQ(document.releases()[0].heading.date, "2021-01-20");
  EXPECT_FALSE(document.releases()[1].heading.date);
}

}  // namespace
}  // namespace evenkeel::changelog
