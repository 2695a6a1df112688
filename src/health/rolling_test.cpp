#include "health/rolling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::health {
namespace {

using testing::HasSubstr;

Observation seen(bool fresh, bool old) { return {.canary = {.present = fresh, .total = 100}, .control = {.present = old, .total = 100}}; }
bool takes(SideBySide& sides, bool fresh, bool old) {
  const auto o = seen(fresh, old);
  return sides.takes(std::span(&o, 1));
}

TEST(Rolling, NothingIsComparedBeforeBothAreThere) {
  SideBySide sides;
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(takes(sides, false, true)) << "the new version has not come up: that is no silence";
  EXPECT_FALSE(takes(sides, true, false));
  EXPECT_FALSE(sides.parted()) << "it has not met the old one yet";
  EXPECT_TRUE(takes(sides, true, true));
  EXPECT_EQ(sides.together(), 1);
}
TEST(Rolling, TheOldVersionsEndIsNoSilence) {
  SideBySide sides;
  for (int i = 0; i < 3; ++i) takes(sides, true, true);
  EXPECT_FALSE(takes(sides, true, false));
  EXPECT_FALSE(sides.parted()) << "one scrape may be missing";
  EXPECT_TRUE(takes(sides, true, true));
  EXPECT_FALSE(takes(sides, true, false));
  EXPECT_FALSE(takes(sides, true, false));
  EXPECT_TRUE(sides.parted());
  EXPECT_EQ(sides.together(), 4);
}
TEST(Rolling, ANewVersionThatFallsSilentIsJudged) {
  SideBySide sides;
  takes(sides, true, true);
  EXPECT_TRUE(takes(sides, false, true)) << "it may have crashed";
  EXPECT_EQ(sides.together(), 1);
}
TEST(Rolling, TheSentenceSaysHowLongBothRan) {
  CriteriaSet set;
  Verdict v{
      .verdict = ReleaseVerdict::hold, .sentence = "error rate: not enough to judge: 2 of 3 intervals with data so far.", .over = true};
  v.metrics = {{.name = "error rate", .state = MetricState::insufficient}};
  EXPECT_EQ(rolling_sentence(v, set, 4, ""),
            "Both versions ran together for 4m: too short to judge. error rate: not enough to judge: 2 of 3 intervals with data so far.");
  v.metrics[0].state = MetricState::no_harm_seen, v.verdict = ReleaseVerdict::no_harm_seen, v.sentence = "No harm seen.";
  EXPECT_EQ(rolling_sentence(v, set, 12, ""), "Both versions ran together for 12m. No harm seen.");
  EXPECT_THAT(rolling_sentence(v, set, 0, "no series match up"), HasSubstr("never seen side by side: no series match up."));
  v.verdict = ReleaseVerdict::rollback_recommended, v.sentence = "It fails.";
  EXPECT_EQ(rolling_sentence(v, set, 4, ""), "It fails.");
}
TEST(Rolling, SidesAreToldByVersion) {
  CriteriaSet set{.criteria = {{.name = "errors"}}};
  EXPECT_FALSE(told_by_version(set));
  set.criteria[0].sides = {"version", "$version", "$from_version"};
  EXPECT_TRUE(told_by_version(set));
  const QueryVariables during{"catalog", "1.4.0", "production", "1.3.0"}, later{"catalog", "1.4.0", "production"};
  const auto query = [&](SideName side, const QueryVariables& v) { return resolve_query("up{$side}", set.criteria[0], side, v); };
  EXPECT_EQ(query(SideName::canary, during), "up{version=\"1.4.0\"}");
  EXPECT_EQ(query(SideName::control, during), "up{version=\"1.3.0\"}");
  EXPECT_EQ(query(SideName::control, later), "up{version!=\"\"}") << "everything runs the new version, or did run the old one";
}

}  // namespace
}  // namespace evenkeel::health
