// The rules themselves: who lowers a protection waits for a second person who is told, and what other rules
// would have done is seen first.
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PolicyStory : public Story {
 protected:
  /// "next: evenkeel definitions agree ID, as ..."
  static std::string proposal_in(const std::string& said) {
    const auto at = said.find("dfp_");
    return at == std::string::npos ? "" : said.substr(at, said.find_first_of(", )\n", at) - at);
  }
  static std::string with_criteria() {
    return edited(World::small_shop(), "    criticality: high",
                  "    health:\n"
                  "      name: catalog\n"
                  "      not_applicable: [{covers: latency, because: a file}, {covers: business, because: a file}]\n"
                  "      criteria: [{name: errors, kind: absolute, queries: {source: mon, total: \"t{$side}\", events: \"e{$side}\"}, "
                  "limit: 0.01}]\n"
                  "    criticality: high") +
           "connections: [{name: mon, kind: prometheus, url: \"http://127.0.0.1:1\"}]\n";
  }
};

TEST_P(PolicyStory, CR6_a_wider_limit_waits_for_a_second_person_who_is_told) {
  World w{GetParam(), with_criteria()};
  w.shell("ada",
          "sed 's/limit: 0.01/limit: 0.005/' evenkeel.yaml > strict.yaml; sed 's/limit: 0.01/limit: 0.05/' evenkeel.yaml > wide.yaml");
  const auto proposed = w.as("ada", {"apply", w.dir + "/wide.yaml"});
  EXPECT_EQ(proposed.code, 4) << "lets more pass";
  const auto id = proposal_in(proposed.out);
  EXPECT_THAT(w.as("eli", {"today"}).out, AllOf(HasSubstr("Agree to what Ada Coordinator has proposed, as the second person"),
                                                HasSubstr("services.catalog"), HasSubstr("evenkeel definitions agree " + id)));
  EXPECT_THAT(w.as("ada", {"today"}).out, HasSubstr("Waits for others"));
  EXPECT_THAT(w.as("quinn", {"today"}).out, Not(HasSubstr("Waits for you")));
  EXPECT_THAT(w.as("quinn", {"definitions", "proposals"}).out,
              AllOf(HasSubstr(id), HasSubstr("changed services.catalog"), HasSubstr("eli")));
  EXPECT_THAT(w.as("ada", {"definitions", "agree", id}).err, HasSubstr("you have proposed it; a second person agrees: "));
  EXPECT_EQ(w.as("quinn", {"definitions", "agree", id}).code, 1) << "her roles do not reach it";
  const auto agreed = w.as("eli", {"definitions", "agree", id});
  EXPECT_EQ(agreed.code, 0) << agreed.err;
  EXPECT_THAT(agreed.out, HasSubstr("In force as version "));
  EXPECT_THAT(w.as("eli", {"definitions", "agree", id}).err, HasSubstr("there is no proposal '" + id + "' that waits"));
  EXPECT_THAT(w.as("eli", {"today"}).out, Not(HasSubstr("Agree to what")));
  EXPECT_EQ(w.as("ada", {"apply", w.dir + "/strict.yaml"}).code, 0) << "stricter waits for nobody";
  w.shell("ada", "sed 's/limit: 0.01/limit: 0.005/; s/events: \"e{/events: \"fewer{/' evenkeel.yaml > other.yaml");
  EXPECT_EQ(w.as("ada", {"apply", w.dir + "/other.yaml"}).code, 4) << "what another question lets pass nobody knows";
}

TEST_P(PolicyStory, CR6_what_is_proposed_can_be_declined_and_proposed_once_more) {
  World w{GetParam(), with_criteria()};
  w.shell("ada", "sed 's/limit: 0.01/limit: 0.05/' evenkeel.yaml > wide.yaml");
  const auto propose = [&](const char* who) { return w.as(who, {"apply", w.dir + "/wide.yaml"}); };
  const auto id = proposal_in(propose("ada").out);
  EXPECT_EQ(proposal_in(propose("ada").out), id) << "asked for twice, it is the same one";
  EXPECT_THAT(w.as("quinn", {"definitions", "decline", id, "--because", "no"}).err, HasSubstr("or who may agree to it: "));
  const auto declined = w.as("eli", {"definitions", "decline", id, "--because", "five percent is an outage"});
  ASSERT_EQ(declined.code, 0) << declined.err;
  EXPECT_THAT(w.as("eli", {"definitions", "proposals"}).out, HasSubstr("No definitions wait"));
  EXPECT_EQ(w.as("rita", {"definitions", "agree", id}).code, 1);
  EXPECT_EQ(propose("eli").code, 4) << "what was declined is agreed to by nobody: it is proposed once more";
  EXPECT_THAT(w.as("ada", {"definitions", "proposals"}).out, HasSubstr("proposed by Eli Engineer"));
  EXPECT_EQ(propose("ada").code, 0) << "the same file agrees too";
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
  EXPECT_THAT(w.ledger(), AllOf(HasSubstr("definitions.declined"), Not(HasSubstr("five percent"))));
}

TEST_P(PolicyStory, CR6_a_gate_that_was_tightened_holds_what_is_planned_already) {
  World w{GetParam(), World::small_shop()};
  w.ready();
  EXPECT_EQ(w.gate("teams_confirmed").at("blocks").as_bool(), false);
  w.apply(World::strict_shop({"teams_confirmed"}));
  EXPECT_EQ(w.gate("teams_confirmed").at("blocks").as_bool(), true);
  EXPECT_THAT(w.as("ada", {"decide", "1.0.0", "go"}).err, HasSubstr("not confirmed by the owners of catalog"));
}

TEST_P(PolicyStory, CR6_what_other_rules_would_have_done_is_seen_before_they_are_applied) {
  World w{GetParam(), World::small_shop()};
  w.deploy();
  const auto replay = [&](const std::string& edit, const std::string& by = "rita") {
    w.shell("ada", "sed '" + edit + "' evenkeel.yaml > other.yaml");
    const auto said = w.as(by, {"policy", "replay", w.dir + "/other.yaml", "--days", "10"});
    EXPECT_EQ(said.code, 0) << said.err;
    return said.out;
  };
  EXPECT_THAT(replay("s/Small shop/Smaller shop/"), AllOf(HasSubstr("1 release decided since"), HasSubstr("none would have fared")));
  EXPECT_THAT(replay("$ a go_no_go: {quorum: [engineering_lead, qa, product, security]}"),
              AllOf(HasSubstr("1 would have been held, 0 let through"), HasSubstr("shop 1.0.0, decision 1 (go on"),
                    HasSubstr("would have been held"), HasSubstr("quorum would block: not signed by security")));
  EXPECT_THAT(replay("s/^gates:/gates:\\n  - {name: teams_confirmed, mode: enforce}/"), HasSubstr("teams_confirmed would block"));
  EXPECT_THAT(replay("$ a freezes: [{name: Fair, owner: rita, reason: the fair, from: \"2000-01-01\", until: \"2090-01-01\"}]"),
              HasSubstr("\"Fair\" stands over its window"));
  EXPECT_THAT(replay("$ a process: {longest_window: 1h}"), HasSubstr("its window is 2h long; 1h would be the longest"));
  EXPECT_THAT(w.as("rita", {"diff", w.dir + "/other.yaml"}).out, HasSubstr("longest_window")) << "nothing was applied";
  EXPECT_EQ(w.as("rita", {"policy", "replay", w.dir + "/other.yaml", "--days", "0"}).code, 2);
  EXPECT_EQ(w.as("lee", {"policy", "replay", w.dir + "/other.yaml"}).code, 1) << "leadership reads trends";
  w.advance("12d");
  EXPECT_THAT(replay("$ a process: {longest_window: 1h}"), HasSubstr("0 releases decided since")) << "beyond the days that were asked for";
}

TEST_P(PolicyStory, CR6_a_held_release_would_have_been_let_through_by_weaker_rules) {
  World w{GetParam(), World::strict_shop({"teams_confirmed"})};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "no_go", "--reason", "the team is silent"}).code, 0);
  w.shell("ada", "sed 's/teams_confirmed, mode: enforce/teams_confirmed, mode: observe/' evenkeel.yaml > other.yaml");
  EXPECT_THAT(w.as("rita", {"policy", "replay", w.dir + "/other.yaml"}).out,
              AllOf(HasSubstr("0 would have been held, 1 let through"), HasSubstr("teams_confirmed would not block")));
}

TEST_P(PolicyStory, RC3_a_leavers_vote_and_confirmation_count_no_more) {
  auto yaml = edited(World::small_shop(), "  - {login: quinn,",
                     "  - {login: kim, name: Kim Quality, email: kim@shop.test, roles: [{role: qa}]}\n  - {login: quinn,");
  World w{GetParam(), yaml};
  w.plan();
  w.rehearse();
  w.evidence();
  for (const auto& [login, role] : std::map<std::string, std::string>{{"eli", "engineering_lead"}, {"kim", "qa"}, {"pia", "product"}}) {
    ASSERT_EQ(w.as(login, {"risk", "show", "1.0.0"}).code, 0);
    ASSERT_EQ(w.as(login, {"signoff", "1.0.0", "--role", role}).code, 0);
  }
  ASSERT_EQ(w.gate("quorum").at("verdict").as_string(), "pass");
  w.apply(World::small_shop());
  EXPECT_EQ(w.gate("quorum").at("verdict").as_string(), "fail");
  EXPECT_THAT(std::string(w.gate("quorum").at("value").as_string()), HasSubstr("not signed by qa"));
  EXPECT_THAT(w.as("quinn", {"today"}).out, HasSubstr("vote as qa"));
}

INSTANTIATE_TEST_SUITE_P(On, PolicyStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
