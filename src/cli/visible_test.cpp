#include "cli/visible.hpp"

#include <gtest/gtest.h>

namespace evenkeel::cli {
namespace {

TEST(Visible, WhatATerminalObeysIsShown) {
  EXPECT_EQ(visible("feat: \x1b]0;owned\x07 and \x1b[31mred"), "feat: \\x1b]0;owned\\x07 and \\x1b[31mred");
  EXPECT_EQ(visible("\xc2\x9b[2J"), "\\u009b[2J") << "the C1 form of ESC [";
  EXPECT_EQ(visible("\x9b[2J"), "\\x9b[2J") << "and as a byte that is no UTF-8";
  EXPECT_EQ(visible("good\rbad"), "good\\x0dbad") << "a line is not written over";
  EXPECT_EQ(visible("a\xe2\x80\xae"
                    "b"),
            "a\\u202eb")
      << "nor turned around";
  EXPECT_EQ(visible(std::string_view("\b\x7f\0", 3)), "\\x08\\x7f\\x00");
}
TEST(Visible, OrdinaryTextStays) {
  const std::string text = "Größe\t\xe2\x9c\x93 \xf0\x9f\x9a\x80\r\nnext\n";
  EXPECT_EQ(visible(text), text);
}

}  // namespace
}  // namespace evenkeel::cli
