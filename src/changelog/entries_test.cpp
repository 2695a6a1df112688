#include "changelog/entries.hpp"

#include "support/release_world.hpp"

namespace evenkeel::changelog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Entries : testing::Test {
  testing_world::World world;
  Drafted draft() {
    return world.must(world.as(Member::notes_author, [&](Work& work) { return draft_entries_of(work, world.release.id); }));
  }
  std::vector<EntryView> all() {
    return world.look([&](store::Tx& tx) { return entries_of(tx, world.release); });
  }
  Result<EntryView> edit(const std::string& who, const EditEntry& command) {
    return world.as(who, [&](Work& work) { return edit_entry(work, command); });
  }
};

TEST_F(Entries, EveryChangeGetsAnEntryOrAReason) {
  world.change("feat(cart): allow customers to pay by invoice (#7)");
  world.change("chore: bump things");
  EXPECT_THAT(world.look([&](store::Tx& tx) { return changes_without_entry(tx, world.release.id); }), testing::SizeIs(2));
  EXPECT_EQ(draft().added, 2);
  EXPECT_THAT(world.look([&](store::Tx& tx) { return changes_without_entry(tx, world.release.id); }), IsEmpty());
  const auto e = all();
  EXPECT_EQ(e[0].type, Type::added);
  EXPECT_EQ(e[0].customer_text, "You can now pay by invoice.");
  EXPECT_THAT(e[0].internal_text, HasSubstr("services: cart"));
  EXPECT_FALSE(e[1].notable);
  EXPECT_EQ(e[1].not_notable_because, "chore: upkeep");
  EXPECT_EQ(draft().added + draft().renewed, 0);
  EXPECT_EQ(world.entered().back(), "entries.drafted");
}
TEST_F(Entries, APersonsWordsStayWhenDraftedAgain) {
  world.change("feat: add wishlist");
  draft();
  const auto id = all()[0].id;
  ASSERT_TRUE(edit("ann", {.entry = id, .human_text = "Wish lists", .customer_text = "You can keep a wish list."}));
  world.change("fix: empty cart");
  EXPECT_EQ(draft().added, 1);
  EXPECT_EQ(all()[0].text, "Wish lists");
  EXPECT_EQ(all()[0].customer_text, "You can keep a wish list.");
  ASSERT_TRUE(edit("ann", {.entry = id, .human_text = ""}));
  EXPECT_EQ(all()[0].text, "Add wishlist");
}
TEST_F(Entries, ARevertTakesEvenAnEditedEntryOutAndARevertOfItBringsItBack) {
  const auto c = world.change("feat: add wishlist");
  draft();
  ASSERT_TRUE(edit("ann", {.entry = all()[0].id, .human_text = "Wish lists"}));
  const auto r = world.change("Revert \"feat: add wishlist\"",
                              {.message = "Revert \"feat: add wishlist\"\n\nThis reverts commit " + c.external_id + ".\n"});
  draft();
  EXPECT_THAT(all()[0].not_notable_because, HasSubstr("taken back by"));
  world.change("Revert \"Revert \"feat: add wishlist\"\"",
               {.message = "Revert \"Revert \"feat: add wishlist\"\"\n\nThis reverts commit " + r.external_id + ".\n"});
  draft();
  EXPECT_TRUE(all()[0].notable);
  EXPECT_EQ(all()[0].text, "Wish lists");
}
TEST_F(Entries, AReasonIsNeededAndABreakingChangeIsAlwaysNotable) {
  world.change("feat: add wishlist");
  world.change("chore!: rename the key");
  draft();
  const auto mark = [&](std::size_t i, const std::string& because) {
    return world.as("ann", [&](Work& work) { return mark_not_notable(work, {all()[i].id, because}); });
  };
  EXPECT_EQ(mark(0, "").error().kind, ErrorKind::invalid);
  ASSERT_TRUE(mark(0, "still behind a flag"));
  EXPECT_EQ(all()[0].not_notable_because, "still behind a flag");
  draft();
  EXPECT_EQ(all()[0].not_notable_because, "still behind a flag");
  EXPECT_TRUE(all()[1].breaking);
  EXPECT_EQ(mark(1, "nobody uses it").error().kind, ErrorKind::conflict);
  EXPECT_EQ(edit("ann", {.entry = all()[0].id, .human_text = "Wish lists"}).error().field, "type");
  EXPECT_TRUE(edit("ann", {.entry = all()[0].id, .type = "added", .human_text = "Wish lists"}));
}
TEST_F(Entries, OnlyTheAuthorOrTheLeadWritesAndNobodyOverwritesUnseen) {
  world.change("feat: add wishlist");
  draft();
  const auto id = all()[0].id;
  EXPECT_EQ(edit("ria", {.entry = id, .human_text = "x"}).error().kind, ErrorKind::forbidden);
  EXPECT_TRUE(edit("eve", {.entry = id, .human_text = "x", .revision = 1}));
  EXPECT_EQ(edit("ann", {.entry = id, .human_text = "y", .revision = 1}).error().kind, ErrorKind::conflict);
  EXPECT_EQ(edit("ann", {.entry = id, .type = "better"}).error().kind, ErrorKind::invalid);
  world.put(planning::Stage::communication);
  EXPECT_EQ(edit("ann", {.entry = id, .human_text = "z"}).error().kind, ErrorKind::conflict);
}

}  // namespace
}  // namespace evenkeel::changelog
