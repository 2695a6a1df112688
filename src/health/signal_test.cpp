#include "health/signal.hpp"

#include <gmock/gmock.h>

#include "health/watch.hpp"
#include "support/release_world.hpp"

namespace evenkeel::health {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Signals : testing::Test {
  testing_world::World world;
  Watch watch{
      .id = WatchId{"wch_1"}, .release_id = world.release.id, .run_id = RunId{"run_1"}, .service = "cart", .started_at = world.clock.time};

  AlertChanges reads(std::vector<HeardAlert> alerts, bool recommends = false, std::vector<HeardSilence> silences = {},
                     const std::string& problem = "") {
    return world.must(world.as(Member::health_monitor, [&](Work& work) -> Result<AlertChanges> {
      return note_reading(work, "cart", {"am", work.now, problem, std::move(alerts), std::move(silences)}, recommends, world.release.id);
    }));
  }
  HeardAlert fires(const std::string& name, Millis after = 0s, const std::string& muted = "") {
    return {"fp-" + name, name, name + " is high", muted, watch.started_at + after, {}};
  }
  Verdict heeded(ReleaseVerdict measured, bool may_recommend = true) {
    Verdict v{.verdict = measured, .sentence = "All is quiet."};
    world.look([&](store::Tx& tx) { goes_on = heed_signals(tx, watch, may_recommend, v); });
    return v;
  }
  std::vector<std::string> said() {
    return world.look([&](store::Tx& tx) { return signals_said(tx, "cart", watch.started_at, world.clock.time); });
  }
  bool goes_on = false;
};

TEST_F(Signals, AnAlertIsEnteredOnceWhenItBeginsAndOnceWhenItEnds) {
  EXPECT_THAT(reads({fires("High", 1min)}).began, SizeIs(1));
  world.clock.time += 2min;
  EXPECT_THAT(reads({fires("High", 1min)}).began, IsEmpty());
  EXPECT_THAT(reads({}).ended, SizeIs(1));
  EXPECT_THAT(reads({}).ended, IsEmpty());
  auto kinds = world.entered();
  std::erase_if(kinds, [](const auto& k) { return !k.starts_with("signal."); });
  EXPECT_THAT(kinds, ElementsAre("signal.fired", "signal.ended"));
  EXPECT_THAT(said(), ElementsAre(HasSubstr("alert High fired from 06:14 to 06:15")));
}

TEST_F(Signals, NothingIsCalledHealthyWhileAnAlertOfTheDeploymentFires) {
  reads({fires("High", 1min)});
  EXPECT_EQ(heeded(ReleaseVerdict::no_harm_seen).verdict, ReleaseVerdict::hold);
  EXPECT_THAT(heeded(ReleaseVerdict::healthy).sentence,
              testing::AllOf(HasSubstr("Alert High of cart has been firing since 06:14: High is high."), HasSubstr("All is quiet")));
  EXPECT_EQ(heeded(ReleaseVerdict::suspect).verdict, ReleaseVerdict::suspect);
  EXPECT_EQ(heeded(ReleaseVerdict::rollback_recommended).verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_FALSE(goes_on);
  reads({});
  EXPECT_EQ(heeded(ReleaseVerdict::healthy).verdict, ReleaseVerdict::healthy) << "it has ended";
}

TEST_F(Signals, WhatFiredBeforeOrIsSilencedIsSaidAndCountsForNothing) {
  world.clock.time += 2min;
  reads({fires("Old", -1min), fires("Quiet", 1min, "silenced by ada until noon")}, true,
        {{"s1", "ada", "rack move", watch.started_at, watch.started_at + 1h}});
  EXPECT_EQ(heeded(ReleaseVerdict::healthy).verdict, ReleaseVerdict::healthy);
  EXPECT_THAT(said(),
              testing::UnorderedElementsAre(HasSubstr("Old has been firing since 2026-02-25T06:12:20Z, before the deployment already"),
                                            HasSubstr("(silenced by ada until noon)"),
                                            HasSubstr("alerts silenced by ada until 2026-02-25T07:13:20Z (\"rack move\")")));
  EXPECT_THAT(reads({fires("Quiet", 1min)}).began, SizeIs(1)) << "the silence is over, and it still fires";
  EXPECT_EQ(heeded(ReleaseVerdict::healthy).verdict, ReleaseVerdict::hold);
}

TEST_F(Signals, WhereTheOwnerSaidSoAnAlertRecommendsARollbackWhileTheReleaseCanStillBeRolledBack) {
  reads({fires("High", 1min)}, true);
  EXPECT_EQ(heeded(ReleaseVerdict::hold).verdict, ReleaseVerdict::rollback_recommended);
  EXPECT_EQ(heeded(ReleaseVerdict::hold).cause, "alert High");
  EXPECT_TRUE(goes_on);
  EXPECT_EQ(heeded(ReleaseVerdict::no_harm_seen, false).verdict, ReleaseVerdict::hold);
}

TEST_F(Signals, WhereNobodyAnswersNothingIsCalledHealthyEither) {
  reads({}, false, {}, "am.test: connection refused");
  EXPECT_EQ(heeded(ReleaseVerdict::healthy).verdict, ReleaseVerdict::hold);
  EXPECT_THAT(heeded(ReleaseVerdict::no_harm_seen).sentence, HasSubstr("is not known: am.test: connection refused"));
  EXPECT_THAT(said(), ElementsAre(HasSubstr("whether alerts fire is not known")));
  reads({});
  EXPECT_EQ(heeded(ReleaseVerdict::healthy).verdict, ReleaseVerdict::healthy);
}

TEST_F(Signals, AWordByWebhookCountsAsAReadingDoes) {
  world.must(world.as("cora", [&](Work& work) -> Result<void> {
    EXPECT_THAT(note_alert(work, "cart", fires("High", 0s), false, "").began, SizeIs(1));
    EXPECT_THAT(note_alert(work, "cart", fires("High", 0s), false, "").began, IsEmpty()) << "told twice";
    return {};
  }));
  EXPECT_EQ(heeded(ReleaseVerdict::healthy).verdict, ReleaseVerdict::hold);
  EXPECT_THAT(reads({fires("High", 0s)}).began, IsEmpty()) << "the same alert";
}

}  // namespace
}  // namespace evenkeel::health
