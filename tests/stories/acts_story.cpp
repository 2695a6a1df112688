// What can be done now: asked of a release, answered for who asks, in the words of the command line.
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

class ActsStory : public Story {};

const json::Value* find_act(const json::Value& all, std::string_view id) {
  for (const auto& a : all.as_array())
    if (a.at("id").as_string() == id) return &a;
  return nullptr;
}

TEST_P(ActsStory, RC3_what_a_person_can_do_now_is_said_with_why_not_and_who_can) {
  World w{GetParam()};
  w.plan();
  const auto said = w.as("rita", {"release", "acts", "1.0.0"}).out;
  EXPECT_THAT(said, HasSubstr("\u2713 Assess the release's risk\n    evenkeel risk assess 1.0.0"));
  EXPECT_THAT(
      said, HasSubstr("\u00d7 Decide go or no-go; go seals\n    \"Decide go or no-go; go seals\" needs the role coordinator in area shop\n"
                      "    who can: coordinator (Ada Coordinator)"));
  EXPECT_THAT(said, HasSubstr("votes open after the risk assessment"));
  EXPECT_EQ(w.as("rita", {"decide", "1.0.0", "no_go", "--reason", "x"}).code, 1);
  EXPECT_EQ(w.as("rita", {"risk", "assess", "1.0.0"}).code, 0);

  w.rehearse();
  w.evidence();
  w.sign();
  const auto before = w.ask("ada", {"release", "acts", "1.0.0"});
  EXPECT_TRUE(find_act(before, "release.decide")->at("can").as_bool());
  EXPECT_FALSE(find_act(before, "deploy.start")->at("can").as_bool());
  EXPECT_THAT(std::string(find_act(before, "deploy.start")->at("why_not").as_string()), HasSubstr("has no go"));
  EXPECT_THAT(json::dump(find_act(before, "deploy.start")->at("refusals")), HasSubstr("evenkeel gate check shop/1.0.0"));
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  const auto after = w.ask("ada", {"release", "acts", "1.0.0"});
  EXPECT_TRUE(find_act(after, "release.decide")->at("can").as_bool()) << "until it has begun a go can be taken back";
  EXPECT_TRUE(find_act(after, "deploy.start")->at("can").as_bool());
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("10s");  // a step has run
  EXPECT_FALSE(find_act(w.ask("ada", {"release", "acts", "1.0.0"}), "release.decide")->at("can").as_bool());
}

TEST_P(ActsStory, services_and_incidents_answer_too) {
  World w{GetParam()};
  EXPECT_THAT(w.as("rita", {"service", "acts", "catalog"}).out,
              HasSubstr("\u2713 Rehearse a service's rollback\n    evenkeel rollback rehearse catalog"));
  const auto opened = w.ask("pia", {"report-issue", "search is slow"});
  const std::string id{opened.at("incident").at("id").as_string()};
  EXPECT_THAT(w.as("eli", {"incident", "acts", id}).out, HasSubstr("\u2713 Name, confirm or reject the deployment behind it"));
  const auto refused = w.as("pia", {"incident", "acts", id}).out;
  EXPECT_THAT(refused, HasSubstr("\u00d7 Name, confirm or reject the deployment behind it"));
  EXPECT_THAT(refused, HasSubstr("who can: on_call, coordinator, engineering_lead, admin"));
}

INSTANTIATE_TEST_SUITE_P(On, ActsStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
