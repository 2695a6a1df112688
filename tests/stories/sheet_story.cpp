// The run sheet says who does what when and how long it usually takes; what a release costs its people is counted; an environment is
// booked.
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SheetStory : public Story {};

TEST_P(SheetStory, RC4_the_run_sheet_names_owners_and_learns_how_long_steps_take) {
  World w{GetParam(), edited(World::small_shop(), "    owner: eli\n", "    owner: eli\n    deputy: quinn\n")};
  w.plan();
  EXPECT_THAT(w.as("ada", {"deploy", "sheet", "1.0.0"}).out,
              AllOf(HasSubstr("# Run sheet of shop/1.0.0"), HasSubstr("as it is planned now"), HasSubstr("put (command)"),
                    HasSubstr("Eli Engineer | Quinn Quality | never done"), HasSubstr("On call for shop from")));
  w.rehearse();
  EXPECT_THAT(w.as("ada", {"deploy", "sheet", "1.0.0"}).out, HasSubstr("(1 rehearsal)"));
  ASSERT_EQ(w.as("eli", {"absence", "note", "--until", "+5h", "--deputy", "sam"}).code, 0);
  EXPECT_THAT(w.as("ada", {"deploy", "sheet", "1.0.0"}).out, HasSubstr("Sam Security for Eli Engineer"));
  const auto id = w.as("ada", {"absence", "list"}).out;
  ASSERT_EQ(w.as("eli", {"absence", "end", id.substr(0, id.find(' '))}).code, 0);
  w.evidence();
  w.sign();
  w.advance("1s");
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("30s");
  EXPECT_THAT(w.as("ada", {"deploy", "sheet", "1.0.0"}).out, AllOf(HasSubstr("as it was sealed at the go"), HasSubstr("(1 deployment)")));
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0/sheet.html").out, AllOf(HasSubstr("<table>"), HasSubstr("Quinn Quality")));
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0/sheet.md").out, HasSubstr("# Run sheet"));
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0/sheet.md", "lee").code, 403);
  const auto run = w.get("/api/v1/releases/1.0.0").field("run.id");
  EXPECT_THAT(w.as("ada", {"run", "show", run}).out, HasSubstr("put"));
}

TEST_P(SheetStory, P6_what_a_release_costs_its_people_is_counted) {
  World w{GetParam(), World::small_shop()};
  w.plan();
  w.rehearse();
  w.evidence();
  const auto open = w.as("ada", {"release", "cost", "1.0.0"});
  EXPECT_THAT(open.out, AllOf(HasSubstr("no go yet"), HasSubstr("quorum"), HasSubstr("so far for")));
  w.advance("30m");
  w.sign();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  const auto cost = w.as("ada", {"release", "cost", "1.0.0"});
  ASSERT_EQ(cost.code, 0) << cost.err;
  EXPECT_THAT(cost.out, AllOf(HasSubstr("by 5 people"), HasSubstr("quorum"), HasSubstr("30m"), HasSubstr("Quinn Quality"),
                              HasSubstr("to the go"), Not(HasSubstr("so far")), Not(HasSubstr("Usual in this area"))));
  w.ready("1.1.0");
  ASSERT_EQ(w.as("ada", {"decide", "1.1.0", "go"}).code, 0);
  EXPECT_THAT(w.as("ada", {"release", "cost", "1.1.0"}).out, AllOf(HasSubstr("Usual in this area: "), HasSubstr("  1.0.0: ")));
}

TEST_P(SheetStory, P6_a_gate_that_refused_nothing_is_named_and_one_that_refused_an_act_is_not) {
  World w{GetParam(), World::strict_shop({"teams_confirmed"})};
  w.ready();
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 1) << "the team has not confirmed";
  ASSERT_EQ(w.as("eli", {"release", "confirm", "1.0.0", "catalog"}).code, 0);
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  EXPECT_THAT(w.as("ada", {"gate", "quiet"}).out,
              AllOf(HasSubstr("1 decision since"), HasSubstr("freeze_clear"), HasSubstr("held 1 time"), Not(HasSubstr("teams_confirmed"))));
}

TEST_P(SheetStory, CR5_a_rehearsal_has_its_environment_for_itself) {
  auto yaml = edited(World::small_shop(), "verify_version: [{name: right",
                     "verify_version: [{name: look, kind: manual, prompt: \"Is it there?\"}, {name: right");
  yaml += R"yaml(  - name: cart
    area: shop
    owner: eli
    deploy: [{name: put, kind: command, command: ["true"]}]
    rollback: [{name: put back, kind: command, command: ["true"]}]
    verify_version: [{name: answers, kind: check, command: [echo, "${expected}"], expect: "${expected}"}]
)yaml";
  World w{GetParam(), yaml};
  w.plan();
  ASSERT_EQ(w.as("eli", {"rollback", "rehearse", "catalog", "--release", "1.0.0", "--env", "staging"}).code, 0);
  const auto refused = w.as("rita", {"rollback", "rehearse", "cart", "--env", "staging", "--from", "1.0.0", "--version", "1.1.0"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("staging is booked: Eli Engineer rehearses the rollback of catalog there since"),
                                 HasSubstr("nobody knows until when")));
  const auto from = refused.err.find("`evenkeel run show") + 1;
  const auto command = refused.err.substr(from, refused.err.find('`', from) - from);
  EXPECT_NE(w.shell("rita", command).code, 2) << command;
}

INSTANTIATE_TEST_SUITE_P(On, SheetStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
