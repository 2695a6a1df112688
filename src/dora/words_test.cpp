#include "dora/words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dora/metrics.hpp"

namespace evenkeel::dora {
namespace {

using testing::HasSubstr;

TEST(Words, ResultsAreReadInAnyLettersAndWhatHasNoEndIsNoSuccess) {
  for (const auto* word : {"SUCCESS", "success", "Succeeded"}) EXPECT_EQ(result_from(word).value(), ToldResult::success) << word;
  for (const auto* word : {"FAILURE", "failed", "ABORT", "Cancelled", "CANCELED", "MANUAL", "error"})
    EXPECT_EQ(result_from(word).value(), ToldResult::failure) << word;
  for (const auto* word : {"ROLLED_BACK", "rolled back", "RolledBack", "rolled-back"})
    EXPECT_EQ(result_from(word).value(), ToldResult::rolled_back) << word;
  for (const auto* word : {"", "OK", "SUCCES", "done"})
    EXPECT_THAT(result_from(word).error().message, HasSubstr("expected one of success")) << word;
  EXPECT_EQ(json::read_text<std::vector<ToldResult>>(R"(["SUCCESS","ABORT"])").value().at(1), ToldResult::failure);
}

TEST(Words, ProductionIsKnownByOneOfItsWords) {
  for (const auto* name : {"PRODUCTION", "Production", "prod", "PRD", "eu-prod", "prod_eu", "live", "production-2", "prod1", "eu.prd"})
    EXPECT_TRUE(is_production(name)) << name;
  for (const auto* name : {"", "STAGING", "pre-prod", "preprod", "non-production", "product-test", "prod-test", "delivery", "reproduction"})
    EXPECT_FALSE(is_production(name)) << name;
}

History read(const std::string& deployments, const std::string& more = "") {
  return read_histories(R"({"window":{"from":"2026-03-02T00:00:00Z","to":"2026-03-30T00:00:00Z"},"deployments":[)" + deployments + "]" +
                        more + "}")
      .value()
      .front();
}
std::string complaint(const std::string& deployments) {
  const auto h =
      read_histories(R"({"window":{"from":"2026-03-02T00:00:00Z","to":"2026-03-30T00:00:00Z"},"deployments":[)" + deployments + "]}");
  return h ? "" : h.error().message;
}
double figure(const History& h, const char* key) { return report(h, Definition::dora_2025).at(key).to_number<double>(); }

TEST(History, IsReadInOtherToolsWordsAndAnUnknownOneIsRefusedWithItsPlace) {
  const auto h = read(R"({"id":"a","finished":"2026-03-10T10:00:00Z","result":"success","environment":"eu-prod"})");
  EXPECT_EQ(report(h, Definition::dora_2025).at("n").at("deployments_per_week").as_int64(), 1);
  EXPECT_THAT(complaint(R"({"id":"a","result":"OK"})"), HasSubstr("deployments[0].result: unknown result 'OK'"));
  EXPECT_THAT(complaint(R"({"id":"a","finished_at":"2026-03-10T10:00:00Z"})"), HasSubstr("deployments[0].finished_at: unknown key"));
}

TEST(History, OfWhichNothingCountsSaysWhy) {
  const auto h = read(
      R"({"id":"a","finished":"2026-03-10T10:00:00Z","environment":"STAGING"},{"id":"b","finished":"2026-03-10T10:00:00Z","result":"ABORT"},
    {"id":"c","finished":"2026-04-10T10:00:00Z"})");
  EXPECT_THAT(nothing_counts(h, Definition::dora_2025),
              HasSubstr("none of 3 deployments of case-1 counts: 1 in another environment than production, 1 that did not "
                        "succeed, 1 outside the window"));
  EXPECT_TRUE(report(h, Definition::dora_2025).contains("said"));
  const auto back = read(R"({"id":"a","finished":"2026-03-10T10:00:00Z","result":"rolled_back"})");
  EXPECT_EQ(nothing_counts(back, Definition::dora_2025), "");
  EXPECT_THAT(nothing_counts(back, Definition::devlake_2023), HasSubstr("1 rolled back, which this definition leaves out"));
  EXPECT_EQ(nothing_counts(read(""), Definition::dora_2025), "") << "an empty history is an empty history";
}

TEST(History, OneIdIsOneDeploymentAndOneIncident) {
  const auto one = R"({"id":"a","finished":"2026-03-10T10:00:00Z"},{"id":"b","finished":"2026-03-11T10:00:00Z"})";
  const auto twice = std::string(one) + R"(,{"id":"a","finished":"2026-03-10T10:00:00Z"})";
  const auto incident = R"({"id":"i","created":"2026-03-10T11:00:00Z","resolved":"2026-03-10T12:00:00Z"})";
  for (const auto& h : {read(one, std::string(",\"incidents\":[") + incident + "]"),
                        read(twice, std::string(",\"incidents\":[") + incident + "," + incident + "]")}) {
    EXPECT_EQ(figure(h, "change_fail_rate"), 0.5);
    EXPECT_EQ(report(h, Definition::dora_2025).at("n").at("failed_deployment_recovery_hours_median").as_int64(), 1);
  }
}

TEST(History, AnIncidentBelongsToWhatHadStartedWithinReach) {
  const auto rate = [](const char* created, const char* more = "") {
    return figure(read(R"({"id":"a","service":"cart","started":"2026-03-03T10:00:00Z","finished":"2026-03-03T12:00:00Z"},
                          {"id":"b","service":"web","started":"2026-03-03T10:30:00Z","finished":"2026-03-03T10:40:00Z"},
                          {"id":"f","service":"cart","started":"2026-03-20T10:00:00Z","result":"ABORT"},
                          {"id":"c","service":"cart","started":"2026-03-19T10:00:00Z","finished":"2026-03-19T10:10:00Z"})",
                       fmt::format(R"(,"incidents":[{{"id":"i","service":"cart","created":"{}"{}}}])", created, more)),
                  "change_fail_rate");
  };
  EXPECT_DOUBLE_EQ(rate("2026-03-03T11:00:00Z"), 1 / 3.0) << "it had started, though not ended";
  EXPECT_DOUBLE_EQ(rate("2026-03-03T09:00:00Z"), 0);
  EXPECT_DOUBLE_EQ(rate("2026-03-10T09:00:00Z"), 1 / 3.0);
  EXPECT_DOUBLE_EQ(rate("2026-03-10T11:00:00Z"), 0) << "seven days are over";
  EXPECT_DOUBLE_EQ(rate("2026-03-20T10:05:00Z"), 0) << "what was aborted had begun last, and never counted";
  EXPECT_DOUBLE_EQ(rate("2026-03-03T09:00:00Z", R"(,"deployment":"b")"), 1 / 3.0) << "named";
}

TEST(History, DaysAndWeeksAreThoseOfItsZone) {
  std::string mornings;  // Monday to Friday, 08:30 in Auckland: Sunday to Thursday in UTC
  for (int day = 1; day <= 5; ++day)
    mornings += fmt::format(R"({}{{"id":"d{}","finished":"2026-03-0{}T19:30:00Z"}})", day > 1 ? "," : "", day, day);
  const auto in = [&](const char* zone) {
    auto h = read(mornings);
    h.window = {parse_time("2026-03-01T10:59:59Z").value(), parse_time("2026-03-08T10:59:59Z").value()};
    h.zone = zone;
    return report(h, Definition::devlake_2023);
  };
  EXPECT_EQ(in("Pacific/Auckland").at("median_deployment_days_per_week").as_int64(), 5);
  EXPECT_EQ(in("Pacific/Auckland").at("zone").as_string(), "Pacific/Auckland");
  EXPECT_NE(in("UTC").at("median_deployment_days_per_week").as_int64(), 5);
}

}  // namespace
}  // namespace evenkeel::dora
