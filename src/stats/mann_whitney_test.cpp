#include "stats/mann_whitney.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/samples.hpp"

namespace evenkeel::stats {
namespace {

TEST(MannWhitney, TheExactIntervalDoesNotDependOnTheUnit) {
  std::vector<double> x, y;
  for (int i = 0; i < 30; ++i) x.push_back(2 + 0.01 * ((i * 7) % 30)), y.push_back(1 + 0.01 * ((i * 11) % 30));
  const auto plain = MannWhitney(x, y).exact_interval(0.98);
  EXPECT_GT(plain.low, 0.5);
  for (const double scale : {1e-9, 1e9}) {
    auto sx = x, sy = y;
    for (auto& v : sx) v *= scale;
    for (auto& v : sy) v *= scale;
    const auto scaled = MannWhitney(sx, sy).exact_interval(0.98);
    EXPECT_NEAR(scaled.low / scale, plain.low, 1e-9);
    EXPECT_NEAR(scaled.high / scale, plain.high, 1e-9);
    EXPECT_NEAR(scaled.estimate / scale, plain.estimate, 1e-9);
  }
}
TEST(MannWhitney, BothIntervalsAgreeWhereTheUnitIsLarge) {
  std::vector<double> x, y;
  for (int i = 0; i < 40; ++i) x.push_back(100 + (i * 17) % 40), y.push_back(80 + (i * 23) % 40);
  const auto solved = MannWhitney(x, y).solver_interval(0.95);
  const auto exact = MannWhitney(x, y).exact_interval(0.95);
  ASSERT_TRUE(solved);
  EXPECT_NEAR(solved->low, exact.low, 1.01);
  EXPECT_NEAR(solved->high, exact.high, 1.01);
}
TEST(MannWhitney, AllTiedIsUndefinedAndSaysSo) {
  const std::vector<double> ones(5, 1.0);
  EXPECT_TRUE(std::isnan(MannWhitney(ones, ones).g(0)));
  EXPECT_FALSE(MannWhitney(ones, ones).solver_interval(0.95));
  EXPECT_EQ(MannWhitney(ones, ones).p_greater(), 1);
  EXPECT_EQ(MannWhitney(ones, ones).cles(), 0.5);
}
TEST(Samples, EmptyAndConstantSamples) {
  EXPECT_EQ(summary({}).count, 0);
  EXPECT_TRUE(std::isnan(mean_ratio({}, {})));
  EXPECT_TRUE(outliers_by_quartiles({}, 3).empty());
  EXPECT_EQ(outliers_by_sigma(std::vector<double>{2, 2, 2}, 3), (std::vector<bool>{false, false, false}));
}

}  // namespace
}  // namespace evenkeel::stats
