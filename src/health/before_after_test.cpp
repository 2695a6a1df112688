#include "health/before_after.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace evenkeel::health {
namespace {

/// Two weeks of a daily wave with noise.
std::vector<double> fortnight(std::uint64_t seed, double noise = 0.05) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> v;
  for (int t = 0; t < 14 * 288; ++t) v.push_back(100 * (1.5 + std::sin(t * 2 * 3.14159265 / 288)) * std::exp(noise * normal(random)));
  return v;
}
constexpr std::size_t start = 13 * 288;

TEST(BeforeAfter, SuspectsARiseAndSaysHowOftenItHappensOtherwise) {
  auto v = fortnight(1);
  for (std::size_t t = start; t < v.size(); ++t) v[t] *= 1.5;
  const auto r = before_after(v, start, {}, {}, "errors");
  EXPECT_TRUE(r.suspect);
  EXPECT_NEAR(r.rise, 1.5, 0.15);
  EXPECT_GT(r.windows, 300);
  EXPECT_GT(r.power_half, 0.9);
  EXPECT_THAT(r.sentence, testing::HasSubstr("The cause may be something else"));
}
TEST(BeforeAfter, RarelySuspectsAnOrdinaryHourWhateverTheScale) {
  int suspects = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    auto v = fortnight(seed);
    const bool plain = before_after(v, start - seed * 7, {}, {}, "x").suspect;
    for (auto& x : v) x *= 1e-7;
    EXPECT_EQ(before_after(v, start - seed * 7, {}, {}, "x").suspect, plain);
    suspects += plain;
  }
  EXPECT_LE(suspects, 2);
}
TEST(BeforeAfter, SaysWhenItCannotJudge) {
  const auto v = fortnight(3);
  EXPECT_THAT(before_after(std::span(v).first(200), 150, {}, {}, "errors").sentence,
              testing::HasSubstr("comparable hours are known; 39 are needed"));
  EXPECT_THAT(before_after(v, 3, {}, {}, "errors").sentence, testing::HasSubstr("no hour of data"));
  auto wild = fortnight(4, 2.0);
  const auto r = before_after(wild, start, {}, {}, "errors");
  EXPECT_FALSE(r.judged && !r.suspect && r.power_half < 0.5);
}
TEST(BeforeAfter, StretchesWithAnIncidentTeachNothing) {
  auto v = fortnight(5);
  for (std::size_t t = 2000; t < 2600; ++t) v[t] *= 3 + double(t % 3);
  EXPECT_LT(before_after(v, start, {{2000, 2600}}, {}, "x").windows, before_after(v, start, {}, {}, "x").windows);
}

}  // namespace
}  // namespace evenkeel::health
