// A signed note has one spelling: whoever changes a bit of it, of its signature too, is found out.
#include "ledger/checkpoint.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/id.hpp"
#include "base/time.hpp"

namespace evenkeel::ledger {
namespace {

class SignedNote : public testing::Test {
 protected:
  std::string file = testing::TempDir() + "/note-" + make_id("t", SystemClock{}.now()) + ".key";

  Key key_of(char seed) {
    std::ofstream(file) << "evenkeel/shop " << to_hex(std::string(32, seed)) << "\n";
    return load_or_make_key(file, "").value();
  }
  void TearDown() override { std::filesystem::remove(file); }
};

TEST_F(SignedNote, each_changed_bit_is_found) {
  for (const char seed : {'\x01', '\x42', '\xfe'}) {
    const auto key = key_of(seed);
    const auto note = sign_checkpoint({.origin = "evenkeel/shop", .size = 12, .root = sha256("root")}, key);
    ASSERT_TRUE(open_checkpoint(note, key));
    for (std::size_t bit = 0; bit < note.size() * 8; ++bit) {
      auto changed = note;
      changed[bit / 8] = char(changed[bit / 8] ^ (1 << bit % 8));
      EXPECT_FALSE(open_checkpoint(changed, key)) << testing::PrintToString(changed);
    }
  }
}

TEST_F(SignedNote, of_another_key_of_the_same_name_is_not_believed) {
  const auto note = sign_note("text\n", key_of('\x01'));
  EXPECT_EQ(open_note(note, key_of('\x02')).error().message, "its signature is by another key");
}

}  // namespace
}  // namespace evenkeel::ledger
