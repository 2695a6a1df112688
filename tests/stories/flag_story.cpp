// RC5: the flags of a release are read where they live, switched as steps of its sequence, and returned on rollback.
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

class FlagStory : public Story {
 protected:
  FakeProgram platform{"flags"};

  void set(const std::string& flag, bool on) { platform.send("PUT", "/flags/" + flag, fmt::format(R"({{"enabled":{}}})", on)); }
  bool reads(const std::string& flag) { return platform.send("GET", "/flags/" + flag).at("enabled").as_bool(); }
  std::string yaml() {
    return World::strict_shop({"flags_as_planned"}) +
           fmt::format("connections: [{{name: flags, kind: flags, url: \"{}\"}}]\n", platform.url());
  }
  const std::vector<std::string> plan{"--flag", "new_search=on@flags:catalog", "--flag", "old_search=off@flags"};
};

TEST_P(FlagStory, RC5_drift_on_the_platform_is_a_failed_gate) {
  set("new_search", false);
  World w{GetParam(), yaml()};
  w.ready("1.0.0", plan);
  w.advance("1s");
  EXPECT_EQ(w.gate("flags_as_planned").at("verdict").as_string(), "unknown") << "old_search does not exist yet";
  EXPECT_THAT(w.as("ada", {"decide", "1.0.0", "go"}).err,
              HasSubstr("old_search on flags cannot be read: there is no such flag in production"));
  set("old_search", true);
  w.advance("1m");
  EXPECT_EQ(w.gate("flags_as_planned").at("verdict").as_string(), "pass");
  EXPECT_EQ(w.gate("flags_as_planned").at("value").as_string(), "new_search reads off, old_search reads on");
  set("new_search", true);  // somebody was early
  w.advance("1m");
  const auto refused = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, testing::AllOf(HasSubstr("new_search on flags reads on since"), HasSubstr("the plan starts from off")));
  platform.control(R"({"mode":"reject","status":503})");
  w.advance("1m");
  EXPECT_EQ(w.gate("flags_as_planned").at("verdict").as_string(), "unknown") << "a platform that does not answer is no evidence";
  platform.control(R"({"mode":"ok"})");
  set("new_search", false);
  w.advance("1m");
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
}

TEST_P(FlagStory, RC5_a_flag_that_moves_after_go_stops_the_start) {
  set("new_search", false), set("old_search", true);
  World w{GetParam(), yaml()};
  w.ready("1.0.0", plan);
  w.advance("1s");
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  set("old_search", false);
  w.advance("1m");
  const auto refused = w.as("ada", {"deploy", "start", "1.0.0"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("flag old_search on flags reads off: it changed after the decision"));
  set("old_search", true);
  w.advance("1m");
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
}

TEST_P(FlagStory, RC5_flags_are_switched_in_the_sequence_and_returned_on_rollback) {
  set("new_search", false), set("old_search", true);
  World w{GetParam(), yaml()};
  w.deploy("1.0.0", plan);
  EXPECT_TRUE(reads("new_search"));
  EXPECT_FALSE(reads("old_search"));
  const auto run = w.ask("ada", {"deploy", "status", "1.0.0"});
  std::vector<std::string> names;
  for (const auto& s : run.at("steps").as_array())
    if (s.at("phase").as_string() == "flag") names.emplace_back(s.at("name").as_string());
  EXPECT_THAT(names, testing::ElementsAre("switch flag new_search to on", "switch flag old_search to off"));
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "the new search finds nothing"}).code, 0);
  w.advance("30s");
  EXPECT_FALSE(reads("new_search"));
  EXPECT_TRUE(reads("old_search")) << "what was on before is on again";
  const auto undone = w.ask("ada", {"deploy", "status", "1.0.0"});
  EXPECT_EQ(undone.at("state").as_string(), "done");
  EXPECT_EQ(undone.at("steps").as_array()[0].at("name").as_string(), "return flag old_search to on") << "the last is undone first";
  const auto state = platform.state();
  for (const auto& flag : state.at("flags").as_array())
    EXPECT_EQ(flag.at("changes").as_int64(), 3) << "set by hand, switched once, returned once";
}

TEST_P(FlagStory, RC5_what_a_rollback_returns_is_the_state_that_was_there_with_its_share_and_its_variants) {
  set("new_search", false);
  platform.send("PUT", "/flags/old_search", R"({"enabled":true,"rollout":10,"variants":{"blue":70,"green":30}})");
  World w{GetParam(), yaml()};
  w.deploy("1.0.0", plan);
  EXPECT_FALSE(reads("old_search"));
  EXPECT_EQ(platform.send("GET", "/flags/old_search").at("rollout").as_int64(), 100);
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "the new search finds nothing"}).code, 0);
  w.advance("30s");
  const auto back = platform.send("GET", "/flags/old_search");
  EXPECT_TRUE(back.at("enabled").as_bool());
  EXPECT_EQ(back.at("rollout").as_int64(), 10);
  EXPECT_EQ(back.at("variants").at("blue").as_int64(), 70);
}

TEST_P(FlagStory, RC5_a_plan_says_on_or_off_on_a_known_platform) {
  World w{GetParam(), yaml()};
  const auto plan_with = [&](const std::string& flag) {
    return w.as("ada", {"release", "plan", "1.0.0", "--area", "shop", "--component", "catalog=0.9.0..1.0.0", "--flag", flag}).err;
  };
  EXPECT_THAT(plan_with("new_search=maybe@flags"), HasSubstr("the value is on or off, not 'maybe'"));
  EXPECT_THAT(plan_with("new_search=on@elsewhere"), HasSubstr("there is no flag connection 'elsewhere'"));
  EXPECT_THAT(plan_with("new_search"), HasSubstr("FLAG=VALUE@PLATFORM"));
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").code, 404) << "nothing is stored half";
}

INSTANTIATE_TEST_SUITE_P(On, FlagStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
