// A list of releases shows what is due soonest.
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ListStory : public Story {};

TEST_P(ListStory, RC1_what_is_due_soonest_is_not_hidden_behind_later_releases) {
  World w{GetParam()};
  w.plan("1.0.0");
  for (int i = 1; i <= 3; ++i) {
    const auto version = fmt::format("2.{}.0", i);
    const auto day = parse_time(w.now()).value() + std::chrono::hours{24 * i};
    w.plan(version);
    ASSERT_EQ(
        w.as("ada", {"release", "move", version, "--window-start", to_iso(day), "--window-end", to_iso(day + std::chrono::hours{1})}).code,
        0);
  }
  const auto first = w.as("ada", {"release", "list", "--limit", "2"}).out;
  EXPECT_THAT(first, AllOf(HasSubstr("1.0.0"), HasSubstr("2.1.0"), Not(HasSubstr("2.2.0"))));
  EXPECT_THAT(w.as("ada", {"release", "list", "--limit", "2", "--skip", "2"}).out,
              AllOf(HasSubstr("2.2.0"), HasSubstr("2.3.0"), Not(HasSubstr("1.0.0"))));
  ASSERT_EQ(w.as("ada", {"release", "cancel", "1.0.0", "--reason", "not needed"}).code, 0);
  EXPECT_THAT(w.as("ada", {"release", "list", "--open"}).out, Not(HasSubstr("1.0.0")));
  EXPECT_THAT(w.as("ada", {"release", "list", "--area", "bank"}).out, HasSubstr("No releases yet"));
}

INSTANTIATE_TEST_SUITE_P(On, ListStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
