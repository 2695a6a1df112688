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
  const auto a = adopt_argo(R"(
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
      provider: {prometheus: {query: success}}
    - name: odd
      successCondition: len(result) > 0 && result[0] < 3
      provider: {prometheus: {query: x}}
    - name: web
      provider: {web: {url: http://x}}
)");
  ASSERT_TRUE(a) << a.error().message;
  ASSERT_EQ(a->set.criteria.size(), 1u);
  const auto& c = a->set.criteria[0];
  EXPECT_EQ(c.kind, MetricKind::absolute);
  EXPECT_EQ(c.limit, 0.05);
  EXPECT_EQ(c.queries.gauge, "errors:share{$side, service=\"$service\"}");
  EXPECT_EQ(a->set.interval_seconds, 30);
  EXPECT_THAT(a->not_carried_over, testing::AllOf(Contains(HasSubstr("failureLimit")), Contains(HasSubstr("limit 0.05")),
                                                  Contains(HasSubstr("not a plain limit")), Contains(HasSubstr("not prometheus"))));
  EXPECT_TRUE(complaints_of(a->set).empty());
  EXPECT_FALSE(adopt_argo("kind: Rollout"));
  EXPECT_FALSE(adopt_argo("a: [b"));
}

TEST(Adopt, AnObjectiveBecomesTheShareOfBadEventsThatItAllows) {
  const auto a = adopt_openslo(R"(
apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout-availability}
spec:
  timeWindow: [{duration: 28d}]
  indicator:
    spec:
      ratioMetric:
        bad: {metricSource: {type: Prometheus, spec: {query: 'http_requests_total{code=~"5.."}'}}}
        total: {metricSource: {type: Prometheus, spec: {query: http_requests_total}}}
  objectives: [{target: 0.99}]
)");
  ASSERT_TRUE(a) << a.error().message;
  ASSERT_EQ(a->set.criteria.size(), 1u);
  EXPECT_NEAR(*a->set.criteria[0].limit, 0.01, 1e-12);
  EXPECT_EQ(a->set.criteria[0].queries.events, "http_requests_total{$side, code=~\"5..\"}");
  EXPECT_EQ(a->set.criteria[0].queries.total, "http_requests_total{$side}");
  EXPECT_THAT(a->not_carried_over, Contains(HasSubstr("time window")));
  EXPECT_TRUE(complaints_of(a->set).empty());
}

}  // namespace
}  // namespace evenkeel::health
