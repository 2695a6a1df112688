// Whose word counts: each component is confirmed, voted, frozen and deployed by its own area; protections are not lowered by one person;
// proofs prove.
#include <fstream>

#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SeparationStory : public Story {
 protected:
  /// Yuki leads and coordinates the platform, which owns nothing here; the catalog is the shop's.
  static std::string with_platform(const std::string& more = "") {
    auto yaml = edited(World::small_shop(), "areas: [", "areas: [{name: platform, coordinator: yuki}, ");
    return edited(yaml, "  - {login: quinn,",
                  "  - {login: yuki, name: Yuki Platform, email: yuki@shop.test, roles: [{role: coordinator, areas: [platform]}, {role: "
                  "engineering_lead, "
                  "areas: [platform]}, {role: risk_manager, areas: [platform]}]}\n"
                  "  - {login: sven, name: Sven Auditor, email: sven@shop.test, roles: [{role: auditor}]}\n  - {login: quinn,") +
           more;
  }
  static void file(World& w, const std::string& name, std::string text) {
    for (std::size_t at; (at = text.find("@DIR@")) != std::string::npos;) text.replace(at, 5, w.dir);
    std::ofstream(w.dir + "/" + name) << text;
  }
  static std::string hours(World& w, int n) { return to_iso(parse_time(w.now()).value() + std::chrono::hours{n}); }
  /// Planned by the platform, with the shop's component in it.
  static void planned_by_the_platform(World& w, const std::vector<std::string>& more = {}) {
    w.plan("0.9.9");  // for its repository and what runs
    std::vector<std::string> words{
        "release",        "plan",  "9.9.9",        "--area",   "platform", "--component", "catalog=0.9.0..9.9.9@sha256:9.9.9",
        "--window-start", w.now(), "--window-end", hours(w, 2)};
    words.insert(words.end(), more.begin(), more.end());
    const auto planned = w.as("yuki", words);
    ASSERT_EQ(planned.code, 0) << planned.err;
    ASSERT_EQ(w.as("yuki", {"change", "import", "9.9.9", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
    ASSERT_EQ(w.as("yuki", {"risk", "assess", "9.9.9"}).code, 0);
  }
};

TEST_P(SeparationStory, RC3_the_area_that_plans_decides_nothing_of_a_component_that_is_not_its_own) {
  World w{GetParam(), with_platform()};
  planned_by_the_platform(w);
  EXPECT_EQ(w.as("yuki", {"release", "confirm", "9.9.9", "catalog"}).code, 1);
  ASSERT_EQ(w.as("yuki", {"risk", "show", "9.9.9"}).code, 1) << "reading for a vote is for who votes";
  EXPECT_EQ(w.as("yuki", {"signoff", "9.9.9", "--role", "engineering_lead"}).code, 1);
  EXPECT_EQ(w.as("yuki", {"waive", "9.9.9", "testing", "--reason", "hurry", "--until", hours(w, 20)}).code, 1);
  EXPECT_EQ(w.as("yuki", {"deploy", "start", "9.9.9"}).code, 1);
  EXPECT_THAT(w.as("yuki", {"deploy", "start", "9.9.9"}).err, HasSubstr("in the area of what it is about"));
  ASSERT_EQ(w.as("eli", {"risk", "show", "9.9.9"}).code, 0) << "who has a part in it reads it";
  EXPECT_EQ(w.as("eli", {"signoff", "9.9.9", "--role", "engineering_lead"}).code, 0);
  EXPECT_EQ(w.as("eli", {"release", "confirm", "9.9.9", "catalog"}).code, 0);
}

TEST_P(SeparationStory, CR6_a_freeze_of_its_own_area_holds_a_component_whoever_planned_it) {
  World w{GetParam(), with_platform("\nfreezes:\n  - {name: Shop fair, owner: rita, reason: the fair, areas: [shop], from: \"2000-01-01\", "
                                    "until: \"2090-01-01\"}\n")};
  planned_by_the_platform(w);
  EXPECT_THAT(w.as("yuki", {"gate", "check", "9.9.9"}).out, HasSubstr("the freeze \"Shop fair\""));
}

TEST_P(SeparationStory, CR1_an_emergency_has_a_reason_an_incident_two_named_people_and_debts) {
  World w{GetParam(), with_platform()};
  const std::vector<std::string> window{"--window-start", w.now(), "--window-end", hours(w, 2)};
  const auto plan = [&](const std::string& version, std::vector<std::string> more) {
    std::vector<std::string> words{"release", "plan",        version,       "--area",
                                   "shop",    "--emergency", "--component", "catalog=0.9.0.." + version + "@sha256:" + version};
    words.insert(words.end(), window.begin(), window.end());
    words.insert(words.end(), more.begin(), more.end());
    return w.as("ada", words);
  };
  w.shell("ada", "echo 0.9.0 > live.production; echo 0.9.0 > live.staging");
  EXPECT_THAT(plan("e.1", {}).err, HasSubstr("an emergency has a reason"));
  EXPECT_THAT(plan("e.1", {"--because", "orders are lost"}).err, HasSubstr("say which"));
  ASSERT_EQ(plan("e.1", {"--because", "orders are lost", "--incident", "INC-7"}).code, 0);
  w.evidence("e.1");
  for (const auto& [login, role] :
       std::vector<std::pair<std::string, std::string>>{{"sven", "auditor"}, {"ada", "admin"}, {"pia", "product"}}) {
    (void)w.as(login, {"risk", "show", "e.1"});
    EXPECT_EQ(w.as(login, {"signoff", "e.1", "--role", role}).code, login == "pia" ? 0 : 1) << role;
  }
  EXPECT_EQ(w.gate("quorum", "e.1").at("verdict").as_string(), "fail") << "a product manager is not named for it";
  for (const auto& [login, role] : std::vector<std::pair<std::string, std::string>>{{"eli", "on_call"}, {"quinn", "qa"}}) {
    ASSERT_EQ(w.as(login, {"risk", "show", "e.1"}).code, 0);
    ASSERT_EQ(w.as(login, {"signoff", "e.1", "--role", role}).code, 0);
  }
  EXPECT_EQ(w.gate("quorum", "e.1").at("verdict").as_string(), "pass");
  EXPECT_EQ(w.as("ada", {"emergency", "debts"}).out, "Nothing is owed.\n");
  const auto go = w.as("ada", {"decide", "e.1", "go"});
  ASSERT_EQ(go.code, 0) << go.err;
  const auto owed = w.as("ada", {"emergency", "debts"}).out;
  EXPECT_THAT(owed, AllOf(HasSubstr("late_review by Ada Coordinator"), HasSubstr("retrospective by"), HasSubstr("rehearsal of catalog")));
  EXPECT_EQ(w.as("ada", {"emergency", "review", "e.1", "--because", "looked at"}).code, 1) << "not one's own";
  ASSERT_EQ(w.as("rita", {"emergency", "review", "e.1", "--because", "it was right to hurry"}).code, 0);
  w.rehearse("e.1");
  EXPECT_THAT(w.as("ada", {"emergency", "debts"}).out,
              AllOf(Not(HasSubstr("late_review")), Not(HasSubstr("rehearsal of")), HasSubstr("retrospective")));
  EXPECT_THAT(w.as("ada", {"today"}).out, HasSubstr("evenkeel retro open shop/e.1"));
  ASSERT_EQ(w.as("ada", {"retro", "open", "e.1"}).code, 0);
  ASSERT_EQ(w.as("ada", {"retro", "close", "e.1", "--summary", "the certificate had run out"}).code, 0);
  EXPECT_EQ(w.as("ada", {"emergency", "debts"}).out, "Nothing is owed.\n");
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(SeparationStory, P2_lowering_a_protection_waits_for_a_second_person) {
  World w{GetParam(), World::small_shop() +
                          "\nfreezes:\n  - {name: Fair, owner: rita, reason: the fair, from: \"2080-01-01\", until: \"2090-01-01\"}\n"};
  const auto base = World::small_shop();
  const std::string fair = "\nfreezes:\n  - {name: Fair, owner: rita, reason: the fair, from: \"2080-01-01\", until: \"2090-01-01\"}\n";
  const auto said = [&](const std::string& text) {
    file(w, "other.yaml", text);
    return w.as("rita", {"apply", w.dir + "/other.yaml"}).code;
  };
  EXPECT_EQ(said(base + fair + "go_no_go: {quorum: [qa]}\n"), 4) << "a smaller quorum";
  EXPECT_EQ(said(base), 4) << "a freeze that goes";
  EXPECT_EQ(said(edited(base, "{name: testing, mode: enforce}", "{name: testing, mode: observe}") + fair), 4) << "a weaker gate";
  EXPECT_EQ(said(base + fair + "go_no_go: {quorum: [engineering_lead, qa, product, security]}\n"), 0) << "a larger one is in force at once";
  file(w, "none.yaml", base + "go_no_go: {quorum: []}\n");
  EXPECT_THAT(w.as("rita", {"config", "check", w.dir + "/none.yaml"}).err, HasSubstr("name at least one role"));
  ASSERT_EQ(said(base + fair), 4);
  EXPECT_EQ(w.as("ada", {"apply", w.dir + "/other.yaml"}).code, 0) << "the second person";
}

TEST_P(SeparationStory, P2_the_lead_of_one_area_does_not_take_over_a_service_of_another) {
  World w{GetParam(), with_platform()};
  file(w, "taken.yaml", edited(with_platform(), "area: shop\n    owner: eli", "area: platform\n    owner: yuki"));
  const auto said = w.as("yuki", {"apply", w.dir + "/taken.yaml"});
  EXPECT_EQ(said.code, 1);
  EXPECT_THAT(said.err, HasSubstr("area shop"));
}

TEST_P(SeparationStory, W2_an_empty_scope_is_not_closed_by_gates_that_only_observe_and_the_feature_freeze_holds) {
  World w{GetParam(), edited(edited(edited(World::small_shop(), "  - {name: window_set, mode: enforce}\n", ""),
                                    "  - {name: testing, mode: enforce}\n", ""),
                             "  - {name: risk_assessed, mode: enforce}\n", "")};
  w.plan();
  ASSERT_EQ(w.as("ada", {"release", "plan", "7.0.0", "--area", "shop", "--component", "catalog=0.9.0..7.0.0@sha256:b"}).code, 0);
  w.rehearse("7.0.0");
  w.advance("5s");
  EXPECT_EQ(w.stage("7.0.0"), "go_no_go");
  const auto late = w.as("ada", {"change", "import", "7.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"});
  EXPECT_EQ(late.code, 0) << late.err;
  ASSERT_EQ(w.as("ada", {"release", "plan", "7.1.0", "--area", "shop", "--component", "catalog=0.9.0..7.1.0", "--scope-freeze",
                         to_iso(parse_time(w.now()).value() - std::chrono::hours{1})})
                .code,
            0);
  const auto closed = w.as("ada", {"change", "import", "7.1.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"});
  EXPECT_EQ(closed.code, 1);
  EXPECT_THAT(closed.err, HasSubstr("`evenkeel release move shop/7.1.0 --scope-freeze TIME --reason ...`"));
  ASSERT_EQ(w.as("ada", {"release", "move", "shop/7.1.0", "--scope-freeze", hours(w, 1), "--because", "one more"}).code, 0);
  EXPECT_EQ(w.as("ada", {"change", "import", "7.1.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
}

TEST_P(SeparationStory, CR5_a_proof_that_names_no_version_proves_nothing) {
  auto yaml = edited(World::small_shop(), "command: [cat, \"@DIR@/live.${environment}\"], expect: \"${expected}\", timeout: 5s",
                     "command: [\"true\"]");
  World w{GetParam(), yaml};
  w.plan();
  const auto said = w.as("rita", {"rollback", "rehearse", "catalog", "--release", "1.0.0", "--env", "staging"});
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("${expected}"));
  EXPECT_EQ(w.gate("rollback_rehearsed").at("verdict").as_string(), "fail");
}

TEST_P(SeparationStory, CR1_nobody_lowers_the_tier_of_their_own_change_and_what_is_done_is_said) {
  auto yaml = edited(World::small_shop(), "  - {login: quinn,",
                     "  - {login: dev, name: Dev, email: dev@shop.test, roles: [{role: risk_manager}]}\n  - {login: quinn,");
  World w{GetParam(), yaml};
  w.plan();
  const auto changes = w.get("/api/v1/releases/1.0.0/changes").json();
  std::string id;
  for (const auto& c : changes.as_array())
    if (c.at("tier").as_string() == "normal") id = std::string(c.at("id").as_string());
  ASSERT_FALSE(id.empty());
  EXPECT_THAT(w.as("dev", {"change", "tier", id, "--tier", "standard", "--reason", "small"}).err, HasSubstr("their own change"));
  EXPECT_THAT(w.as("rita", {"change", "tier", id, "--tier", "standard", "--reason", "small"}).out, HasSubstr("is standard now"));
}

TEST_P(SeparationStory, CR6_an_exception_is_denied_revoked_and_shown_with_its_reason) {
  World w{GetParam(), World::small_shop() +
                          "\nfreezes:\n  - {name: Fair, owner: rita, reason: the fair, from: \"2000-01-01\", until: \"2090-01-01\"}\n"};
  w.ready();
  const auto ask = [&](int n) {
    return std::string(
        w.ask("ada", {"exception", "request", "1.0.0", "--freeze", "Fair", "--reason", "a leak is closed", "--expires", hours(w, n)})
            .at("id")
            .as_string());
  };
  const auto first = ask(5);
  EXPECT_THAT(w.as("rita", {"exception", "show", first}).out, HasSubstr("asked by Ada Coordinator: a leak is closed"));
  EXPECT_EQ(w.as("ada", {"exception", "deny", first, "--because", "x"}).code, 1) << "is not hers to answer";
  ASSERT_EQ(w.as("rita", {"exception", "deny", first, "--because", "it can wait"}).code, 0);
  EXPECT_THAT(w.as("rita", {"exception", "approve", first}).err, HasSubstr("denied by Rita Risk: it can wait"));
  const auto second = ask(5);
  ASSERT_EQ(w.as("rita", {"exception", "approve", second}).code, 0);
  EXPECT_THAT(json::dump(w.gate("freeze_clear")), AllOf(HasSubstr("excepted by Rita Risk until"), HasSubstr("because a leak is closed")));
  ASSERT_EQ(w.as("rita", {"exception", "revoke", second, "--because", "the leak is elsewhere"}).code, 0);
  EXPECT_EQ(w.gate("freeze_clear").at("verdict").as_string(), "fail") << "from that moment it holds again";
  const auto third = ask(1);
  ASSERT_EQ(w.as("rita", {"exception", "approve", third}).code, 0);
  EXPECT_EQ(w.gate("freeze_clear").at("verdict").as_string(), "fail") << "it ends before the window does";
  EXPECT_THAT(w.as("ada", {"exception", "list", "1.0.0"}).out,
              AllOf(HasSubstr("denied by Rita Risk: it can wait"), HasSubstr("revoked by Rita Risk"), HasSubstr("approved")));
}

INSTANTIATE_TEST_SUITE_P(On, SeparationStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
