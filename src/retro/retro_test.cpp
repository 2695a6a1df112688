#include "retro/retro.hpp"

#include "support/release_world.hpp"

namespace evenkeel::retro {
namespace {

using planning::GateVerdict;
using planning::ReleaseOutcome;
using planning::Stage;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Retro : testing::Test {
  testing_world::World world;
  jobs::Pump pump{*world.engine,
                  {{"retro",
                    Member::release_coordinator,
                    {"release.rolled_back", "alert.opened", "alert.resolved", "release.stage_entered"},
                    open_by_rule}}};

  void happen(std::string kind, std::string subject = {}, std::vector<std::pair<std::string, std::string>> facts = {}) {
    world.as(Member::release_coordinator, [&](Work& work) -> Result<void> {
      work.enter({.kind = std::move(kind),
                  .subject = subject.empty() ? world.release.id : subject,
                  .release = world.release.id,
                  .facts = std::move(facts)});
      return {};
    });
    pump.run_once();
  }
  void roll_back() {
    world.put(Stage::communication, ReleaseOutcome::rolled_back);
    happen("release.rolled_back");
  }
  Result<RetrospectiveView> view() {
    return world.look([&](store::Tx& tx) { return retrospective_of(tx, world.release); });
  }
  planning::Finding gate() {
    return world.look([&](store::Tx& tx) { return retro_gates().at(0).check(tx, world.release, world.clock.time); });
  }
  Result<RetrospectiveView> action(const std::string& who, AddAction command) {
    command.release = world.release.id;
    return world.as(who, [&](Work& work) { return add_action(work, command); });
  }
  Result<RetrospectiveView> close(const std::string& who, const std::string& summary) {
    return world.as(who, [&](Work& work) { return close_retrospective(work, {world.release.id, summary}); });
  }
};

TEST_F(Retro, ARollbackOpensOneWithItsTimeline) {
  happen("deployment.started", "dep_1",
         {{"service", "cart"}, {"version", "2.0.0"}, {"environment", "production"}, {"digest", std::string(64, 'a')}});
  EXPECT_EQ(view().error().kind, ErrorKind::not_found);
  EXPECT_EQ(gate().verdict, GateVerdict::pass);
  roll_back();
  const auto v = view().value();
  EXPECT_EQ(v.rule, "the release was rolled back");
  EXPECT_EQ(v.due_at, world.clock.time + std::chrono::hours{24 * 14});
  std::vector<std::string> told;
  for (const auto& row : v.timeline) told.push_back(row.what);
  EXPECT_THAT(told, testing::IsSupersetOf({"began to deploy cart 2.0.0 to production", "found every part of the release rolled back"}));
  EXPECT_EQ(gate().verdict, GateVerdict::fail);
  roll_back();
  EXPECT_EQ(world.count("SELECT count(*) FROM retrospective"), 1);
}
TEST_F(Retro, FactorsAreProposedFromWhatIsOnRecord) {
  happen("gate.waived", "wvr_1", {{"gate", "testing"}, {"until", "2026-03-01T00:00:00Z"}});
  happen("risk.assessed", "asm_1", {{"level", "low"}});
  happen("decision.recorded", "dec_1", {{"verdict", "go"}, {"recommendation", "go"}});
  happen("step.skipped", "stp_1", {{"step", "warm the cache"}});
  roll_back();
  std::vector<std::string> rules;
  const auto v = view();
  for (const auto& f : v->factors) rules.push_back(f.rule);
  EXPECT_THAT(rules, ElementsAre("gate_waived", "step_skipped", "risk_level"));
  EXPECT_THAT(v->factors[0].sentence, HasSubstr("testing"));
}
TEST_F(Retro, ActionsHaveOwnersAndDueTimesAndTheGateWantsOne) {
  roll_back();
  EXPECT_EQ(action("ann", {.what = "x", .owner = "eve"}).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(action("cora", {.what = "x", .owner = "nobody"}).error().field, "owner");
  EXPECT_EQ(action("cora", {.what = "x", .owner = "eve", .due_at = world.clock.time}).error().field, "due_at");
  EXPECT_EQ(action("cora", {.what = "", .owner = "eve"}).error().field, "what");
  const auto v = action("cora", {.what = "Alarm on empty carts", .owner = "sue"}).value();
  ASSERT_EQ(v.actions.size(), 1u);
  EXPECT_EQ(v.actions[0].owner, "Sue Support");
  EXPECT_EQ(gate().verdict, GateVerdict::pass);
  const auto finish = [&](const std::string& who) {
    return world.as(who, [&](Work& work) { return finish_action(work, v.actions[0].id); });
  };
  EXPECT_EQ(finish("pat").error().kind, ErrorKind::forbidden);
  EXPECT_TRUE(finish("sue")->actions[0].done_at);
}
TEST_F(Retro, IsClosedWithASummaryAndKeepsWhatItHad) {
  roll_back();
  EXPECT_EQ(close("ria", "x").error().kind, ErrorKind::forbidden);
  EXPECT_EQ(close("eve", "").error().kind, ErrorKind::invalid);
  ASSERT_TRUE(close("eve", "We test empty carts now."));
  const auto before = view()->timeline.size();
  happen("deployment.started", "dep_2");
  EXPECT_EQ(view()->timeline.size(), before);
  EXPECT_EQ(view()->summary, "We test empty carts now.");
  EXPECT_EQ(gate().verdict, GateVerdict::pass);
  EXPECT_EQ(action("cora", {.what = "x", .owner = "eve"}).error().kind, ErrorKind::conflict);
}
TEST_F(Retro, OpensForAPage) {
  happen("release.stage_entered");
  EXPECT_FALSE(view());
  happen("alert.opened", "alr_1");
  EXPECT_EQ(view()->rule, "somebody was paged");
}
TEST_F(Retro, OpensWhenACustomerNoticed) {
  world.put(Stage::review, ReleaseOutcome::shipped);
  world.database->write([&](store::Tx& tx) {
    tx.exec(
        "INSERT INTO incident (id, release_id, deployment_id, cause, service, title, source, started_at, detected_at) VALUES ('inc_1', $1, "
        "'', '', 'cart', 'no prices', 'customer', 0, 0)",
        {world.release.id});
  });
  happen("release.stage_entered");
  EXPECT_EQ(view()->rule, "a customer reported it");
}

struct QuietRetro : testing::Test {
  testing_world::World world{"retrospective: {on_rollback: false, on_page: false, breach_longer_than: 15m}\n"};
};
TEST_F(QuietRetro, RulesCanBeTurnedOffAndALongBreachCounts) {
  world.database->write([&](store::Tx& tx) {
    tx.exec(
        "INSERT INTO alert (id, dedup_key, release_id, watch_id, service, summary, state, opened_at) VALUES ('alr_1', 'k', $1, 'w', "
        "'cart', '', 'open', $2)",
        {world.release.id, to_millis(world.clock.time)});
  });
  const auto opens = [&](std::string kind, Millis later) {
    return world.must(world.as(Member::release_coordinator, [&](Work& work) -> Result<bool> {
      TRY(open_by_rule(work, {.at = work.now + later, .kind = kind, .subject = "alr_1", .release = world.release.id}));
      return retrospective_of(work.tx, world.release).has_value();
    }));
  };
  EXPECT_FALSE(opens("release.rolled_back", Millis{0}));
  EXPECT_FALSE(opens("alert.opened", Millis{0}));
  EXPECT_FALSE(opens("alert.resolved", std::chrono::minutes{15}));
  EXPECT_TRUE(opens("alert.resolved", std::chrono::minutes{16}));
}

}  // namespace
}  // namespace evenkeel::retro
