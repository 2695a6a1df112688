// The rules themselves: who lowers a protection waits for a second person who is told.
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PolicyStory : public Story {
 protected:
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
  EXPECT_EQ(w.as("ada", {"apply", w.dir + "/wide.yaml"}).code, 4) << "lets more pass";
  EXPECT_THAT(w.as("eli", {"today"}).out, AllOf(HasSubstr("Apply the same definitions as Ada Coordinator, as the second person"),
                                                HasSubstr("services.catalog"), HasSubstr("evenkeel apply evenkeel.yaml")));
  EXPECT_THAT(w.as("ada", {"today"}).out, HasSubstr("Waits for others"));
  EXPECT_THAT(w.as("quinn", {"today"}).out, Not(HasSubstr("Waits for you")));
  EXPECT_EQ(w.as("eli", {"apply", w.dir + "/wide.yaml"}).code, 0);
  EXPECT_THAT(w.as("eli", {"today"}).out, Not(HasSubstr("Apply the same definitions")));
  EXPECT_EQ(w.as("ada", {"apply", w.dir + "/strict.yaml"}).code, 0) << "stricter waits for nobody";
}

TEST_P(PolicyStory, CR6_a_gate_that_was_tightened_holds_what_is_planned_already) {
  World w{GetParam(), World::small_shop()};
  w.ready();
  EXPECT_EQ(w.gate("teams_confirmed").at("blocks").as_bool(), false);
  w.apply(World::strict_shop({"teams_confirmed"}));
  EXPECT_EQ(w.gate("teams_confirmed").at("blocks").as_bool(), true);
  EXPECT_THAT(w.as("ada", {"decide", "1.0.0", "go"}).err, HasSubstr("not confirmed by the owners of catalog"));
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
