// Go/no-go, rehearsal and freezes: what a release cannot do, and what makes it possible.
#include <fstream>

#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;
using testing::Not;

class GoStory : public Story {};

TEST_P(GoStory, CR5_an_unrehearsed_rollback_blocks_go_and_no_waiver_helps) {
  World w{GetParam()};
  w.plan();
  w.evidence();
  w.sign();
  const auto refused = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("rollback_rehearsed: the rollback of catalog was never rehearsed"));
  EXPECT_THAT(refused.err, HasSubstr("next step: `evenkeel rollback rehearse catalog"));
  EXPECT_THAT(w.as("rita", {"waive", "1.0.0", "rollback_rehearsed", "--reason", "in a hurry", "--until", "2099-01-01T00:00:00Z"}).err,
              HasSubstr("never waived"));
  w.rehearse();
  const auto go = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(go.code, 0) << go.err;
}

TEST_P(GoStory, CR5_a_changed_procedure_voids_its_rehearsal) {
  World w{GetParam()};
  w.plan();
  w.rehearse();
  w.apply(edited(World::small_shop(), "name: put back", "name: put it back"));
  const auto rehearsals = w.get("/api/v1/services/catalog/rehearsals").json();
  EXPECT_EQ(rehearsals.as_array().size(), 1u);
  EXPECT_EQ(rehearsals.as_array()[0].at("passed").as_bool(), true);
  EXPECT_EQ(rehearsals.as_array()[0].at("to_version").as_string(), "0.9.0");
  // The release keeps the definitions it began with; a new one sees the new procedure, which nobody rehearsed.
  w.plan("1.0.1");
  EXPECT_THAT(w.as("ada", {"gate", "check", "1.0.1"}).out, HasSubstr("the rollback procedure of catalog changed after its rehearsal"));
}

TEST_P(GoStory, CR6_a_freeze_refuses_with_rule_owner_end_next_opening_and_exception_path) {
  World w{GetParam(), World::small_shop() + R"yaml(
freezes:
  - {name: Black week, owner: rita, reason: the busiest days of the year, from: "2000-01-01 00:00", until: "2090-01-01 00:00", exception_roles: [risk_manager]}
)yaml"};
  w.ready();
  const auto refused = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(refused.code, 1);
  for (const auto* part : {"Black week", "Rita Risk", "the busiest days of the year", "it ends Sun 1 Jan 2090", "next opening",
                           "exception request shop/1.0.0", "risk_manager approves an exception"})
    EXPECT_THAT(refused.err, HasSubstr(part));
  const auto request = w.ask("ada", {"exception", "request", "1.0.0", "--freeze", "Black week", "--reason", "a leak of data must be closed",
                                     "--expires", to_iso(parse_time(w.now()).value() + std::chrono::hours{24})});
  const std::string id{request.at("id").as_string()};
  EXPECT_EQ(w.as("ada", {"exception", "approve", id}).code, 1) << "who asks does not approve";
  EXPECT_EQ(w.as("rita", {"exception", "approve", id}).code, 0);
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
}

TEST_P(GoStory, RC3_a_quorum_signs_after_reading_and_nobody_signs_twice) {
  World w{GetParam()};
  w.plan();
  w.rehearse();
  EXPECT_THAT(w.as("quinn", {"signoff", "1.0.0", "--role", "qa"}).err, HasSubstr("votes open after the risk assessment"));
  w.evidence();
  EXPECT_THAT(w.as("quinn", {"signoff", "1.0.0", "--role", "qa"}).err, HasSubstr("read the risk assessment first"));
  EXPECT_THAT(w.as("lee", {"signoff", "1.0.0", "--role", "qa"}).err, HasSubstr("needs a role"));
  w.sign();
  const auto decision = w.ask("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(decision.at("verdict").as_string(), "go");
  EXPECT_EQ(decision.at("sequence").as_array().size(), 2u);
  EXPECT_EQ(decision.at("gates").as_array().size(), w.get("/api/v1/releases/1.0.0/gates").json().at("gates").as_array().size());
}

TEST_P(GoStory, RC3_tests_of_another_artefact_are_no_evidence) {
  World w{GetParam()};
  w.ready();
  ASSERT_EQ(w.as("ada", {"release", "artefact", "1.0.0", "catalog", "--digest", "sha256:rebuilt"}).code, 0);
  const auto refused = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("no test report for catalog 1.0.0 (artefact sha256:rebuilt)"));
  EXPECT_THAT(refused.err, HasSubstr("quorum: not signed by")) << "what was signed was another scope";
}

TEST_P(GoStory, CR1_changes_are_classified_with_reasons_and_overridden_with_a_reason) {
  World w{GetParam()};
  w.plan();
  const auto changes = w.get("/api/v1/releases/1.0.0/changes").json();
  ASSERT_EQ(changes.as_array().size(), 2u);
  EXPECT_EQ(changes.as_array()[0].at("tier").as_string(), "normal");
  EXPECT_EQ(changes.as_array()[1].at("tier").as_string(), "standard");
  EXPECT_THAT(std::string(changes.as_array()[1].at("tier_reason").as_string()), HasSubstr("pre-approved template \"docs\""));
  const std::string id{changes.as_array()[0].at("id").as_string()};
  EXPECT_EQ(w.as("rita", {"change", "tier", id, "--tier", "emergency"}).code, 2) << "a reason is needed";
  EXPECT_EQ(w.as("lee", {"change", "tier", id, "--tier", "emergency", "--reason", "now"}).code, 1) << "the role is needed";
  EXPECT_EQ(w.as("rita", {"change", "tier", id, "--tier", "emergency", "--reason", "customers cannot pay"}).code, 0);
}

TEST_P(GoStory, P2_what_changes_after_go_must_be_decided_again) {
  World w{GetParam()};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  EXPECT_EQ(
      w.as("ada", {"release", "move", "1.0.0", "--window-start", "2099-01-01T00:00:00Z", "--window-end", "2099-01-01T01:00:00Z"}).code, 2)
      << "after the go a move has a reason";
  EXPECT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 1);
  EXPECT_EQ(w.as("ada", {"release", "artefact", "1.0.0", "catalog", "--digest", "sha256:other"}).code, 1);
}

TEST_P(GoStory, RC4_outside_its_window_a_deployment_does_not_start) {
  World w{GetParam()};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  w.advance("3h");
  const auto refused = w.as("ada", {"deploy", "start", "1.0.0"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("has no go"));
  EXPECT_THAT(refused.err, HasSubstr("release move shop/1.0.0"));
}

TEST_P(GoStory, CR5_a_go_is_taken_back_until_the_deployment_begins_and_the_votes_stand) {
  World w{GetParam()};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "no_go"}).code, 2) << "a reason is needed";
  EXPECT_THAT(w.as("ada", {"release", "cancel", "1.0.0", "--reason", "stop"}).err, HasSubstr("decide shop/1.0.0 no_go"));
  ASSERT_EQ(w.as("ada", {"decide", "shop/1.0.0", "no_go", "--reason", "the bank is closed"}).code, 0);
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").json().at("release").at("stage").as_string(), "go_no_go");
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 1);
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0) << "the votes are for the same scope";
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("5s");
  const auto late = w.as("ada", {"decide", "1.0.0", "no_go", "--reason", "too late"});
  EXPECT_EQ(late.code, 1) << "a step has run";
}

TEST_P(GoStory, RC4_a_window_that_passes_puts_the_release_back_into_review) {
  World w{GetParam()};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  w.advance("3h");
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").json().at("release").at("stage").as_string(), "go_no_go");
  const auto over = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(over.code, 1);
  EXPECT_THAT(over.err, HasSubstr("the window ended at"));
  const auto now = parse_time(w.now()).value();
  EXPECT_EQ(w.as("ada", {"release", "move", "shop/1.0.0", "--window-start", to_iso(now), "--window-end",
                         to_iso(now + std::chrono::hours{2}), "--reason", "next try"})
                .code,
            0);
  const auto again = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(again.code, 0) << again.err;
}

TEST_P(GoStory, RC3_nobody_overwrites_anothers_vote) {
  World w{GetParam(), edited(World::small_shop(), "roles: [{role: product}]", "roles: [{role: product}, {role: qa}]")};
  w.plan();
  w.rehearse();
  w.evidence();
  for (const auto* who : {"quinn", "pia"}) ASSERT_EQ(w.as(who, {"risk", "show", "1.0.0"}).code, 0);
  ASSERT_EQ(w.as("quinn", {"signoff", "1.0.0", "--role", "qa", "--verdict", "no_go", "--reason", "data were lost"}).code, 0);
  ASSERT_EQ(w.as("pia", {"signoff", "1.0.0", "--role", "qa"}).code, 0);
  EXPECT_THAT(w.gate("quorum").at("value").as_string().c_str(), HasSubstr("no-go by qa"));
  ASSERT_EQ(w.as("quinn", {"signoff", "1.0.0", "--role", "qa"}).code, 0) << "who objected may take it back";
  EXPECT_THAT(w.gate("quorum").at("value").as_string().c_str(), Not(HasSubstr("no-go")));
}

TEST_P(GoStory, RC3_tests_that_did_not_run_pass_nothing) {
  World w{GetParam()};
  w.plan();
  std::ofstream(w.dir + "/skipped.xml") << "<testsuite><testcase name=\"a\"><skipped/></testcase></testsuite>";
  const auto record = [&](const std::string& service) {
    return w.as("quinn", {"tests", "record", "1.0.0", "--service", service, "--digest", "sha256:1.0.0", "--junit", w.dir + "/skipped.xml"});
  };
  EXPECT_THAT(record("catalgo").err, HasSubstr("no component of release 1.0.0"));
  ASSERT_EQ(record("catalog").code, 0);
  EXPECT_EQ(w.gate("testing").at("verdict").as_string(), "fail");
  EXPECT_THAT(w.gate("testing").at("value").as_string().c_str(), HasSubstr("none of the tests of catalog ran: 1 skipped"));
}

INSTANTIATE_TEST_SUITE_P(On, GoStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
