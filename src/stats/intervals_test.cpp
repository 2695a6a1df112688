#include "stats/intervals.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace evenkeel::stats {
namespace {

TEST(Intervals, NormalQuantileMatchesTables) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.01), -2.3263478740408408, 1e-12);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-15);
}
TEST(Intervals, WilsonMatchesPublishedValuesAndTouchesTheEnds) {
  const auto i = wilson(15, 148);  // Newcombe 1998, table I: 0.0624 to 0.1605
  EXPECT_NEAR(i.low, 0.0624, 5e-5);
  EXPECT_NEAR(i.high, 0.1605, 5e-5);
  EXPECT_EQ(wilson(0, 20).low, 0);
  EXPECT_EQ(wilson(20, 20).high, 1);
  EXPECT_EQ(wilson(0, 0).low, 0);
  EXPECT_EQ(wilson(0, 0).high, 1);
}
TEST(Intervals, BinomialTailMatchesTheDirectSum) {
  EXPECT_NEAR(binomial_upper_tail(8, 10, 0.5), 56.0 / 1024, 1e-14);
  EXPECT_NEAR(binomial_upper_tail(3, 10, 0.5), 1 - 56.0 / 1024, 1e-14);
  EXPECT_EQ(binomial_upper_tail(0, 10, 0.5), 1);
  EXPECT_EQ(binomial_upper_tail(11, 10, 0.5), 0);
  EXPECT_NEAR(binomial_upper_tail(500001, 1000001, 0.5), 0.5, 1e-9);
}
TEST(Intervals, MedianIntervalUsesTheKnownRanks) {
  std::vector<double> x(20);
  std::iota(x.begin(), x.end(), 1.0);
  const auto i = median_interval(x);  // n = 20 at 95%: ranks 6 and 15 (coverage 0.9586)
  ASSERT_TRUE(i);
  EXPECT_EQ(i->low, 6);
  EXPECT_EQ(i->high, 15);
  EXPECT_FALSE(median_interval(std::span(x).first(5)));
  EXPECT_TRUE(median_interval(std::span(x).first(6)));
  EXPECT_FALSE(median_interval({}));
}
TEST(Intervals, MediansOfTwoKinds) {
  const std::vector<double> even = {1, 2, 3, 10}, ties = {1, 1, 1, 5}, one = {4};
  EXPECT_EQ(lower_median(even), 2);
  EXPECT_EQ(quantile_r7(even, 0.5), 2.5);
  EXPECT_EQ(lower_median(ties), 1);
  EXPECT_EQ(lower_median(one), 4);
  EXPECT_FALSE(lower_median({}));
  EXPECT_FALSE(quantile_r7({}, 0.5));
}

}  // namespace
}  // namespace evenkeel::stats
