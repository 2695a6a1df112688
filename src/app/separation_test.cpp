// Random people over two areas say random things about releases that hold components of both. Whatever they say, three things hold: no go
// with one person in two roles, no step on a component without its area's word, nothing begins that a freeze or a stop in force forbids.
#include <gtest/gtest.h>

#include <random>

#include "accounts/accounts.hpp"
#include "app/app.hpp"
#include "deploy/deploy.hpp"
#include "planning/line.hpp"
#include "risk/risk.hpp"
#include "support/fresh_database.hpp"

namespace evenkeel::app {
namespace {

using testing_database::On;

constexpr const char* base = R"(
name: Two areas
people:
  - {login: ann, name: Ann, email: ann@example.org, roles: [{role: coordinator, areas: [shop]}, {role: engineering_lead, areas: [shop]}, {role: risk_manager, areas: [shop]}]}
  - {login: bob, name: Bob, email: bob@example.org, roles: [{role: coordinator, areas: [bank]}, {role: engineering_lead, areas: [bank]}]}
  - {login: cat, name: Cat, email: cat@example.org, roles: [{role: qa}, {role: product}]}
  - {login: dan, name: Dan, email: dan@example.org, roles: [{role: product}, {role: risk_manager}]}
  - {login: eve, name: Eve, email: eve@example.org, roles: [{role: admin}, {role: auditor}]}
  - {login: fay, name: Fay, email: fay@example.org, roles: [{role: on_call, areas: [bank]}, {role: qa, areas: [shop]}]}
areas: [{name: shop}, {name: bank}]
environments: [{name: production, production: true}]
on_call: [{area: shop, person: ann}, {area: bank, person: fay}]
gates: [{name: second_person, mode: observe}]
services:
  - {name: cart, area: shop, owner: ann, deploy: &put [{name: put, kind: manual, prompt: Out yet}], rollback: &back [{name: back, kind: command, command: ["true"]}],
     verify_version: &look [{name: look, kind: check, command: ["true"], expect: "${expected}"}]}
  - {name: ledger, area: bank, owner: bob, deploy: *put, rollback: *back, verify_version: *look}
)";
constexpr const char* bank_freeze =
    "freezes: [{name: Audit, owner: dan, reason: the auditors are here, areas: [bank], from: \"2000-01-01\", until: \"2090-01-01\"}]\n";
constexpr const char* logins[] = {"ann", "bob", "cat", "dan", "eve", "fay"};

class Walk : public testing::TestWithParam<On> {
 protected:
  Walk() {
    Options options;
    options.database = fresh.url();
    options.state_folder = "/tmp/evenkeel-walk-state";
    app = std::move(App::open(options).value());
    Actor first{.kind = ActorKind::person, .id = "local:test"};
    first.grants.insert({Role::admin, "*"});
    const auto o = definitions::read_yaml(base, "evenkeel.yaml").value();
    app->engine->perform(first, [&](Work& work) { return definitions::apply(work, o, "file"); }).value();
  }

  template <class F>
  auto as(const std::string& login, F f) {
    const auto actor =
        app->database->read([&](store::Tx& tx) { return accounts::as_actor(tx, *accounts::find_person(tx, login), Via::api); });
    return app->engine->perform(actor, f);
  }
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>{0, n - 1}(random); }
  std::string anyone() { return logins[below(std::size(logins))]; }

  void rehearse(const std::string& service) {
    (void)as("eve", [&](Work& work) -> Result<void> {
      const auto o = TRY(definitions::current(work.tx));
      const auto p = risk::document_procedure(work, *definitions::find_service(*o, service));
      risk::store_rehearsal(
          work,
          {work.new_id("run"), p.id, p.hash, service, "staging", "2", "1", work.now, work.now, true, true, json::Array{}, work.actor.id},
          {});
      return {};
    });
  }
  ReleaseId plan(int n) {
    const bool of_shop = below(2) == 0;
    planning::PlanRelease p{};
    p.version = fmt::format("{}.0.0", n), p.area = of_shop ? "shop" : "bank";
    const auto what = below(3);  // its own component, both, or the other area's alone
    if (what != 2) p.components.push_back({of_shop ? "cart" : "ledger", p.version, "0.9.0"});
    if (what != 0) p.components.push_back({of_shop ? "ledger" : "cart", p.version, "0.9.0"});
    p.window_start = app->clock->now(), p.window_end = app->clock->now() + std::chrono::hours{24};
    if (below(6) == 0) p.emergency = true, p.because = "x", p.incident = "INC";
    auto planned = as(of_shop ? "ann" : "bob", [&](Work& work) { return planning::plan_release(work, p); });
    return planned ? planned->id : ReleaseId{};
  }

  /// Somebody says something about the release; most of it is refused.
  void say(const ReleaseId& id) {
    const auto who = anyone();
    switch (below(14)) {
      case 0:
        (void)as(who, [&](Work& work) { return risk::assess_release(work, id); });
        break;
      case 1:
      case 2:
        (void)as(who, [&](Work& work) { return risk::read_assessment(work, id); });
        break;
      case 3:
      case 4:
      case 5:
      case 6:
        (void)as(who, [&](Work& work) { return risk::read_assessment(work, id); });
        (void)as(who, [&](Work& work) {
          constexpr Role roles[] = {Role::engineering_lead, Role::qa, Role::product, Role::on_call, Role::auditor, Role::admin};
          return gonogo::sign_off(
              work, {id, roles[below(std::size(roles))], below(25) == 0 ? gonogo::Verdict::no_go : gonogo::Verdict::go, "because"});
        });
        break;
      case 7:
        (void)as(who, [&](Work& work) {
          return gonogo::waive(work, {id, "health_criteria", "x", work.now + std::chrono::hours{1}}, app->gates);
        });
        break;
      case 8:
      case 9:
        (void)as(who, [&](Work& work) {
          return gonogo::decide(work, {id, below(8) == 0 ? gonogo::Verdict::no_go : gonogo::Verdict::go, "because"}, app->gates);
        });
        break;
      case 10:
        (void)as(who, [&](Work& work) { return deploy::start_deployment(work, id); });
        break;
      case 11:
        if (below(5) == 0)
          (void)as(who, [&](Work& work) { return planning::stop_line(work, {.area = below(2) == 0 ? "shop" : "bank", .because = "x"}); });
        else
          (void)as(who, [&](Work& work) { return planning::resume_line(work, {.area = below(2) == 0 ? "shop" : "bank", .because = "x"}); });
        break;
      case 12:
        (void)as(who, [&](Work& work) { return planning::exempt_release(work, {id, "x"}); });
        break;
      default:
        if (below(4) != 0) break;
        (void)as("eve", [&](Work& work) {
          frozen = !frozen && below(3) == 0;
          return definitions::apply(work, definitions::read_yaml(std::string(base) + (frozen ? bank_freeze : ""), "evenkeel.yaml").value(),
                                    "file");
        });
    }
  }

  /// A go that stands.
  void holds_of_a_go(store::Tx& tx, const planning::Release& r, const std::string& decided_by) {
    std::map<std::string, std::set<Role>> roles;
    std::set<std::string> voters;
    for (const auto& v : gonogo::votes_of(tx, r)) {
      roles[v.person].insert(v.role);
      if (v.verdict == gonogo::Verdict::go) voters.insert(v.person);
      EXPECT_NE(v.role, Role::auditor);
      EXPECT_NE(v.role, Role::admin);
    }
    for (const auto& [person, of] : roles) EXPECT_EQ(of.size(), 1u) << person << " voted in two roles";
    EXPECT_GE(voters.size(), 2u);
    EXPECT_FALSE(tx.value(
        "SELECT id FROM waiver WHERE release_id = $1 AND person = $2 AND at <= (SELECT max(at) FROM decision WHERE release_id = $1)",
        {r.id, decided_by}))
        << "who waived decided";
    for (const auto& area : planning::areas_of(tx, r)) {
      bool spoken = false;
      for (const auto& person : voters) {
        const auto p = accounts::person_by_id(tx, person);
        for (const auto& role : roles[person]) spoken = spoken || accounts::as_actor(tx, *p, Via::api).has(role, area);
      }
      EXPECT_TRUE(spoken) << "nobody of " << area << " had a word in " << r.version;
    }
  }

  testing_database::Fresh fresh{GetParam()};
  std::unique_ptr<App> app;
  std::mt19937 random{20261130};
  bool frozen = false;
};

TEST_P(Walk, whatever_people_say_roles_are_apart_areas_have_their_word_and_what_protects_holds) {
  rehearse("cart");
  rehearse("ledger");
  int goes = 0, starts = 0, forbidden_starts = 0;
  const int releases = GetParam() == On::sqlite ? 25 : 3;
  for (int n = 1; n <= releases && !HasFailure(); ++n) {
    const auto id = plan(n);
    if (id.empty()) continue;
    for (int i = 0; i < 200; ++i) {
      const auto look = [&](auto f) { return app->database->read(f); };
      const auto runs_before = look([&](store::Tx& tx) { return tx.integer("SELECT count(*) FROM run WHERE release_id = $1", {id}); });
      const auto denied = look([&](store::Tx& tx) {
        const auto now = app->clock->now();
        return !planning::what_denies(tx, planning::find_release(tx, id).value(), {now, now + Millis{1}}).clear();
      });
      const auto before = look([&](store::Tx& tx) { return planning::find_release(tx, id).value().stage; });
      say(id);
      look([&](store::Tx& tx) {
        const auto r = planning::find_release(tx, id).value();
        const auto began = tx.integer("SELECT count(*) FROM run WHERE release_id = $1", {id}) - runs_before;
        starts += int(began);
        forbidden_starts += began > 0 && denied;
        if (before != planning::Stage::deployment && r.stage == planning::Stage::deployment) {
          ++goes;
          holds_of_a_go(tx, r, gonogo::latest_decision(tx, id)->decided_by);
        }
        return 0;
      });
    }
  }
  EXPECT_EQ(forbidden_starts, 0);
  if (GetParam() == On::sqlite) { EXPECT_GE(goes, 1); }
}

INSTANTIATE_TEST_SUITE_P(On, Walk, testing::ValuesIn(testing_database::everywhere()), testing_database::name_of);

}  // namespace
}  // namespace evenkeel::app
