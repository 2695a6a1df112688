// Bad input: a clear error that says where and what to do, and nothing stored half.
#include <fstream>

#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class InputStory : public Story {
 protected:
  static Said apply(World& w, const std::string& yaml) {
    std::ofstream(w.dir + "/bad.yaml") << yaml;
    return w.as("ada", {"apply", w.dir + "/bad.yaml"});
  }
  static std::string with(const std::string& old, const std::string& fresh) { return edited(World::small_shop(), old, fresh); }
};

TEST_P(InputStory, definitions_that_are_wrong_are_refused_with_file_line_and_column_and_nothing_is_applied) {
  World w{GetParam()};
  const auto before = w.get("/api/v1/definitions/current").out;
  const struct {
    std::string yaml;
    std::vector<std::string> said;
  } cases[] = {
      {"name: Shop\n  people: [\n", {"bad.yaml:2"}},
      {with("criticality: high", "criticalty: high"), {"bad.yaml:", "criticalty", "did you mean 'criticality'"}},
      {with("criticality: high", "criticality: hihg"), {"criticality", "hihg", "high"}},
      {with("owner: eli\n", "owner: elli\n"), {"bad.yaml:", "elli"}},
      {with("    area: shop\n", "    area: shoop\n"), {"bad.yaml:", "shoop"}},
      {World::small_shop() + "freezes: [{name: F, owner: rita, reason: r, from: \"2026-13-45 99:00\", until: \"2026-12-31 00:00\"}]\n",
       {"bad.yaml:", "2026-13-45 99:00"}},
      {World::small_shop() +
           "freezes: [{name: F, owner: rita, reason: r, zone: Europe/Atlantis, from: \"2026-12-20 00:00\", until: \"2026-12-31 00:00\"}]\n",
       {"bad.yaml:", "Europe/Atlantis"}},
      {World::small_shop() +
           "freezes: [{name: F, owner: rita, reason: r, rrule: \"FREQ=SOMETIMES\", from: \"2026-12-20 00:00\", duration: 24h}]\n",
       {"bad.yaml:", "FREQ"}},
      {World::small_shop() + "  - {name: web, area: shop, owner: eli, depends_on: [{service: catalogue}]}\n", {"bad.yaml:", "catalogue"}},
      {World::small_shop() + "  - {name: web, area: shop, owner: eli, depends_on: [{service: cart}]}\n  - {name: cart, area: shop, owner: "
                             "eli, depends_on: [{service: web}]}\n",
       {"bad.yaml:", "web", "cart"}},
      {World::small_shop() + "gates_: []\n", {"bad.yaml:", "gates_", "did you mean 'gates'"}},
      {with("timeout: 5s", "timeout: soon"), {"bad.yaml:", "timeout", "soon"}},
  };
  for (const auto& c : cases) {
    const auto said = apply(w, c.yaml);
    EXPECT_EQ(said.code, 2) << c.said.back();
    for (const auto& part : c.said) EXPECT_THAT(said.err, HasSubstr(part));
    std::ofstream(w.dir + "/bad.yaml") << c.yaml;
    EXPECT_NE(w.as("", {"config", "check", w.dir + "/bad.yaml"}).code, 0) << "no server is needed to know";
  }
  EXPECT_EQ(w.get("/api/v1/definitions/current").out, before);
  EXPECT_EQ(w.as("ada", {"apply", w.dir + "/absent.yaml"}).code, 2);
}

TEST(HelpStory, G3_help_is_given_of_commands_that_exist_and_the_nearest_is_named) {
  const auto said = [](const std::vector<std::string>& words) {
    std::vector<std::string> argv{evenkeel_binary()};
    argv.insert(argv.end(), words.begin(), words.end());
    return run_process(argv).value();
  };
  EXPECT_EQ(said({"help", "release", "plan"}).exit_code, 0);
  for (const auto& words : {std::vector<std::string>{"frobnicate", "--help"}, {"help", "frobnicate"}, {"release", "plam", "--help"}}) {
    const auto answer = said(words);
    EXPECT_EQ(answer.exit_code, 2);
    EXPECT_EQ(answer.out, "");
    EXPECT_THAT(answer.err, HasSubstr("is not a command of"));
  }
  EXPECT_THAT(said({"release", "plam", "--help"}).err, HasSubstr("did you mean 'plan'?"));
}

TEST_P(InputStory, a_plan_that_cannot_be_is_refused_whole) {
  World w{GetParam()};
  const auto plan = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"release", "plan", "1.0.0"};
    words.insert(words.end(), more.begin(), more.end());
    return w.as("ada", words);
  };
  EXPECT_THAT(plan({"--area", "shop", "--component", "catalog=0.9.0..1.0.0", "--component", "nothing=1.0.0"}).err,
              HasSubstr("there is no service 'nothing'"));
  EXPECT_THAT(plan({"--area", "shoop", "--component", "catalog=1.0.0"}).err, HasSubstr("shoop"));
  EXPECT_THAT(plan({"--area", "shop", "--component", "catalog"}).err, HasSubstr("SERVICE=VERSION"));
  EXPECT_THAT(plan({"--area", "shop", "--component", "catalog=1.0.0", "--window-start", "tomorrow-ish", "--window-end", "+2h"}).err,
              HasSubstr("tomorrow-ish"));
  EXPECT_THAT(plan({"--area", "shop", "--component", "catalog=1.0.0", "--window-start", "2026-12-02T10:00:00Z", "--window-end",
                    "2026-12-01T10:00:00Z"})
                  .err,
              HasSubstr("ends before it starts"));
  EXPECT_THAT(plan({"--area", "shop", "--component", "catalog=1.0.0", "--window-start", "+1h"}).err, HasSubstr("one of them is missing"));
  EXPECT_THAT(plan({"--area", "shop", "--component", "catalog=1.0.0", "--needs", "0.0.1"}).err, HasSubstr("0.0.1"));
  EXPECT_TRUE(w.get("/api/v1/releases").json().as_array().empty()) << "no half of any of them is stored";
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(InputStory, an_address_that_is_no_text_finds_nothing_and_breaks_nothing) {
  World w{GetParam()};
  EXPECT_EQ(w.get("/changelog?q=sear%ffch", "").code, 200);
  EXPECT_EQ(w.get("/changelog?area=%ff", "").code, 200);
  EXPECT_LT(w.get("/changelog/%ff", "").code, 500);
  EXPECT_EQ(w.get("/api/v1/releases/a%00b").code, 404);
}

TEST_P(InputStory, what_is_no_repository_or_no_report_changes_nothing) {
  World w{GetParam()};
  w.plan();
  std::filesystem::create_directory(w.dir + "/empty");
  const auto no_repository = w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/empty", "--from", "v0.9.0"});
  EXPECT_NE(no_repository.code, 0);
  EXPECT_THAT(no_repository.err, HasSubstr(w.dir + "/empty"));
  EXPECT_THAT(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v7.7.7"}).err, HasSubstr("v7.7.7"));
  std::ofstream(w.dir + "/half.xml") << "<testsuite><testcase name=\"a\">";
  const auto broken =
      w.as("quinn", {"tests", "record", "1.0.0", "--service", "catalog", "--digest", "sha256:1.0.0", "--junit", w.dir + "/half.xml"});
  EXPECT_EQ(broken.code, 2) << broken.err;
  EXPECT_THAT(broken.err, HasSubstr("JUnit"));
  EXPECT_THAT(std::string(w.gate("testing").at("value").as_string()), HasSubstr("no test report"));
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0/changes").json().as_array().size(), 2u);
  EXPECT_EQ(w.get("/api/v1/releases/9.9.9").code, 404);
  EXPECT_EQ(w.as("ada", {"deploy", "start", "9.9.9"}).code, 1);
}

INSTANTIATE_TEST_SUITE_P(On, InputStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
