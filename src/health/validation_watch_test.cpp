#include "health/validation_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::health {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A watch of a day over one rate and the same as a limit of one in a hundred.
Watch watch() {
  Watch w{.id = WatchId{"wch_1"}, .service = "catalog", .phase = WatchPhase::validation};
  w.criteria.name = "catalog";
  w.criteria.interval_seconds = 60, w.criteria.window_intervals = 60 + 23 * 12, w.criteria.burn_in_intervals = 0;
  Criterion limit{.name = "error limit", .kind = MetricKind::absolute};
  limit.limit = 0.01;
  w.criteria.criteria = {{.name = "error rate"}, limit};
  return w;
}
IntervalSample sample(double share, double total = 1000) { return {.present = true, .total = total, .events = std::round(share * total)}; }

/// Two weeks in which a little more than one in five hundred failed, the last hours of it at `lately`.
std::vector<MetricPast> pasts(const Watch& w, double lately = 0.002) {
  SideSeries history;
  for (int i = 0; i < 14 * 288; ++i) history.intervals.push_back(sample(i < 14 * 288 - 36 ? 0.002 + 0.0001 * (i % 7) : lately, 10'000));
  std::vector<MetricPast> all;
  for (const auto& c : w.criteria.criteria) all.push_back(past_of(c, history));
  return all;
}
void add(std::vector<StoredSample>& to, const Watch& w, int count, std::optional<double> share) {
  for (int i = 0; i < count; ++i) {
    const double length = double(validation_interval(w, std::int64_t(to.size())).length.count()) / 60'000;
    const SideSeries side{.intervals = {share ? sample(*share, 1000 * length) : IntervalSample{}}};
    to.push_back({{side, side}, {{}, {}}});
  }
}

TEST(ValidationWatch, IntervalsAreMinutesForAnHourAndThenFiveLong) {
  auto w = watch();
  EXPECT_EQ(validation_interval(w, 59).end(), w.started_at + std::chrono::hours{1});
  EXPECT_EQ(validation_interval(w, 60).length, std::chrono::minutes{5});
  EXPECT_EQ(validation_interval(w, w.criteria.window_intervals - 1).end(), w.started_at + std::chrono::hours{24});
  EXPECT_EQ(validation_intervals_passed(w, w.started_at + std::chrono::minutes{70}), 62);
}
TEST(ValidationWatch, WithoutAPastNoHarmIsNotSaidToBeUnseen) {
  auto w = watch();
  w.criteria.criteria.resize(1);
  std::vector<StoredSample> samples;
  add(samples, w, int(w.criteria.window_intervals), 0.002);
  const auto blind = judge_validation(w, {past_of(w.criteria.criteria[0], {})}, samples, {});
  EXPECT_EQ(blind.verdict.verdict, ReleaseVerdict::hold);
  EXPECT_THAT(blind.verdict.sentence, HasSubstr("Too little is known to judge"));
  EXPECT_THAT(judge_validation(w, pasts(w), samples, {}).verdict.sentence, HasSubstr("No harm seen in the 1d"));
}
TEST(ValidationWatch, AnErrorBudgetIsJudgedForADayAndNotBlamedForWhatBurnedBefore) {
  auto w = watch();
  Criterion slo{.name = "availability", .kind = MetricKind::slo_burn};
  slo.objective = 0.999;
  w.criteria.criteria[1] = slo;
  std::vector<StoredSample> samples;
  add(samples, w, 60 + 5 * 12, 0.0005);
  EXPECT_NE(judge_validation(w, pasts(w, 0.0005), samples, {}).verdict.verdict, ReleaseVerdict::rollback_recommended);
  add(samples, w, 3, 0.2);  // a quarter of an hour at two hundred times
  const auto burning = judge_validation(w, pasts(w, 0.0005), samples, {});
  EXPECT_EQ(burning.verdict.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_TRUE(burning.breach_goes_on);
  EXPECT_THAT(burning.verdict.sentence, HasSubstr("availability of catalog: the error budget burns"));
  add(samples, w, 12, 0.0005);
  const auto after = judge_validation(w, pasts(w, 0.0005), samples, {});
  EXPECT_FALSE(after.breach_goes_on) << "the short windows are clean";
  EXPECT_EQ(after.verdict.metrics[1].state, MetricState::breach) << "a breach stays in the record";
  const auto before = judge_validation(w, pasts(w, 0.05), samples, {});
  EXPECT_EQ(before.verdict.metrics[1].state, MetricState::disturbed);
  EXPECT_THAT(before.verdict.metrics[1].detail, HasSubstr("burned 50 times too fast before the deployment already"));
}
TEST(ValidationWatch, AReportIsToldWhatIsKnownSoFar) {
  const auto w = watch();
  std::vector<StoredSample> samples;
  add(samples, w, 60, 0.006);
  const auto quarter = against_past(w, pasts(w), samples, std::chrono::minutes{15});
  ASSERT_EQ(quarter.size(), 1u) << "limits speak for themselves";
  EXPECT_EQ(quarter[0].samples, 3);
  EXPECT_TRUE(quarter[0].suspect);
  EXPECT_GT(quarter[0].rise, 2);
  EXPECT_FALSE(against_past(w, pasts(w), samples, std::chrono::minutes{9})[0].suspect) << "one sample is none";
  samples.clear();
  add(samples, w, 60 + 12, 0.002);
  const auto day = against_past(w, pasts(w), samples, std::chrono::hours{24});
  EXPECT_EQ(day[0].samples, 12) << "the first hour";
  EXPECT_FALSE(day[0].suspect);
}
TEST(ValidationWatch, ALaterHourIsHeldAgainstTheSameClockOfTheDaysBefore) {
  const auto w = watch();
  const auto known = pasts(w);
  std::vector<StoredSample> samples;
  add(samples, w, 60 + 5 * 12, 0.0022);
  EXPECT_EQ(against_past(w, known, samples, std::chrono::hours{1}).size(), 1u) << "the second hour has not passed";
  auto all = against_past(w, known, samples, std::chrono::hours{24});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].later_hours, 5);
  EXPECT_TRUE(all[1].judged);
  EXPECT_FALSE(all[1].suspect) << all[1].sentence;
  EXPECT_THAT(all[1].sentence, HasSubstr("no rise in 5 later hours against the same hour"));
  add(samples, w, 12, 0.0044);  // the seventh hour fails twice as often, and stays below the limit
  all = against_past(w, known, samples, std::chrono::hours{24});
  EXPECT_FALSE(all[0].suspect) << "the first hour is over";
  EXPECT_TRUE(all[1].suspect) << all[1].sentence;
  EXPECT_NEAR(all[1].rise, 2, 0.2);
  EXPECT_THAT(all[1].sentence, HasSubstr("times in hour 7 after the release"));
  const auto judged = judge_validation(w, known, samples, {.in_validation = false});
  EXPECT_EQ(judged.verdict.verdict, ReleaseVerdict::suspect);
  EXPECT_EQ(judge_validation(w, known, samples, {.in_validation = false}).verdict.sentence, judged.verdict.sentence);
  add(samples, w, 2, 0.0022);
  EXPECT_TRUE(judge_validation(w, known, samples, {.in_validation = false}).suspect) << "ten minutes are not enough";
  add(samples, w, 1, 0.0022);
  const auto ended = judge_validation(w, known, samples, {.in_validation = false});
  EXPECT_FALSE(ended.suspect);
  EXPECT_NE(ended.verdict.verdict, ReleaseVerdict::suspect) << ended.verdict.sentence;
  EXPECT_THAT(ended.verdict.sentence, AllOf(HasSubstr("No longer suspect"), HasSubstr("as usual again for 15m")));
  add(samples, w, 9, 0.0022);
  EXPECT_TRUE(against_past(w, known, samples, std::chrono::hours{24})[1].suspect) << "what was seen stays seen";
  add(samples, w, 1, 0.0044);
  EXPECT_TRUE(judge_validation(w, known, samples, {.in_validation = false}).suspect) << "and rises again";
}
TEST(ValidationWatch, TooFewDaysOfAPastCannotJudgeALaterHour) {
  const auto w = watch();
  SideSeries history;
  for (int i = 0; i < 3 * 288; ++i) history.intervals.push_back(sample(0.002 + 0.0001 * (i % 7), 10'000));
  std::vector<MetricPast> known{past_of(w.criteria.criteria[0], history)};
  std::vector<StoredSample> samples;
  add(samples, w, 60 + 2 * 12, 0.02);
  const auto all = against_past(w, known, samples, std::chrono::hours{24});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_FALSE(all[1].judged || all[1].suspect);
  EXPECT_THAT(all[1].sentence, HasSubstr("cannot be judged beyond the first hour: 24 of 39 past windows"));
}
TEST(ValidationWatch, ALimitIsFoundBrokenLateAsFastAsEarly) {
  const auto w = watch();
  const auto known = pasts(w);
  std::vector<StoredSample> samples;
  add(samples, w, 60 + 20 * 12, 0.002);
  EXPECT_NE(judge_validation(w, known, samples, {}).verdict.verdict, ReleaseVerdict::rollback_recommended);
  add(samples, w, 4, 0.05);
  const auto broken = judge_validation(w, known, samples, {});
  EXPECT_EQ(broken.verdict.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_TRUE(broken.breach_goes_on);
  add(samples, w, 4, 0.002);
  const auto after = judge_validation(w, known, samples, {});
  EXPECT_FALSE(after.breach_goes_on);
  EXPECT_EQ(after.verdict.metrics[1].state, MetricState::breach) << "a breach stays in the record";
}
TEST(ValidationWatch, WhatWasBrokenBeforeIsNotBlamedOnTheRelease) {
  const auto w = watch();
  std::vector<StoredSample> samples;
  add(samples, w, 30, 0.05);
  const auto v = judge_validation(w, pasts(w, 0.05), samples, {}).verdict;
  EXPECT_NE(v.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_EQ(v.metrics[1].state, MetricState::disturbed);
  EXPECT_THAT(v.circumstances, testing::Contains(HasSubstr("before the deployment already")));
}
TEST(ValidationWatch, ARiseIsSuspectUnlessTheOwnerWantsMore) {
  auto w = watch();
  w.criteria.criteria.pop_back();
  auto known = pasts(w);
  std::vector<StoredSample> samples;
  add(samples, w, 30, 0.006);
  const auto judged = judge_validation(w, known, samples, {});
  EXPECT_EQ(judged.verdict.verdict, ReleaseVerdict::suspect);
  EXPECT_THAT(judged.verdict.label, HasSubstr("earlier hours"));
  EXPECT_EQ(judge_validation(w, known, samples, {.rollback_on_suspect = true}).verdict.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_EQ(judge_validation(w, known, samples, {.rollback_on_suspect = true, .in_validation = false}).verdict.verdict,
            ReleaseVerdict::suspect);
}
TEST(ValidationWatch, SilenceIsNeverGood) {
  auto w = watch();
  std::vector<StoredSample> samples;
  add(samples, w, 10, 0.002);
  add(samples, w, w.criteria.window_intervals - 10, {});
  const auto v = judge_validation(w, pasts(w), samples, {}).verdict;
  EXPECT_EQ(v.verdict, ReleaseVerdict::hold);
  EXPECT_THAT(v.sentence, HasSubstr("no sample for"));
}
TEST(ValidationWatch, AnOrdinaryDayEndsWithNoHarmSeen) {
  const auto w = watch();
  std::vector<StoredSample> samples;
  add(samples, w, w.criteria.window_intervals, 0.0022);
  EXPECT_EQ(judge_validation(w, pasts(w), samples, {}).verdict.verdict, ReleaseVerdict::no_harm_seen);
}
TEST(ValidationWatch, TheWarmUpTakesNoPartInTheLimits) {
  auto w = watch();
  w.criteria.burn_in_intervals = 5;
  std::vector<StoredSample> samples;
  add(samples, w, 5, 0.2);
  add(samples, w, 10, 0.002);
  EXPECT_NE(judge_validation(w, pasts(w), samples, {}).verdict.verdict, ReleaseVerdict::rollback_recommended);
}
TEST(ValidationWatch, OneAlertNamesItsComponentsOnce) {
  const std::vector<AlertPart> parts{
      {WatchId{"w1"}, "catalog", "It fails.", {}}, {WatchId{"w2"}, "basket", "It fails too.", {}}, {{}, "", "Worse at 15m", {}}};
  EXPECT_EQ(summary_of({parts[0]}), "It fails.");
  EXPECT_EQ(summary_of(parts), "2 components, basket, catalog: It fails.");
}

}  // namespace
}  // namespace evenkeel::health
