#include "health/checkpoint.hpp"

#include <gtest/gtest.h>

namespace evenkeel::health {
namespace {

using testing::HasSubstr;

/// `present` parts of `all`, each with these counts.
SideSeries parts(int all, int present, double total, double events) {
  SideSeries s;
  for (int i = 0; i < all; ++i) s.intervals.push_back({.present = i >= all - present, .total = total, .events = events});
  return s;
}
Criterion error_rate() { return {.name = "error rate", .kind = MetricKind::rate}; }
CellState state(const SideSeries& before, const SideSeries& after, Criterion c = error_rate()) {
  return compare("shop", c, before, after).state;
}

TEST(Checkpoint, AsBeforeHoldsAndClearlyMoreIsWorse) {
  EXPECT_EQ(state(parts(6, 6, 1000, 10), parts(6, 6, 1000, 11)), CellState::holds);
  EXPECT_EQ(state(parts(6, 6, 1000, 10), parts(6, 6, 1000, 60)), CellState::suspect);
  EXPECT_EQ(state(parts(6, 6, 10, 0), parts(6, 6, 10, 1)), CellState::holds) << "one error of sixty requests proves nothing";
}
TEST(Checkpoint, OfBusinessEventsFewerAreWorse) {
  Criterion orders{.name = "orders", .kind = MetricKind::business, .direction = Direction::decrease};
  EXPECT_EQ(state(parts(6, 6, 1000, 600), parts(6, 6, 1000, 580), orders), CellState::holds);
  EXPECT_EQ(state(parts(6, 6, 1000, 600), parts(6, 6, 1000, 100), orders), CellState::suspect);
  EXPECT_EQ(state(parts(6, 6, 1000, 600), parts(6, 6, 1000, 900), orders), CellState::holds);
}
TEST(Checkpoint, OnePartLostAtTheStartCostsNothingAndAGlimpseIsNoReport) {
  EXPECT_EQ(state(parts(3, 3, 1000, 10), parts(3, 2, 1000, 10)), CellState::holds);
  EXPECT_EQ(state(parts(3, 3, 1000, 10), parts(6, 2, 1000, 10)), CellState::no_data);
  EXPECT_EQ(state(parts(3, 3, 1000, 10), parts(6, 0, 0, 0)), CellState::no_data);
}
TEST(Checkpoint, AnAbsoluteLimitNeedsNoPast) {
  auto c = error_rate();
  c.limit = 0.02;
  EXPECT_EQ(state(parts(6, 0, 0, 0), parts(6, 6, 1000, 10), c), CellState::holds);
  EXPECT_EQ(state(parts(6, 0, 0, 0), parts(6, 6, 1000, 50), c), CellState::worse);
  EXPECT_EQ(state(parts(6, 6, 1000, 50), parts(6, 6, 1000, 50), c), CellState::suspect) << "broken before: not the release's doing";
}
TEST(Checkpoint, WhatRisesEveryDayAtThisHourIsNoSuspect) {
  const auto before = parts(6, 6, 1000, 10), after = parts(6, 6, 1000, 60);
  const auto as = [&](int yesterday, int last_week) {
    return compare("shop", error_rate(), before, after,
                   {{"yesterday", parts(6, yesterday < 0 ? 0 : 6, 1000, yesterday)},
                    {"a week ago", parts(6, last_week < 0 ? 0 : 6, 1000, last_week)}});
  };
  EXPECT_EQ(as(55, 58).state, CellState::holds);
  EXPECT_THAT(as(55, 58).limit, HasSubstr("as at the same clock on other days"));
  EXPECT_EQ(as(55, 10).state, CellState::suspect) << "one such day is no habit";
  EXPECT_EQ(as(55, -1).state, CellState::holds) << "all that is known";
  EXPECT_EQ(as(-1, -1).state, CellState::suspect);
  ASSERT_EQ(as(30, -1).same_clock.size(), 2u);
  EXPECT_NEAR(*as(30, -1).same_clock[0].times, 2, 1e-9);
  EXPECT_FALSE(as(30, -1).same_clock[1].times);
  EXPECT_EQ(as(30, -1).same_clock[1].value, "no data");
}
TEST(Checkpoint, ALeastShareAndAGaugeHaveTheirRows) {
  auto good = error_rate();
  good.kind = MetricKind::absolute, good.direction = Direction::decrease, good.limit = 0.95;
  EXPECT_EQ(state(parts(6, 6, 1000, 990), parts(6, 6, 1000, 980), good), CellState::holds);
  EXPECT_EQ(state(parts(6, 6, 1000, 990), parts(6, 6, 1000, 900), good), CellState::worse);
  Criterion memory{.name = "memory", .kind = MetricKind::absolute};
  memory.queries.gauge = "memory{$side}", memory.limit = 100;
  const auto level = [](double value) {
    SideSeries s;
    for (int i = 0; i < 6; ++i) s.intervals.push_back({.present = true, .gauge = value});
    return s;
  };
  EXPECT_EQ(state(level(80), level(90), memory), CellState::holds);
  EXPECT_EQ(state(level(80), level(110), memory), CellState::worse);
  EXPECT_EQ(compare("shop", memory, level(80), level(110)).after, "110");
}
TEST(Checkpoint, AnErrorBudgetThatBurnsIsWorseAndOneThatBurnedBeforeIsNotBlamed) {
  Criterion slo{.name = "availability", .kind = MetricKind::slo_burn};
  slo.objective = 0.99;  // 14.4, 6 and 1 times
  EXPECT_EQ(state(parts(6, 6, 1000, 5), parts(6, 6, 1000, 8), slo), CellState::holds);
  EXPECT_EQ(state(parts(6, 6, 1000, 5), parts(6, 6, 1000, 30), slo), CellState::suspect);
  EXPECT_EQ(state(parts(6, 6, 1000, 5), parts(6, 6, 1000, 200), slo), CellState::worse);
  EXPECT_EQ(state(parts(6, 6, 1000, 200), parts(6, 6, 1000, 200), slo), CellState::suspect);
}
TEST(Checkpoint, AReportIsHealthyOnlyWhenEveryCriticalCriterionHasDataAndHolds) {
  CheckpointReport r{.checkpoint = "15m"};
  conclude(r);
  EXPECT_FALSE(r.healthy) << "no criteria say nothing";
  r.rows = {compare("shop", error_rate(), parts(6, 6, 1000, 10), parts(6, 6, 1000, 10))};
  conclude(r);
  EXPECT_TRUE(r.healthy);
  EXPECT_THAT(r.outcome, HasSubstr("Held at 15m: 1 of 1 criteria"));
  r.against = {{.service = "shop", .criterion = "error rate", .judged = true, .suspect = true, .rise = 1.6}};
  conclude(r);
  EXPECT_FALSE(r.healthy) << "more than its own past makes likely";
  EXPECT_THAT(r.outcome, HasSubstr("Suspect at 15m: error rate of shop is 1.6 times what its own past makes likely"));
  r.suspect = false;
  conclude(r, false);
  EXPECT_TRUE(r.healthy) << "once declared, the first hour is no news";
  r.against[0].critical = false;
  conclude(r);
  EXPECT_TRUE(r.healthy) << "shown, and nothing more";
  r.rows.push_back(compare("shop", error_rate(), parts(6, 6, 1000, 10), parts(6, 0, 0, 0)));
  conclude(r);
  EXPECT_FALSE(r.healthy);
  EXPECT_FALSE(r.worse);
  r.rows.push_back(compare("shop", error_rate(), parts(6, 6, 1000, 10), parts(6, 6, 1000, 90)));
  conclude(r);
  EXPECT_TRUE(r.suspect);
  EXPECT_FALSE(r.worse) << "without a limit nothing is said but suspect";
  EXPECT_FALSE(r.healthy);
  EXPECT_THAT(r.outcome, HasSubstr("Suspect at 15m: error rate of shop"));
  auto limited = error_rate();
  limited.limit = 0.02;
  r.rows.push_back(compare("shop", limited, parts(6, 6, 1000, 10), parts(6, 6, 1000, 90)));
  conclude(r);
  EXPECT_TRUE(r.worse);
  EXPECT_THAT(r.outcome, HasSubstr("Worse at 15m: error rate of shop"));
}
/// Requests by how long they took: up to 100 ms, 250 ms, 500 ms, and longer than any boundary.
SideSeries took(double fast, double middling, double slow, double beyond) {
  SideSeries s{.bounds_ms = {100, 250, 500, std::numeric_limits<double>::infinity()}};
  for (int i = 0; i < 6; ++i) {
    IntervalSample sample{.present = true, .total = fast + middling + slow + beyond};
    sample.buckets = {fast, middling, slow, beyond};
    s.intervals.push_back(sample);
  }
  return s;
}
TEST(Checkpoint, LatencyIsSaidInMillisecondsBesideTheShare) {
  const Criterion latency{.name = "latency", .kind = MetricKind::latency};
  const auto row = compare("shop", latency, took(900, 92, 8, 0), took(900, 90, 10, 0));
  EXPECT_EQ(row.state, CellState::holds);
  EXPECT_THAT(row.after, testing::StartsWith("p50 100 ms, p95 250 ms, p99 250 ms; 1.00 %"));
  EXPECT_THAT(row.after, HasSubstr("slower than 250 ms"));
}
TEST(Checkpoint, WhatLiesAboveTheLastBoundaryIsSaidAndDoesNotHold) {
  const Criterion latency{.name = "latency", .kind = MetricKind::latency};
  const auto row = compare("shop", latency, took(900, 50, 20, 30), took(900, 50, 20, 30));
  EXPECT_EQ(row.state, CellState::no_data);
  EXPECT_THAT(row.after, testing::AllOf(HasSubstr("p99 above 500 ms"), HasSubstr("3 % lie above the last boundary (500 ms)")));
}
TEST(Checkpoint, ALimitIsInTheUnitOfItsValue) {
  auto c = error_rate();
  c.limit = 0.01;
  EXPECT_EQ(compare("shop", c, parts(6, 6, 1000, 2), parts(6, 6, 1000, 2)).limit, "at most 1 %");
}
TEST(Checkpoint, ARowIsNoBetterThanWhatWasSaidOfItsCriterion) {
  const SysTime at{std::chrono::hours{14}};
  CheckpointReport r{.checkpoint = "1h"};
  r.rows = {compare("shop", error_rate(), parts(6, 6, 1000, 10), parts(6, 6, 1000, 10))};
  r.broken = {{"shop", "error rate", true, at, "error rate of shop: 52 % of 1,204 requests fail (limit 1 %) since 14:00Z."}};
  conclude(r);
  EXPECT_EQ(r.rows[0].state, CellState::worse) << "it was paged";
  EXPECT_EQ(r.rows[0].said_at, at);
  EXPECT_FALSE(r.healthy);
  EXPECT_FALSE(r.worse) << "by the figures of the whole hour it is not";
  EXPECT_EQ(r.outcome, "Worse at 1h: error rate of shop: 52 % of 1,204 requests fail (limit 1 %) since 14:00Z");
  EXPECT_THAT(to_letter(r),
              testing::AllOf(HasSubstr("- **shop, error rate**: worse at 14:00Z\n"), HasSubstr("52 % of 1,204 requests fail")));
  EXPECT_THAT(to_markdown(r), HasSubstr("| worse at 14:00Z |"));
  r.broken.reset(), r.rows[0] = compare("shop", error_rate(), parts(6, 6, 1000, 10), parts(6, 6, 1000, 10));
  r.against = {{.service = "shop", .criterion = "error rate", .judged = true, .suspect = true, .rise = 1.6, .sentence = "It rose."}};
  conclude(r);
  EXPECT_EQ(r.rows[0].state, CellState::suspect);
}
TEST(Checkpoint, AStretchIsAskedForInParts) {
  const auto day = parts_of(SysTime{}, std::chrono::hours{24}, 60);
  EXPECT_EQ(day.count, 60);
  EXPECT_EQ(day.end(), SysTime{std::chrono::hours{24}});
  EXPECT_EQ(parts_of(SysTime{}, std::chrono::seconds{15}, 5).count, 3);
  EXPECT_EQ(parts_of(SysTime{}, std::chrono::seconds{3}, 60).count, 1);
}

}  // namespace
}  // namespace evenkeel::health
