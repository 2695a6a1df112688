#include "steps/run.hpp"

#include <gmock/gmock.h>

#include "support/release_world.hpp"

namespace evenkeel::steps {
namespace {

using testing::HasSubstr;

struct Runs : testing::Test {
  testing_world::World world;
  steps::Run run;

  void start(std::vector<StepSpec> specs, RunKind kind = RunKind::deployment) {
    NewRun order{.kind = kind,
                 .release_id = world.release.id,
                 .service = "cart",
                 .environment = "production",
                 .sequence_hash = "",
                 .facts = {},
                 .steps = {}};
    for (auto& s : specs) order.steps.push_back({"cart", "production", "eu", Phase::deploy, std::move(s), {}, "eve"});
    run = *world.as("eve", [&](Work& work) -> Result<steps::Run> { return start_run(work, std::move(order)); });
  }
  Result<Step> skip_step(std::int64_t position, const std::string& reason = "seen") {
    return world.as("eve", [&](Work& work) { return skip(work, run.id, position, reason); });
  }
  void put(std::int64_t position, StepState state) {
    world.database->write([&](store::Tx& tx) {
      tx.exec("UPDATE step SET state = $3 WHERE run_id = $1 AND position = $2", {run.id, position, std::string(json::enum_text(state))});
    });
  }
};

TEST_F(Runs, TheCanarysVerdictIsNotSkippedBeforeItIsGiven) {
  start({{.name = "canary", .kind = StepKind::command}, {.name = "holds", .kind = StepKind::check, .health = true}});
  EXPECT_THAT(skip_step(2).error().message, HasSubstr("the canary's verdict"));
  put(2, StepState::running);
  EXPECT_EQ(skip_step(2).error().kind, ErrorKind::conflict) << "nor while it is being judged";
  put(2, StepState::failed);
  EXPECT_TRUE(skip_step(2)) << "a person may decide against a verdict, with a reason";
}
TEST_F(Runs, SkippingNeedsAReasonAndNoRehearsalSkips) {
  start({{.name = "migrate", .kind = StepKind::command}});
  EXPECT_EQ(skip_step(1, "").error().field, "reason");
  EXPECT_EQ(skip_step(1)->state, StepState::skipped);
  start({{.name = "migrate", .kind = StepKind::command}}, RunKind::rehearsal);
  EXPECT_EQ(skip_step(1).error().kind, ErrorKind::forbidden);
}

}  // namespace
}  // namespace evenkeel::steps
