// The judge's goals in small; bench/judge measures them in full, beside Kayenta's judge on the same draws.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stats/intervals.hpp"
#include "support/canary_judges.hpp"
#include "support/hosts.hpp"

namespace evenkeel::health {
namespace {

using namespace simulated;

Rollout fault(const Scenario& s, int i, double factor, int from) {
  return draw(s, 4242ull + std::uint64_t(i) * 101, 60, [&](int m) { return m >= from ? factor : 1.0; });
}

TEST(JudgeGoals, CalibratedAlarmsStayWithinTheBudgetOnNoisyDays) {
  for (const std::size_t day : {std::size_t(1), std::size_t(3), std::size_t(5)}) {
    const auto s = healthy_days()[day];
    const auto taught = teach(s, 3, 200);
    int alarms = 0;
    constexpr int runs = 150;
    for (int i = 0; i < runs; ++i)
      alarms += judge_of(fault(s, i, 1, 0), errors_only(), taught.calibrated(std::uint64_t(i))).first_breach().has_value();
    EXPECT_GE(stats::binomial_upper_tail(alarms, runs, 0.05), 0.001) << s.name << ": " << alarms;
  }
}
TEST(JudgeGoals, LateFaultsAreFoundMoreOftenThanByTheJudgeThatLooksAgainAndAgain) {
  const auto s = healthy_days()[0];
  const auto taught = teach(s, 3, 200);
  int here = 0, kayenta = 0, late = 0;
  constexpr int runs = 40;
  for (int i = 0; i < runs; ++i) {
    const auto r = fault(s, i, 2, 20);
    const auto calibration = taught.calibrated(std::uint64_t(i));
    here += judge_of(r, errors_only(), calibration).first_breach().value_or(-1) >= 20;
    kayenta += kayenta_alarm(r).value_or(-1) >= 20;
    late += judge_of(fault(s, i, 4, 45), errors_only(), calibration).first_breach().value_or(-1) >= 45;
  }
  EXPECT_GE(here, kayenta);
  EXPECT_GE(late, 34);
}
TEST(JudgeGoals, ANoisyDayAfterACalmHistoryIsJudgedStrictlyAndAnOrdinaryOneIsNot) {
  const auto days = healthy_days();
  std::printf("  calm history: any alarm without and with the fallback, days taken to be noisy; x2 from 20 on a day like its history\n");
  for (const std::size_t day : {std::size_t(0), std::size_t(1), std::size_t(6)}) {
    const auto row = noisy_row(days[day], 150);
    std::printf("  %s\n", row.text().c_str());
    if (day == 0) {
      EXPECT_EQ(row.noisy, 0);
    } else {
      EXPECT_GT(row.noisy, row.runs / 3) << "most of these days are noticed";
      EXPECT_LE(10 * row.with, 7 * row.without) << "and a third and more of their false alarms are gone";
    }
    EXPECT_LE(row.with, row.without) << "what is found on a noisy day would have been found on any";
    EXPECT_LE(row.ordinary_noisy, row.runs / 50) << "a fault does not pass for noise";
    EXPECT_GE(row.ordinary_with, row.ordinary_without - row.runs / 50);
  }
}
TEST(JudgeGoals, TheChanceOfAnAlarmIsClearlyBelowAlphaWhateverTheNumberOfWindows) {
  for (const int n : {59, 60, 70, 76, 99, 200}) {
    std::vector<double> past;
    for (int i = 1; i <= n; ++i) past.push_back(10.0 + i);
    const double q = calibrated_threshold(past, 0.05);
    const auto above = std::count_if(past.begin(), past.end(), [&](double m) { return m >= q; });
    EXPECT_LE(double(above) / (n + 1), 0.05 * 0.96) << n;
  }
}
TEST(Hosts, OneHostMayDifferAsMuchAsHostsDo) {
  std::vector<stats::HostCounts> like(9, {1000, 100'000}), unlike;
  EXPECT_NEAR(stats::host_tolerance(like, 1), 1, 1e-9);
  for (int i = 0; i < 9; ++i) unlike.push_back({1000 * std::exp(0.3 * (i - 4) / 2.7), 100'000});
  EXPECT_GT(stats::host_spread(unlike), 0.25);
  EXPECT_GT(stats::host_tolerance(unlike, 1), 1.8);
  EXPECT_LT(stats::host_tolerance(unlike, 9), stats::host_tolerance(unlike, 1));
  EXPECT_EQ(stats::host_tolerance({}, 1), 1);
}

}  // namespace
}  // namespace evenkeel::health
