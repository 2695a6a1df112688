#include "stats/evidence_step.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "stats/restart_mixture.hpp"

namespace evenkeel::stats {
namespace {

double binomial(int k, int n, double p) {
  return std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) + k * std::log(p) + (n - k) * std::log1p(-p));
}

/// E exp(step) over all outcomes of nc and nt independent requests: the definition, without any short cut.
template <class Step>
double expectation(int nc, int nt, double pc, double pt, std::size_t alternative, Step&& step) {
  double sum = 0;
  std::array<double, max_grid> out{};
  for (int kc = 0; kc <= nc; ++kc)
    for (int kt = 0; kt <= nt; ++kt) {
      step(PairCounts{double(kc), double(nc), double(kt), double(nt)}, out);
      sum += binomial(kc, nc, pc) * binomial(kt, nt, pt) * std::exp(out[alternative]);
    }
  return sum;
}

TEST(CountStep, ExpectsAtMostOneUnderTheNullAtAnyRateAndTolerance) {
  for (const double r0 : {0.5, 1.0, 1.25, 4.0})
    for (const double pt : {0.01, 0.2, 0.6})
      for (const auto& [nc, nt] : {std::pair{5, 30}, {20, 20}, {30, 5}})
        for (const double share : {1.0, 0.7}) {
          const double pc = std::min(1.0, r0 * pt * share);
          if (pc >= 1) continue;
          for (const std::size_t a : {0u, 4u, 11u}) {
            const double e = expectation(nc, nt, pc, pt, a, [&](const PairCounts& c, auto& out) { count_step(c, r0, count_grid, out); });
            EXPECT_LE(e, 1 + 1e-12) << "r0 " << r0 << " pt " << pt << " " << nc << ":" << nt;
          }
        }
}
TEST(CountStep, ExpectsMoreThanOneUnderItsAlternative) {
  const double e = expectation(20, 20, 0.2, 0.1, 4, [&](const PairCounts& c, auto& out) { count_step(c, 1, count_grid, out); });
  EXPECT_GT(e, 1.1);
}
TEST(BernoulliStep, ExpectsAtMostOneUnderTheNullWhateverShareIsBelieved) {
  for (const double r0 : {0.8, 1.0, 1.25})
    for (const double pt : {0.1, 0.5, 0.7})
      for (const double believed : {0.05, 0.3, 0.5, 0.75})
        for (const auto& [nc, nt] : {std::pair{5, 30}, {20, 20}, {30, 5}}) {
          const double pc = r0 * pt;
          if (pc >= 1) continue;
          for (const std::size_t a : {0u, 3u, 6u}) {
            const double e = expectation(nc, nt, pc, pt, a, [&](const PairCounts& c, auto& out) {
              bernoulli_step(c, believed, r0, odds_grid, {out.data(), odds_grid.size()});
            });
            EXPECT_LE(e, 1 + 1e-12) << "r0 " << r0 << " pt " << pt << " believed " << believed << " " << nc << ":" << nt;
          }
        }
}
TEST(LimitStep, ExpectsAtMostOneBelowTheLimitAndMoreAbove) {
  const auto e = [](double p) {
    double sum = 0;
    std::array<double, odds_grid.size()> out{};
    for (int k = 0; k <= 40; ++k) {
      limit_step(k, 40, 0.1, odds_grid, out);
      sum += binomial(k, 40, p) * std::exp(out[4]);
    }
    return sum;
  };
  EXPECT_NEAR(e(0.1), 1, 1e-12);
  EXPECT_LT(e(0.05), 1);
  EXPECT_GT(e(0.2), 1);
}
TEST(EvidenceStep, ASideWithoutRequestsSaysNothing) {
  std::array<double, 12> out;
  for (const auto& c : {PairCounts{0, 0, 3, 100}, PairCounts{3, 100, 0, 0}, PairCounts{}}) {
    out.fill(7);
    count_step(c, 1.25, count_grid, out);
    for (double x : out) EXPECT_EQ(x, 0);
    out.fill(7);
    bernoulli_step(c, 0.3, 1.25, odds_grid, {out.data(), odds_grid.size()});
    for (std::size_t i = 0; i < odds_grid.size(); ++i) EXPECT_EQ(out[i], 0);
  }
}

TEST(RestartMixture, EqualsTheSumOverExplicitStarts) {
  const int minutes = 60;
  const std::vector<std::pair<int, double>> starts = {{5, 0.5}, {15, 0.1}, {25, 0.1}, {35, 0.1}, {45, 0.1}, {55, 0.1}};
  RestartMixture mixture(3);
  std::vector<std::array<double, 3>> steps;
  unsigned random = 12345;
  for (int t = 0; t < minutes; ++t) {
    std::array<double, 3> s;
    for (auto& x : s) random = random * 1664525 + 1013904223, x = double(random >> 16) / 65536 * 1.6 - 0.75;
    steps.push_back(s);
    double weight = 0;
    for (const auto& [at, w] : starts) weight += at == t ? w : 0;
    mixture.step(s, weight);
    double e = 0;
    for (const auto& [at, w] : starts) {
      if (at > t) {
        e += w;
        continue;
      }
      for (std::size_t a = 0; a < 3; ++a) {
        double sum = 0;
        for (int i = at; i <= t; ++i) sum += steps[std::size_t(i)][a];
        e += w * std::exp(sum) / 3;
      }
    }
    ASSERT_NEAR(mixture.log_e(), std::log(e), 1e-9) << "minute " << t;
  }
}
TEST(RestartMixture, OneIntervalRaisesTheEvidenceByAtMostTheCap) {
  RestartMixture mixture(2);
  const double cap = 1.23;
  double before = mixture.log_e();
  for (int t = 0; t < 50; ++t) {
    mixture.step(std::array{t % 7 == 3 ? 500.0 : -0.2, 3.0}, t == 0 ? 0.5 : t % 10 == 0 ? 0.1 : 0, cap);
    EXPECT_LE(mixture.log_e(), before + cap + 1e-12);
    before = mixture.log_e();
  }
}
TEST(RestartMixture, StaysFiniteOverALongWatch) {
  RestartMixture mixture(1);
  for (int t = 0; t < 20000; ++t) mixture.step(std::array{1.2}, t == 0 ? 1.0 : 0);
  EXPECT_NEAR(mixture.log_e(), 24000, 1e-6);
}

}  // namespace
}  // namespace evenkeel::stats
