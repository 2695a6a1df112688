#include "dora/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::dora {
namespace {

using testing::HasSubstr;

SysTime at(const char* text) { return parse_time(text).value(); }

/// Two weeks from a Monday; one deployment a working day of the first week.
History sample() {
  History h{.id = "sample", .window = {at("2026-03-02T00:00:00Z"), at("2026-03-16T00:00:00Z")}};
  for (int day = 2; day <= 6; ++day) {
    const auto n = std::to_string(day);
    h.deployments.push_back({.id = "d" + n, .finished = at(("2026-03-0" + n + "T12:00:00Z").c_str()), .changes = {"c" + n}});
    h.changes.push_back({"c" + n, at(("2026-03-0" + n + "T10:00:00Z").c_str()), at(("2026-03-0" + n + "T10:30:00Z").c_str()),
                         at(("2026-03-0" + n + "T11:59:30Z").c_str())});
  }
  return h;
}
json::Value figure(const History& h, Definition d, const std::string& key) { return report(h, d).at(key); }

TEST(Dora, TheWindowsFirstDayIsNotCountedAndItsLastIs) {
  auto h = sample();
  h.deployments.push_back({.id = "last", .finished = at("2026-03-16T00:00:00Z")});
  EXPECT_EQ(figure(h, Definition::devlake_2023, "median_deployment_days_per_week"), 1);  // weeks of 4, 0 and 1 days
  EXPECT_EQ(figure(h, Definition::devlake_2023, "median_deployment_days_per_month"), 5);
}
TEST(Dora, LeadTimePartsAreRoundedUpOneByOne) {
  EXPECT_EQ(figure(sample(), Definition::devlake_2023, "median_lead_time_minutes"), 30 + 90 + 1);
  EXPECT_EQ(figure(sample(), Definition::fourkeys, "median_lead_time_minutes"), 120.0);
  EXPECT_EQ(figure(sample(), Definition::dora_2025, "change_lead_time_hours_median"), 2.0);
}
TEST(Dora, ANamedCauseAndTheLastDeploymentDisagree) {
  auto h = sample();
  h.incidents.push_back({"i", at("2026-03-05T13:00:00Z"), at("2026-03-05T15:00:00Z"), "c3"});
  EXPECT_EQ(figure(h, Definition::devlake_2023, "incident_to_deployment").at("i"), "d5");
  EXPECT_EQ(figure(h, Definition::devlake_2023, "median_failed_deployment_recovery_minutes"), 180);
  EXPECT_EQ(figure(h, Definition::fourkeys, "median_time_to_restore_hours"), 51.0);  // from the deployment of c3
  EXPECT_EQ(figure(h, Definition::dora_2025, "failed_deployment_recovery_hours_median"), 51.0);
}
TEST(Dora, WithoutANamedCauseFourKeysBlamesNothing) {
  auto h = sample();
  h.incidents.push_back({"i", at("2026-03-05T13:00:00Z"), std::nullopt, std::nullopt});
  EXPECT_EQ(figure(h, Definition::fourkeys, "change_failure_rate"), 0.0);
  EXPECT_EQ(figure(h, Definition::devlake_2023, "change_failure_rate"), 0.2);
  EXPECT_EQ(figure(h, Definition::dora_2025, "change_fail_rate"), 0.2);
}
TEST(Dora, TwoIncidentsOnOneDeploymentCountTwiceForFourKeysAndHaveNoIntervalAboveOne) {
  auto h = sample();
  h.deployments.resize(1);
  for (const char* id : {"i", "j"}) h.incidents.push_back({id, at("2026-03-02T13:00:00Z"), std::nullopt, "c2"});
  const auto r = report(h, Definition::fourkeys);
  EXPECT_EQ(r.at("change_failure_rate"), 2.0);
  EXPECT_TRUE(r.at("interval").at("change_failure_rate").is_null());
  EXPECT_EQ(report(h, Definition::devlake_2023).at("change_failure_rate"), 1.0);
}
TEST(Dora, FailedAndStagingDeploymentsAreNotDeployments) {
  auto h = sample();
  h.deployments[0].result = "FAILURE", h.deployments[1].environment = "STAGING";
  EXPECT_EQ(figure(h, Definition::devlake_2023, "deployments"), 3);
  EXPECT_EQ(report(h, Definition::devlake_2023).at("n").at("median_lead_time_minutes"), 3);
}
TEST(Dora, ReworkNeedsMarksAndARolledBackDeploymentFailed) {
  auto h = sample();
  EXPECT_TRUE(figure(h, Definition::dora_2025, "deployment_rework_rate").is_null());
  for (auto& d : h.deployments) d.unplanned = d.id == "d6";
  h.deployments[0].result = "ROLLED_BACK";
  EXPECT_EQ(figure(h, Definition::dora_2025, "deployment_rework_rate"), 0.2);
  EXPECT_EQ(figure(h, Definition::dora_2025, "change_fail_rate"), 0.2);
  EXPECT_EQ(figure(h, Definition::dora_2025, "deployments_per_week"), 2.5);
}
TEST(Dora, AnEmptyHistoryHasNullsAndNoLevels) {
  History h{.id = "empty", .window = {at("2026-03-02"), at("2026-03-16")}};
  const auto r = report(h, Definition::devlake_2023);
  EXPECT_TRUE(r.at("change_failure_rate").is_null());
  EXPECT_TRUE(r.at("lead_time_level_2023").is_null());
  EXPECT_EQ(r.at("deployment_frequency_level_2023"), "low");
  EXPECT_TRUE(figure(h, Definition::dora_2025, "change_fail_rate").is_null());
}
TEST(Dora, EveryFigureHasItsCountAndInterval) {
  for (const auto d : {Definition::devlake_2023, Definition::fourkeys, Definition::dora_2025}) {
    const auto r = report(sample(), d);
    for (const auto& f : compute(sample(), d)) {
      EXPECT_TRUE(r.at("n").as_object().contains(f.key)) << f.key;
      EXPECT_TRUE(r.at("interval").as_object().contains(f.key)) << f.key;
    }
    EXPECT_EQ(definition_from(name_of(d)).value(), d);
  }
  EXPECT_FALSE(definition_from("dora"));
}
TEST(Dora, AllThatIsWrongWithTheInputIsTold) {
  const auto read = read_histories(R"({"cases":[{"window":{"from":"2026-03-02"},"deployments":[{"id":"d","finished":"soon"}]},7]})");
  ASSERT_FALSE(read);
  std::vector<std::string> fields;
  for (const auto& c : read.error().complaints) fields.push_back(c.field);
  EXPECT_THAT(fields, testing::IsSupersetOf({"cases[0].window.to", "cases[0].deployments[0].finished", "cases[1]."}));
}

}  // namespace
}  // namespace evenkeel::dora
