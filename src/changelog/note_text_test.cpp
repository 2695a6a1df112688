#include "changelog/note_text.hpp"

#include "changelog/taken_out.hpp"

#include <gtest/gtest.h>

namespace evenkeel::changelog {
namespace {

TEST(WithoutMarks, TakesOurOwnMarksOutAndNothingElse) {
  EXPECT_EQ(without_marks("- a <!-- ent_1 -->\n- b <!--ent_2-->c"), "- a\n- bc");
  EXPECT_EQ(without_marks("a <!-- never ends"), "a <!-- never ends");
  for (const auto* text :
       {"a <!-- for Rita -->", "`<!-- ent_1 -->`", "```\n<!-- ent_1 -->\n```\n", "    <!-- ent_1 -->\n", "<!-- ent_1 and more -->"})
    EXPECT_EQ(without_marks(text), text);
}
TEST(MeaningHash, WhiteSpaceBulletsEmphasisAndOurMarksAreNeutral) {
  const auto same = [](const char* a, const char* b) { return meaning_hash(a) == meaning_hash(b); };
  EXPECT_TRUE(same("a  b\n", "\n a\tb <!-- ent_1 -->"));
  EXPECT_TRUE(same("- a **b**\n- c\n", "* _a_ b <!-- ent_1 -->\n\n+ c\n"));
  EXPECT_TRUE(same("a\nb", "a b"));
  EXPECT_TRUE(same("### New\n- a\n  - b", "### New\n\n*  a\n   * *b*\n"));
}
TEST(MeaningHash, WhateverElseAChannelShowsIsAnotherText) {
  const std::vector<std::pair<std::string, std::string>> texts{{"a b", "ab"},
                                                               {"a b", "a B"},
                                                               {"<div>yes</div>", "<div>no</div>"},
                                                               {"a <b>b</b>", "a b"},
                                                               {"a b", "a ~~b~~"},
                                                               {"`<!-- yes -->`", "`<!-- no -->`"},
                                                               {"`<!-- ent_1 -->`", "`<!-- ent_2 -->`"},
                                                               {"a <!-- yes -->", "a <!-- no -->"},
                                                               {"[a](https://x.test)", "[a](https://y.test)"},
                                                               {"[a](https://x.test)", "[a](https://x.test \"b\")"},
                                                               {"[a](https://x.test 'b')", "[a](https://x.test 'c')"},
                                                               {"a", "a\n\n[b]: https://x.test\n"},
                                                               {"a\n\n[b]: https://x.test\n", "a\n\n[b]: https://y.test\n"},
                                                               {"![a](x.png)", "![b](x.png)"},
                                                               {"1. a", "2. a"},
                                                               {"1. a", "- a"},
                                                               {"1. a", "1) a"},
                                                               {"- a\n- b", "- a b"},
                                                               {"- a\n- b", "- a\n  - b"},
                                                               {"a\n\nb", "a b"},
                                                               {"# a", "## a"},
                                                               {"a", "> a"},
                                                               {"a", "`a`"},
                                                               {"a", "    a"},
                                                               {"```sh\na\n```", "```js\na\n```"},
                                                               {"a", "a\n\n---\n"},
                                                               {"a *b*", "a \\*b\\*"},
                                                               {"a & b", "a &amp; b"},
                                                               {"|a|b|\n|-|-|\n|1|2|", "|a|b|\n|-|-|\n|2|1|"},
                                                               {"|a|b|\n|-|-|\n|1|2|", "|a|b|\n|-|:-|\n|1|2|"},
                                                               {"- [ ] a", "- [x] a"}};
  for (const auto& [a, b] : texts) EXPECT_NE(meaning_hash(a), meaning_hash(b)) << a << "\n--\n" << b;
}
TEST(EntriesNamed, AreThoseInMarksOnly) {
  EXPECT_THAT(entries_named("a <!-- ent_1 --> ent_2 <!--ent_3--> <!-- ent_4 and more --> `<!-- ent_5 -->` <!-- ent_6"),
              testing::ElementsAre("ent_1", "ent_3"));
}
TEST(WithoutEntry, TakesOutWhatTellsItAndNothingElse) {
  const std::string note =
      "Hello from Alex.\n\n### New\n\n- Gift cards <!-- ent_1 -->\n  for everybody\n- Faster search <!-- ent_2 -->\n\n### Fixed\n\n- "
      "Prices "
      "<!-- ent_3 -->\n";
  EXPECT_EQ(without_entry(note, "ent_1"),
            "Hello from Alex.\n\n### New\n\n- Faster search <!-- ent_2 -->\n\n### Fixed\n\n- Prices <!-- ent_3 -->\n");
  EXPECT_EQ(without_entry(note, "ent_3"),
            "Hello from Alex.\n\n### New\n\n- Gift cards <!-- ent_1 -->\n  for everybody\n- Faster search <!-- ent_2 -->\n\n")
      << "a heading without anything below goes too";
  EXPECT_EQ(without_entry(note, "ent_9"), note);
  EXPECT_EQ(without_entry("One.\n\nTwo <!-- ent_1 -->\nand more.\n\nThree.\n", "ent_1"), "One.\n\n\nThree.\n") << "a paragraph";
  EXPECT_EQ(without_entry("### Prices\n\n<!-- ent_1 -->\nCall the new address.\n\n### Names\n\n<!-- ent_2 -->\nNothing.\n", "ent_1"),
            "### Names\n\n<!-- ent_2 -->\nNothing.\n")
      << "a section of a migration guide";
  EXPECT_EQ(without_entry("`<!-- ent_1 -->` is code\n", "ent_1"), "`<!-- ent_1 -->` is code\n");
}
TEST(TitleBehind, DoesNotSayTheVersionTwice) {
  EXPECT_EQ(title_behind("2.0.0", "Wish lists"), ": Wish lists");
  EXPECT_EQ(title_behind("2.0.0", "checkout 2.0.0"), "");
  EXPECT_EQ(title_behind("2.0.0", ""), "");
}

}  // namespace
}  // namespace evenkeel::changelog
