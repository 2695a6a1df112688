#include "health/calibration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "health/gauge_score.hpp"
#include "support/release_world.hpp"
#include "support/rollouts.hpp"

namespace evenkeel::health {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

CriteriaSet errors(int minutes = 60) {
  auto set = simulated::errors_only();
  set.name = "cart", set.window_intervals = minutes;
  set.not_applicable = {{Coverage::latency, "a test"}, {Coverage::business, "a test"}};
  set.criteria[0].queries.total = "requests{$side}", set.criteria[0].queries.events = "errors{$side}";
  set.calibrate.by = "instance";
  return set;
}
/// Hosts of 200 requests a minute with one in a hundred failing; `cluster` failures come together.
std::vector<CutWindow> windows(const CriteriaSet& set, int count, double cluster = 1, unsigned seed = 7) {
  std::mt19937 random(seed);
  std::vector<CutWindow> all;
  for (int w = 0; w < count; ++w) {
    CutWindow cut{.canary = "a", .batch = {.range = {from_millis(w * 3'600'000ll), std::chrono::seconds{60}, set.window_intervals}}};
    const auto side = [&](double requests) {
      SideSeries s;
      std::poisson_distribution<int> errors(requests * 0.01 / cluster);
      for (int i = 0; i < set.window_intervals; ++i)
        s.intervals.push_back({.present = true, .total = requests, .events = cluster * errors(random)});
      return s;
    };
    cut.batch.canary = {side(200)}, cut.batch.control = {side(600)};
    cut.share = 0.25;
    all.push_back(std::move(cut));
  }
  return all;
}

TEST(Calibration, HostsTakeTurnsAndOneMustBeLeft) {
  const std::vector<std::string> hosts{"a", "b", "c"};
  EXPECT_THAT(hosts_in_turn(hosts, 0, 1), ElementsAre("a"));
  EXPECT_THAT(hosts_in_turn(hosts, 4, 1), ElementsAre("b"));
  EXPECT_THAT(hosts_in_turn(hosts, 1, 2), ElementsAre("c", "a"));
  EXPECT_THAT(hosts_in_turn(hosts, 0, 3), ElementsAre());
  EXPECT_THAT(hosts_in_turn({"a"}, 0, 1), ElementsAre());
}
TEST(Calibration, HostsAreSummedAndTheirGaugesAveraged) {
  HostSeries all;
  all.hosts["a"].intervals = {{}, {.present = true, .total = 10, .events = 1, .gauge = 2.0, .buckets = {1, 2}}};
  all.hosts["b"].intervals = {{}, {.present = true, .total = 30, .events = 2, .gauge = 4.0, .buckets = {3, 4}}};
  all.hosts["c"].intervals = {{}, {}};
  const auto sum = sum_of(all, {"a", "b", "c"}, 1, 2);
  ASSERT_EQ(sum.intervals.size(), 2u);
  EXPECT_EQ(sum.intervals[0].total, 40);
  EXPECT_EQ(sum.intervals[0].events, 3);
  EXPECT_EQ(*sum.intervals[0].gauge, 3);
  EXPECT_THAT(sum.intervals[0].buckets, ElementsAre(4, 6));
  EXPECT_FALSE(sum.intervals[1].present) << "beyond what was fetched";
  EXPECT_FALSE(sum_of(all, {"c"}, 1, 1).intervals[0].present);
}
TEST(Calibration, FiftyNineWindowsAreCalibratedAndADayIsModelled) {
  const auto set = errors();
  const auto few = learn_from(set, windows(set, 10), 0);
  EXPECT_EQ(few.learned.level, CalibrationLevel::uncalibrated);
  EXPECT_THAT(few.missing, Contains(HasSubstr("10 of 59 windows")));
  EXPECT_THAT(few.missing, Contains(HasSubstr("10h of the 1d")));
  const auto day = learn_from(set, windows(set, 24), 2);
  EXPECT_EQ(day.learned.level, CalibrationLevel::modelled);
  EXPECT_EQ(day.left_out, 2);
  EXPECT_FALSE(day.learned.automatic_threshold);
  const auto enough = learn_from(set, windows(set, 59), 0);
  EXPECT_EQ(enough.learned.level, CalibrationLevel::calibrated);
  EXPECT_EQ(enough.learned.windows, 59);
  EXPECT_EQ(enough.windows.size(), 59u);
  EXPECT_GE(*enough.learned.threshold, std::log(5.0) - 1e-9);
  EXPECT_LT(*enough.learned.threshold, std::log(20.0)) << "quiet windows need less than the strict threshold";
  EXPECT_FALSE(enough.learned.automatic_threshold) << "59 windows cannot say 1 in 100";
  EXPECT_THAT(enough.missing, Contains(HasSubstr("59 of 99 windows that an act without a person needs")));
  const auto plenty = learn_from(set, windows(set, 120), 0);
  ASSERT_TRUE(plenty.learned.automatic_threshold);
  EXPECT_GE(*plenty.learned.automatic_threshold, std::log(100.0) - 1e-9);
}
TEST(Calibration, ClusteredFailuresShowInTheSpread) {
  const auto set = errors();
  const auto calm = learn_from(set, windows(set, 80), 0), clustered = learn_from(set, windows(set, 80, 5), 0);
  EXPECT_LT(calm.learned.omega.at("error rate"), 1);
  EXPECT_GT(clustered.learned.omega.at("error rate"), calm.learned.omega.at("error rate") + 0.5);
}
TEST(Calibration, AWindowWithTooLittleOfACriticalCriterionTeachesNothingAndSaysWhy) {
  const auto set = errors();
  auto all = windows(set, 60);
  for (int i = 0; i < 31; ++i) all[3].batch.canary[0].intervals[std::size_t(i)].present = false;
  all[3].batch.canary[0].asked = {{.problem = "no series of requests{} has the label instance"}};
  const auto body = learn_from(set, all, 0);
  EXPECT_EQ(body.without_data, 1);
  EXPECT_EQ(body.learned.windows, 59);
  EXPECT_THAT(body.missing, Contains(HasSubstr("1 window had too little of error rate: no series of requests{} has the label instance")));
}
/// What the whole thing is for: on clustered failures the calibrated judge stays quiet, and still finds a release that doubles them.
TEST(Calibration, OnNewWindowsOfTheSameKindAlarmsStayBelowOneInTwenty) {
  const auto set = errors();
  const auto learned = learn_from(set, windows(set, 120, 4, 1), 0).learned;
  int alarms = 0, found = 0;
  for (const auto& w : windows(set, 400, 4, 2)) {
    Judge healthy{set, learned}, sick{set, learned};
    std::vector<Observation> row;
    for (int i = 0; i < set.window_intervals; ++i) {
      w.batch.row(i, row);
      healthy.step(row);
      row[0].canary.events *= 3;
      sick.step(row);
    }
    alarms += healthy.first_breach().has_value(), found += sick.first_breach().has_value();
  }
  EXPECT_LE(alarms, 32) << "1 in 20 of 400, and chance";
  EXPECT_GE(found, 360);
}
TEST(Calibration, ALatencyIsCalibratedOnItsOwnBuckets) {
  auto set = errors();
  Criterion latency{.name = "latency", .kind = MetricKind::latency};
  latency.queries.buckets = "seconds_bucket{$side}";
  set.criteria.push_back(latency);
  auto past = windows(set, 70);
  std::mt19937 random(11);
  for (auto& w : past)
    for (auto* side : {&w.batch.canary, &w.batch.control}) {
      SideSeries s{.bounds_ms = {100, 500, std::numeric_limits<double>::infinity()}};
      const double requests = side == &w.batch.canary ? 200 : 600;
      for (int i = 0; i < set.window_intervals; ++i) {
        const double slow = 4 * std::poisson_distribution<int>(requests * 0.01)(random);  // slow ones come in fours
        s.intervals.push_back({.present = true, .total = requests, .buckets = {requests * 0.9 - slow, requests * 0.1, slow}});
      }
      side->push_back(std::move(s));
    }
  const auto body = learn_from(set, past, 0);
  EXPECT_EQ(body.learned.level, CalibrationLevel::calibrated);
  EXPECT_GT(body.learned.omega.at("latency"), 0.1);
  past[5].batch.control[1].intervals.clear();
  EXPECT_EQ(learn_from(set, past, 0).without_data, 1) << "each critical comparison must be there";
}
TEST(Calibration, AGaugeIsAdvisoryUntilItIsCalibrated) {
  auto set = errors();
  Criterion memory{.name = "memory", .kind = MetricKind::gauge, .critical = false};
  memory.queries.gauge = "memory{$side}";
  set.criteria.push_back(memory);
  ASSERT_TRUE(complaints_of(set).empty());
  auto past = windows(set, 80);
  std::mt19937 random(5);
  std::normal_distribution<double> noise(0, 0.03);
  for (auto& w : past) {
    const double host = std::exp(noise(random));  // hosts that always differ a little
    for (auto* side : {&w.batch.canary, &w.batch.control}) {
      side->push_back({});
      for (int i = 0; i < set.window_intervals; ++i)
        side->back().intervals.push_back({.present = true, .gauge = 1000 * (side == &w.batch.canary ? host : 1) * std::exp(noise(random))});
    }
  }
  const auto learned = learn_from(set, past, 0).learned;
  ASSERT_TRUE(learned.gauges.contains("memory"));
  EXPECT_LT(learned.gauges.at("memory"), std::log(1.25));
  const auto run = [&](const Calibration& c, double times) {
    Judge judge{set, c};
    const auto w = windows(set, 1).front();
    std::vector<Observation> row;
    for (int i = 0; i < set.window_intervals; ++i) {
      w.batch.row(i, row);
      row.resize(2);
      row[1] = {{.present = true, .gauge = 1000 * times}, {.present = true, .gauge = 1000}, {}};
      judge.step(row);
    }
    return judge.verdict();
  };
  EXPECT_EQ(run(learned, 1.02).metrics[1].state, MetricState::no_harm_seen);
  const auto high = run(learned, 1.4);
  EXPECT_EQ(high.metrics[1].state, MetricState::breach);
  EXPECT_EQ(high.verdict, ReleaseVerdict::hold) << "a gauge holds at worst";
  EXPECT_THAT(high.sentence, HasSubstr("memory: 1.39 times the control over the last 15 intervals"));
  const auto unknown = run({}, 1.4);
  EXPECT_EQ(unknown.metrics[1].state, MetricState::watch);
  EXPECT_THAT(unknown.metrics[1].detail, HasSubstr("not calibrated"));
  EXPECT_NE(unknown.verdict, ReleaseVerdict::rollback_recommended);
}
TEST(Calibration, AScoreNeedsFiveValuesAndAnEmptyQueueIsNoProof) {
  GaugeScore queue;
  for (int i = 0; i < 4; ++i) queue.add(0, 0, 1);
  EXPECT_TRUE(std::isinf(queue.score()));
  for (int i = 0; i < 20; ++i) queue.add(0, 0, 1);
  EXPECT_EQ(queue.score(), 0);
  GaugeScore doubled, halved;
  for (int i = 0; i < 10; ++i) doubled.add(2, 1, 1), halved.add(1, 2, -1);
  EXPECT_NEAR(doubled.ratio(), 2, 0.03);
  EXPECT_NEAR(doubled.score(), std::log(2), 0.02);
  EXPECT_NEAR(halved.score(), std::log(2), 0.02) << "where less is bad";
  GaugeScore scaled;
  for (int i = 0; i < 10; ++i) scaled.add(2e9, 1e9, 1);
  EXPECT_NEAR(scaled.score(), doubled.score(), 1e-12);
}

TEST(StoredCalibration, IsSealedOnceAndUsedWhileItFitsAndIsYoung) {
  testing_world::World w;
  const auto set = errors();
  const auto find = [&](const CriteriaSet& s) {
    return w.look([&](store::Tx& tx) { return calibration_for(tx, "cart", "production", s, w.clock.time); });
  };
  EXPECT_EQ(find(simulated::errors_only()).note, "") << "nobody asked for one";
  EXPECT_THAT(find(set).note, HasSubstr("never calibrated"));
  auto body = learn_from(set, windows(set, 60), 0);
  body.until = w.clock.time;
  const auto store = [&] {
    return testing_world::World::must(w.as(Member::health_monitor, [&](Work& work) -> Result<StoredCalibration> {
      return store_calibration(work, "cart", "production", set, body);
    }));
  };
  const auto first = store();
  EXPECT_EQ(store().id, first.id) << "up to the same moment once";
  EXPECT_EQ(w.count("SELECT count(*) FROM calibration"), 1);
  EXPECT_THAT(w.entered(), Contains("health.calibrated"));
  const auto used = find(set);
  EXPECT_EQ(used.id, first.id);
  EXPECT_EQ(used.level, CalibrationLevel::calibrated);
  EXPECT_EQ(used.omega, body.learned.omega);
  auto other = set;
  other.alpha = 0.04;
  EXPECT_THAT(find(other).note, HasSubstr("the criteria changed"));
  EXPECT_EQ(find(other).level, CalibrationLevel::uncalibrated);
  w.clock.time += std::chrono::days{15};
  EXPECT_THAT(find(set).note, HasSubstr("is 15 days old"));
  EXPECT_TRUE(find(set).omega.empty());
}
TEST(StoredCalibration, AnUncalibratedVerdictIsNeverStrongEnoughToActAlone) {
  Verdict v{.verdict = ReleaseVerdict::rollback_recommended, .log_e = 50};
  v.automatic_threshold = 4.6;
  EXPECT_FALSE(strong_enough_to_act_alone(v));
  v.level = CalibrationLevel::modelled;
  EXPECT_FALSE(strong_enough_to_act_alone(v));
  v.level = CalibrationLevel::calibrated;
  EXPECT_TRUE(strong_enough_to_act_alone(v));
  v.log_e = 4.5;
  EXPECT_FALSE(strong_enough_to_act_alone(v)) << "beyond the recommendation, not beyond an act";
  v.log_e = 50, v.automatic_threshold.reset();
  EXPECT_FALSE(strong_enough_to_act_alone(v));
  v.automatic_threshold = 4.6, v.verdict = ReleaseVerdict::hold;
  EXPECT_FALSE(strong_enough_to_act_alone(v));
}

}  // namespace
}  // namespace evenkeel::health
