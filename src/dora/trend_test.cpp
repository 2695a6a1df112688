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

TrendFigure figure(const std::vector<std::optional<double>>& values) {
  TrendFigure f{.key = "k", .title = "Lead time", .unit = "hours"};
  for (std::size_t i = 0; i < values.size(); ++i) f.months.push_back({fmt::format("2026-{:02}", i + 1), values[i], 7});
  chart(f);
  return f;
}

TEST(TrendFigure, TheMonthThatStandsOutDoesNotWidenItsOwnLimits) {
  const auto f = figure({10, 12, 11, 9, 10, 60, 11, 12});
  EXPECT_DOUBLE_EQ(*f.centre, 11);
  EXPECT_DOUBLE_EQ(*f.high, 11 + 3.145 * 2) << "ranges 2 1 2 1 50 49 1: the middle one is 2";
  EXPECT_EQ(f.months[5].signal, "above what the other months explain");
  for (const std::size_t i : {0, 1, 2, 3, 4, 6, 7}) EXPECT_EQ(f.months[i].signal, "") << i;
  EXPECT_THAT(f.sentence, HasSubstr("1 month stands out"));
}
TEST(TrendFigure, ALongRunIsASignalAndGapsAreNone) {
  const auto f = figure({9, 8, 9, 8, {}, 9, 8, 9, 8, 12, 13, 12, 13, 12, 13, 12, 13});
  EXPECT_EQ(f.months[15].signal, "") << "the seventh";
  EXPECT_EQ(f.months[16].signal, "8 months in a row above the middle");
  EXPECT_FALSE(f.months[4].value);
}
TEST(TrendFigure, FewMonthsHaveNoLimitsAndEqualOnesNoSignal) {
  EXPECT_THAT(figure({1, 2, 300, 4, 5}).sentence, HasSubstr("too few for limits"));
  EXPECT_FALSE(figure({1, 2, 300, 4, 5}).high);
  const auto same = figure({5, 5, 5, 5, 5, 5, 5, 5, 5});
  EXPECT_THAT(same.sentence, HasSubstr("no month stands out"));
  EXPECT_EQ(figure({5, 5, 5, 5, 5, 5, 5, 9}).months[7].signal, "above what the other months explain");
}
TEST(TrendFigure, ItsDocumentsNameWhatIsBehind) {
  Trend t = months({{100, 5}, {100, 6}, {100, 4}, {100, 30}});
  t.months[3].behind = {"shop 1.2 (run_1)"};
  t.figures = {figure({10, 12, 11, 9, 10, 60, 11, 12})};
  t.figures[0].months[5].behind = {"=shop \"1.3\": 60h"};
  EXPECT_THAT(to_markdown(t), testing::AllOf(HasSubstr("- 2026-04, failed: shop 1.2 (run_1)"), HasSubstr("2026-06, Lead time: =shop"),
                                             HasSubstr("| 2026-06 | 2d 12h | 7 | above what")));
  EXPECT_THAT(to_csv(t),
              testing::AllOf(HasSubstr("\"change_fail_rate\",\"share\",2026-04,0.3,100,"), HasSubstr("\"'=shop \"\"1.3\"\": 60h\"")));
  EXPECT_THAT(to_svg(t.figures[0]), testing::AllOf(HasSubstr("2026-06: 2d 12h (n 7); above what"), testing::Not(HasSubstr("nan"))));
}

}  // namespace
}  // namespace evenkeel::dora
