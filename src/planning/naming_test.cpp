#include "planning/naming.hpp"

#include <gmock/gmock.h>

namespace evenkeel::planning {
namespace {

TEST(Naming, versions_of_the_known_schemes_are_accepted) {
  for (const auto* v : {"1.4.0", "1.4.0-rc.1+build.5", "2026.11.30", "v255", "r34", "1.2~beta1", "1.0.Final", "1.0.post1", "20260101"})
    EXPECT_TRUE(check_version(v, "version")) << v;
}

TEST(Naming, what_a_shell_an_address_or_a_reference_would_read_is_refused_and_named) {
  for (const auto* v :
       {"", "a/b c", "1.0 ", "1.0;id", "$(id)", "`id`", "1.0\n2.0", "../1", "-rf", ".1", "1.0%2f", "<b>", "1|2", "ü1", "1.0#x", "1.0?x"})
    EXPECT_FALSE(check_version(v, "version")) << v;
  EXPECT_THAT(check_version("a/b", "version").error().message, testing::HasSubstr("this one holds '/'"));
  EXPECT_THAT(check_version("1 0", "version").error().message, testing::HasSubstr("a blank"));
  EXPECT_EQ(check_version("a/b", "components[0].version").error().field, "components[0].version");
  EXPECT_TRUE(check_digest("sha256:9f86d0818", "digest"));
  EXPECT_FALSE(check_digest("sha256:$(id)", "digest"));
}

TEST(Naming, a_title_is_one_visible_line) {
  EXPECT_TRUE(check_title("Shop 1.4.0: größer & <schneller>", "title"));
  for (const auto* t : {"a\nb", "a\x1b[2J", "\u202ereversed", "a\tb"}) EXPECT_FALSE(check_title(t, "title")) << t;
}

}  // namespace
}  // namespace evenkeel::planning
