#include "changelog/note_text.hpp"

#include <gtest/gtest.h>

namespace evenkeel::changelog {
namespace {

TEST(WithoutComments, TakesReferencesOutAndNeverHidesText) {
  EXPECT_EQ(without_comments("- a <!-- ent_1 -->\n- b <!--x-->c"), "- a\n- bc");
  EXPECT_EQ(without_comments("a <!-- never ends"), "a <!-- never ends");
}
TEST(MeaningHash, KeepsFormattingApartFromWording) {
  EXPECT_EQ(meaning_hash("a  b\n"), meaning_hash("\n a\tb <!-- c -->"));
  EXPECT_NE(meaning_hash("a b"), meaning_hash("ab"));
  EXPECT_NE(meaning_hash("a b"), meaning_hash("a B"));
}
TEST(EntriesNamed, AreThoseInCommentsOnly) {
  EXPECT_THAT(entries_named("a <!-- ent_1 --> ent_2 <!--ent_3--> <!-- ent_4 and more --> <!-- ent_5"),
              testing::ElementsAre("ent_1", "ent_3"));
}
TEST(TitleBehind, DoesNotSayTheVersionTwice) {
  EXPECT_EQ(title_behind("2.0.0", "Wish lists"), ": Wish lists");
  EXPECT_EQ(title_behind("2.0.0", "checkout 2.0.0"), "");
  EXPECT_EQ(title_behind("2.0.0", ""), "");
}

}  // namespace
}  // namespace evenkeel::changelog
