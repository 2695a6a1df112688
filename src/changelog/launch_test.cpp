// What was deployed dark and left out of its note: which later note is offered it, and for how long.
#include "changelog/launch.hpp"

#include "changelog/notes.hpp"
#include "support/release_world.hpp"

namespace evenkeel::changelog {
namespace {

using planning::FlagState;
using planning::Stage;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// Release 2.0.0 with one entry that is dark behind a flag; its note is out and does not tell it. 2.1.0 is planned.
struct Launched : testing::Test {
  testing_world::World world{"connections:\n  - {name: flags, kind: flags, url: \"http://flags.test\"}\n"};
  planning::Release first, next;
  std::string dark;

  void SetUp() override {
    world.change("feat: gift cards");
    world.change("fix: prices round up");
    const auto drafted = drafted_entries();
    dark = drafted.at(0).id;
    world.must(world.as("ann", [&](Work& work) { return edit_entry(work, {.entry = dark, .flag = "gift_cards"}); }));
    publish(world.release, "- Prices round up. <!-- " + drafted.at(1).id + " -->\n");
    first = world.release;
    next = plan("2.1.0");
  }
  std::vector<EntryView> drafted_entries() {
    (void)world.must(world.as(Member::notes_author, [&](Work& work) { return draft_entries_of(work, world.release.id); }));
    return world.look([&](store::Tx& tx) { return entries_of(tx, world.release); });
  }
  planning::Release plan(const std::string& version) {
    return world.must(world.as("cora", [&](Work& work) {
      return planning::plan_release(work, {.version = version, .area = "checkout", .components = {{"cart", version, "2.0.0"}}});
    }));
  }
  /// An author writes this text, and it goes out as it stands.
  void publish(const planning::Release& release, const std::string& text) {
    world.must(world.as(Member::notes_author, [&](Work& work) { return draft_notes(work, release.id); }));
    world.must(world.as("ann", [&](Work& work) { return edit_note(work, {release.id, NoteAudience::customers, text}); }));
    world.must(world.as(Member::notes_author, [&](Work& work) -> Result<void> {
      for (const auto audience : {NoteAudience::customers, NoteAudience::internal})
        publish_note(work, release, find_note(work.tx, release.id, audience).value());
      work.tx.exec("UPDATE release SET outcome = 'shipped', stage = 'closed' WHERE id = $1", {release.id});
      return {};
    }));
  }
  void flag_reads(FlagState state) {
    world.clock.time += std::chrono::minutes{15};
    world.must(world.as(Member::notes_author, [&](Work& work) -> Result<void> {
      auto flags = launch_flags_of(work.tx, first);
      store_launch_reading(work, flags.at(0), state, "");
      return {};
    }));
    world.clock.time += std::chrono::minutes{15};
  }
  std::vector<std::string> offered(const planning::Release& to) {
    std::vector<std::string> ids;
    for (const auto& e : world.look([&](store::Tx& tx) { return launched_entries(tx, to); })) ids.push_back(e.id);
    return ids;
  }
  std::vector<ToldLater> left_out() {
    return world.look([&](store::Tx& tx) { return told_later(tx, first); });
  }
};

TEST_F(Launched, WaitsWhileItIsDark) {
  flag_reads(FlagState::off);
  EXPECT_THAT(offered(next), IsEmpty());
  ASSERT_THAT(left_out(), SizeIs(1));
  EXPECT_EQ(left_out()[0].state, FlagState::off);
}
TEST_F(Launched, IsOfferedOnceItIsOnAndToldOnce) {
  flag_reads(FlagState::on);
  EXPECT_THAT(offered(next), ElementsAre(dark));
  publish(next, "- Gift cards. <!-- " + dark + " -->\n");
  EXPECT_EQ(left_out().at(0).told_in, "2.1.0");
  EXPECT_THAT(offered(plan("2.2.0")), IsEmpty());
}
TEST_F(Launched, WhatAnAuthorTookOutAlthoughItWasOnIsOfferedToNobodyAgain) {
  flag_reads(FlagState::on);
  publish(next, "- Nothing of the sort.\n");
  EXPECT_THAT(offered(plan("2.2.0")), IsEmpty());
  EXPECT_THAT(left_out(), IsEmpty()) << "nothing waits any more";
}
TEST_F(Launched, ATextThatIsOlderThanTheLaunchHasRefusedNothing) {
  publish(next, "- Nothing of the sort.\n");
  flag_reads(FlagState::on);
  EXPECT_THAT(offered(plan("2.2.0")), ElementsAre(dark));
}
TEST_F(Launched, WhatATakenBackNoteToldIsToldAgain) {
  flag_reads(FlagState::on);
  publish(next, "- Gift cards. <!-- " + dark + " -->\n");
  world.must(world.as(Member::notes_author, [&](Work& work) -> Result<void> {
    withdraw_note(work, next);
    return {};
  }));
  EXPECT_THAT(offered(plan("2.2.0")), ElementsAre(dark));
}

}  // namespace
}  // namespace evenkeel::changelog
