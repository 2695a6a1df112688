#include "health/adopt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"

namespace evenkeel::health {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(Adopt, AStrayCommaIsRefusedAndDoesNotRunForEver) {
  EXPECT_FALSE(adopt_argo(","));
  EXPECT_FALSE(adopt_openslo(",\n---\n,"));
}
TEST(Adopt, WhatHasAnotherShapeIsNotCarriedOverAndSaid) {
  for (const char* odd :
       {"{kind: SLO, spec: 3}", "{kind: SLO, spec: {timeWindow: [1], objectives: [x]}}", "{kind: SLO, metadata: [1]}",
        "{kind: SLO, spec: {alertPolicies: [a, [b], {spec: {conditions: [1, {conditionRef: 2}]}}], objectives: [{target: 0.9, "
        "ratioMetrics: {good: {query: ']'}, total: {query: '[}'}}}]}}"}) {
    const auto a = adopt_openslo(odd);
    ASSERT_TRUE(a) << odd;
    EXPECT_TRUE(a->set.criteria.empty()) << odd;
  }
}
TEST(Adopt, AKayentaConfigurationKeepsItsQueriesAndSaysWhatIsLost) {
  const auto a = adopt_kayenta(R"({"name":"shop","metrics":[
    {"name":"cpu","query":{"type":"prometheus","metricName":"cpu_seconds"},"groups":["system"],
     "analysisConfigurations":{"canary":{"direction":"increase","critical":true,"effectSize":{"allowedIncrease":1.5}}}},
    {"name":"old","query":{"type":"atlas","q":"name,foo,:eq"}}],
    "classifier":{"groupWeights":{"system":100}}})");
  ASSERT_TRUE(a);
  ASSERT_EQ(a->set.criteria.size(), 1u);
  EXPECT_EQ(a->set.criteria[0].queries.gauge, "cpu_seconds{$side}");
  EXPECT_EQ(a->set.criteria[0].tolerated_ratio, 1.5);
  EXPECT_THAT(a->not_carried_over, testing::AllOf(Contains(HasSubstr("metrics[1] (old): a query of type atlas")),
                                                  Contains(HasSubstr("critical")), Contains(HasSubstr("group weights"))));
  EXPECT_THAT(a->not_carried_over, Contains(HasSubstr("nothing here is critical")));
  EXPECT_EQ(complaints_of(a->set).size(), 1u) << "a person must say what decides";
  EXPECT_FALSE(adopt_kayenta("{}"));
}

TEST(Adopt, AnAnalysisTemplateBecomesLimits) {
  const auto a = adopt_argo(R"yaml(
kind: AnalysisTemplate
metadata: {name: error-share}
spec:
  args: [{name: service-name}]
  metrics:
    - name: errors
      interval: 30s
      failureLimit: 3
      failureCondition: result[0] >= 0.05
      provider: {prometheus: {query: 'errors:share{service="{{args.service-name}}"}'}}
    - name: success
      successCondition: result[0] >= 0.95
      provider: {prometheus: {query: 'sum(rate(ok[5m])) / sum by (job) (rate(all{code!="{x"}[5m]))'}}
    - name: renamed
      successCondition: result <= 3
      provider: {prometheus: {query: 'max(label_replace(queue{a="b}"}, "host", "$1", "instance", "(.*)") offset 5m)'}}
    - name: odd
      successCondition: len(result) > 0 && result[0] < 3
      provider: {prometheus: {query: x}}
    - name: web
      provider: {web: {url: http://x}}
)yaml");
  ASSERT_TRUE(a) << a.error().message;
  ASSERT_EQ(a->set.criteria.size(), 3u);
  EXPECT_EQ(a->set.criteria[2].queries.gauge,
            "max(label_replace(queue{$side, a=\"b}\"}, \"host\", \"$1\", \"instance\", \"(.*)\") offset 5m)");
  const auto& c = a->set.criteria[0];
  EXPECT_EQ(c.kind, MetricKind::absolute);
  const auto& least = a->set.criteria[1];
  EXPECT_EQ(least.kind, MetricKind::absolute);
  EXPECT_EQ(least.direction, Direction::decrease) << "a success of at least 0.95 is a limit from below";
  EXPECT_EQ(least.limit, 0.95);
  EXPECT_EQ(least.queries.gauge, "sum(rate(ok{$side}[5m])) / sum by (job) (rate(all{$side, code!=\"{x\"}[5m]))");
  EXPECT_EQ(c.limit, 0.05);
  EXPECT_EQ(c.queries.gauge, "errors:share{$side, service=\"$service\"}");
  EXPECT_EQ(a->set.interval_seconds, 30);
  EXPECT_THAT(a->not_carried_over, testing::AllOf(Contains(HasSubstr("failureLimit")), Contains(HasSubstr("it is read as a value")),
                                                  Contains(HasSubstr("not a plain limit")), Contains(HasSubstr("not prometheus"))));
  EXPECT_TRUE(complaints_of(a->set).empty());
  EXPECT_FALSE(adopt_argo("kind: Rollout"));
  EXPECT_FALSE(adopt_argo("a: [b"));
}

TEST(Adopt, AnObjectiveBecomesAnErrorBudgetWithItsPeriodAndItsBurnRates) {
  const auto a = adopt_openslo(R"yaml(
apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout-availability}
spec:
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  indicator:
    spec:
      ratioMetric:
        bad: {metricSource: {type: Prometheus, spec: {query: 'http_requests_total{code=~"5.."}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: http_requests_total}}}
  objectives: [{target: 0.99}]
  alertPolicies: [{alertPolicyRef: burns}, {alertPolicyRef: elsewhere}]
---
kind: AlertPolicy
metadata: {name: burns}
spec: {conditions: [{conditionRef: fast}]}
---
kind: AlertCondition
metadata: {name: fast}
spec: {condition: {kind: burnrate, op: gte, threshold: 14, lookbackWindow: 1h, alertAfter: 5m}}
)yaml");
  ASSERT_TRUE(a) << a.error().message;
  ASSERT_EQ(a->set.criteria.size(), 1u);
  const auto& c = a->set.criteria[0];
  EXPECT_EQ(c.kind, MetricKind::slo_burn);
  EXPECT_EQ(c.objective, 0.99);
  EXPECT_EQ(c.budget_period, Millis{std::chrono::days{28}});
  EXPECT_EQ(c.queries.events, "http_requests_total{$side, code=~\"5..\"}");
  EXPECT_EQ(c.queries.total, "http_requests_total{$side}");
  ASSERT_EQ(c.burn.size(), 1u);
  EXPECT_EQ(c.burn[0].factor, 14);
  EXPECT_EQ(c.burn[0].long_window, Millis{std::chrono::hours{1}});
  EXPECT_EQ(c.burn[0].short_window, Millis{std::chrono::minutes{5}});
  EXPECT_THAT(a->not_carried_over, testing::ElementsAre(HasSubstr("its alert policy elsewhere")));
  EXPECT_TRUE(complaints_of(a->set).empty());
}
TEST(Adopt, GoodEventsOfAnIndicatorElsewhereInTheFileAndTheOlderFormAreRead) {
  const auto a = adopt_openslo(R"yaml(
kind: SLI
metadata: {name: answered}
spec:
  ratioMetric:
    good: {metricSource: {spec: {query: 'sum(rate(answers{code="200"}[5m]))'}}}
    total: {metricSource: {spec: {query: 'sum(rate(answers[5m]))'}}}
---
kind: SLO
metadata: {name: answers}
spec: {indicatorRef: answered, timeWindow: [{duration: 2w}], objectives: [{targetPercent: 99.5}]}
---
apiVersion: openslo/v1alpha
kind: SLO
metadata: {name: older}
spec:
  timeWindows: [{count: 30, unit: Day}]
  objectives:
    - target: 0.999
      ratioMetrics:
        good: {query: 'sum(rate(http_count{code!~"(5..|429)"}[{{.window}}]))'}
        total: {query: 'sum(rate(http_count[{{.window}}]))'}
---
kind: SLO
metadata: {name: nowhere}
spec: {indicatorRef: lost, objectives: [{target: 0.9}]}
---
kind: SLO
metadata: {name: slices}
spec: {budgetingMethod: Timeslices, objectives: [{target: 0.9}]}
---
kind: SLO
metadata: {name: slow}
spec: {indicator: {spec: {thresholdMetric: {}}}, timeWindow: [{duration: 4w}], objectives: [{target: 0.9}]}
)yaml");
  ASSERT_TRUE(a) << a.error().message;
  ASSERT_EQ(a->set.criteria.size(), 2u);
  const auto &by_reference = a->set.criteria[0], &older = a->set.criteria[1];
  EXPECT_EQ(by_reference.direction, Direction::decrease) << "it counts good events";
  EXPECT_EQ(by_reference.queries.events, "answers{$side, code=\"200\"}") << "counters are differenced here";
  EXPECT_NEAR(*by_reference.objective, 0.995, 1e-12);
  EXPECT_EQ(by_reference.budget_period, Millis{std::chrono::days{14}});
  EXPECT_EQ(older.queries.total, "http_count{$side}");
  EXPECT_EQ(older.budget_period, Millis{std::chrono::days{30}});
  EXPECT_THAT(a->not_carried_over,
              testing::AllOf(Contains(HasSubstr("its indicator lost is not in this file")), Contains(HasSubstr("it budgets by Timeslices")),
                             Contains(HasSubstr("threshold metric"))));
  EXPECT_TRUE(complaints_of(a->set).empty());
}

TEST(Adopt, NothingOfAForeignConditionIsDroppedUnsaid) {
  const auto said = [](const std::string& conditions) {
    return adopt_argo(
               "kind: AnalysisTemplate\nmetadata: {name: e}\nspec:\n  dryRun: [{metricName: x}]\n  metrics:\n    - name: e\n      "
               "interval: 1m\n" +
               conditions + "      consecutiveSuccessLimit: 3\n      provider: {prometheus: {address: http://p, query: errors}}\n")
        .value()
        .not_carried_over;
  };
  const auto gap = said("      successCondition: result[0] >= 0.95\n      failureCondition: result[0] < 0.90\n");
  EXPECT_THAT(gap, testing::AllOf(Contains(HasSubstr("the successCondition `result[0] >= 0.95`")), Contains(HasSubstr("spec: dryRun")),
                                  Contains(HasSubstr("consecutiveSuccessLimit")), Contains(HasSubstr("prometheus address"))));
  const auto same = said("      successCondition: result[0] >= 0.95\n      failureCondition: result[0] < 0.95\n");
  EXPECT_THAT(same, testing::Not(Contains(HasSubstr("successCondition"))));
  const auto kayenta =
      adopt_kayenta(R"({"name":"k","metrics":[{"name":"cpu","query":{"type":"prometheus","metricName":"cpu"},"analysisConfigurations":
    {"canary":{"direction":"either","mustHaveData":true,"effectSize":{"allowedIncrease":1.5,"criticalIncrease":3,"allowedDecrease":0.5}}}}]})");
  ASSERT_TRUE(kayenta);
  EXPECT_THAT(kayenta->not_carried_over,
              testing::AllOf(Contains(HasSubstr("effectSize.criticalIncrease")), Contains(HasSubstr("effectSize.allowedDecrease")),
                             Contains(HasSubstr("direction either")), Contains(HasSubstr("mustHaveData"))));
}

}  // namespace
}  // namespace evenkeel::health
