#include "stats/overdispersion.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace evenkeel::stats {
namespace {

PairCounts draw(std::mt19937_64& random, double cluster, double factor) {
  const auto side = [&](double n, double rate) {
    double k = 0;
    const auto clusters = std::poisson_distribution<long>(n * rate / cluster)(random);
    for (long i = 0; i < clusters; ++i) k += cluster == 1 ? 1 : 1 + double(std::geometric_distribution<long>(1 / cluster)(random));
    return k;
  };
  const double kc = side(200, 0.02 * factor), kt = side(1800, 0.02);
  return {kc, 200, kt, 1800};
}

TEST(RunningPhi, BeginsAtTwoAndFallsTowardsOneForIndependentRequests) {
  RunningPhi phi;
  EXPECT_EQ(phi.phi(), 2);
  std::mt19937_64 random(1);
  for (int t = 0; t < 500; ++t) phi.add(draw(random, 1, 1));
  EXPECT_LT(phi.phi(), 1.35);
}
TEST(RunningPhi, SeesClustersAndDoesNotTakeASteadyFaultForSpread) {
  std::mt19937_64 random(2);
  RunningPhi clustered, fault;
  for (int t = 0; t < 500; ++t) clustered.add(draw(random, 3, 1)), fault.add(draw(random, 1, 4));
  EXPECT_GT(clustered.phi(), 2.8);
  EXPECT_LT(fault.phi(), 1.5);
}
TEST(HistoricSpread, FindsOneForIndependentRequestsAndFourToSixForClustersOfThree) {
  std::mt19937_64 random(3);
  std::vector<PairCounts> calm, clustered;
  for (int t = 0; t < 1440; ++t) calm.push_back(draw(random, 1, 1)), clustered.push_back(draw(random, 3, 1));
  EXPECT_NEAR(historic_spread(calm).phi, 1, 0.35);
  // A geometric cluster of mean 3 has E[m^2]/E[m] = 5.
  EXPECT_NEAR(historic_spread(clustered).phi, 5, 1.3);
  EXPECT_GT(historic_spread(clustered).omega, 0);
  EXPECT_EQ(historic_spread(clustered).intervals, 1440u);
}
TEST(HistoricSpread, LeavesRareBurstsToTheCap) {
  std::mt19937_64 random(4);
  std::vector<PairCounts> history;
  for (int t = 0; t < 1440; ++t) {
    history.push_back(draw(random, 1, 1));
    if (t % 240 == 100) history.back().kc += 60;
  }
  EXPECT_LT(historic_spread(history).phi, 1.8);
}
TEST(HistoricSpread, AnEmptyOrSilentHistoryIsNoSpread) {
  EXPECT_EQ(historic_spread({}).phi, 1);
  const std::vector<PairCounts> silent(100, PairCounts{0, 100, 0, 100});
  EXPECT_EQ(historic_spread(silent).phi, 1);
}

}  // namespace
}  // namespace evenkeel::stats
