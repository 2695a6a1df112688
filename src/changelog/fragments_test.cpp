#include "changelog/fragments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/git_repo.hpp"

namespace evenkeel::changelog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Fragment, ItsNameSaysTheTypeAndItsTextIsOneEntryOrAList) {
  const auto one = read_fragment("12.fixed.md", "Search finds\naccents again.\n").value();
  EXPECT_EQ(one.type, Type::fixed);
  EXPECT_THAT(one.entries, ElementsAre("Search finds\naccents again."));
  const auto two = read_fragment("a-b.breaking.removed.2.md", "- one\n  - deep\n- two\n").value();
  EXPECT_TRUE(two.breaking);
  EXPECT_THAT(two.entries, ElementsAre("one\n- deep", "two"));
  for (const auto* bad : {"12.md", "12.feature.md", "12.fixed.x.md", "fixed.md", "12..md"})
    EXPECT_EQ(read_fragment(bad, "x").error().kind, ErrorKind::invalid) << bad;
  EXPECT_EQ(read_fragment("1.added.md", " \n").error().kind, ErrorKind::invalid);
}
TEST(Fragments, AreGatheredOnceHoweverOften) {
  const std::vector<Fragment> fragments{read_fragment("1.added.md", "one").value(), read_fragment("2.breaking.removed.md", "two").value(),
                                        read_fragment("3.added.md", "three").value()};
  const auto document = Document::parse("# Changelog\n\n## [Unreleased]\n\n### Added\n\n- zero\n");
  const auto first = gather(document, fragments).value();
  EXPECT_EQ(first.added, 3u);
  EXPECT_EQ(first.change.text,
            "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- zero\n- one\n- three\n\n### Removed\n\n- **Breaking:** two\n");
  EXPECT_EQ(apply_edits(document, first.change.edits), first.change.text);
  const auto again = gather(Document::parse(first.change.text), fragments).value();
  EXPECT_EQ(again.added, 0u);
  EXPECT_EQ(again.there, 3u);
  EXPECT_EQ(again.change.text, first.change.text);
}
TEST(Fragments, AllComplaintsAtOnce) {
  testing_git::TempFolder folder;
  for (const auto* name : {"1.added.md", "2.nothing.md", "3.fixed.md", "README.md", ".hidden.md"})
    std::ofstream(folder.path() / name) << (std::string(name) == "3.fixed.md" ? "" : "text");
  const auto read = read_fragments(folder.path().string());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().complaints.size(), 2u);
  EXPECT_EQ(read_fragments("/nowhere").error().kind, ErrorKind::invalid);
}
}  // namespace
}  // namespace evenkeel::changelog
