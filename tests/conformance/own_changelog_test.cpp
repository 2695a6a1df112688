// This repository's own changelog, by the product's own rules.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "changelog/check.hpp"
#include "changelog/fragments.hpp"

namespace evenkeel::changelog {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(OwnChangelog, FollowsTheRulesItChecks) {
  const auto path = std::filesystem::path(EVENKEEL_SOURCE_DIR) / "CHANGELOG.md";
  ASSERT_TRUE(std::filesystem::exists(path)) << "make it with `evenkeel changelog gather`";
  for (const auto& finding : check(Document::parse(text_of(path))))
    ADD_FAILURE() << "CHANGELOG.md:" << finding.line << ": " << finding.rule << ": " << finding.message;
}
TEST(OwnChangelog, TakesInEveryFragment) {
  const std::filesystem::path root = EVENKEEL_SOURCE_DIR;
  if (!std::filesystem::exists(root / "changes")) GTEST_SKIP() << "skipped: no fragments since the last release";
  const auto fragments = read_fragments((root / "changes").string());
  ASSERT_TRUE(fragments) << fragments.error().message;
  const auto gathered = gather(Document::parse(text_of(root / "CHANGELOG.md")), *fragments);
  ASSERT_TRUE(gathered);
  std::size_t entries = 0;
  for (const auto& fragment : *fragments) entries += fragment.entries.size();
  EXPECT_EQ(gathered->added + gathered->there, entries);
  const auto after = Document::parse(gathered->change.text);
  ASSERT_TRUE(after.unreleased());
  EXPECT_TRUE(check(after).empty());
}

}  // namespace
}  // namespace evenkeel::changelog
