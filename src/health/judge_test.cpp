#include "health/judge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/json.hpp"
#include "support/rollouts.hpp"

namespace evenkeel::health {
namespace {

using namespace simulated;
using testing::AnyOf;
using testing::HasSubstr;

/// Minutes of equal, steady counts.
Rollout steady(int minutes, Side canary, Side control) { return Rollout(std::size_t(minutes), Minute{canary, control}); }

MetricState state_of(const Judge& judge, std::size_t i = 0) { return judge.verdict().metrics[i].state; }

TEST(Judge, AQuietWindowIsHealthyOnlyAtItsEnd) {
  auto judge = judge_of(steady(59, {200, 4}, {1800, 36}));
  EXPECT_EQ(judge.verdict().verdict, ReleaseVerdict::hold);
  EXPECT_EQ(state_of(judge), MetricState::no_harm_seen);
  judge = judge_of(steady(60, {200, 4}, {1800, 36}));
  const auto v = judge.verdict();
  EXPECT_EQ(v.verdict, ReleaseVerdict::healthy);
  EXPECT_THAT(v.sentence, HasSubstr("Healthy after 60 minutes"));
  EXPECT_LT(*v.metrics[0].ratio.high, 2);
}
TEST(Judge, AFourfoldErrorRateIsABreachAndLatches) {
  Rollout r = steady(30, {200, 8}, {1800, 18});
  for (auto m : steady(30, {200, 2}, {1800, 18})) r.push_back(m);
  const auto v = judge_of(r).verdict();
  EXPECT_EQ(v.verdict, ReleaseVerdict::rollback_recommended);
  ASSERT_TRUE(v.first_breach);
  EXPECT_LE(*v.first_breach, 11);
  EXPECT_EQ(v.cause, "error rate");
  EXPECT_THAT(v.sentence, testing::AllOf(HasSubstr("fails"), HasSubstr("times as often as the old one"),
                                         HasSubstr("1 of 20 healthy releases"), HasSubstr("uncalibrated")));
}
/// Twenty requests a minute on the canary, of which one fails in an hour; nine times as many of both on the control.
Rollout thin(int minutes) {
  auto r = steady(minutes, {20, 0}, {180, 0});
  for (std::size_t t = 3; t < r.size(); t += 7) r[t].control.errors = 1;
  for (std::size_t t = 30; t < r.size(); t += 60) r[t].canary.errors = 1;
  return r;
}
TEST(Judge, AWindowWithTooFewEventsIsWatchedOnUntilThereAreEnough) {
  auto set = errors_only();
  set.extend_until = 900;
  Judge judge(set);
  int over_at = 0;
  for (const auto& minute : thin(900)) {
    if (judge.over()) break;
    const Observation o{{true, minute.canary.requests, minute.canary.errors}, {true, minute.control.requests, minute.control.errors}};
    judge.step(std::span(&o, 1));
    ++over_at;
    if (over_at == 60) {
      const auto v = judge.verdict();
      EXPECT_FALSE(v.over);
      EXPECT_EQ(v.verdict, ReleaseVerdict::hold);
      EXPECT_THAT(v.sentence, testing::AllOf(HasSubstr("not enough to judge: about"), HasSubstr("watched on, for 900 minutes at most")));
    }
  }
  EXPECT_GT(over_at, 60);
  EXPECT_LT(over_at, 900);
  EXPECT_THAT(judge.verdict().verdict, AnyOf(ReleaseVerdict::healthy, ReleaseVerdict::no_harm_seen)) << judge.verdict().sentence;
  EXPECT_FALSE(judge.verdict().too_few);
}
TEST(Judge, AfterItsExtensionTheCriteriaSayWhatTooFewEventsMean) {
  const auto ends = [](OnTooFew on) {
    auto set = errors_only();
    set.extend_until = 70, set.on_too_few = on;
    Judge judge(set);
    for (const auto& minute : steady(80, {2, 0}, {18, 0})) {
      const Observation o{{true, minute.canary.requests, minute.canary.errors}, {true, minute.control.requests, minute.control.errors}};
      judge.step(std::span(&o, 1));
    }
    EXPECT_EQ(judge.intervals(), 70);
    const auto v = judge.verdict();
    EXPECT_TRUE(v.over);
    EXPECT_TRUE(v.too_few);
    return v;
  };
  EXPECT_EQ(ends(OnTooFew::hold).verdict, ReleaseVerdict::hold);
  EXPECT_THAT(ends(OnTooFew::hold).sentence, HasSubstr("watched for 70 minutes, as long as its criteria allow"));
  EXPECT_EQ(ends(OnTooFew::fail).verdict, ReleaseVerdict::hold);
  EXPECT_EQ(ends(OnTooFew::proceed).verdict, ReleaseVerdict::no_harm_seen);
  EXPECT_THAT(ends(OnTooFew::proceed).sentence, HasSubstr("with so few events no ratio is excluded"));
}
TEST(Judge, WhatStandsAgainstAReleaseIsNotPutDownToTooFewEvents) {
  auto set = errors_only();
  set.extend_until = 120, set.on_too_few = OnTooFew::proceed;
  Judge judge(set);
  for (int t = 0; t < 120; ++t) {  // the canary falls silent
    const Observation o{t < 30 ? SideSample{true, 200, 4} : SideSample{}, {true, 1800, 36}};
    judge.step(std::span(&o, 1));
  }
  EXPECT_EQ(judge.intervals(), 60) << "silence is no reason to watch on";
  EXPECT_EQ(judge.verdict().verdict, ReleaseVerdict::hold);
  EXPECT_FALSE(judge.verdict().too_few);
}
TEST(Judge, NoSingleIntervalDecidesWhateverItHolds) {
  Rollout r = steady(60, {2000, 20}, {18000, 180});
  r[20].canary.errors = 900;  // below gross failure
  EXPECT_FALSE(judge_of(r).first_breach());
}
TEST(Judge, HalfOfTheRequestsFailingTwiceRunningIsAGrossFailure) {
  Rollout r = steady(10, {100, 1}, {900, 9});
  r[3].canary.errors = r[4].canary.errors = 60;
  const auto v = judge_of(r).verdict();
  EXPECT_EQ(v.first_breach, 4);
  EXPECT_THAT(v.sentence, HasSubstr("at least half"));
  r[4].control.errors = 500;  // the control fails as well: not the release's doing
  EXPECT_FALSE(judge_of(r).first_breach());
}
TEST(Judge, BothSidesFailingIsDisturbedNotABreachAndNeverPassed) {
  Rollout r = steady(60, {200, 2}, {1800, 18});
  for (int t = 45; t < 60; ++t) r[std::size_t(t)] = {{200, 40}, {1800, 360}};
  const auto v = judge_of(r).verdict();
  EXPECT_EQ(v.metrics[0].state, MetricState::disturbed);
  EXPECT_EQ(v.verdict, ReleaseVerdict::hold);
  EXPECT_THAT(v.sentence, HasSubstr("both sides degraded"));
}
TEST(Judge, AControlThatBeganWithAGoodIntervalIsNotDisturbed) {
  Rollout r = steady(9, {150, 2}, {360, 6});
  r[0].control.errors = 1;  // one lucky interval is no baseline to be three times above
  for (int minutes = 6; minutes <= 9; ++minutes)
    EXPECT_NE(state_of(judge_of({r.begin(), r.begin() + minutes})), MetricState::disturbed) << minutes;
}
TEST(Judge, ASilentCanaryIsNoDataAndNeverHealthy) {
  const auto set = errors_only();
  Judge judge(set);
  for (int t = 0; t < 60; ++t) {
    const Observation o{t < 50 ? SideSample{true, 200, 4} : SideSample{}, {true, 1800, 36}};
    judge.step(std::span(&o, 1));
  }
  EXPECT_EQ(state_of(judge), MetricState::no_data);
  EXPECT_EQ(judge.verdict().verdict, ReleaseVerdict::hold);
}
TEST(Judge, SilenceAgreedToBeAFailureRecommendsARollback) {
  auto set = errors_only();
  set.criteria[0].silence = Silence::breach;
  Judge judge(set);
  for (int t = 0; t < 8; ++t) {
    const Observation o{t < 5 ? SideSample{true, 200, 2} : SideSample{}, {true, 1800, 18}};
    judge.step(std::span(&o, 1));
  }
  EXPECT_EQ(judge.first_breach(), 7);
}
TEST(Judge, WithoutDataOrControlItSaysWhatIsMissing) {
  Judge none(errors_only());
  const Observation nothing;
  for (int t = 0; t < 60; ++t) none.step(std::span(&nothing, 1));
  EXPECT_EQ(none.verdict().verdict, ReleaseVerdict::hold);
  EXPECT_THAT(none.verdict().metrics[0].detail, HasSubstr("no sample of the canary"));
  Judge alone(errors_only());
  const Observation canary{{true, 200, 2}, {}};
  for (int t = 0; t < 60; ++t) alone.step(std::span(&canary, 1));
  EXPECT_THAT(alone.verdict().metrics[0].detail, HasSubstr("without one only limits can be judged"));
}
TEST(Judge, TooFewEventsAreInsufficientAndSaysHowManyMore) {
  const auto none = judge_of(steady(60, {10, 0}, {90, 0})).verdict();
  EXPECT_EQ(none.verdict, ReleaseVerdict::hold);
  EXPECT_EQ(none.metrics[0].state, MetricState::insufficient);
  auto few = steady(60, {10, 0}, {90, 0});
  few[10].canary.errors = few[40].canary.errors = 1, few[20].control.errors = few[30].control.errors = few[50].control.errors = 3;
  const auto v = judge_of(few).verdict();
  EXPECT_EQ(v.metrics[0].state, MetricState::insufficient);
  EXPECT_THAT(v.metrics[0].detail, HasSubstr("more events on the canary would exclude a doubling"));
}
TEST(Judge, AServiceThatNeverFailsIsNotHeldForLackOfErrors) {
  const auto v = judge_of(steady(60, {200, 0}, {1800, 0})).verdict();
  EXPECT_EQ(v.verdict, ReleaseVerdict::no_harm_seen);
}
TEST(Judge, OrdersThatFallShortAreABusinessBreach) {
  auto set = errors_only();
  set.criteria[0].kind = MetricKind::business, set.criteria[0].direction = Direction::decrease, set.criteria[0].name = "orders";
  const auto v = judge_of(steady(60, {200, 150}, {1800, 1710}), set).verdict();  // 75% against 95%
  EXPECT_EQ(v.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_THAT(v.sentence, HasSubstr("'orders' goes wrong 5.0 times as often"));
}
/// Visits that buy, one side a minute: 2 % of them, with the spread between hosts that a service without history is believed to have.
struct Shop {
  std::mt19937_64 chance;
  double canary = 0.02, control = 0.02;
  SideSample side(double visits, double share) {
    const auto n = double(std::poisson_distribution<int>(visits)(chance));
    return {true, n, double(std::binomial_distribution<int>(int(n), share)(chance))};
  }
  std::optional<int> breach() {
    auto set = errors_only();
    set.criteria[0].kind = MetricKind::business, set.criteria[0].direction = Direction::decrease, set.criteria[0].name = "orders";
    Judge judge(set);
    for (int t = 0; t < 60; ++t) {
      const Observation o{side(1000, canary), side(4000, control)};
      judge.step(std::span(&o, 1));
    }
    return judge.first_breach();
  }
};
TEST(Judge, AFallOfWhatFewBuyIsFoundAndHealthyShopsStayQuiet) {
  int found = 0, wrong = 0;
  constexpr int shops = 200;
  for (int seed = 0; seed < shops; ++seed) {
    found += Shop{.chance = std::mt19937_64(std::uint64_t(seed)), .canary = 0.01}.breach().has_value();
    wrong += Shop{.chance = std::mt19937_64(std::uint64_t(seed) + 1000)}.breach().has_value();
  }
  EXPECT_GE(found, shops * 95 / 100) << "half of all orders are gone";
  EXPECT_LE(wrong, shops * 5 / 100) << "said wrongly in at most 1 of 20 healthy releases";
  std::printf("  2 %% conversion: a fall to 1 %% found in %d of %d, a healthy one called a breach in %d of %d\n", found, shops, wrong,
              shops);
}
TEST(Judge, OrdersOfFewAreToldAsFewer) {
  auto set = errors_only();
  set.criteria[0].kind = MetricKind::business, set.criteria[0].direction = Direction::decrease, set.criteria[0].name = "orders";
  const auto v = judge_of(steady(60, {1000, 8}, {4000, 80}), set).verdict();
  EXPECT_EQ(v.verdict, ReleaseVerdict::rollback_recommended) << v.sentence;
  EXPECT_THAT(v.sentence, HasSubstr("'orders' comes only 0.40 times as often as on the old one"));
  EXPECT_LT(*v.metrics[0].ratio.high, 1);
  const auto healthy = judge_of(steady(60, {1000, 20}, {4000, 80}), set).verdict();
  EXPECT_NE(healthy.verdict, ReleaseVerdict::rollback_recommended);
  const auto more = judge_of(steady(60, {1000, 40}, {4000, 80}), set).verdict();
  EXPECT_NE(more.verdict, ReleaseVerdict::rollback_recommended) << "more orders are no fault: " << more.sentence;
}
TEST(Judge, FewerItemsPerVisitAreFoundWithTheSidesExchanged) {
  auto set = errors_only();
  set.criteria[0].direction = Direction::decrease, set.criteria[0].events_are = EventsAre::per_unit;
  const auto v = judge_of(steady(60, {100, 120}, {900, 2700}), set).verdict();  // 1.2 against 3 items a visit
  EXPECT_EQ(v.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_LT(*v.metrics[0].ratio.high, 1);
}
TEST(Judge, AnAbsoluteLimitNeedsNoControl) {
  auto set = errors_only();
  set.criteria[0].kind = MetricKind::absolute, set.criteria[0].limit = 0.01;
  for (const auto& [errors, expected] : {std::pair{12.0, true}, {1.0, false}}) {
    Judge judge(set);
    const Observation o{{true, 200, errors}, {}};
    for (int t = 0; t < 60; ++t) judge.step(std::span(&o, 1));
    EXPECT_EQ(judge.first_breach().has_value(), expected);
    EXPECT_EQ(judge.verdict().verdict, expected ? ReleaseVerdict::rollback_recommended : ReleaseVerdict::healthy)
        << judge.verdict().sentence;
  }
}
TEST(Judge, HalfOfThePlannedTrafficIsFoundQuickly) {
  auto set = errors_only();
  set.expected_canary_share = 0.1;
  const auto v = judge_of(steady(60, {100, 1}, {1900, 19}), set).verdict();
  EXPECT_EQ(v.cause, "traffic share");
  EXPECT_LE(*v.first_breach, 12);
  EXPECT_FALSE(judge_of(steady(60, {200, 2}, {1800, 18}), set).first_breach());
}
TEST(Judge, SeveralCriteriaAreWeighedTogether) {
  auto set = errors_only();
  set.criteria.push_back(set.criteria[0]);
  set.criteria[1].name = "second";
  Judge judge(set);
  for (const auto& m : steady(60, {200, 5}, {1800, 21})) {
    const std::vector<Observation> both(
        2, Observation{{true, m.canary.requests, m.canary.errors}, {true, m.control.requests, m.control.errors}});
    judge.step(both);
  }
  const auto v = judge.verdict();
  // Each has half of the budget, so alone it would need twice the evidence; together the sum decides.
  EXPECT_EQ(v.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_EQ(v.cause, "jointly");
}
TEST(Judge, ACriterionThatIsNotCriticalHoldsAtWorst) {
  auto set = errors_only();
  set.criteria.push_back(set.criteria[0]);
  set.criteria[1].name = "shown", set.criteria[1].critical = false;
  Judge judge(set);
  for (int t = 0; t < 60; ++t) {
    const std::vector<Observation> both = {{{true, 200, 4}, {true, 1800, 36}}, {{true, 200, 20}, {true, 1800, 36}}};
    judge.step(both);
  }
  EXPECT_FALSE(judge.first_breach());
  EXPECT_EQ(judge.verdict().verdict, ReleaseVerdict::hold);
  EXPECT_EQ(state_of(judge, 1), MetricState::breach);
}
TEST(Judge, TheSameIntervalsGiveTheSameBytes) {
  const auto rollout = draw(healthy_days()[4], 7);
  EXPECT_EQ(json::write(judge_of(rollout).verdict()), json::write(judge_of(rollout).verdict()));
}
TEST(Judge, ScaleOfTheTrafficDoesNotChangeTheSides) {
  // Ten times the requests at a tenth of the rate: the same events, the same judgement of rare events.
  const auto a = judge_of(steady(40, {200, 8}, {1800, 18})), b = judge_of(steady(40, {2000, 8}, {18000, 18}));
  EXPECT_EQ(a.first_breach(), b.first_breach());
}
TEST(Judge, ShortIntervalsAreNamedInTheLabel) {
  auto set = errors_only();
  set.interval_seconds = 5;
  const auto v = judge_of(steady(60, {200, 4}, {1800, 36}), set).verdict();
  EXPECT_EQ(v.label, "uncalibrated; intervals of 5 s");
  EXPECT_THAT(v.sentence, HasSubstr("60 intervals of 5 s"));
}
TEST(Judge, LatencyThresholdsComeFromTheControlsFirstMinutes) {
  auto set = default_criteria();
  set.criteria.erase(set.criteria.begin());
  set.not_applicable.push_back({Coverage::error_rate, "latency alone"});
  const std::vector<double> bounds = {100, 200, 500, std::numeric_limits<double>::infinity()};
  const std::vector<double> control = {900, 700, 180, 20}, same = {100, 78, 20, 2}, slow = {60, 80, 50, 10};
  for (const auto& [canary, expected] : {std::pair{same, ReleaseVerdict::hold}, {slow, ReleaseVerdict::rollback_recommended}}) {
    Judge judge(set);
    for (int t = 0; t < 59; ++t) {
      const Observation o{
          {.present = true, .total = 200, .buckets = t < 10 ? same : canary}, {.present = true, .total = 1800, .buckets = control}, bounds};
      judge.step(std::span(&o, 1));
    }
    const auto v = judge.verdict();
    EXPECT_EQ(v.verdict, expected) << v.sentence;
    EXPECT_EQ(v.sentence.find("slower than ") != std::string::npos, expected != ReleaseVerdict::hold);
  }
}
TEST(Judge, BoundariesMayChangeWhileLatencyIsJudged) {
  auto set = default_criteria();
  set.criteria.erase(set.criteria.begin());
  set.criteria[0].percentiles = {0.9};
  set.not_applicable.push_back({Coverage::error_rate, "latency alone"});
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<double> fine = {100, 150, 200, 500, inf}, coarse = {100, 300, inf};
  const std::vector<double> control = {900, 500, 300, 80, 20}, slow = {60, 50, 30, 40, 20};
  const std::vector<double> coarse_control = {900, 840, 60}, coarse_slow = {60, 90, 50};
  for (const int change_at : {2, 8}) {
    Judge judge(set);
    for (int t = 0; t < 59; ++t) {
      const bool after = t >= change_at;
      const Observation o{{.present = true, .total = 200, .buckets = after ? coarse_slow : slow},
                          {.present = true, .total = 1800, .buckets = after ? coarse_control : control},
                          after ? coarse : fine};
      judge.step(std::span(&o, 1));
    }
    const auto v = judge.verdict();
    EXPECT_EQ(v.verdict, ReleaseVerdict::rollback_recommended) << change_at;
    // In the warm-up only what all intervals have can be chosen; later the next boundary above takes over from 200 ms.
    EXPECT_EQ(v.metrics[0].part, change_at == 2 ? "slower than 100 ms (p90)" : "slower than 300 ms (p90)");
  }
}
TEST(Judge, CalibrationMovesTheThresholdAndTheLabel) {
  std::vector<double> past(99);
  for (std::size_t i = 0; i < past.size(); ++i) past[i] = double(i) / 99;
  EXPECT_NEAR(calibrated_threshold(past, 0.05), std::log(5.0), 1e-12);  // 95th of 99 is below the floor
  past[97] = past[98] = past[96] = past[95] = past[94] = 9;
  EXPECT_NEAR(calibrated_threshold(past, 0.05), 9, 1e-12);
  EXPECT_NEAR(calibrated_threshold(std::vector<double>(10, 8.0), 0.05), std::log(20.0), 1e-12);
  Calibration c{.level = CalibrationLevel::calibrated,
                .windows = 99,
                .threshold = calibrated_threshold(std::vector<double>(99, 0.0), 0.05),
                .omega = {{"error rate", 0.0}}};
  const auto slow = judge_of(steady(60, {200, 4}, {1800, 18})).first_breach().value_or(61);
  const auto judge = judge_of(steady(60, {200, 4}, {1800, 18}), errors_only(), c);
  EXPECT_LT(judge.first_breach().value_or(61), slow);
  EXPECT_THAT(judge.verdict().sentence, HasSubstr("as measured on 99 earlier ones"));
}

/// A day whose canary swings between none and six times the control's share, minute by minute, after a history of independent requests.
Rollout swinging(int minutes, double canary_errors = 12) {
  Rollout r;
  for (int t = 0; t < minutes; ++t) r.push_back({{200, t % 2 ? canary_errors : 0}, {1800, 18}});
  return r;
}
TEST(Judge, ADayThatIsNoisierThanItsHistoryIsJudgedStrictlyAndNeverActsAlone) {
  const Calibration calm{.level = CalibrationLevel::calibrated,
                         .windows = 120,
                         .threshold = std::log(5.0),
                         .automatic_threshold = std::log(100.0),
                         .omega = {{"error rate", 0.0}}};
  const auto noisy = judge_of(swinging(60), errors_only(), calm).verdict();
  ASSERT_TRUE(noisy.noisier);
  EXPECT_GT(*noisy.noisier, noisy_day);
  EXPECT_GE(*noisy.noisier_since, 5) << "the burn-in takes no part";
  EXPECT_NEAR(noisy.threshold, std::log(20.0), 1e-12);
  EXPECT_FALSE(noisy.automatic_threshold);
  EXPECT_FALSE(strong_enough_to_act_alone(noisy));
  EXPECT_THAT(noisy.label, HasSubstr("today is noisier than the 120 windows before: strict level"));
  EXPECT_THAT(noisy.sentence, AnyOf(HasSubstr("Today is noisier"), HasSubstr("(today is noisier")));
  const auto again = judge_of(swinging(60), errors_only(), calm).verdict();
  EXPECT_NEAR(again.log_e, noisy.log_e, 1e-9);
  EXPECT_EQ(again.sentence, noisy.sentence);
  // The same counts after a history that was as noisy are an ordinary day.
  auto used_to_it = calm;
  used_to_it.omega["error rate"] = 5;
  const auto ordinary = judge_of(swinging(60), errors_only(), used_to_it).verdict();
  EXPECT_FALSE(ordinary.noisier);
  EXPECT_EQ(ordinary.label, "calibrated on 120 windows");
}
TEST(Judge, WhatWasFoundOnAnOrdinaryDayStandsWhateverComesAfter) {
  const Calibration calm{.level = CalibrationLevel::calibrated,
                         .windows = 120,
                         .threshold = std::log(5.0),
                         .automatic_threshold = std::log(100.0),
                         .omega = {{"error rate", 0.0}}};
  auto r = steady(20, {200, 8}, {1800, 18});
  const auto found = judge_of(r, errors_only(), calm).first_breach();
  ASSERT_TRUE(found);
  for (const auto& m : swinging(40, 30)) r.push_back(m);
  const auto v = judge_of(r, errors_only(), calm).verdict();
  EXPECT_EQ(v.first_breach, found);
  EXPECT_FALSE(v.noisier);
  EXPECT_TRUE(strong_enough_to_act_alone(v));
}

// ---- simulation: false alarms and power ---------------------------------------------------------------------------------

TEST(JudgeSimulated, HealthyDaysRaiseFewAlarms) {
  for (const auto& day : healthy_days()) {
    const auto t = tally(day, 60);
    EXPECT_LE(t.alarms, day.rate >= 0.1 ? 9 : 3) << day.name;
  }
}
TEST(JudgeSimulated, FaultsAreFound) {
  const auto day = healthy_days()[0];
  const auto four = tally(day, 60, 4), two = tally(day, 60, 2), late = tally(day, 60, 4, 45);
  EXPECT_GE(four.share(), 0.98);
  EXPECT_LE(four.delays[30], 13);
  EXPECT_GE(two.share(), 0.8);
  EXPECT_GE(late.share(), 0.9);
  EXPECT_EQ(four.early + late.early, 0);
}
TEST(JudgeSimulated, HealthyDaysRaiseAlarmsInAtMostOneOfTwenty_slow) {
  for (const auto& day : healthy_days()) {
    const auto t = tally(day, 4000);
    EXPECT_LE(t.share(), 0.042) << day.name;  // so the upper 99% limit of the true share is below 0.05
    std::printf("  %-30s %.2f%% of %d\n", day.name.c_str(), 100 * t.share(), t.runs);
  }
}

}  // namespace
}  // namespace evenkeel::health
