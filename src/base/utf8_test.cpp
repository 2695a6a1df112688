#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace evenkeel {
namespace {

TEST(Utf8, GoodTextStaysAsItIs) { EXPECT_EQ(clean_text("Größe 大小 🙂\n"), "Größe 大小 🙂\n"); }
TEST(Utf8, WhatIsNoTextAndNulAreMarked) {
  EXPECT_EQ(clean_text("a\xff"
                       "b"),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(clean_text(std::string_view("a\0b", 3)),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(clean_text("half \xe5\xa4"), "half \xef\xbf\xbd\xef\xbf\xbd");
}
TEST(Utf8, ACutNeverGoesThroughACharacter) {
  const std::string text = "aé大🙂";  // 1 + 2 + 3 + 4 bytes
  for (std::size_t most = 0; most <= text.size() + 1; ++most) {
    const auto cut = clean_text(text, most);
    EXPECT_LE(cut.size(), most);
    EXPECT_TRUE(text.starts_with(cut));
    EXPECT_EQ(cut, clean_text(cut)) << "whole characters";
  }
  EXPECT_EQ(clean_text(text, 9), "aé大");
}

}  // namespace
}  // namespace evenkeel
