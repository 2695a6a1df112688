#include <gmock/gmock.h>

#include "gonogo/gonogo.hpp"
#include "support/release_world.hpp"

namespace evenkeel::gonogo {
namespace {

using planning::Finding;
using planning::Stage;

/// Two gates that fail, one of them a debt of the product's own; the definitions ask for neither to be enforced.
Gates gates() {
  const auto fails = [](store::Tx&, const planning::Release&, SysTime) { return Finding{GateVerdict::fail, "open", "", "", "", ""}; };
  return {{"communications_done", Stage::communication, false, "", fails}, {"retrospective_done", Stage::communication, true, "", fails}};
}

TEST(Enforcement, ACommunicationUndoneBlocksWhateverTheModeSays) {
  testing_world::World world{"gates:\n  - {name: communications_done, mode: observe}\n  - {name: retrospective_done, mode: observe}\n"};
  world.put(Stage::communication);
  const auto states =
      world.look([&](store::Tx& tx) { return evaluate(tx, world.release, gates(), Stage::communication, world.clock.time); });
  ASSERT_EQ(states.size(), 2u);
  EXPECT_TRUE(states[0].blocks);
  EXPECT_FALSE(states[1].blocks);
  const auto stage = world.as(Member::release_coordinator, [&](Work& work) { return advance(work, world.release.id, gates()); });
  EXPECT_EQ(stage.value(), Stage::communication);
}

TEST(Readiness, ASentenceSaysHowManyHoldAndWhetherOneBlocks) {
  testing_world::World world{"gates:\n  - {name: window_set, mode: observe}\n  - {name: testing, mode: enforce}\n"};
  world.put(Stage::go_no_go);
  const auto found = [](GateVerdict verdict) {
    return [verdict](const planning::Release&) { return Finding{verdict, "", "", "", "", ""}; };
  };
  const auto said = [&](GateVerdict watched, GateVerdict enforced) {
    const auto gate = [&](const char* name, GateVerdict v) {
      return planning::Gate{name, Stage::planning, false, "",
                            [f = found(v)](store::Tx&, const planning::Release& r, SysTime) { return f(r); }};
    };
    return world.look([&](store::Tx& tx) {
      return readiness(tx, world.release, {gate("window_set", watched), gate("testing", enforced)}, world.clock.time).sentence;
    });
  };
  EXPECT_EQ(said(GateVerdict::pass, GateVerdict::pass), "Go: 2 of 2 gates hold");
  EXPECT_EQ(said(GateVerdict::fail, GateVerdict::pass), "Go: 1 of 2 gates hold, 1 fails; it does not block");
  EXPECT_EQ(said(GateVerdict::fail, GateVerdict::fail), "No-go: 0 of 2 gates hold, 2 fail; 1 of them blocks");
}

}  // namespace
}  // namespace evenkeel::gonogo
