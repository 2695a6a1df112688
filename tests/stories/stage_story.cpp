// The spine: what holds a release in each of its stages, and what lets it leave. W1 to W8.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class StageStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram mail{"smtp"};

  std::string shop(const std::vector<std::string>& gates = {}) {
    return watched_shop(gates, metrics, mail) + R"yaml(channels: [{name: team, kind: smtp, to: [support@shop.test]}]
audiences: [{name: insiders, kind: internal, channels: [team]}]
)yaml";
  }
  /// After what was done just now has had its consequences.
  static std::string stage(World& w) {
    w.advance("1s");
    return w.stage();
  }
  static void approve_internal(World& w) { EXPECT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0); }
};

TEST_P(StageStory, W1_planning_is_left_when_the_window_is_set_and_every_team_confirmed_it) {
  World w{GetParam(), World::strict_shop({"teams_confirmed"})};
  ASSERT_EQ(w.as("ada", {"release", "plan", "1.0.0", "--area", "shop", "--component", "catalog=0.9.0..1.0.0"}).code, 0);
  EXPECT_EQ(stage(w), "planning");
  EXPECT_THAT(w.as("ada", {"release", "show", "1.0.0"}).out,
              AllOf(HasSubstr("no deployment window"), HasSubstr("not confirmed by the owners of catalog")));
  EXPECT_EQ(w.as("pia", {"release", "confirm", "1.0.0", "catalog"}).code, 1) << "the owning team confirms";
  ASSERT_EQ(w.as("eli", {"release", "confirm", "1.0.0", "catalog"}).code, 0);
  EXPECT_EQ(stage(w), "planning");
  ASSERT_EQ(
      w.as("ada", {"release", "move", "1.0.0", "--window-start", "2099-01-01T00:00:00Z", "--window-end", "2099-01-01T02:00:00Z"}).code, 0);
  EXPECT_EQ(stage(w), "planning") << "another window is confirmed anew";
  ASSERT_EQ(w.as("eli", {"release", "confirm", "1.0.0", "catalog"}).code, 0);
  EXPECT_EQ(stage(w), "assessment");
}

TEST_P(StageStory, W2_assessment_is_left_when_classified_assessed_rehearsed_and_reviewed) {
  World w{GetParam(), World::strict_shop({"changes_reversible"})};
  w.plan();
  w.git("mkdir auth; echo x > auth/login; git add .; git commit -qm 'Shorter sessions'");
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  EXPECT_EQ(stage(w), "assessment");
  w.rehearse();
  EXPECT_EQ(stage(w), "assessment");
  w.evidence();  // tests and the assessment
  EXPECT_EQ(stage(w), "assessment");
  EXPECT_EQ(w.gate("security_reviewed").at("verdict").as_string(), "fail");
  for (const auto* held : {"changes_classified", "changes_reversible", "risk_assessed", "rollback_rehearsed"})
    EXPECT_EQ(w.gate(held).at("verdict").as_string(), "pass") << held;
  const auto all = w.get("/api/v1/releases/1.0.0/changes").json();
  for (const auto& c : all.as_array())
    if (c.at("security_relevant").as_bool()) {
      EXPECT_EQ(w.as("sam", {"security", "review", std::string(c.at("id").as_string())}).code, 0);
    }
  EXPECT_NE(stage(w), "assessment");
}

TEST_P(StageStory, W3_changelog_is_left_with_entries_guides_and_approved_notes) {
  World w{GetParam(), World::strict_shop({"changelog_coverage", "notes_approved", "migration_guides"})};
  w.plan();
  w.git("echo x >> src/a; git add .; git commit -qm 'feat!: drop the old search'");
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  w.rehearse();
  w.evidence();
  EXPECT_EQ(stage(w), "changelog");
  EXPECT_THAT(std::string(w.gate("migration_guides").at("value").as_string()), HasSubstr("no migration guide for"));
  EXPECT_THAT(std::string(w.gate("notes_approved").at("value").as_string()), HasSubstr("not approved as it stands"));
  const auto entries = w.get("/api/v1/releases/1.0.0/entries").json();
  for (const auto& e : entries.as_array())
    if (e.at("breaking").as_bool()) {
      EXPECT_EQ(
          w.as("alex", {"entries", "edit", std::string(e.at("id").as_string()), "--migration",
                        "Who: callers of /search. Before: /search?old. After: /search. Steps: leave the parameter out. Until: March."})
              .code,
          0);
    }
  EXPECT_EQ(stage(w), "changelog") << "the notes are not approved yet";
  EXPECT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  EXPECT_EQ(stage(w), "changelog");
  approve_internal(w);
  EXPECT_EQ(stage(w), "go_no_go");
}

TEST_P(StageStory, W4_only_a_documented_decision_with_its_quorum_leaves_go_no_go) {
  World w{GetParam()};
  w.plan();
  w.rehearse();
  w.evidence();
  EXPECT_EQ(stage(w), "go_no_go");
  EXPECT_THAT(w.as("ada", {"decide", "1.0.0", "go"}).err, HasSubstr("quorum: not signed by engineering_lead, qa, product"));
  w.sign();
  w.advance("1h");
  EXPECT_EQ(w.stage(), "go_no_go") << "gates that hold are no decision";
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "no_go"}).code, 2) << "no-go needs a reason";
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "no_go", "--reason", "the on-call engineer is ill"}).code, 0);
  EXPECT_EQ(stage(w), "go_no_go");
  EXPECT_EQ(w.as("eli", {"decide", "1.0.0", "go"}).code, 1) << "the coordinator decides";
  const auto decision = w.ask("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(decision.at("number").as_int64(), 2);
  EXPECT_EQ(w.stage(), "deployment");
}

TEST_P(StageStory, W5_deployment_is_left_when_the_sequence_has_run) {
  auto yaml = World::small_shop();
  yaml = edited(yaml, "deploy: [{name: put,", "deploy: [{name: look, kind: manual, prompt: \"Is it quiet?\"}, {name: put,");
  World w{GetParam(), yaml};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  w.advance("5m");
  EXPECT_EQ(w.stage(), "deployment");
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("30m");
  EXPECT_EQ(w.stage(), "deployment");
  EXPECT_THAT(std::string(w.gate("sequence_done").at("value").as_string()), HasSubstr("step 1 of 3"));
  EXPECT_THAT(w.as("rita", {"waive", "1.0.0", "sequence_done", "--reason", "late", "--until", "+24h"}).err, HasSubstr("never waived"));
  ASSERT_EQ(w.as("eli", {"deploy", "confirm", "1.0.0", "1"}).code, 0);
  w.advance("10s");
  EXPECT_EQ(w.stage(), "validation");
}

TEST_P(StageStory, W6_validation_is_left_declared_healthy_or_rolled_back_and_by_nothing_else) {
  World w{GetParam(), shop()};
  w.deploy();
  w.advance("59m");
  EXPECT_EQ(w.stage(), "validation");
  EXPECT_THAT(w.as("rita", {"waive", "1.0.0", "declared_healthy", "--reason", "looks fine", "--until", "+24h"}).err,
              HasSubstr("never waived"));
  w.advance("2m");
  EXPECT_EQ(w.stage(), "communication");
  EXPECT_THAT(std::string(w.gate("declared_healthy").at("value").as_string()), HasSubstr("Held at 1h"));
  const auto page = w.get("/api/v1/releases/1.0.0").json();
  EXPECT_EQ(page.at("release").at("outcome").as_string(), "shipped");
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "late"}).code, 0) << "whoever finds it late can go back as well";
  w.advance("1m");
  const auto after = w.get("/api/v1/releases/1.0.0").json();
  EXPECT_EQ(after.at("release").at("outcome").as_string(), "rolled_back");
}

TEST_P(StageStory, W7_communication_is_left_when_everybody_has_been_told) {
  World w{GetParam(), shop()};
  w.deploy();
  mail.control(R"({"mode":"reject","status":550})");
  approve_internal(w);
  w.advance("62m");
  EXPECT_EQ(w.stage(), "communication");
  const auto gate = w.gate("communications_done");
  EXPECT_THAT(std::string(gate.at("value").as_string()), HasSubstr("notes to insiders over team: failed"));
  const std::string next{gate.at("next_step").as_string()};
  const auto at = next.find("evenkeel jobs retry ");
  ASSERT_NE(at, std::string::npos) << next;
  mail.control(R"({"mode":"ok"})");
  const auto retried = w.as("ada", {"jobs", "retry", next.substr(at + 20, next.find('`', at) - at - 20)});
  EXPECT_EQ(retried.code, 0) << retried.err;
  EXPECT_EQ(stage(w), "review");
  EXPECT_EQ(mail.count("distinct_message_ids"), 1);
}

TEST_P(StageStory, W8_a_shipped_release_is_reviewed_with_its_report_of_a_day) {
  World w{GetParam(), shop()};
  w.deploy();
  approve_internal(w);
  w.advance("23h");
  EXPECT_EQ(w.stage(), "review");
  EXPECT_THAT(std::string(w.gate("reports_complete").at("value").as_string()), HasSubstr("not yet: 24h"));
  w.advance("2h");
  EXPECT_EQ(w.stage(), "closed");
  EXPECT_EQ(w.as("ada", {"retro", "show", "1.0.0"}).code, 1) << "nothing happened that owes one";
}

TEST_P(StageStory, W8_a_rolled_back_release_owes_a_retrospective_with_an_action) {
  World w{GetParam(), shop({"retrospective_done"})};
  w.deploy();
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "the search finds nothing"}).code, 0);
  w.advance("1h");
  EXPECT_EQ(w.stage(), "review");
  const auto retro = w.ask("ada", {"retro", "show", "1.0.0"});
  EXPECT_EQ(retro.at("rule").as_string(), "the release was rolled back");
  EXPECT_THAT(json::dump(retro.at("timeline")), AllOf(HasSubstr("rollback.ordered"), HasSubstr("decision.recorded")));
  EXPECT_THAT(w.as("ada", {"retro", "show", "1.0.0"}).out,
              AllOf(HasSubstr("Ada Coordinator planned shop 1.0.0 with 1 component"), HasSubstr("rolled catalog back from 1.0.0 to"),
                    Not(testing::ContainsRegex("_permille|stage entered|[a-z]+_[0-9a-f]{8}-"))));
  EXPECT_THAT(std::string(w.gate("retrospective_done").at("value").as_string()), HasSubstr("open, without an action"));
  EXPECT_EQ(w.as("ada", {"retro", "action", "1.0.0", "--what", "search the old index too", "--owner", "nobody"}).code, 2);
  ASSERT_EQ(w.as("ada", {"retro", "action", "1.0.0", "--what", "search the old index too", "--owner", "eli"}).code, 0);
  EXPECT_EQ(stage(w), "closed");
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

INSTANTIATE_TEST_SUITE_P(On, StageStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
