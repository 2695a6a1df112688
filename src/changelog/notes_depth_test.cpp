// Guides, briefs, questions and reviews: what a note stands on.
#include "changelog/gates.hpp"
#include "changelog/internal_brief.hpp"
#include "changelog/migration_guide.hpp"
#include "changelog/review.hpp"
#include "support/release_world.hpp"

namespace evenkeel::changelog {
namespace {

using planning::GateVerdict;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

struct Depth : testing::Test {
  testing_world::World world{"migration_notice: 720h\n"};
  void draft() {
    world.must(world.as(Member::notes_author, [&](Work& work) -> Result<Drafted> {
      auto d = TRY(draft_entries_of(work, world.release.id));
      TRY(draft_notes(work, world.release.id));
      return d;
    }));
  }
  std::string entry(std::size_t i) {
    return world.look([&](store::Tx& tx) { return entries_of(tx, world.release); }).at(i).id;
  }
  planning::Finding gate(const std::string& name) {
    for (const auto& g : changelog_gates())
      if (g.name == name) return world.look([&](store::Tx& tx) { return g.check(tx, world.release, world.clock.time); });
    throw std::runtime_error("no such gate");
  }
  ReviewView review() {
    return world.must(world.as("pat", [&](Work& work) { return review_of(work, world.release.id, NoteAudience::customers); }));
  }
  Result<NoteView> write(const std::string& body) {
    return world.as("ann", [&](Work& work) { return edit_note(work, {world.release.id, NoteAudience::customers, body}); });
  }
  Result<NoteView> approve() {
    return world.as("pat", [&](Work& work) { return approve_note(work, {world.release.id, NoteAudience::customers}); });
  }
};

TEST_F(Depth, ABreakingChangeWithoutAWholeGuideFailsItsGate) {
  world.change("feat!: remove v1 keys");
  draft();
  EXPECT_THAT(gate("migration_guides").value, HasSubstr("no migration guide for"));
  world.release.window_start = world.clock.time;
  world.put(planning::Stage::changelog);
  WriteGuide half{.entry = entry(0), .affected = "Everybody who calls the API with a v1 key", .deadline = world.clock.time + 24h};
  world.must(world.as("ann", [&](Work& work) { return write_guide(work, half); }));
  const auto finding = gate("migration_guides");
  EXPECT_EQ(finding.verdict, GateVerdict::fail);
  EXPECT_THAT(finding.value, HasSubstr("how it was done before, how it is done after, the steps, a deadline that leaves 30d"));
  EXPECT_THAT(finding.next_step, HasSubstr("migration write " + entry(0)));
  WriteGuide rest{.entry = entry(0),
                  .before = "`key=v1-...`",
                  .after = "`key=v2-...`",
                  .how_to_check = "`GET /me` answers 200",
                  .steps = std::vector<std::string>{"Make a v2 key", "Put it in place of the old one"},
                  .deadline = world.clock.time + 24h * 60};
  world.must(world.as("eve", [&](Work& work) { return write_guide(work, rest); }));
  EXPECT_EQ(gate("migration_guides").verdict, GateVerdict::pass);
  const auto told = world.look([&](store::Tx& tx) { return entries_of(tx, world.release); }).at(0).migration_text;
  EXPECT_THAT(told, testing::AllOf(HasSubstr("**Who is affected:** Everybody"), HasSubstr("1. Make a v2 key\n2. Put it"),
                                   HasSubstr("**Until:** 2026-04-26")));
  draft();
  EXPECT_EQ(world.count("SELECT count(*) FROM note WHERE audience = 'migration' AND body LIKE '%Make a v2 key%'"), 1);
}
TEST_F(Depth, AGuideBelongsToABreakingChangeAndToThoseWhoMayWrite) {
  world.change("feat: wish lists");
  world.change("feat!: remove v1 keys");
  draft();
  const auto write_it = [&](const std::string& who, std::size_t i) {
    return world.as(who, [&](Work& work) { return write_guide(work, {.entry = entry(i), .affected = "x"}); });
  };
  EXPECT_EQ(write_it("ann", 0).error().kind, ErrorKind::conflict);
  EXPECT_EQ(write_it("sue", 1).error().kind, ErrorKind::forbidden);
  EXPECT_EQ(world.count("SELECT count(*) FROM migration_guide"), 0);
}

TEST_F(Depth, FormattingKeepsAnApprovalAndWordingAsksAgainWithTheDifferenceAlone) {
  world.change("feat: add wish lists");
  draft();
  world.must(write("### New\n\n- You can keep a *wish list*.\n- And [share](https://shop.test/a) it.\n"));
  world.must(approve());
  world.must(write("### New\n\n* You can keep\n  a __wish list__.\n* And [share](https://shop.test/a) it.\n"));
  EXPECT_TRUE(review().note.approved);
  EXPECT_THAT(review().since_then, IsEmpty());
  world.must(write("### New\n\n- You can keep a *wish list*.\n- And [share](https://shop.test/b) it.\n"));
  const auto asked = review();
  EXPECT_FALSE(asked.note.approved);
  EXPECT_FALSE(asked.approved_before_by.empty());
  ASSERT_EQ(asked.since_then.size(), 1u);
  EXPECT_THAT(asked.since_then[0].removed, ElementsAre("- And [share](https://shop.test/a) it."));
  EXPECT_THAT(asked.since_then[0].added, ElementsAre("- And [share](https://shop.test/b) it."));
}
TEST_F(Depth, AnOpenCommentHoldsTheApprovalBack) {
  world.change("feat: add wish lists");
  draft();
  const CommentOnNote remark{.release = world.release.id, .comment = "Say for whom", .line = 3};
  const auto comment = world.must(world.as("sue", [&](Work& work) { return comment_on_note(work, remark); }));
  EXPECT_THAT(comment.excerpt, HasSubstr("wish lists"));
  EXPECT_THAT(approve().error().message, HasSubstr("a comment on the customers note is open"));
  EXPECT_EQ(world.as("pat", [&](Work& work) { return resolve_comment(work, {"cmt_none"}); }).error().kind, ErrorKind::not_found);
  world.must(world.as("ann", [&](Work& work) { return resolve_comment(work, {comment.id}); }));
  EXPECT_TRUE(approve());
  EXPECT_EQ(review().comments.at(0).comment, "Say for whom");
  EXPECT_THAT(review().told.at(0).title, HasSubstr("add wish lists"));
}

TEST_F(Depth, ABriefTellsWhatToAnswerAndIsReadWithAReceipt) {
  world.change("feat: add wish lists");
  draft();
  const WriteBrief brief{.entry = entry(0), .known_issues = "Lists over 500 items load slowly", .what_to_answer = "It is being mended"};
  world.must(world.as("eve", [&](Work& work) { return write_brief(work, brief); }));
  draft();
  const auto body = world.look([&](store::Tx& tx) { return find_note(tx, world.release.id, NoteAudience::internal); })->body;
  EXPECT_THAT(body, testing::AllOf(HasSubstr("**Known issues:** Lists over 500"), HasSubstr("**What to answer:** It is")));
  for (int i = 0; i < 2; ++i) world.must(world.as("sue", [&](Work& work) { return read_note(work, {world.release.id, ""}); }));
  const auto readings = world.look([&](store::Tx& tx) { return readings_of(tx, world.release.id); });
  ASSERT_EQ(readings.size(), 1u);
  EXPECT_EQ(readings[0].team, "support");
}
TEST_F(Depth, AQuestionHasAnOwnerADueTimeAndOneAnswer) {
  world.change("feat: add wish lists");
  draft();
  const auto asked = world.must(world.as("sue", [&](Work& work) { return ask(work, {world.release.id, "Do lists expire?", entry(0)}); }));
  EXPECT_EQ(asked.due_at, world.clock.time + 4h);
  EXPECT_EQ(world.look([&](store::Tx& tx) { return accounts::find_person(tx, "eve"); })->id, asked.owner);
  EXPECT_EQ(world.as("sue", [&](Work& work) { return answer(work, {asked.id, "no"}); }).error().kind, ErrorKind::forbidden);
  world.clock.time += 5h;
  EXPECT_TRUE(
      world.must(world.as("sue", [&](Work& work) -> Result<std::vector<QuestionView>> { return questions_of(work, world.release.id); }))
          .at(0)
          .overdue);
  world.must(world.as("eve", [&](Work& work) { return answer(work, {asked.id, "Never"}); }));
  EXPECT_EQ(world.as("eve", [&](Work& work) { return answer(work, {asked.id, "Later"}); }).error().kind, ErrorKind::conflict);
  EXPECT_THAT(world.entered(), testing::Contains("question.answered"));
}

}  // namespace
}  // namespace evenkeel::changelog
