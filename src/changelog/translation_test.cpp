#include "changelog/translation.hpp"

#include <gtest/gtest.h>

namespace evenkeel::changelog {
namespace {

TEST(ChooseLocale, TheAddressOutranksTheBrowserAndARegionFallsBackToItsLanguage) {
  const std::vector<std::string> offered{"en", "de", "pt-BR"};
  EXPECT_EQ(choose_locale(offered, "de", "pt-BR"), "de");
  EXPECT_EQ(choose_locale(offered, "", "de-AT, en;q=0.8"), "de");
  EXPECT_EQ(choose_locale(offered, "", "en;q=0.2, PT-br;q=0.9, de;q=0.8"), "pt-BR");
  EXPECT_EQ(choose_locale(offered, "", "fr, *;q=0.1"), "en");
  EXPECT_EQ(choose_locale(offered, "", "de;q=0"), "en") << "not at all";
  EXPECT_EQ(choose_locale(offered, "xx", ""), "en");
  EXPECT_EQ(choose_locale(offered, "", ",,;q=;,-,--"), "en");
  EXPECT_EQ(choose_locale({}, "de", "de"), "");
}

}  // namespace
}  // namespace evenkeel::changelog
