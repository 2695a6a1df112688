#include "dora/trend.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::dora {
namespace {

using testing::HasSubstr;

Trend months(std::vector<std::pair<int, int>> counts) {
  Trend t;
  for (std::size_t i = 0; i < counts.size(); ++i)
    t.months.push_back({.month = fmt::format("2026-{:02}", i + 1), .deployments = counts[i].first, .failed = counts[i].second});
  chart(t);
  return t;
}

TEST(Trend, MonthsThatDifferByChanceAreNoSignal) {
  const auto t = months({{40, 4}, {35, 2}, {50, 7}, {42, 3}});
  EXPECT_THAT(t.sentence, HasSubstr("no more than chance"));
  for (const auto& m : t.months) EXPECT_EQ(m.signal, "");
}
TEST(Trend, AMonthOutsideItsLimitsAndALongRunAreSignals) {
  EXPECT_THAT(months({{100, 5}, {100, 6}, {100, 4}, {100, 30}}).months[3].signal, HasSubstr("more failed"));
  const auto run = months({{30, 6}, {30, 6}, {30, 6}, {30, 6}, {30, 3}, {30, 3}, {30, 3}, {30, 3}, {30, 3}, {30, 3}, {30, 3}, {30, 3}});
  EXPECT_THAT(run.months[11].signal, HasSubstr("8 months in a row below"));
  EXPECT_EQ(run.months[10].signal, "");
}
TEST(Trend, NothingAndTooFewAreSaid) {
  EXPECT_THAT(months({{0, 0}, {0, 0}}).sentence, HasSubstr("No deployment"));
  EXPECT_THAT(months({{2, 1}}).sentence, HasSubstr("too few for a trend"));
  EXPECT_THAT(to_svg(months({{2, 1}, {0, 0}, {30, 2}})),
              testing::AllOf(HasSubstr("<svg"), HasSubstr("2026-01: 1 of 2 failed"), testing::Not(HasSubstr("nan"))));
}

}  // namespace
}  // namespace evenkeel::dora
