#include "base/semver.hpp"

#include <gtest/gtest.h>

namespace evenkeel {
namespace {

SemVer v(std::string_view text) { return parse_semver(text).value(); }

TEST(SemVer, ReadsItsParts) {
  const auto version = v("1.20.3-rc.1.x-y+build.007");
  EXPECT_EQ(version.major + "/" + version.minor + "/" + version.patch, "1/20/3");
  EXPECT_THAT(version.prerelease, testing::ElementsAre("rc", "1", "x-y"));
  EXPECT_EQ(version.build, "build.007");
}
TEST(SemVer, SaysWhyATextIsNotAVersion) {
  const std::map<std::string, std::string> reasons = {{"v1.2.3", "leading 'v'"},
                                                      {"1.2", "has 2"},
                                                      {"1.02.3", "leading zero"},
                                                      {"1.2.3-01", "leading zero"},
                                                      {"1.2.3-", "empty"},
                                                      {"1.2.3+a..b", "empty"},
                                                      {"1.2.3.4", "has 4"},
                                                      {"1.2.3-ä", "not allowed"},
                                                      {"a.b.c", "not a number"},
                                                      {"1..3", "missing"},
                                                      {"", "empty"},
                                                      {"1.2.3+a+b", "not allowed"}};
  for (const auto& [text, why] : reasons) {
    ASSERT_FALSE(parse_semver(text)) << text;
    EXPECT_THAT(parse_semver(text).error().message, testing::HasSubstr(why)) << text;
  }
}
TEST(SemVer, NumbersMayBeLongerThanAnyInteger) {
  EXPECT_LT(v("99999999999999999999998.0.0"), v("99999999999999999999999.0.0"));
  EXPECT_LT(v("9.0.0"), v("10.0.0"));
  EXPECT_LT(v("1.0.0-9"), v("1.0.0-10000000000000000000000"));
}
TEST(SemVer, NextVersionsFollowTheKindOfChange) {
  EXPECT_EQ(next_version(v("1.2.9"), Bump::patch), "1.2.10");
  EXPECT_EQ(next_version(v("1.99.9"), Bump::minor), "1.100.0");
  EXPECT_EQ(next_version(v("1.2.3+x"), Bump::major), "2.0.0");
  EXPECT_EQ(next_version(v("2.0.0-rc.1"), Bump::major), "2.0.0");
  EXPECT_EQ(next_version(v("2.0.1-rc.1"), Bump::minor), "2.1.0");
  EXPECT_EQ(next_version(v("2.1.0-rc.1"), Bump::patch), "2.1.0");
  EXPECT_EQ(next_version(v("2.1.0"), Bump::none), "2.1.0");
}

}  // namespace
}  // namespace evenkeel
