// Off the straight road: going on after an abandoned deployment, another window after the go, a plan that changes, a rollback after the
// release is closed or to an older version.
#include <fstream>

#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class GoingOnStory : public Story {
 protected:
  /// The catalog goes to two regions; it stops half-way in the second where the file `jam` lies.
  static std::string two_regions() {
    auto yaml = edited(World::small_shop(), "{name: production, production: true}",
                       "{name: production, production: true, targets: [{name: eu}, {name: us}]}");
    yaml = edited(yaml, "\"echo ${version} > @DIR@/live.${environment}; echo ${attempt} >> @DIR@/effects\"",
                  "\"echo ${version} ${from_version} ${target} >> @DIR@/log; test ${target} = us && test -e @DIR@/jam && exit 1; echo "
                  "${version} > @DIR@/live.${target}\"");
    yaml = edited(yaml, "\"echo ${from_version} > @DIR@/live.${environment}; echo ${attempt} >> @DIR@/effects\"",
                  "\"echo ${from_version} > @DIR@/live.${target}\"");
    return edited(yaml, "[cat, \"@DIR@/live.${environment}\"]", "[cat, \"@DIR@/live.${target}\"]");
  }
  static std::string live(World& w, const std::string& target) { return w.shell("ada", "cat live." + target + " || true").out; }
  static std::string hours(World& w, int n) { return to_iso(parse_time(w.now()).value() + std::chrono::hours{n}); }
  static void go(World& w, const std::string& version = "1.0.0") {
    w.advance("1s");
    const auto said = w.as("ada", {"decide", version, "go"});
    ASSERT_EQ(said.code, 0) << said.err;
  }
  static void abandoned_half_way(World& w) {
    w.shell("ada", "for t in eu us staging; do echo 0.9.0 > live.$t; done; touch jam");
    w.ready();
    go(w);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
    w.advance("1m");
    ASSERT_EQ(live(w, "eu"), "1.0.0\n");
    ASSERT_EQ(w.as("eli", {"deploy", "abandon", "1.0.0", "--reason", "the region is away"}).code, 0);
  }
};

TEST_P(GoingOnStory, RC4_an_abandoned_deployment_goes_on_from_the_first_target_that_is_not_done) {
  World w{GetParam(), two_regions()};
  abandoned_half_way(w);
  EXPECT_THAT(w.as("ada", {"release", "show", "1.0.0"}).out, AllOf(HasSubstr("abandoned at step"), Not(HasSubstr("may start"))));
  const auto start = w.as("ada", {"deploy", "start", "1.0.0"});
  EXPECT_EQ(start.code, 1) << "nothing is said to start that does not";
  EXPECT_THAT(start.err, HasSubstr("`evenkeel deploy continue shop/1.0.0`"));
  // Half-way on us: somebody who has looked says what runs there; eu is known.
  const auto asked = w.as("ada", {"deploy", "continue", "1.0.0"});
  EXPECT_EQ(asked.code, 1);
  EXPECT_THAT(asked.err,
              AllOf(HasSubstr("ended half-way on catalog@us"), HasSubstr("--runs catalog@us=VERSION"), Not(HasSubstr("catalog@eu"))));
  w.shell("ada", "rm jam; : > log");
  ASSERT_EQ(w.as("eli", {"deploy", "continue", "1.0.0", "--runs", "catalog@us=0.9.0"}).code, 0);
  w.advance("1m");
  EXPECT_EQ(w.ask("ada", {"deploy", "status", "1.0.0"}).at("state").as_string(), "done");
  EXPECT_EQ(live(w, "us"), "1.0.0\n");
  EXPECT_EQ(w.shell("ada", "cat log").out, "1.0.0 0.9.0 us\n") << "eu was proven again, not deployed again";
  EXPECT_EQ(w.stage(), "validation");
  // A rollback undoes what both runs did.
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "empty lists"}).code, 0);
  w.advance("1m");
  EXPECT_EQ(live(w, "eu") + live(w, "us"), "0.9.0\n0.9.0\n");
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(GoingOnStory, RC4_what_is_said_to_run_is_looked_at_before_anything_goes_out) {
  World w{GetParam(), two_regions()};
  abandoned_half_way(w);
  w.shell("ada", "rm jam; : > log");
  ASSERT_EQ(w.as("eli", {"deploy", "continue", "1.0.0", "--runs", "catalog@us=1.0.0"}).code, 0) << "which is not true";
  w.advance("1m");
  const auto run = w.as("ada", {"deploy", "status", "1.0.0", "--json"}).json();
  EXPECT_EQ(run.at("state").as_string(), "held");
  EXPECT_EQ(w.shell("ada", "cat log").out, "");
}

TEST_P(GoingOnStory, RC4_the_next_plan_knows_what_each_target_runs) {
  World w{GetParam(), two_regions()};
  abandoned_half_way(w);
  w.shell("ada", "rm jam");
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "not today"}).code, 0);
  w.advance("1m");
  const auto planned = w.as("ada", {"release", "plan", "1.1.0", "--area", "shop", "--component", "catalog=1.1.0@sha256:1.1.0"});
  ASSERT_EQ(planned.code, 0) << planned.err;
  EXPECT_EQ(w.get("/api/v1/releases/1.1.0").json().at("components").as_array()[0].at("from_version").as_string(), "0.9.0");
}

TEST_P(GoingOnStory, W4_a_deployment_that_waits_before_its_first_step_is_taken_back_and_cancelled_and_its_version_is_free_again) {
  World w{GetParam(), edited(World::small_shop(), "deploy: [", "deploy: [{name: bank agrees, kind: manual, prompt: Agreed, owner: eli}, ")};
  w.ready();
  go(w);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("5s");
  const auto refused = w.as("ada", {"release", "cancel", "1.0.0", "--reason", "not today"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("`evenkeel decide shop/1.0.0 no_go --reason ...`"));
  ASSERT_EQ(w.as("ada", {"decide", "shop/1.0.0", "no_go", "--reason", "not today"}).code, 0);
  EXPECT_EQ(w.ask("ada", {"release", "show", "1.0.0"}).at("run").at("state").as_string(), "abandoned");
  ASSERT_EQ(w.as("ada", {"release", "cancel", "1.0.0", "--reason", "not today"}).code, 0);
  const auto again = w.as("ada", {"release", "plan", "1.0.0", "--area", "shop", "--component", "catalog=0.9.0..1.0.0@sha256:b"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(w.stage("1.0.0"), "planning");
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0+cancelled.1").field("release.outcome"), "cancelled");
}

TEST_P(GoingOnStory, RC3_a_window_moves_after_the_go_with_the_votes_and_a_second_person_when_it_is_near) {
  World w{GetParam()};
  w.ready();
  go(w);
  const auto soon =
      w.as("ada", {"release", "move", "1.0.0", "--window-start", hours(w, 4), "--window-end", hours(w, 5), "--reason", "the bank asked"});
  ASSERT_EQ(soon.code, 0) << soon.err;
  EXPECT_THAT(soon.out, HasSubstr("`evenkeel release agree shop/1.0.0`"));
  EXPECT_EQ(w.as("ada", {"release", "agree", "1.0.0"}).code, 1) << "not the one who proposed it";
  ASSERT_EQ(w.as("eli", {"release", "agree", "1.0.0"}).code, 0);
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 1) << "its window has not opened";
  w.advance("4h30m");
  EXPECT_EQ(w.stage(), "deployment") << "the window that was left did not take the go away";
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0) << "no new vote, no new decision";
}

TEST_P(GoingOnStory, RC3_a_window_two_days_ahead_needs_no_second_person_and_a_frozen_one_is_refused) {
  const auto day = [](const std::string& iso) { return iso.substr(0, 10) + " 00:00"; };
  const auto from = parse_time(start_of_stories()).value();
  World w{GetParam(), World::small_shop() +
                          fmt::format("\nfreezes:\n  - {{name: Fair, owner: rita, reason: the fair, from: \"{}\", until: \"{}\"}}\n",
                                      day(to_iso(from + std::chrono::hours{24 * 5})), day(to_iso(from + std::chrono::hours{24 * 7})))};
  w.ready();
  go(w);
  const auto frozen = w.as("ada", {"release", "move", "1.0.0", "--window-start", hours(w, 24 * 6), "--reason", "later"});
  EXPECT_EQ(frozen.code, 1);
  EXPECT_THAT(frozen.err, HasSubstr("the freeze \"Fair\""));
  EXPECT_EQ(w.as("ada", {"release", "move", "1.0.0", "--window-start", hours(w, 48), "--reason", "later"}).code, 0);
  EXPECT_EQ(w.stage(), "deployment");
}

TEST_P(GoingOnStory, RC1_a_plan_is_changed_with_what_that_voids_listed_first) {
  World w{GetParam()};
  w.ready();
  ASSERT_EQ(w.as("eli", {"release", "confirm", "1.0.0", "catalog"}).code, 0);
  const auto listed = w.as("ada", {"release", "edit", "1.0.0", "--component", "catalog=1.0.1@sha256:c"});
  EXPECT_EQ(listed.code, 4);
  EXPECT_THAT(listed.out,
              AllOf(HasSubstr("the vote of Eli Engineer as engineering_lead"), HasSubstr("the vote of Quinn Quality as qa"),
                    HasSubstr("the risk assessment"), HasSubstr("the confirmation of catalog by Eli Engineer"), HasSubstr("--confirm")));
  EXPECT_EQ(w.gate("quorum").at("verdict").as_string(), "pass") << "nothing has changed yet";
  const auto title = w.as("ada", {"release", "edit", "1.0.0", "--title", "The summer release", "--owner", "eli"});
  EXPECT_EQ(title.code, 0) << title.err << "voids nothing, so it is done at once";
  ASSERT_EQ(w.as("ada", {"release", "edit", "1.0.0", "--component", "catalog=1.0.1@sha256:c", "--confirm"}).code, 0);
  EXPECT_EQ(w.gate("quorum").at("verdict").as_string(), "fail");
  const auto page = w.ask("ada", {"release", "show", "1.0.0"});
  EXPECT_EQ(page.at("release").at("title").as_string(), "The summer release");
  EXPECT_EQ(page.at("components").as_array()[0].at("version").as_string(), "1.0.1");
  EXPECT_EQ(w.as("ada", {"release", "edit", "1.0.0", "--version", "1.0.1"}).code, 0);
  EXPECT_EQ(w.get("/api/v1/releases/1.0.1").field("release.version"), "1.0.1");
  EXPECT_EQ(w.as("ada", {"release", "edit", "1.0.1", "--component", "katalog=1.0.1"}).code, 2);
  EXPECT_THAT(w.as("ada", {"release", "edit", "1.0.1", "--component", "catalgo=1.0.1"}).err, HasSubstr("did you mean 'catalog'?"));
}

TEST_P(GoingOnStory, RC1_a_release_is_superseded_by_another) {
  World w{GetParam()};
  w.plan();
  w.plan("1.1.0");
  EXPECT_EQ(w.as("ada", {"release", "supersede", "1.0.0", "--by", "1.0.0", "--reason", "x"}).code, 2);
  ASSERT_EQ(w.as("ada", {"release", "supersede", "1.0.0", "--by", "1.1.0", "--reason", "the bigger one has it"}).code, 0);
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").field("release.outcome"), "superseded");
}

TEST_P(GoingOnStory, RC4_what_runs_is_rolled_back_after_the_release_is_closed_and_a_late_report_is_looked_back_at) {
  World w{GetParam(), World::small_shop() + "\nvalidation: {checkpoints: [1m]}\n"};
  w.deploy();
  w.advance("2m");
  ASSERT_EQ(w.as("eli", {"release", "healthy", "1.0.0", "--reason", "fine"}).code, 0);
  w.advance("5s");
  ASSERT_EQ(w.stage(), "closed");
  const auto state = [&] {
    const auto shown = w.ask("ada", {"release", "show", "1.0.0"});
    return std::string(shown.at("state").as_string()) + ": " + std::string(shown.at("sentence").as_string());
  };
  EXPECT_EQ(state(), "shipped: Shipped");
  const auto report = w.as("pia", {"report-issue", "the list is empty", "--service", "catalog"});
  ASSERT_EQ(report.code, 0) << report.err;
  w.advance("1s");
  EXPECT_EQ(state(), "watch: Shipped; an incident is open: the list is empty");
  EXPECT_THAT(w.as("ada", {"retro", "show", "1.0.0"}).out, HasSubstr("a customer reported it"));
  // What the incident prints as the way back is done as it stands.
  const auto from = report.out.find("undo: evenkeel ");
  ASSERT_NE(from, std::string::npos) << report.out;
  const auto undo = report.out.substr(from + 6, report.out.find('\n', from) - from - 6);
  const auto rolled = w.shell("eli", undo);
  EXPECT_EQ(rolled.code, 0) << undo << rolled.err;
  w.advance("30s");
  EXPECT_EQ(w.shell("ada", "cat live.production").out, "0.9.0\n");
  const auto page = w.get("/api/v1/releases/1.0.0");
  EXPECT_EQ(page.field("release.outcome"), "rolled_back");
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(GoingOnStory, RC4_any_version_known_good_is_the_target_of_a_rollback) {
  World w{GetParam()};
  w.deploy();
  w.advance("1m");
  w.start_next("1.1.0", "1.0.0", "fix: another");
  w.advance("1m");
  w.start_next("1.2.0", "1.1.0", "fix: one more");
  w.advance("1m");
  const auto odd = w.as("eli", {"rollback", "start", "1.2.0", "--reason", "both are broken", "--to", "0.8.0"});
  EXPECT_EQ(odd.code, 1);
  EXPECT_THAT(odd.err, HasSubstr("known good are 1.1.0, 1.0.0"));
  const auto back = w.as("eli", {"rollback", "start", "1.2.0", "--reason", "both are broken", "--to", "catalog=1.0.0"});
  ASSERT_EQ(back.code, 0) << back.err;
  w.advance("1m");
  EXPECT_EQ(w.shell("ada", "cat live.production").out, "1.0.0\n");
  EXPECT_THAT(w.as("eli", {"rollback", "start", "1.2.0", "--reason", "again"}).out, HasSubstr("Started"))
      << "asked twice it is the same one";
}

INSTANTIATE_TEST_SUITE_P(On, GoingOnStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
