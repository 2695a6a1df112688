#include "changelog/customer_sentence.hpp"

#include <gtest/gtest.h>

namespace evenkeel::changelog {
namespace {

std::string said(Type type, std::string_view text) { return customer_sentence(type, text).value_or("needs words"); }

TEST(CustomerSentence, SaysFormsWhoseMeaningIsCertain) {
  EXPECT_EQ(said(Type::added, "cart: Add invoices as PDF (#12)"), "We added invoices as PDF.");
  EXPECT_EQ(said(Type::added, "Add a new export"), "We added an export.");
  EXPECT_EQ(said(Type::added, "Allow customers to pay by invoice"), "You can now pay by invoice.");
  EXPECT_EQ(said(Type::added, "allow admins to move orders"), "Admins can now move orders.");
  EXPECT_EQ(said(Type::added, "Add an option to sort by price"), "You can now sort by price.");
  EXPECT_EQ(said(Type::added, "Pay by invoice"), "You can now pay by invoice.");
  EXPECT_EQ(said(Type::added, "Faster search"), "You now get faster search.");
  EXPECT_EQ(said(Type::added, "Add support for gift cards"), "We now support gift cards.");
  EXPECT_EQ(said(Type::changed, "Speed up search"), "We made search faster.");
  EXPECT_EQ(said(Type::changed, "improve the order page"), "We improved the order page.");
  EXPECT_EQ(said(Type::changed, "show prices with tax"), "We now show prices with tax.");
  EXPECT_EQ(said(Type::changed, "Do not print empty lines"), "We no longer print empty lines.");
  EXPECT_EQ(said(Type::removed, "Drop the old export"), "We no longer offer the old export.");
  EXPECT_EQ(said(Type::added, "Remove v1 keys"), "We no longer offer v1 keys.");
  EXPECT_EQ(said(Type::deprecated, "Deprecate v1 keys"), "A later version will come without v1 keys.");
  EXPECT_EQ(said(Type::changed, "You can now search by name."), "You can now search by name.");
}
TEST(CustomerSentence, TellsAFixAsWhatWorksAgain) {
  EXPECT_EQ(said(Type::fixed, "Fix crash when the cart is empty"), "You no longer get a crash when the cart is empty.");
  EXPECT_EQ(said(Type::fixed, "Prevent crashes on resize"), "You no longer get crashes on resize.");
  EXPECT_EQ(said(Type::fixed, "Fix startup crash"), "You no longer get a startup crash.");
  EXPECT_EQ(said(Type::fixed, "Fix bug where the cart loses items"), "It no longer happens that the cart loses items.");
  EXPECT_EQ(said(Type::fixed, "Fix incorrect rounding of prices"), "We corrected the rounding of prices.");
  EXPECT_EQ(said(Type::fixed, "Fix sorting by name"), "Sorting by name works again.");
  EXPECT_EQ(said(Type::fixed, "make sure that totals are right"), "Totals are right.");
}
TEST(CustomerSentence, WhatARuleCannotSayNeedsWords) {
  for (const auto& [type, text] :
       std::initializer_list<std::pair<Type, const char*>>{{Type::added, "Add pr_numbers field to RemoteContributor"},
                                                           {Type::added, "Add"},
                                                           {Type::added, "Add add buttons"},
                                                           {Type::added, "dark mode"},
                                                           {Type::added, "Add license"},
                                                           {Type::added, "Add and replace theme provider"},
                                                           {Type::changed, "Don't print 'a'"},
                                                           {Type::fixed, "Fix scrolling directions to match"},
                                                           {Type::added, "Support --depth in clone"},
                                                           {Type::added, "Add util/parse to the tree"},
                                                           {Type::added, "Add Cargo.toml keys"},
                                                           {Type::added, "Add a::b"},
                                                           {Type::added, "Call a.b() twice"},
                                                           {Type::changed, "Bump version to 1.2.3"},
                                                           {Type::changed, "Use MAX_RETRIES everywhere"},
                                                           {Type::changed, "# Conflicts: a b"},
                                                           {Type::fixed, "heart emoji before heading"},

                                                           {Type::fixed, "Fix critical time calculation"},
                                                           {Type::fixed, "Fix visual bell getting stuck"},
                                                           {Type::fixed, "Fix padding update not updating the page"},
                                                           {Type::removed, "Remove one string copy when loading entries"},
                                                           {Type::changed, "Refactor the order page"},
                                                           {Type::security, "Escape names in the order page"}})
    EXPECT_EQ(said(type, text), "needs words") << text;
}
TEST(CustomerSentence, AKnownWeaknessIsNamed) {
  EXPECT_EQ(said(Type::security, "fix CVE-2026-12345 in parse()"), "We closed the known weakness CVE-2026-12345.");
  EXPECT_EQ(weakness_named("see GHSA-abcd-ef12-jkmn (#3)"), "GHSA-abcd-ef12-jkmn");
  EXPECT_EQ(weakness_named("CVE-12 and GHSA-x"), "");
}

}  // namespace
}  // namespace evenkeel::changelog
