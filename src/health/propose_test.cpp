#include "health/propose.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::health {
namespace {

const IntervalRange fortnight{from_millis(0), std::chrono::minutes{5}, 14 * 288};

SideSeries steady(double events, double total) {
  return {.intervals = std::vector<IntervalSample>(std::size_t(fortnight.count), {.present = true, .total = total, .events = events})};
}
const Criterion errors{.name = "errors", .kind = MetricKind::rate};

TEST(Propose, ALimitAboveTheBadHoursWithItsReplay) {
  auto history = steady(5, 1000);
  for (std::size_t i = 1000; i < 1006; ++i) history.intervals[i].events = 200;  // half an hour
  history.intervals[2000].events = 300;                                         // one interval alone fires nothing
  const auto p = propose_limit(errors, history, fortnight);
  ASSERT_TRUE(p);
  EXPECT_NEAR(p->usual, 0.005, 1e-9);
  EXPECT_NEAR(*p->proposed.limit, 0.0075, 1e-9);
  ASSERT_EQ(p->would_have_fired.size(), 1u);
  EXPECT_EQ(p->would_have_fired[0].from, fortnight.from + fortnight.length * 1000);
  EXPECT_EQ(p->would_have_fired[0].until, fortnight.from + fortnight.length * 1006);
  EXPECT_THAT(p->sentence, testing::HasSubstr("would have fired 1 time in 14 days"));
}
TEST(Propose, AServiceThatNeverFailsGetsOneInAThousandAndAQuietHourProvesNothing) {
  auto history = steady(0, 1000);
  for (std::size_t i = 500; i < 510; ++i) history.intervals[i] = {.present = true, .total = 4, .events = 1};
  const auto p = propose_limit(errors, history, fortnight);
  ASSERT_TRUE(p);
  EXPECT_NEAR(*p->proposed.limit, 0.001, 1e-9);
  EXPECT_TRUE(p->would_have_fired.empty());
}
TEST(Propose, NoHistoryNoProposalAndGapsAreSaid) {
  EXPECT_FALSE(propose_limit(errors, SideSeries{.intervals = std::vector<IntervalSample>(std::size_t(fortnight.count))}, fortnight));
  auto half = steady(5, 1000);
  for (std::size_t i = 0; i < half.intervals.size() / 2; ++i) half.intervals[i] = {};
  EXPECT_THAT(propose_limit(errors, half, fortnight)->sentence, testing::HasSubstr("Only 50 % of the history has data"));
}

}  // namespace
}  // namespace evenkeel::health
