#include "health/ratio_evidence.hpp"

#include <gtest/gtest.h>

#include <random>

namespace evenkeel::health {
namespace {

TEST(RatioEvidence, OnceMoreUnderOtherSettingsIsAsIfItHadBeenMadeWithThem) {
  std::mt19937 random(11);
  const RatioEvidenceSettings known{.plan = {5, 10, 60}, .tolerated_ratio = 1, .omega = 0.02};
  auto careful = known;
  careful.tolerated_ratio = 1.25, careful.not_below_today = true;
  for (const int first : {0, 3, 9}) {
    RatioEvidence one(known), other(careful);
    for (int t = first; t < 60; ++t) {
      const bool gap = random() % 7 == 0;
      const stats::PairCounts counts{double(random() % 9), gap ? 0 : 200.0, double(random() % 40), 1800};
      one.step(t, counts), other.step(t, counts);
      const auto again = one.again(careful);
      ASSERT_EQ(again.log_e(), other.log_e()) << "from " << first << ", interval " << t;
      ASSERT_EQ(again.effect_gate(), other.effect_gate());
      ASSERT_EQ(again.phi(), other.phi());
    }
  }
}

}  // namespace
}  // namespace evenkeel::health
