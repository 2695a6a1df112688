// A signed note has one spelling: whoever changes a bit of it, of its signature too, is found out.
#include "ledger/checkpoint.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sodium.h>

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

/// As https://c2sp.org/tlog-cosignature has it: over two lines and the note's text, with the time before the signature.
class Cosigned : public SignedNote {
 protected:
  Cosigned() {
    std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
    secret_.resize(crypto_sign_SECRETKEYBYTES);
    crypto_sign_keypair(reinterpret_cast<unsigned char*>(public_key.data()), reinterpret_cast<unsigned char*>(secret_.data()));
    witness = {"witness.example/w1", NoteAlgorithm::cosignature_ed25519, public_key};
    note = sign_checkpoint({.origin = "evenkeel/shop", .size = 12, .root = sha256("root")}, key_of('\x01'));
  }
  std::string line(const std::string& body, std::uint64_t seconds) const {
    std::string time(8, '\0'), signature(crypto_sign_BYTES, '\0');
    for (int i = 0; i < 8; ++i) time[std::size_t(i)] = static_cast<char>(seconds >> (56 - 8 * i));
    const auto message = fmt::format("cosignature/v1\ntime {}\n{}", seconds, body);
    crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr,
                         reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                         reinterpret_cast<const unsigned char*>(secret_.data()));
    return fmt::format("— {} {}\n", witness.name, to_base64(witness.id() + time + signature));
  }
  std::string body() const { return note.substr(0, note.find("\n\n") + 1); }
  NoteKey witness;
  std::string note;

 private:
  std::string secret_;
};

TEST_F(Cosigned, is_proven_with_its_time_beside_signatures_of_others) {
  const auto cosigned = note + "— somebody.example/else AAAA\n" + line(body(), 1'780'000'000);
  EXPECT_EQ(to_iso(open_cosignature(cosigned, witness).value()), "2026-05-28T20:26:40Z");
  EXPECT_TRUE(open_checkpoint(cosigned, key_of('\x01'))) << "the log's own signature is as good as before";
}

TEST_F(Cosigned, of_another_text_another_time_or_another_key_is_none) {
  EXPECT_FALSE(open_cosignature(note, witness)) << "there is none";
  EXPECT_FALSE(open_cosignature(note + line("evenkeel/shop\n13\nAAAA\n", 1'780'000'000), witness));
  auto moved = line(body(), 1'780'000'000);
  const auto other = line(body(), 1'780'000'001);
  const auto at = moved.rfind(' ') + 1;
  const auto raw = from_base64(moved.substr(at, moved.size() - at - 1)).value(),
             late = from_base64(other.substr(at, other.size() - at - 1)).value();
  moved = fmt::format("— {} {}\n", witness.name, to_base64(late.substr(0, 12) + raw.substr(12)));
  EXPECT_FALSE(open_cosignature(note + moved, witness)) << "another's time";
  auto stranger = witness;
  stranger.public_key = std::string(32, 'x');
  EXPECT_FALSE(open_cosignature(note + line(body(), 1'780'000'000), stranger));
}

TEST_F(Cosigned, keys_are_for_one_thing) {
  EXPECT_EQ(parse_note_key(witness.text() + "\n", NoteAlgorithm::cosignature_ed25519).value().public_key, witness.public_key);
  EXPECT_FALSE(parse_note_key(witness.text(), NoteAlgorithm::ed25519));
  EXPECT_FALSE(parse_note_key(verifier_key(key_of('\x01')), NoteAlgorithm::cosignature_ed25519));
  auto bent = witness.text();
  bent[bent.find('+') + 1] = bent[bent.find('+') + 1] == '0' ? '1' : '0';
  EXPECT_FALSE(parse_note_key(bent, NoteAlgorithm::cosignature_ed25519));
}

TEST_F(Cosigned, notes_of_a_file_are_told_apart) {
  const auto second = sign_checkpoint({.origin = "evenkeel/shop", .size = 13, .root = sha256("next")}, key_of('\x01'));
  const auto cosigned = note + line(body(), 1'780'000'000);
  const std::vector<std::string> both{cosigned, second};
  EXPECT_EQ(notes_in(cosigned + "\n" + second), both);
  EXPECT_EQ(notes_in("\n" + cosigned + second + "\n\n"), both);
  EXPECT_EQ(notes_in(""), std::vector<std::string>{});
}

}  // namespace
}  // namespace evenkeel::ledger
