#include "changelog/plain.hpp"

#include <gtest/gtest.h>

namespace evenkeel::changelog {
namespace {

std::vector<std::string> rules(std::string_view body) {
  std::vector<std::string> out;
  for (const auto& h : plain_language(body)) out.push_back(fmt::format("{}:{}:{}", h.line, h.rule, h.excerpt));
  return out;
}
using testing::ElementsAre;
using testing::IsEmpty;

TEST(InternalSentence, SaysWhereItHappened) {
  EXPECT_EQ(internal_sentence("Add export", {"checkout", "cart"}, {"new_export"}, std::string(40, 'a')),
            "Add export. (services: checkout, cart; flags: new_export; change aaaaaaaaaa)");
  EXPECT_EQ(internal_sentence("Add export.", {}, {}, ""), "Add export.");
}
TEST(PlainLanguage, SaysNothingAboutAPlainText) {
  EXPECT_THAT(rules("### New\n\n- You can now pay by invoice.\n- Search answers faster.\n\nVersion 2.3.1 needs no action, e.g. no new "
                    "password. We need speed."),
              IsEmpty());
}
TEST(PlainLanguage, FindsLongSentencesByTheirWords) {
  std::string long_one = "One two three";
  for (int i = 0; i < 23; ++i) long_one += i == 11 ? "\nword" : " word";
  EXPECT_THAT(rules("Short.\n\n" + long_one + "."), ElementsAre("3:long_sentence:One two three ..."));
  EXPECT_THAT(rules("a b c d e f g h i j k l m.\nn o p q r s t u v w x y z a."), IsEmpty());    // 13 and 14 words
  EXPECT_THAT(rules("- a b c d e f g h i j k l m\n- n o p q r s t u v w x y z a"), IsEmpty());  // two items without stops
}
TEST(PlainLanguage, FindsPassiveVoice) {
  EXPECT_THAT(rules("Orders stay saved.\nThe cart was quickly emptied. It is not kept."),
              ElementsAre("2:passive_voice:was emptied", "2:passive_voice:is kept"));
  EXPECT_THAT(rules("There is need for speed."), IsEmpty());
}
TEST(PlainLanguage, FindsWhatOnlyInsidersCanLookUp) {
  EXPECT_THAT(rules("See CART-12 and #45, commit 1a2b3c4d, use max_retry."),
              ElementsAre("1:internal_id:CART-12", "1:internal_id:#45", "1:internal_id:1a2b3c4d", "1:internal_id:max_retry"));
  EXPECT_THAT(rules("CVE-2026 has no effect; 1234567 people, defaced, UTF-8, https://example.org/a_b"), IsEmpty());
}
TEST(PlainLanguage, FindsJargonOutsideOfCodeAndOurMarks) {
  EXPECT_THAT(rules("Lower latency.\n```\nlatency\n```\n<!-- latency\n -->\nThe Backend <!-- ent_latency -->"),
              ElementsAre("1:jargon:latency", "5:jargon:latency", "7:jargon:Backend"));
}

}  // namespace
}  // namespace evenkeel::changelog
