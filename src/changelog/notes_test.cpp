#include "changelog/notes.hpp"

#include "changelog/gates.hpp"
#include "support/release_world.hpp"

namespace evenkeel::changelog {
namespace {

using planning::GateVerdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Notes : testing::Test {
  explicit Notes(const std::string& definitions = "") : world(definitions) {}
  testing_world::World world;
  void draft() {
    world.must(world.as(Member::notes_author, [&](Work& work) -> Result<Drafted> {
      auto d = TRY(draft_entries_of(work, world.release.id));
      TRY(draft_notes(work, world.release.id));
      return d;
    }));
  }
  NoteView note(NoteAudience audience) {
    for (auto& n : world.look([&](store::Tx& tx) { return notes_of(tx, world.release); }))
      if (n.audience == audience) return n;
    throw std::runtime_error("no such note");
  }
  EntryView entry(std::size_t i) {
    return world.look([&](store::Tx& tx) { return entries_of(tx, world.release); }).at(i);
  }
  Result<NoteView> edit(const std::string& who, NoteAudience audience, const std::string& body) {
    return world.as(who, [&](Work& work) { return edit_note(work, {world.release.id, audience, body}); });
  }
  Result<NoteView> approve(const std::string& who, NoteAudience audience) {
    return world.as(who, [&](Work& work) { return approve_note(work, {world.release.id, audience}); });
  }
  planning::Finding gate(const std::string& name) {
    for (const auto& g : changelog_gates())
      if (g.name == name) return world.look([&](store::Tx& tx) { return g.check(tx, world.release, world.clock.time); });
    throw std::runtime_error("no such gate");
  }
};

TEST_F(Notes, TellEveryNotableEntryAndNameIt) {
  world.change("feat: add wish lists");
  world.change("fix: crash when the cart is empty");
  world.change("test: more of them");
  draft();
  const auto n = note(NoteAudience::customers);
  EXPECT_EQ(without_marks(n.body),
            "### New\n\n- We added wish lists.\n\n### Fixed\n\n- You no longer get a crash when the cart is empty.\n");
  EXPECT_THAT(entries_named(n.body), ElementsAre(entry(0).id, entry(1).id));
  EXPECT_THAT(n.missing, IsEmpty());
  EXPECT_THAT(note(NoteAudience::internal).body,
              testing::AllOf(HasSubstr("cart 2.0.0 (before: 1.9.0)"), HasSubstr("test: more of them: test: concerns the tests only")));
  EXPECT_EQ(world.count("SELECT count(*) FROM note WHERE audience = 'migration'"), 0);
}
TEST_F(Notes, WhereItsGateIsOnlyObservedWhatNeedsWordsIsSaidAndTheNoteIsApproved) {
  world.change("fix: heart emoji before heading");
  draft();
  EXPECT_EQ(note(NoteAudience::customers).hints.at(0).rule, "needs_words");
  EXPECT_TRUE(approve("pat", NoteAudience::customers));
  EXPECT_EQ(gate("notes_approved").verdict, GateVerdict::fail);
}
TEST_F(Notes, ALineThatWasWrittenAnewInItsPlaceHasItsWords) {
  world.change("fix: heart emoji before heading");
  draft();
  auto body = note(NoteAudience::customers).body;
  const auto at = body.find("- Heart emoji before heading");
  ASSERT_NE(at, std::string::npos) << body;
  body.replace(at + 2, 26, "Hearts stand where you put them.");
  ASSERT_TRUE(edit("ann", NoteAudience::customers, body));
  for (const auto& hint : note(NoteAudience::customers).hints) EXPECT_NE(hint.rule, "needs_words");
}
struct EnforcedNotes : Notes {
  EnforcedNotes() : Notes("gates:\n  - {name: notes_approved, mode: enforce}\n") {}
};
TEST_F(EnforcedNotes, WhatNeedsWordsKeepsTheNoteFromItsApproval) {
  world.change("fix: heart emoji before heading -- twice");
  world.change("feat: add wish lists");
  draft();
  EXPECT_TRUE(entry(0).lacks_words());
  EXPECT_EQ(entry(0).customer_text, "");
  const auto n = note(NoteAudience::customers);
  EXPECT_THAT(without_marks(n.body),
              testing::AllOf(HasSubstr("### New\n\n- We added wish lists.\n\n### Fixed\n\n- Heart emoji before heading -"),
                             Not(HasSubstr("<!--"))));
  EXPECT_THAT(entries_named(n.body), ElementsAre(entry(1).id, entry(0).id));
  ASSERT_FALSE(n.hints.empty());
  EXPECT_EQ(n.hints[0].rule, "needs_words");
  const auto refused = approve("pat", NoteAudience::customers);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              testing::AllOf(HasSubstr("a line of the customers note needs words"), HasSubstr("line 7 (Heart emoji before heading"),
                             HasSubstr("`evenkeel entries edit " + std::string(entry(0).id))));
  ASSERT_TRUE(edit("ann", NoteAudience::customers, "Kept by hand.\n\n" + n.body));
  world.must(world.as(
      "eve", [&](Work& work) { return edit_entry(work, {.entry = entry(0).id, .customer_text = "Hearts stand where you put them."}); }));
  draft();
  const auto mended = note(NoteAudience::customers);
  EXPECT_THAT(mended.body, testing::AllOf(HasSubstr("Kept by hand."), HasSubstr("- Hearts stand where you put them. <!-- ent"),
                                          Not(HasSubstr("needs words"))));
  EXPECT_TRUE(approve("pat", NoteAudience::customers));
}
TEST_F(Notes, ADraftTellsChangesThatHaveNoEntryYet) {
  world.change("feat: add wish lists");
  world.must(world.as(Member::notes_author, [&](Work& work) { return draft_notes(work, world.release.id); }));
  EXPECT_THAT(note(NoteAudience::customers).body, HasSubstr("wish lists"));
}
TEST_F(Notes, ABreakingChangeComesFirstWithItsGuide) {
  world.change("feat: add wish lists");
  world.change("feat!: remove v1 keys");
  draft();
  EXPECT_EQ(gate("migration_guides").verdict, GateVerdict::fail);
  world.must(
      world.as("eve", [&](Work& work) { return edit_entry(work, {.entry = entry(1).id, .migration_text = "Make a v2 key.\nUse it."}); }));
  draft();
  EXPECT_EQ(gate("migration_guides").verdict, GateVerdict::pass);
  EXPECT_THAT(without_marks(note(NoteAudience::customers).body),
              testing::StartsWith("### You may need to act\n\n- We no longer offer v1 keys.\n\n  Make a v2 key.\n  Use it.\n"));
  EXPECT_THAT(note(NoteAudience::migration).body, HasSubstr("Make a v2 key."));
}
TEST_F(Notes, APersonsTextStaysAndSaysWhatItLacks) {
  world.change("feat: add wish lists");
  draft();
  ASSERT_TRUE(edit("ann", NoteAudience::customers, "Keep a wish list. <!-- " + entry(0).id + " -->"));
  const auto second = world.change("feat: add gift cards");
  draft();
  auto n = note(NoteAudience::customers);
  EXPECT_THAT(n.body, HasSubstr("Keep a wish list."));
  EXPECT_THAT(n.missing, ElementsAre(entry(1).id));
  world.must(world.as("ann", [&](Work& work) { return mark_not_notable(work, {entry(0).id, "dark behind its flag"}); }));
  n = note(NoteAudience::customers);
  EXPECT_THAT(n.stale, ElementsAre(entry(0).id));
  ASSERT_TRUE(approve("pat", NoteAudience::customers));
  EXPECT_THAT(gate("notes_approved").value, HasSubstr("left the release"));
}
TEST_F(Notes, AnApprovalIsBoundToTheMeaningOfTheText) {
  world.change("feat: add wish lists");
  draft();
  EXPECT_THAT(gate("notes_approved").details, testing::SizeIs(2));
  ASSERT_TRUE(edit("ann", NoteAudience::customers, "You can keep a wish list."));
  EXPECT_EQ(approve("ria", NoteAudience::customers).error().kind, ErrorKind::forbidden);
  ASSERT_TRUE(approve("pat", NoteAudience::customers));
  ASSERT_TRUE(approve("sue", NoteAudience::internal));
  EXPECT_EQ(gate("notes_approved").verdict, GateVerdict::pass);
  ASSERT_TRUE(edit("ann", NoteAudience::customers, "_You_ can keep\n  a wish list.\n"));
  EXPECT_EQ(gate("notes_approved").verdict, GateVerdict::pass);
  ASSERT_TRUE(edit("ann", NoteAudience::customers, "You can keep a wish list. <!-- note to self -->"));
  EXPECT_EQ(gate("notes_approved").verdict, GateVerdict::fail) << "what is not our own mark is shown";
  ASSERT_TRUE(edit("ann", NoteAudience::customers, "You can keep two wish lists."));
  EXPECT_EQ(gate("notes_approved").verdict, GateVerdict::fail);
  EXPECT_EQ(world.count("SELECT count(*) FROM ledger_seal WHERE table_name = 'note_approval'"), 2);
}
TEST_F(Notes, AnApprovalHoldsTheNameThatStandsInSubjectsAndHeadings) {
  world.change("feat: add wish lists");
  draft();
  ASSERT_TRUE(approve("pat", NoteAudience::customers));
  ASSERT_TRUE(approve("sue", NoteAudience::internal));
  ASSERT_EQ(gate("notes_approved").verdict, GateVerdict::pass);
  ASSERT_TRUE(world.as("cora", [&](Work& work) -> Result<int> {
    work.tx.exec("UPDATE release SET title = 'We refund nobody' WHERE id = $1", {world.release.id});
    return 0;
  }));
  EXPECT_EQ(gate("notes_approved").verdict, GateVerdict::fail);
}
TEST_F(Notes, NobodyApprovesTheirOwnWords) {
  world.change("feat: add wish lists");
  draft();
  ASSERT_TRUE(edit("pat", NoteAudience::customers, "You can keep a wish list."));
  EXPECT_EQ(approve("pat", NoteAudience::customers).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(approve("ann", NoteAudience::customers).error().kind, ErrorKind::forbidden);  // not product
  ASSERT_TRUE(edit("ann", NoteAudience::internal, "x"));
  EXPECT_EQ(approve("ann", NoteAudience::internal).error().kind, ErrorKind::forbidden);
  EXPECT_TRUE(approve("aya", NoteAudience::internal));
}
TEST_F(Notes, WritersMustHaveSeenTheText) {
  world.change("feat: add wish lists");
  draft();
  EXPECT_EQ(
      world.as("ann", [&](Work& work) { return edit_note(work, {world.release.id, NoteAudience::customers, "x", "other"}); }).error().kind,
      ErrorKind::conflict);
  EXPECT_EQ(
      world.as("pat", [&](Work& work) { return approve_note(work, {world.release.id, NoteAudience::customers, "other"}); }).error().kind,
      ErrorKind::conflict);
  EXPECT_EQ(edit("ann", NoteAudience::customers, " \n").error().kind, ErrorKind::invalid);
}
TEST_F(Notes, CoverageFailsUntilEveryChangeIsDrafted) {
  EXPECT_EQ(gate("changelog_coverage").verdict, GateVerdict::unknown);
  world.change("feat: add wish lists");
  EXPECT_THAT(gate("changelog_coverage").value, HasSubstr("one change without an entry: feat: add wish lists"));
  draft();
  EXPECT_EQ(gate("changelog_coverage").verdict, GateVerdict::pass);
}
TEST(NoteCommands, AreReadWithoutTheHashSeen) {
  EXPECT_EQ(json::read_text<ApproveNote>(R"({"release": "2.0.0", "audience": "internal"})").value().audience, NoteAudience::internal);
  EXPECT_EQ(json::read_text<EditNote>(R"({"release": "2.0.0", "audience": "customers", "body": "x"})").value().seen_hash, "");
  EXPECT_FALSE(json::read_text<EditNote>(R"({"release": "2.0.0", "body": "x"})"));
}

}  // namespace
}  // namespace evenkeel::changelog
