#include "base/hex.hpp"

#include <gtest/gtest.h>

namespace evenkeel {
namespace {

/// Each text that differs from `text` in one bit.
template <class F>
void each_changed_bit(const std::string& text, F&& f) {
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    auto changed = text;
    changed[bit / 8] = char(changed[bit / 8] ^ (1 << bit % 8));
    f(changed);
  }
}

std::string every_byte() {
  std::string out;
  for (int i = 0; i < 256; ++i) out += char(i);
  return out;
}

TEST(Base64, bytes_have_one_spelling) {
  for (const std::size_t cut : {0, 1, 2}) {  // no padding, two characters of it, one
    const auto bytes = every_byte().substr(cut);
    ASSERT_EQ(from_base64(to_base64(bytes)).value(), bytes);
    each_changed_bit(to_base64(bytes), [&](const std::string& changed) {
      const auto read = from_base64(changed);
      EXPECT_TRUE(!read || *read != bytes) << testing::PrintToString(changed);
    });
  }
}

TEST(Base64, is_padded_and_holds_nothing_else) {
  for (const auto* text : {"QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "Q-==", "Q\xAF==", "===="}) EXPECT_FALSE(from_base64(text)) << text;
}

TEST(Hex, bytes_are_read_back_in_either_case_and_nothing_else_is_read) {
  ASSERT_EQ(from_hex(to_hex(every_byte())).value(), every_byte());
  EXPECT_EQ(from_hex("AbcD").value(), from_hex("abcd").value());
  for (const auto* text : {"a", "ag", "a ", "0x", "a\xE1", ":a"}) EXPECT_FALSE(from_hex(text)) << text;
}

}  // namespace
}  // namespace evenkeel
