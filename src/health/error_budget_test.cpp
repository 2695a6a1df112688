#include "health/error_budget.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "health/judge.hpp"
#include "support/rollouts.hpp"

namespace evenkeel::health {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

/// 99.9 % over thirty days: 14.4 over 1h and 5m, 6 over 6h and 30m, 1 over 3d and 6h.
Criterion objective(double promised = 0.999) {
  Criterion c{.name = "availability", .kind = MetricKind::slo_burn};
  c.queries.total = c.queries.events = "x{$side}";
  c.objective = promised;
  return c;
}
ErrorBudget budget(int minutes_of, double share, const Criterion& c = objective()) {
  ErrorBudget b(c, 6000);
  for (int i = 0; i < minutes_of; ++i) b.add(minutes{1}, true, 1000 * share, 1000);
  return b;
}

TEST(ErrorBudget, TheWorkbooksThreePairsAreTheDefault) {
  const auto pairs = burn_windows(objective());
  ASSERT_EQ(pairs.size(), 3u);
  EXPECT_NEAR(pairs[0].factor, 14.4, 1e-9);
  EXPECT_EQ(pairs[0].short_window, Millis{minutes{5}});
  EXPECT_NEAR(pairs[1].factor, 6, 1e-9);
  EXPECT_NEAR(pairs[2].factor, 1, 1e-9);
  auto weekly = objective();
  weekly.budget_period = std::chrono::days{7};
  EXPECT_EQ(burn_windows(weekly).size(), 2u) << "three days are no window of a week's budget";
  EXPECT_EQ(burn_windows(objective(0.9)).size(), 2u) << "14.4 times a tenth is more than everything";
}
TEST(ErrorBudget, AFactorIsReachedJustAtItsShare) {
  EXPECT_FALSE(budget(60, 0.0143).burning() && budget(60, 0.0143).burning()->window.factor > 14);
  ASSERT_TRUE(budget(60, 0.0145).burning());
  EXPECT_NEAR(budget(60, 0.0145).burning()->window.factor, 14.4, 1e-9);
  EXPECT_NEAR(budget(60, 0.0145).burning()->long_rate, 14.5, 1e-9);
  EXPECT_NEAR(budget(60, 0.0144).spent(), 14.4 / 720, 1e-9) << "an hour at 14.4 is a fiftieth of thirty days";
}
TEST(ErrorBudget, NothingIsSaidBeforeTheShortWindowHasPassed) {
  EXPECT_FALSE(budget(4, 0.5).burning());
  EXPECT_TRUE(budget(5, 0.5).burning());
}
TEST(ErrorBudget, AShortOutageThatIsOverIsSilentAndASlowBurnIsFoundByTheLongPair) {
  auto over = budget(60, 0.0145);
  for (int i = 0; i < 30; ++i) over.add(minutes{1}, true, 0, 1000);
  EXPECT_FALSE(over.burning()) << "the short windows are clean";
  EXPECT_FALSE(budget(25, 0.007).burning()) << "7 times is slow: half an hour of it is wanted";
  ASSERT_TRUE(budget(30, 0.007).burning());
  EXPECT_NEAR(budget(30, 0.007).burning()->window.factor, 6, 1e-9);
  EXPECT_FALSE(budget(359, 0.0015).burning());
  EXPECT_TRUE(budget(360, 0.0015).burning());
}
TEST(ErrorBudget, AFewEventsAreNotEnough) {
  ErrorBudget b(objective(), 100);
  for (int i = 0; i < 60; ++i) b.add(minutes{1}, true, i % 20 == 0 ? 1 : 0, 2);
  EXPECT_FALSE(b.burning()) << "3 of 120 are 25 times too many, and 3";
}
TEST(ErrorBudget, ASlidingWindowForgets) {
  auto b = budget(60, 0.0145);
  for (int i = 0; i < 60; ++i) b.add(minutes{1}, true, 0, 1000);
  for (int i = 0; i < 5; ++i) b.add(minutes{1}, true, 20, 1000);
  EXPECT_FALSE(b.burning()) << "of the last hour 5 minutes are bad: 1.7 times";
}
TEST(ErrorBudget, GoodEventsAreCountedFromTheOtherSide) {
  auto good = objective();
  good.direction = Direction::decrease;
  EXPECT_EQ(bad_events(good, 990, 1000), 10);
  EXPECT_EQ(bad_events(objective(), 990, 1000), 990);
}
TEST(ErrorBudget, TheJudgeRecommendsARollbackAndSaysTheBudget) {
  auto set = simulated::errors_only();
  set.criteria = {objective()};
  Judge judge(set);
  for (int t = 0; t < 20 && !judge.first_breach(); ++t) {
    const Observation o{{true, 1000, 30}, {true, 9000, 270}};
    judge.step(std::span(&o, 1));
  }
  EXPECT_EQ(judge.first_breach(), 4);
  const auto v = judge.verdict();
  EXPECT_EQ(v.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_EQ(v.cause, "availability");
  EXPECT_THAT(v.sentence, testing::AllOf(HasSubstr("the error budget burns 30 times too fast over 1h"), HasSubstr("over the last 5m")));
  EXPECT_FALSE(strong_enough_to_act_alone(v)) << "an objective has no promise about false alarms";
}

}  // namespace
}  // namespace evenkeel::health
