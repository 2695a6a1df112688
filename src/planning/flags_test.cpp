#include "planning/flags.hpp"

#include <gmock/gmock.h>

#include "support/release_world.hpp"

namespace evenkeel::planning {
namespace {

using testing::HasSubstr;

struct FlagReadings : testing::Test {
  testing_world::World world;
  FlagChange flag{Id<FlagChange>{"flg_1"}, world.release.id, "cart_v2", "flags", "off", "on", ""};
  FlagReadings() {
    world.database->write([&](store::Tx& tx) { store::insert(tx, "flag_change", flag); });
  }
  void read(FlagState state, const std::string& problem = "") {
    world.as(Member::change_risk_manager, [&](Work& work) -> Result<void> {
      store_reading(work, flag, state, problem);
      return {};
    });
  }
  Finding gate() {
    return world.look([&](store::Tx& tx) { return flags_as_planned(tx, world.release, world.clock.time); });
  }
  std::int64_t entries() { return world.count("SELECT count(*) FROM ledger_entry WHERE kind = 'flag.read'"); }
};

TEST_F(FlagReadings, WithoutFlagsThereIsNothingToRead) {
  world.database->write([&](store::Tx& tx) { tx.exec("DELETE FROM flag_change"); });
  EXPECT_EQ(gate().verdict, GateVerdict::pass);
}
TEST_F(FlagReadings, WhatWasNotReadIsUnknown) {
  EXPECT_EQ(gate().verdict, GateVerdict::unknown);
  read(FlagState::unknown, "connection refused");
  EXPECT_EQ(gate().verdict, GateVerdict::unknown);
  EXPECT_THAT(gate().value, HasSubstr("connection refused"));
}
TEST_F(FlagReadings, DriftFailsSinceItBegan) {
  read(FlagState::off);
  EXPECT_EQ(gate().verdict, GateVerdict::pass);
  world.clock.time += std::chrono::minutes{5};
  read(FlagState::on);
  const auto began = world.clock.time;
  world.clock.time += std::chrono::minutes{5};
  read(FlagState::on);
  EXPECT_EQ(gate().verdict, GateVerdict::fail);
  EXPECT_THAT(gate().value, HasSubstr("reads on since " + to_iso(began)));
  EXPECT_EQ(world.look([&](store::Tx& tx) { return drifted(tx, world.release.id).size(); }), 1u);
}
TEST_F(FlagReadings, OnlyANewStateIsEntered) {
  read(FlagState::off), read(FlagState::off), read(FlagState::on), read(FlagState::on);
  EXPECT_EQ(entries(), 2);
}

}  // namespace
}  // namespace evenkeel::planning
