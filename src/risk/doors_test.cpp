// One commit through every door: the history (`change import`), the repository's host (a webhook, which knows no files), in either order.
// What is stored is the same, and nothing is passed on what is not known yet.
#include <gmock/gmock.h>

#include <random>

#include "risk/events.hpp"
#include "risk/gates.hpp"
#include "support/release_world.hpp"

namespace evenkeel::risk {
namespace {

using planning::GateVerdict;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* marks = R"(
classification:
  migration: [{name: database, paths: ["db/**"]}]
  security: [{name: auth, paths: ["auth/**"]}, {name: marked, labels: [security]}]
  standard: [{name: docs, paths: ["docs/**"]}]
)";

struct Doors : testing::Test {
  testing_world::World world{marks};
  const std::string sha = std::string(40, 'c');

  NewChange told_by_host(const std::string& message) const {
    return {
        .source = "github", .external_id = sha, .title = message.substr(0, message.find('\n')), .message = message, .services = {"cart"}};
  }
  NewChange told_by_history(const std::string& message, std::vector<std::string> files) const {
    return {.source = "git",
            .external_id = sha,
            .title = message.substr(0, message.find('\n')),
            .message = message,
            .files = std::move(files),
            .lines_added = 3};
  }
  Imported tell(NewChange change) {
    return world.as("cora", [&](Work& work) { return import_changes(work, {world.release.id, {std::move(change)}}); }).value();
  }
  Change stored() {
    return world.look([&](store::Tx& tx) { return changes_of(tx, world.release.id); }).at(0);
  }
  void forget() {
    world.database->write([&](store::Tx& tx) { tx.exec("DELETE FROM change"); });
  }
  planning::Finding gate(const std::string& name) {
    const auto gates = risk_gates();
    const auto found = std::find_if(gates.begin(), gates.end(), [&](const auto& g) { return g.name == name; });
    return world.look([&](store::Tx& tx) { return found->check(tx, world.release, world.clock.time); });
  }
};

/// All that is decided on.
json::Value meaning(const Change& c) {
  return json::Object{{"kind", json::enum_text(c.kind)},
                      {"services", json::to_value(c.services)},
                      {"files", json::to_value(c.files)},
                      {"labels", json::to_value(c.labels)},
                      {"lines", c.lines_added + c.lines_deleted},
                      {"tier", json::enum_text(c.tier)},
                      {"rule", c.tier_rule},
                      {"reason", c.tier_reason},
                      {"security", c.security_relevant},
                      {"breaking", c.breaking},
                      {"reversal", c.reversal},
                      {"one_way", c.one_way},
                      {"known", c.files_known}};
}

TEST_F(Doors, TheSameChangeWhicheverDoorItCameThrough) {
  std::mt19937 random{7};
  const auto one_of = [&](const std::vector<std::string>& all) { return all[random() % all.size()]; };
  for (int round = 0; round < 40; ++round) {
    const auto message =
        one_of({"feat!: drop the old prices", "fix(cart): count again", "Move things", "refactor(db)!: new keys"}) +
        one_of({"", "\n\nBREAKING CHANGE: old lists are gone", "\n\nSome words."}) +
        one_of({"", "\n\nOne-way: restore the backup\nLabel: security", "\n\nReversal: drop the column", "\n\nLabels: urgent"});
    const auto files = one_of({"a", "b", "c", "d"}) == "a" ? std::vector<std::string>{"db/1.sql", "auth/key"}
                                                           : std::vector<std::string>{one_of({"cart/x", "docs/a.md", "db/2.sql"})};
    forget();
    tell(told_by_history(message, files));
    const auto alone = meaning(stored());
    tell(told_by_host(message));
    EXPECT_EQ(meaning(stored()), alone) << "the history first: " << message;
    forget();
    tell(told_by_host(message));
    EXPECT_FALSE(stored().files_known);
    EXPECT_EQ(tell(told_by_history(message, files)).completed, 1);
    EXPECT_EQ(meaning(stored()), alone) << "the host first: " << message;
    EXPECT_EQ(tell(told_by_history(message, files)).known, 1);
  }
}

TEST_F(Doors, UntilItsFilesAreKnownNothingThatNeedsThemPasses) {
  tell(told_by_host("Move things"));
  for (const auto* name : {"changes_classified", "changes_reversible", "security_reviewed"}) {
    EXPECT_EQ(gate(name).verdict, GateVerdict::unknown) << name;
    EXPECT_THAT(gate(name).next_step, HasSubstr("evenkeel change import checkout/")) << name;
  }
  EXPECT_THAT(stored().tier_reason, HasSubstr("not known yet"));
  tell(told_by_history("Move things", {"auth/key"}));
  EXPECT_EQ(gate("changes_classified").verdict, GateVerdict::pass);
  EXPECT_EQ(gate("security_reviewed").verdict, GateVerdict::fail);
  EXPECT_EQ(world.entered().back(), "change.completed");
}

TEST_F(Doors, WhatWasAssessedOnLessIsNotTheSameScope) {
  const auto scope = [&] { return world.look([&](store::Tx& tx) { return planning::scope_hash(tx, world.release); }); };
  tell(told_by_host("Move things"));
  const auto before = scope();
  tell(told_by_host("Move things"));
  EXPECT_EQ(scope(), before);
  tell(told_by_history("Move things", {"auth/key"}));
  EXPECT_NE(scope(), before);
}

TEST_F(Doors, ATierThatAPersonSetStands) {
  tell(told_by_host("Move things"));
  ASSERT_TRUE(world.as("ria", [&](Work& work) { return override_tier(work, {stored().id, Tier::emergency, "production burns"}); }));
  tell(told_by_history("Move things", {"docs/a.md"}));
  EXPECT_EQ(stored().tier, Tier::emergency);
  EXPECT_EQ(stored().tier_rule, "override");
  EXPECT_THAT(stored().files, ElementsAre("docs/a.md"));
}

}  // namespace
}  // namespace evenkeel::risk
