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

TEST(CustomerSentence, PutsTheKindOfNewsFirstAndLeavesMarksOut) {
  EXPECT_EQ(customer_sentence(Type::added, "cart: Add CSV export of invoices (#12)"), "New: CSV export of invoices.");
  EXPECT_EQ(customer_sentence(Type::added, "Allow customers to pay by invoice"), "You can now pay by invoice.");
  EXPECT_EQ(customer_sentence(Type::fixed, "Fix crash when the cart is empty."), "Fixed: crash when the cart is empty.");
  EXPECT_EQ(customer_sentence(Type::changed, "Speed up search"), "Faster: search.");
  EXPECT_EQ(customer_sentence(Type::changed, "improve the order page"), "Better: the order page.");
  EXPECT_EQ(customer_sentence(Type::changed, "show prices with tax"), "Show prices with tax.");
  EXPECT_EQ(customer_sentence(Type::removed, "Drop the old export"), "No longer available: the old export.");
  EXPECT_EQ(customer_sentence(Type::deprecated, "Deprecate v1 keys"), "Going away in a later version: v1 keys.");
  EXPECT_EQ(customer_sentence(Type::added, "Remove v1 keys"), "No longer available: v1 keys.");
  EXPECT_EQ(customer_sentence(Type::added, "Add"), "New: Add.");
}
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
