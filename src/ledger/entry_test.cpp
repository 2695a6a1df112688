#include "ledger/entry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/fsck.hpp"

namespace evenkeel::ledger {
namespace {

Entry sample() {
  Hash seal{}, text{};
  seal.fill(0xab), text.fill(0xcd);
  return {.at = from_millis(1'700'000'000'000),
          .kind = "decision.recorded",
          .actor_kind = "person",
          .actor = "psn_1",
          .on_behalf_of = "",
          .via = "cli",
          .subject = "dec_1",
          .release = "rel_1",
          .facts = {{"verdict", "go"}},
          .sealed = {{"decision", "dec_1", seal}},
          .texts = {{"reason", "txt_1", text}}};
}

TEST(Entry, its_bytes_are_those_of_format_version_1_for_ever) {
  std::string expected("\x01\x00\x00\x01\x8b\xcf\xe5\x68\x00", 9);
  const auto text = [&](std::string_view t) {
    expected += std::string(3, '\0') + char(t.size());
    expected += t;
  };
  for (const auto* t : {"decision.recorded", "person", "psn_1", "", "cli", "dec_1", "rel_1"}) text(t);
  expected += std::string("\0\0\0\x01", 4), text("verdict"), text("go");
  expected += std::string("\0\0\0\x01", 4), text("decision"), text("dec_1"), expected += std::string(32, '\xab');
  expected += std::string("\0\0\0\x01", 4), text("reason"), text("txt_1"), expected += std::string(32, '\xcd');
  EXPECT_EQ(to_hex(entry_bytes(sample())), to_hex(expected));
}

TEST(Entry, both_readers_read_what_was_written) {
  const auto bytes = entry_bytes(sample());
  const auto read = parse_entry(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(entry_bytes(*read), bytes);
  const auto independent = fsck::read_entry(bytes);
  ASSERT_TRUE(independent);
  EXPECT_EQ(independent->kind, "decision.recorded");
  EXPECT_EQ(independent->sealed.front().id, "dec_1");
  EXPECT_EQ(independent->texts.front().id, "txt_1");
}

TEST(Entry, cut_or_lengthened_bytes_are_no_entry) {
  const auto bytes = entry_bytes(sample());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(parse_entry(std::string_view(bytes).substr(0, n))) << n;
    EXPECT_FALSE(fsck::read_entry(std::string_view(bytes).substr(0, n))) << n;
  }
  EXPECT_FALSE(parse_entry(bytes + "x"));
  EXPECT_FALSE(fsck::read_entry(bytes + "x"));
}

/// The roots that Certificate Transparency's own tests expect of these eight leaves (RFC 6962 section 2.1).
TEST(CompactRange, has_the_roots_of_certificate_transparency) {
  const std::string leaves[] = {"",
                                std::string(1, '\0'),
                                "\x10",
                                "\x20\x21",
                                "\x30\x31",
                                "\x40\x41\x42\x43",
                                "\x50\x51\x52\x53\x54\x55\x56\x57",
                                "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  CompactRange range;
  EXPECT_EQ(to_hex(range.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (std::size_t i = 0; i < 8; ++i) {
    range.append(leaf_hash(leaves[i]));
    EXPECT_EQ(to_hex(range.root()), roots[i]) << "tree of " << i + 1;
    const CompactRange stored(range.size(), range.roots());  // as it comes back from its row
    EXPECT_EQ(stored.root(), range.root());
  }
}

}  // namespace
}  // namespace evenkeel::ledger
