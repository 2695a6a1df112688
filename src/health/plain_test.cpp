// The plain: at once, and only when it is plain.
#include "health/plain.hpp"

#include <gmock/gmock.h>

namespace evenkeel::health {
namespace {

SideSeries counts(double total, double events) { return {.intervals = {{.present = true, .total = total, .events = events}}}; }
SideSeries level(double value) { return {.intervals = {{.present = true, .gauge = value}}}; }
const SideSeries nothing{.intervals = {{}}};

std::optional<Plain> of(const Criterion& c, const std::vector<SideSeries>& samples, const Usual& usual = {}) {
  std::vector<const SideSeries*> pointers;
  for (const auto& s : samples) pointers.push_back(&s);
  return plain_of(c, pointers, usual);
}
Criterion limited(double limit) {
  Criterion c{.name = "error limit", .kind = MetricKind::absolute};
  c.limit = limit;
  return c;
}

TEST(Plain, half_of_the_requests_failing_in_two_intervals_is_an_outage) {
  const Criterion rate{.name = "error rate"};
  const auto p = of(rate, {counts(600, 1), counts(600, 312), counts(604, 314)}, {.level = 0.002});
  ASSERT_TRUE(p);
  EXPECT_EQ(p->kind, PlainKind::outage);
  EXPECT_EQ(p->since, 1u);
  EXPECT_EQ(p->figure, "52 % of 1,204 requests fail");
  EXPECT_EQ(p->limit, "0.2 % before");
  EXPECT_FALSE(of(rate, {counts(600, 312)})) << "one interval may be a hiccup";
  EXPECT_FALSE(of(rate, {counts(600, 312), counts(600, 250)}));
  EXPECT_FALSE(of(rate, {counts(600, 312), nothing, counts(600, 312)})) << "running";
  EXPECT_FALSE(of(rate, {counts(600, 312), counts(600, 312)}, {.level = 0.4})) << "it was like that before: not of this release";
}

TEST(Plain, at_one_request_a_minute_it_is_found_as_soon_as_the_evidence_suffices) {
  const Criterion rate{.name = "error rate"};
  EXPECT_FALSE(of(rate, std::vector<SideSeries>(4, counts(1, 1))));
  const auto p = of(rate, std::vector<SideSeries>(5, counts(1, 1)));
  ASSERT_TRUE(p);
  EXPECT_EQ(p->figure, "100 % of 5 requests fail");
}

TEST(Plain, a_limit_far_exceeded_speaks_after_one_interval_and_noise_does_not) {
  EXPECT_TRUE(of(limited(0.01), {counts(1000, 100)}));
  EXPECT_FALSE(of(limited(0.01), {counts(1000, 20)})) << "twice the limit in a thousand requests happens by itself";
  EXPECT_TRUE(of(limited(0.01), {counts(20'000, 400)})) << "in twenty thousand it does not";
  EXPECT_FALSE(of(limited(0.01), {counts(1e6, 11'000)})) << "a tenth above it is left to the judge";
  EXPECT_FALSE(of(limited(0.01), {counts(3, 2)}));
  EXPECT_EQ(of(limited(0.01), {counts(1000, 100)})->limit, "limit 1 %");
  Criterion good = limited(0.99);
  good.direction = Direction::decrease;
  EXPECT_TRUE(of(good, {counts(1000, 900)}));
  EXPECT_FALSE(of(good, {counts(1000, 985)}));
}

TEST(Plain, a_level_beyond_its_limit_speaks_after_two) {
  auto c = limited(500);
  c.queries.gauge = "queue_length";
  EXPECT_FALSE(of(c, {level(800)}));
  const auto p = of(c, {level(100), level(800), level(812)});
  ASSERT_TRUE(p);
  EXPECT_EQ(p->figure, "error limit is at 812");
  EXPECT_EQ(p->since, 1u);
}

TEST(Plain, half_of_all_requests_slower_than_nine_tenths_were_is_an_outage_too) {
  const Criterion c{.name = "latency", .kind = MetricKind::latency};
  const auto slow = [](double fast, double late) {
    return SideSeries{.intervals = {{.present = true, .buckets = {fast, late}}},
                      .bounds_ms = {200, std::numeric_limits<double>::infinity()}};
  };
  const auto p = of(c, {slow(100, 900), slow(100, 900)}, {.slow_from_ms = 200});
  ASSERT_TRUE(p);
  EXPECT_EQ(p->figure, "90 % of 2,000 requests slower than 200 ms");
  EXPECT_FALSE(of(c, {slow(700, 300), slow(700, 300)}, {.slow_from_ms = 200}));
  EXPECT_FALSE(of(c, {slow(100, 900), slow(100, 900)})) << "nothing is known of before";
}

TEST(Plain, half_of_what_used_to_be_bought_missing_is_an_outage_too) {
  Criterion c{.name = "orders", .kind = MetricKind::business, .direction = Direction::decrease};
  const auto p = of(c, {counts(1000, 10), counts(1000, 12)}, {.level = 0.05});
  ASSERT_TRUE(p);
  EXPECT_EQ(p->figure, "78 % of 100 expected are missing");
  EXPECT_FALSE(of(c, {counts(1000, 40), counts(1000, 41)}, {.level = 0.05}));
  EXPECT_FALSE(of(c, {counts(100, 2), counts(100, 2)}, {.level = 0.05})) << "of five orders a minute two come now and then";
  EXPECT_FALSE(of({.name = "error rate"}, {counts(5, 3), counts(5, 3)}, {.level = 0.2})) << "of few requests half fail now and then";
}

TEST(Plain, three_intervals_without_a_sample_are_silence_of_every_kind) {
  for (const auto kind :
       {MetricKind::rate, MetricKind::latency, MetricKind::gauge, MetricKind::absolute, MetricKind::business, MetricKind::slo_burn}) {
    Criterion c{.name = "any", .kind = kind};
    if (kind == MetricKind::absolute) c.limit = 0.01;
    if (kind == MetricKind::slo_burn) c.objective = 0.999;
    EXPECT_FALSE(of(c, {counts(10, 0), nothing, nothing}));
    const auto p = of(c, {counts(10, 0), nothing, nothing, nothing});
    ASSERT_TRUE(p);
    EXPECT_EQ(p->kind, PlainKind::silent);
    EXPECT_EQ(p->since, 1u);
    c.silence = Silence::ignore;
    EXPECT_FALSE(of(c, {nothing, nothing, nothing}));
  }
}

TEST(Plain, the_bound_is_above_the_exact_tail) {
  // P(X >= 8 | n = 100, p = 0.01) = 8.2e-6 (binomial): Chernoff's bound must not be smaller.
  EXPECT_GT(std::exp(-beyond_noise(8, 100, 0.01)), 8.2e-6);
  EXPECT_EQ(beyond_noise(1, 100, 0.01), 0);
  EXPECT_EQ(beyond_noise(0, 0, 0.01), 0);
}

}  // namespace
}  // namespace evenkeel::health
