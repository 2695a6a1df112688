// Migration guides and the review of notes, through the command line.
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;
using testing::Not;

class MigrationGuideStory : public Story {};

/// A release with a breaking change.
void plan_with_break(World& w) {
  w.plan();
  w.git("echo c >> src/a; git add .; git commit -qm 'feat!: remove the v1 search'");
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  w.advance("1s");
}

TEST_P(MigrationGuideStory, CL5_a_breaking_change_without_a_whole_guide_fails_its_gate) {
  World w{GetParam()};
  plan_with_break(w);
  const auto lacking = w.as("alex", {"migration", "list", "1.0.0"});
  EXPECT_THAT(lacking.out, HasSubstr("lacks the guide"));
  std::string entry;
  const auto guides = w.ask("alex", {"migration", "list", "1.0.0"});
  for (const auto& g : guides.as_array()) entry = std::string(g.at("guide").at("entry_id").as_string());
  EXPECT_EQ(w.as("quinn", {"migration", "write", entry, "--affected", "everybody"}).code, 1) << "needs an author";
  ASSERT_EQ(w.as("alex", {"migration", "write", entry, "--affected", "Everybody who calls /v1/search", "--before", "/v1/search"}).code, 0);
  EXPECT_THAT(w.as("alex", {"migration", "list", "1.0.0"}).out, HasSubstr("lacks the deadline"));
  const auto whole = w.as("alex", {"migration", "write", entry, "--after", "/v2/search", "--step", "Call /v2/search", "--step",
                                   "Read `hits` instead of `results`", "--deadline", "2099-06-30T00:00:00Z", "--check", "It answers 200"});
  ASSERT_EQ(whole.code, 0) << whole.err;
  EXPECT_THAT(w.as("alex", {"migration", "list", "1.0.0"}).out, Not(HasSubstr("lacks")));
  EXPECT_THAT(w.as("alex", {"entries", "list", "1.0.0", "--json"}).out, HasSubstr("2. Read `hits` instead of `results`"));
}

TEST_P(MigrationGuideStory, CL4_wording_asks_again_with_the_difference_and_comments_hold_back) {
  World w{GetParam()};
  plan_with_break(w);
  ASSERT_EQ(w.as("alex", {"notes", "draft", "1.0.0"}).code, 0);
  const auto write = [&](const std::string& text) {
    const auto path = w.dir + "/note.md";
    (void)run_process({"sh", "-c", "cat > " + path}, {.input = text});
    return w.as("alex", {"notes", "edit", "1.0.0", "--audience", "customers", "--file", path});
  };
  ASSERT_EQ(write("Search is *faster*.\n\nPages load at once.\n").code, 0);
  const auto comment = w.ask("pia", {"notes", "comment", "1.0.0", "--audience", "customers", "--line", "1", "By how much?"});
  EXPECT_THAT(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).err,
              HasSubstr("a comment on the customers note is open"));
  ASSERT_EQ(w.as("alex", {"notes", "resolve", std::string(comment.at("id").as_string())}).code, 0);
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  ASSERT_EQ(write("Search is __faster__.\n\n\nPages load\nat once.\n").code, 0);
  EXPECT_EQ(w.ask("pia", {"notes", "review", "1.0.0", "--audience", "customers"}).at("note").at("approved").as_bool(), true);
  ASSERT_EQ(write("Search is twice as fast.\n\nPages load at once.\n").code, 0);
  const auto review = w.as("pia", {"notes", "review", "1.0.0", "--audience", "customers"});
  EXPECT_THAT(review.out,
              testing::AllOf(HasSubstr("- Search is *faster*."), HasSubstr("+ Search is twice as fast."), Not(HasSubstr("Pages load"))));
}

TEST_P(MigrationGuideStory, CL3_a_brief_is_read_with_a_receipt_and_a_question_is_answered_by_the_owner) {
  World w{GetParam()};
  plan_with_break(w);
  std::string entry;
  const auto entries = w.ask("alex", {"entries", "list", "1.0.0"});
  for (const auto& e : entries.as_array())
    if (e.at("breaking").as_bool()) entry = std::string(e.at("id").as_string());
  ASSERT_EQ(w.as("alex", {"brief", "write", entry, "--known-issues", "Old clients get 410", "--answer", "Send them the guide"}).code, 0);
  ASSERT_EQ(w.as("alex", {"notes", "draft", "1.0.0"}).code, 0);
  EXPECT_THAT(w.as("pia", {"notes", "show", "1.0.0"}).out, HasSubstr("**What to answer:** Send them the guide"));
  EXPECT_THAT(w.as("pia", {"notes", "read", "1.0.0", "--team", "support"}).err, HasSubstr("signs for itself"));
  ASSERT_EQ(w.as("pia", {"notes", "read", "1.0.0"}).code, 0);
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0/readings").out, HasSubstr("\"team\":\"product\""));
  const auto asked = w.ask("pia", {"notes", "ask", "1.0.0", "Which plans have v1?", "--entry", entry});
  EXPECT_THAT(w.as("eli", {"notes", "questions", "1.0.0"}).out, HasSubstr("no answer yet"));
  w.advance("5h");
  EXPECT_THAT(w.as("eli", {"notes", "questions", "1.0.0"}).out, HasSubstr("overdue"));
  ASSERT_EQ(w.as("eli", {"notes", "answer", std::string(asked.at("id").as_string()), "Only the old ones"}).code, 0);
  EXPECT_THAT(w.as("pia", {"notes", "questions", "1.0.0"}).out, HasSubstr("Only the old ones"));
  const auto verified = w.as("ada", {"ledger", "verify"});
  EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

INSTANTIATE_TEST_SUITE_P(On, MigrationGuideStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
