// What may be changed by whom, and that nothing is changed unseen.
#include "definitions/authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "accounts/accounts.hpp"
#include "definitions/apply.hpp"
#include "support/fresh_database.hpp"
#include "work/engine.hpp"

namespace evenkeel::definitions {
namespace {

using testing::HasSubstr;
using testing_database::On;

constexpr const char* two_areas = R"(
name: Two areas
people:
  - {login: ada, name: Ada, email: a@x.org, roles: [{role: admin}]}
  - {login: nora, name: Nora, email: n@x.org}
  - {login: sven, name: Sven, email: s@x.org, roles: [{role: engineering_lead, areas: [shop]}]}
  - {login: bill, name: Bill, email: b@x.org, roles: [{role: engineering_lead, areas: [billing]}, {role: risk_manager, areas: [billing]}]}
  - {login: alex, name: Alex, email: x@x.org, roles: [{role: author}]}
areas: [{name: shop}, {name: billing}]
environments: [{name: production, production: true}]
services:
  - name: catalog
    area: shop
    owner: sven
    deploy: [{name: put, kind: command, command: [deploy, "${version}"]}]
  - {name: invoices, area: billing, owner: bill}
freezes:
  - {name: Week, owner: ada, reason: busy, from: "2030-01-01 00:00", until: "2030-01-02 00:00", areas: [shop]}
channels:
  - {name: hook, kind: webhook, url: "https://hooks.x.org/1", secret: "${env:HOOK}"}
)";

class DefinitionAuthority : public testing::TestWithParam<On> {
 protected:
  DefinitionAuthority() {
    Actor first{.kind = ActorKind::person, .id = "local:test"};
    first.grants.insert({Role::admin, "*"});
    engine.perform(first, [&](Work& work) { return apply(work, read_yaml(two_areas, "e.yaml").value(), "file"); }).value();
  }
  Result<Applied> by(const std::string& login, const std::string& yaml) {
    const auto actor = database->read([&](store::Tx& tx) { return accounts::as_actor(tx, *accounts::find_person(tx, login), Via::cli); });
    const auto o = read_yaml(yaml, "e.yaml");
    if (!o) return std::unexpected(o.error());
    return engine.perform(actor, [&](Work& work) { return apply(work, *o, "file"); });
  }
  static std::string with(std::string from, std::string to, std::string text = two_areas) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  }
  static std::string why(const Result<Applied>& r) { return r ? "allowed" : r.error().message; }
  std::int64_t versions() {
    return database->read([](store::Tx& tx) { return tx.integer("SELECT count(*) FROM definitions"); });
  }

  SystemClock clock;
  testing_database::Fresh fresh{GetParam()};
  std::unique_ptr<store::Database> database = fresh.migrated();
  Engine engine{*database, clock};
};

TEST_P(DefinitionAuthority, an_area_is_changed_by_its_own_people) {
  const auto commands = with("[deploy, ", "[deploy_it, ");
  EXPECT_EQ(why(by("bill", commands)), "changing services.catalog: deploy needs the role engineering_lead or admin in area shop");
  EXPECT_EQ(why(by("nora", commands)), "changing services.catalog: deploy needs the role engineering_lead or admin in area shop");
  EXPECT_EQ(why(by("sven", commands)), "allowed");
  EXPECT_TRUE(by("ada", commands).value().changed) << "a second person";
  const auto taken = with("name: invoices, area: billing", "name: invoices, area: shop", commands);
  EXPECT_THAT(why(by("sven", taken)), HasSubstr("in area billing")) << "a service is not taken from another area";
  EXPECT_THAT(why(by("bill", taken)), HasSubstr("in area shop"));
  const auto unfrozen = with("areas: [shop]}\nchannels", "areas: [billing]}\nchannels", commands);
  EXPECT_THAT(why(by("bill", unfrozen)), HasSubstr("changing freezes.Week needs the role admin or risk_manager in area shop"));
}

TEST_P(DefinitionAuthority, where_things_are_sent_is_no_authors_business) {
  EXPECT_THAT(why(by("alex", with("hooks.x.org/1", "hooks.evil.org/1"))), HasSubstr("changing channels.hook: where it is sent needs"));
  EXPECT_THAT(why(by("alex", with("${env:HOOK}", "${env:DATABASE_URL}"))), HasSubstr("where it is sent"));
  EXPECT_THAT(why(by("alex", std::string(two_areas) + "  - {name: mine, kind: webhook, url: \"https://evil.org\"}\n")),
              HasSubstr("where it is sent"));
  EXPECT_EQ(why(by("alex", std::string(two_areas) + "public_title: What is new\n")), "allowed");
}

TEST_P(DefinitionAuthority, what_differs_is_seen_and_what_does_not_is_no_version) {
  const auto turned = with("areas: [{name: shop}, {name: billing}]", "areas: [{name: billing}, {name: shop}]");
  EXPECT_THAT(why(by("nora", turned)), HasSubstr("changing areas needs the role"));
  const auto applied = by("ada", turned).value();
  ASSERT_EQ(applied.differences.size(), 1u);
  EXPECT_EQ(applied.differences[0].what, "areas");
  EXPECT_EQ(applied.differences[0].after, "billing, shop");
  const auto before = versions();
  EXPECT_FALSE(by("nora", turned).value().changed) << "the same text is no change, whoever says it";
  EXPECT_EQ(versions(), before);
}

TEST_P(DefinitionAuthority, nothing_stands_twice_in_any_list) {
  const auto twice = [&](const std::string& yaml) { return why(by("ada", yaml)); };
  const std::string base = two_areas;
  EXPECT_THAT(twice(with("channels:\n", "channels:\n  - {name: hook, kind: webhook, url: \"https://x.org\"}\n")),
              HasSubstr("defined twice"));
  EXPECT_THAT(twice(with("freezes:\n",
                         "freezes:\n  - {name: Week, owner: ada, reason: x, from: \"2030-01-01 00:00\", until: \"2030-01-03 00:00\"}\n")),
              HasSubstr("defined twice"));
  EXPECT_THAT(twice(base + "on_call: [{area: shop, person: sven}, {area: shop, person: bill}]\n"), HasSubstr("defined twice"));
  EXPECT_THAT(twice(base + "gates: [{name: testing, mode: enforce}, {name: testing, mode: observe}]\n"), HasSubstr("defined twice"));
  EXPECT_EQ(twice(base + "gates: [{name: testing, mode: enforce}, {name: testing, mode: observe, areas: [billing]}]\n"), "allowed");
  EXPECT_THAT(twice(base + "go_no_go: {quorum: [qa, qa]}\n"), HasSubstr("defined twice"));
  EXPECT_THAT(twice(base + "release_checklist: [{name: a}, {name: a}]\n"), HasSubstr("defined twice"));
  EXPECT_THAT(twice(with("{login: nora, ", "{login: nora, aliases: [bill], ")), HasSubstr("'bill' is people[3] already"));
  EXPECT_EQ(twice(with("[deploy, \"${version}\"]", "[deploy, -v, -v]")), "allowed") << "the words of a command may repeat";
}

TEST_P(DefinitionAuthority, a_second_person_applies_what_reaches_production) {
  const auto commands = with("[deploy, ", "[deploy_it, ");
  EXPECT_FALSE(by("sven", commands).value().changed);
  EXPECT_FALSE(by("sven", commands).value().changed) << "again by the same person is still one person";
  EXPECT_THAT(why(by("bill", commands)), HasSubstr("in area shop")) << "the second has the authority too";
  EXPECT_TRUE(by("ada", commands).value().changed);
  EXPECT_TRUE(by("ada", commands + "public_title: News\n").value().changed) << "what does not reach production waits for nobody";
  const auto alone = with("engineering_lead, areas: [shop]", "support, areas: [shop]", commands + "public_title: News\n");
  ASSERT_TRUE(by("ada", alone).value().changed);
  EXPECT_TRUE(by("ada", with("[deploy_it, ", "[deploy, ", alone)).value().changed) << "where nobody else could, nobody is waited for";
}

TEST_P(DefinitionAuthority, a_second_person_is_not_dispensed_with_by_one) {
  const auto off = std::string(two_areas) + "gates: [{name: second_person, mode: observe, areas: [shop]}]\n";
  EXPECT_TRUE(by("ada", off).value().changed) << "nobody else could: bill manages the risk of billing alone";
  const auto changed = with("[deploy, ", "[deploy_it, ", off);
  EXPECT_TRUE(by("sven", changed).value().changed) << "an area whose pull requests have two people";
  const auto nora = with("{login: nora, name: Nora, email: n@x.org}",
                         "{login: nora, name: Nora, email: n@x.org, roles: [{role: risk_manager}]}", changed);
  ASSERT_TRUE(by("ada", nora).value().changed);
  const auto everywhere_off = with("observe, areas: [shop]", "observe", nora);
  EXPECT_FALSE(by("nora", everywhere_off).value().changed);
  EXPECT_TRUE(by("ada", everywhere_off).value().changed);
}

TEST_P(DefinitionAuthority, who_convicts_a_rewritten_history_is_not_sent_away_by_one) {
  const auto two_admins = with("{login: nora, name: Nora, email: n@x.org}",
                               "{login: nora, name: Nora, email: n@x.org, roles: [{role: admin}, {role: coordinator}]}");
  const auto kept = two_admins + "record: {checkpoint_channels: [hook], checkpoint_every: 24h}\n";
  ASSERT_TRUE(by("ada", kept).value().changed) << "one more who keeps it needs nobody";
  const auto coordinated = with("{login: alex, name: Alex, email: x@x.org, roles: [{role: author}]}",
                                "{login: alex, name: Alex, email: x@x.org, roles: [{role: author}, {role: coordinator}]}", kept);
  ASSERT_TRUE(by("ada", coordinated).value().changed);
  EXPECT_THAT(why(by("alex", with("24h", "12h", coordinated))), HasSubstr("needs the role"));
  for (const auto& weaker : {with("[hook]", "[]", coordinated), with("24h", "48h", coordinated)}) {
    EXPECT_FALSE(by("ada", weaker).value().changed) << "a second person";
    ASSERT_TRUE(by("nora", weaker).value().changed);
    ASSERT_TRUE(by("ada", coordinated).value().changed) << "more is nobody else's matter";
  }
}

INSTANTIATE_TEST_SUITE_P(On, DefinitionAuthority, testing::ValuesIn(testing_database::everywhere()), testing_database::name_of);

}  // namespace
}  // namespace evenkeel::definitions
