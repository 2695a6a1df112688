#include <gmock/gmock.h>

#include "risk/gates.hpp"
#include "support/release_world.hpp"

namespace evenkeel::risk {
namespace {

using planning::GateVerdict;
using testing::HasSubstr;

struct Reversals : testing::Test {
  testing_world::World world;
  Change migration = world.change("Add a column", {.kind = ChangeKind::schema});

  Result<Change> declare(const std::string& who, DeclareReversal command) {
    command.change = migration.id;
    return world.as(who, [&](Work& work) { return declare_reversal(work, command); });
  }
  planning::Finding gate() {
    const auto gates = risk_gates();
    const auto found = std::find_if(gates.begin(), gates.end(), [](const auto& g) { return g.name == "changes_reversible"; });
    return world.look([&](store::Tx& tx) { return found->check(tx, world.release, world.clock.time); });
  }
};

TEST_F(Reversals, AMigrationNeedsAReversalOrAForwardFix) {
  world.database->write([&](store::Tx& tx) { tx.exec("UPDATE change SET kind = 'schema' WHERE id = $1", {migration.id}); });
  EXPECT_EQ(gate().verdict, GateVerdict::fail);
  EXPECT_THAT(declare("eve", {.change = "", .reversal = "", .one_way = true}).error().message, HasSubstr("forward fix"));
  EXPECT_EQ(declare("pat", {.change = "", .reversal = "drop it"}).error().kind, ErrorKind::forbidden);
  ASSERT_TRUE(declare("eve", {.change = "", .reversal = "restore the backup", .one_way = true}));
  EXPECT_EQ(gate().verdict, GateVerdict::pass);
  EXPECT_EQ(world.entered().back(), "change.reversal_declared");
}
TEST_F(Reversals, AfterTheDecisionItStands) {
  world.put(planning::Stage::deployment);
  EXPECT_EQ(declare("eve", {.change = "", .reversal = "drop it"}).error().kind, ErrorKind::conflict);
}

}  // namespace
}  // namespace evenkeel::risk
