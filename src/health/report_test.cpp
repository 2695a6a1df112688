#include "health/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/rollouts.hpp"

namespace evenkeel::health {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ReportSubject subject() { return {"shop 1.4.0", "checkout", "1.4.0", "production", parse_time("2026-03-11T10:00:00Z").value()}; }

std::vector<Snapshot> snapshots(double canary_errors) {
  Judge judge(simulated::errors_only());
  std::vector<Snapshot> all;
  for (int t = 1; t <= 60; ++t) {
    const Observation o{t % 10 == 0 ? SideSample{} : SideSample{true, 200, canary_errors}, {true, 1800, 36}};
    judge.step(std::span(&o, 1));
    if (t == 15 || t == 30 || t == 60)
      all.push_back({std::chrono::minutes{t}, subject().deployed + std::chrono::minutes{t}, judge.verdict()});
  }
  return all;
}

TEST(HealthReport, ShowsEachCriterionAtEachCheckpointAndWhatIsOwed) {
  const auto report = make_report(subject(), simulated::errors_only(), snapshots(4), subject().deployed + std::chrono::hours{1});
  EXPECT_THAT(report.checkpoints, ElementsAre("15m", "30m", "1h"));
  EXPECT_THAT(report.owed, ElementsAre("24h"));
  ASSERT_EQ(report.rows.size(), 1u);
  EXPECT_EQ(report.rows[0].cells.size(), 3u);
  EXPECT_EQ(report.coverage[0].with_data, 54);
  EXPECT_EQ(report.coverage[0].intervals, 60);
  const auto text = to_markdown(report);
  EXPECT_THAT(text, HasSubstr("| criterion | 15m | 30m | 1h |"));
  EXPECT_THAT(text, HasSubstr("data on both sides in 54 of 60 intervals"));
  EXPECT_THAT(text, HasSubstr("not looked at: business: no criteria were given"));
  EXPECT_THAT(text, HasSubstr("Still to come: 24h."));
}
TEST(HealthReport, LeadsWithTheOutcome) {
  const auto report = make_report(subject(), simulated::errors_only(), snapshots(16), subject().deployed);
  EXPECT_EQ(report.verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_THAT(to_markdown(report), HasSubstr("**Rollback recommended.** The new version fails 4.0 times as often"));
  EXPECT_THAT(to_markdown(report), HasSubstr("**breach**<br>"));
}
TEST(HealthReport, BeforeAnythingWasJudgedItSaysSo) {
  const auto report = make_report(subject(), simulated::errors_only(), {}, subject().deployed);
  EXPECT_EQ(report.outcome, "Nothing has been judged yet.");
  EXPECT_THAT(report.owed, ElementsAre("15m", "30m", "1h", "24h"));
}
TEST(HealthReport, NamesFromOutsideCannotBreakTheTable) {
  auto all = snapshots(4);
  for (auto& s : all) s.verdict.metrics[0].name = "a|b <script>";
  const auto text = to_markdown(make_report(subject(), simulated::errors_only(), all, subject().deployed));
  EXPECT_THAT(text, HasSubstr("a\\|b &lt;script&gt;"));
  EXPECT_EQ(text.find("<script>"), std::string::npos);
}

}  // namespace
}  // namespace evenkeel::health
