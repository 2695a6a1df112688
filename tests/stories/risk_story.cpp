// Risk: who is reached by a change, how it is undone, and what no hand can tick.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class RiskStory : public Story {
 protected:
  /// More changes for 1.0.0 out of the story's repository.
  static void commit(World& w, const std::string& file, const std::string& message) {
    w.git(fmt::format("mkdir -p $(dirname {0}); echo x >> {0}; git add .; git commit -qm '{1}'", file, message));
    ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  }
  static std::string change_titled(World& w, const std::string& title) {
    const auto all = w.get("/api/v1/releases/1.0.0/changes").json();
    for (const auto& c : all.as_array())
      if (c.at("title").as_string() == title) return std::string(c.at("id").as_string());
    ADD_FAILURE() << "no change " << title;
    return {};
  }
};

TEST_P(RiskStory, CR3_the_blast_radius_follows_the_graph_with_users_severity_and_capabilities) {
  World w{
      GetParam(),
      World::small_shop() +
          R"yaml(  - {name: web, area: shop, owner: eli, criticality: critical, users_per_hour: 4000, capabilities: [browse lamps], depends_on: [{service: catalog, share: 0.5}]}
  - {name: checkout, area: shop, owner: eli, criticality: critical, users_per_hour: 600, capabilities: [pay], depends_on: [{service: web, share: 0.1}]}
  - {name: payroll, area: shop, owner: eli, users_per_hour: 50}
)yaml"};
  w.plan();
  const auto radius = w.ask("rita", {"risk", "assess", "1.0.0"}).at("blast_radius");
  std::map<std::string, std::int64_t> users;
  std::map<std::string, std::size_t> hops;
  for (const auto& r : radius.at("reached").as_array()) {
    users[std::string(r.at("service").as_string())] = r.at("users_per_hour").as_int64();
    hops[std::string(r.at("service").as_string())] = r.at("path").as_array().size();
  }
  EXPECT_EQ(users, (std::map<std::string, std::int64_t>{{"catalog", 1000}, {"web", 2000}, {"checkout", 30}}))
      << "shares multiply along a path";
  EXPECT_EQ(hops["checkout"], 3u) << "catalog, web, checkout";
  EXPECT_EQ(radius.at("users_lower").as_int64(), 2000);
  EXPECT_EQ(radius.at("users_upper").as_int64(), 3030);
  EXPECT_EQ(radius.at("severity").as_string(), "critical");
  EXPECT_THAT(json::dump(radius.at("capabilities")), AllOf(HasSubstr("browse lamps"), HasSubstr("pay")));
  EXPECT_THAT(w.as("rita", {"risk", "assess", "1.0.0"}).out, HasSubstr("reaches web, catalog, checkout (2000 to 3030 users an hour)"));
}

TEST_P(RiskStory, CR4_a_rehearsal_that_failed_since_counts_for_more_than_one_that_passed_before) {
  World w{GetParam(),
          edited(World::small_shop(), "echo ${from_version} > @DIR@/live", "test ! -e @DIR@/broken && echo ${from_version} > @DIR@/live")};
  w.plan();
  w.rehearse();
  EXPECT_EQ(w.gate("rollback_rehearsed").at("verdict").as_string(), "pass");
  w.shell("ada", "touch broken");
  w.rehearse();
  EXPECT_EQ(w.gate("rollback_rehearsed").at("verdict").as_string(), "fail");
  EXPECT_THAT(std::string(w.gate("rollback_rehearsed").at("value").as_string()), HasSubstr("the last rehearsal of catalog failed"));
  w.shell("ada", "rm broken");
  w.rehearse();
  EXPECT_EQ(w.gate("rollback_rehearsed").at("verdict").as_string(), "pass");
  ASSERT_EQ(w.as("rita", {"risk", "assess", "1.0.0"}).code, 0);
  EXPECT_THAT(std::string(w.gate("risk_assessed").at("value").as_string()), testing::Not(HasSubstr(" ago")));
  w.advance("75h");
  EXPECT_THAT(std::string(w.gate("risk_assessed").at("value").as_string()), HasSubstr("assessed 3d ago"));
}

TEST_P(RiskStory, W4_what_goes_out_was_built_from_what_was_looked_at) {
  World w{GetParam(), World::strict_shop({"artefact_from_scope"})};
  w.plan();
  const auto head = [&] {
    auto id = w.shell("ada", "git -C repo rev-parse HEAD").out;
    id.resize(40);
    return id;
  };
  const auto built_from = [&](const std::string& id) {
    ASSERT_EQ(w.as("ada", {"release", "artefact", "1.0.0", "catalog", "--commit", id}).code, 0);
  };
  const auto says = [&](const std::string& verdict, const std::string& words) {
    const auto gate = w.gate("artefact_from_scope");
    EXPECT_EQ(gate.at("verdict").as_string(), verdict);
    EXPECT_THAT(std::string(gate.at("value").as_string()), HasSubstr(words));
  };
  says("unknown", "nobody said from which commit the artefact of catalog was built");
  const auto looked_at = head();
  built_from(looked_at.substr(0, 12));
  says("pass", "catalog from " + looked_at.substr(0, 10));

  // A change comes in behind the build, and the build moves on past the scope.
  commit(w, "src/more", "feat: more lists");
  says("fail", "before these changes of the scope: feat: more lists");
  built_from(head());
  says("pass", "catalog from " + head().substr(0, 10));
  w.git("echo y >> src/more; git commit -qam 'feat: nobody saw this'");
  built_from(head());
  says("fail", "what lies between is in one of them only");
  EXPECT_THAT(w.as("ada", {"gate", "check", "1.0.0"}).out, HasSubstr("evenkeel release artefact shop/1.0.0 catalog --commit COMMIT"));
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  says("pass", "catalog from");
  w.git("echo z >> README; git add .; git commit -qm 'docs: of no service'");
  built_from(head());
  says("fail", "read up to");
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  says("pass", "catalog from");
  EXPECT_THAT(w.as("ada", {"ledger", "verify"}).out, HasSubstr("Intact"));
}

TEST_P(RiskStory, CR4_a_rollback_procedure_is_versioned_and_its_rehearsal_names_the_version) {
  World w{GetParam()};
  w.plan();
  w.rehearse();
  w.apply(edited(World::small_shop(), "name: put back", "name: put it back"));
  w.plan("1.0.1");
  w.rehearse("1.0.1");
  const auto versions = w.get("/api/v1/services/catalog/rollback").json();
  ASSERT_EQ(versions.as_array().size(), 2u);
  const auto& first = versions.as_array()[1];
  EXPECT_EQ(first.at("number").as_int64(), 1);
  EXPECT_EQ(first.at("steps").as_array()[0].at("name").as_string(), "put back");
  EXPECT_EQ(first.at("steps").as_array().size(), 2u) << "the proof that the old version is back is part of it";
  EXPECT_NE(first.at("hash").as_string(), versions.as_array()[0].at("hash").as_string());
  const auto rehearsals = w.get("/api/v1/services/catalog/rehearsals").json();
  const auto& evidence = rehearsals.as_array()[rehearsals.as_array().size() - 1];
  EXPECT_EQ(evidence.at("procedure_hash").as_string(), first.at("hash").as_string());
  EXPECT_EQ(evidence.at("evidence").as_array().size(), 4u) << "deployed, proven, rolled back, proven";
  for (const auto& step : evidence.at("evidence").as_array()) EXPECT_EQ(step.at("output_sha256").as_string().size(), 64u);
  EXPECT_THAT(w.as("rita", {"rollback", "show", "catalog"}).out, AllOf(HasSubstr("version 2, "), HasSubstr("put it back (command)")));
}

TEST_P(RiskStory, CR4_a_migration_has_a_reversal_or_is_declared_one_way_before_go) {
  World w{GetParam(), World::strict_shop({"changes_reversible"})};
  w.plan();
  commit(w, "db/migrations/2.sql", "Add a column");
  commit(w, "db/migrations/3.sql", "Drop a table\n\nOne-way: restore it from the backup of the night");
  w.rehearse();
  w.evidence();
  w.sign();
  const auto refused = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("neither reversal nor one-way: Add a column"), HasSubstr("evenkeel change reversal"),
                                 testing::Not(HasSubstr("Drop a table"))));
  const auto id = change_titled(w, "Add a column");
  EXPECT_EQ(w.as("eli", {"change", "reversal", id, "--text", "", "--one-way"}).code, 2) << "one-way needs its forward fix";
  EXPECT_EQ(w.as("lee", {"change", "reversal", id, "--text", "drop it"}).code, 1) << "leadership reads trends";
  EXPECT_EQ(w.as("eli", {"change", "reversal", id, "--text", "db/undo/2.sql drops the column"}).code, 0);
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  EXPECT_EQ(w.as("eli", {"change", "reversal", id, "--text", "something else"}).code, 1) << "decided is decided";
}

TEST_P(RiskStory, CR4_a_one_way_step_names_its_forward_fix) {
  World w{GetParam()};
  auto yaml = World::small_shop();
  yaml = edited(yaml, "deploy: [{name: put,", "deploy: [{name: migrate, kind: command, command: [\"true\"], one_way: true}, {name: put,");
  std::ofstream(w.dir + "/one-way.yaml") << yaml;
  const auto refused = w.as("", {"config", "check", w.dir + "/one-way.yaml"});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err + refused.out, AllOf(HasSubstr("one-way.yaml:"), HasSubstr("a one-way step needs `forward_fix`")));
}

TEST_P(RiskStory, P1_a_rollback_plan_is_tested_not_ticked) {
  auto yaml = World::small_shop();
  yaml.insert(yaml.find("gates:\n") + 7,
              "  - {name: rollback_rehearsed, mode: observe, on_unknown: pass}\n");  // what a hurried hand would write
  const auto good = yaml;
  yaml = edited(yaml, "echo ${from_version} >", "echo ${version} >");  // a rollback that rolls nothing back
  World w{GetParam(), yaml};
  w.plan();
  w.rehearse();
  w.advance("10m");
  w.evidence();
  w.sign();
  const auto refused = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("the last rehearsal of catalog failed"));
  EXPECT_THAT(w.as("rita", {"waive", "1.0.0", "rollback_rehearsed", "--reason", "trust me", "--until", "+24h"}).err,
              HasSubstr("never waived"));
  EXPECT_EQ(w.as("rita", {"rollback", "rehearse", "catalog", "--release", "1.0.0", "--env", "production"}).code, 2)
      << "a rehearsal is no act in production";
  const auto run = std::string(w.get("/api/v1/services/catalog/rehearsals").json().as_array()[0].at("id").as_string());
  EXPECT_EQ(w.as("ada", {"deploy", "skip", "1.0.0", "4", "--run", run, "--reason", "it would have worked"}).code, 1);
  w.apply(good);
  w.plan("1.0.1");
  w.rehearse("1.0.1");
  w.evidence("1.0.1");
  w.sign("1.0.1");
  EXPECT_EQ(w.as("ada", {"decide", "1.0.1", "go"}).code, 0);
  w.advance("360h");  // fifteen days later it is no recent rehearsal any more
  w.plan("1.0.2");
  EXPECT_THAT(w.as("ada", {"gate", "check", "1.0.2"}).out, HasSubstr("the rehearsal of catalog is 15d old"));
}

TEST_P(RiskStory, I4_what_security_must_see_is_not_deployed_before_it_has) {
  World w{GetParam()};
  w.plan();
  commit(w, "auth/login", "Shorter sessions");
  w.rehearse();
  w.evidence();
  w.sign();
  const auto refused = w.as("ada", {"decide", "1.0.0", "go"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("not accepted by security: Shorter sessions"), HasSubstr("evenkeel security review")));
  const auto id = change_titled(w, "Shorter sessions");
  EXPECT_THAT(w.as("rita", {"security", "review", id}).err, HasSubstr("needs the role security"));
  EXPECT_THAT(w.as("rita", {"waive", "1.0.0", "security_reviewed", "--reason", "small", "--until", "+24h"}).err, HasSubstr("never waived"));
  EXPECT_EQ(w.as("sam", {"security", "review", id, "--verdict", "rejected", "--reason", "sessions never end"}).code, 0);
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 1) << "seen is not accepted";
  w.advance("1m");
  EXPECT_EQ(w.as("sam", {"security", "review", id, "--verdict", "accepted"}).code, 0);
  EXPECT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
}

INSTANTIATE_TEST_SUITE_P(On, RiskStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
