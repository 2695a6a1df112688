#include "health/buckets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::health {
namespace {

using testing::ElementsAre;

constexpr double inf = std::numeric_limits<double>::infinity();

SideSeries series(std::vector<double> bounds, std::vector<double> counts) {
  return {.intervals = {{.present = true, .buckets = std::move(counts)}}, .bounds_ms = std::move(bounds)};
}

TEST(Buckets, AreBroughtToTheBoundariesTheyHaveInCommon) {
  auto a = series({50, 100, 200, inf}, {1, 2, 3, 4}), b = series({100, 150, 200, 400, inf}, {10, 20, 30, 40, 50});
  to_common_bounds(a, b);
  EXPECT_THAT(a.bounds_ms, ElementsAre(100, 200, inf));
  EXPECT_EQ(a.bounds_ms, b.bounds_ms);
  EXPECT_THAT(a.intervals[0].buckets, ElementsAre(3, 3, 4));
  EXPECT_THAT(b.intervals[0].buckets, ElementsAre(10, 50, 90)) << "no count is lost";
}
TEST(Buckets, ASideWithoutAnyIsLeftAsItIs) {
  auto a = series({50, inf}, {1, 2}), b = SideSeries{};
  to_common_bounds(a, b);
  EXPECT_THAT(a.bounds_ms, ElementsAre(50, inf));
  EXPECT_TRUE(b.bounds_ms.empty());
}
TEST(Buckets, NothingInCommonIsOneBucket) {
  auto a = series({50, inf}, {1, 2}), b = series({60, inf}, {3, 4});
  to_common_bounds(a, b);
  EXPECT_THAT(a.bounds_ms, ElementsAre(inf));
  EXPECT_THAT(a.intervals[0].buckets, ElementsAre(3));
  EXPECT_THAT(b.intervals[0].buckets, ElementsAre(7));
}
TEST(Buckets, LaterIntervalsJoinEarlierOnes) {
  SideSeries all;
  append(all, series({50, 100, inf}, {1, 2, 3}));
  append(all, series({100, inf}, {5, 6}));
  append(all, {.intervals = {{}}});  // an interval without data has no boundaries
  EXPECT_THAT(all.bounds_ms, ElementsAre(100, inf));
  ASSERT_EQ(all.intervals.size(), 3u);
  EXPECT_THAT(all.intervals[0].buckets, ElementsAre(3, 3));
  EXPECT_THAT(all.intervals[1].buckets, ElementsAre(5, 6));
}
TEST(Buckets, WhatIsNoBoundaryDividesNothing) {
  const std::vector<double> bounds{50, 100, inf}, counts{1, 2, 4};
  EXPECT_EQ(slower_than(50, counts, bounds), 6);
  EXPECT_EQ(slower_than(100, counts, bounds), 4);
  EXPECT_EQ(slower_than(70, counts, bounds), std::nullopt);
}

}  // namespace
}  // namespace evenkeel::health
