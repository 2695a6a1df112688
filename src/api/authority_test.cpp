// Who may call what, asked of the endpoint table itself: a new row is in this test by being in the table.
#include "api/authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "changelog/entries.hpp"
#include "incident/incident.hpp"
#include "risk/risk.hpp"
#include "support/fresh_database.hpp"

namespace evenkeel::api {
namespace {

using testing::AnyOf;
using testing_database::On;

constexpr const char* two_areas = R"(
name: Two areas
people:
  - {login: ada, name: Ada, email: ada@example.org, roles: [{role: admin}, {role: coordinator}]}
  - {login: nora, name: Nora Nobody, email: nora@example.org}
  - {login: audi, name: Audi, email: audi@example.org, roles: [{role: auditor}]}
  - {login: lee, name: Lee, email: lee@example.org, roles: [{role: leadership}]}
  - {login: bill, name: Bill, email: bill@example.org, roles: [@EVERY ROLE IN BILLING@]}
@ONE PERSON A ROLE IN SHOP@
areas: [{name: shop}, {name: billing}]
environments: [{name: production, production: true}]
services:
  - {name: catalog, area: shop, owner: ada}
  - {name: invoices, area: billing, owner: bill}
)";

std::string definitions_text() {
  std::string in_billing, in_shop;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Role>>([&](auto d) {
    const auto name = role_name(d.value);
    in_billing += fmt::format("{}{{role: {}, areas: [billing]}}", in_billing.empty() ? "" : ", ", name);
    in_shop += fmt::format("  - {{login: shop_{0}, name: {0}, email: {0}@example.org, roles: [{{role: {0}, areas: [shop]}}]}}\n", name);
  });
  std::string text = two_areas;
  const auto put = [&](std::string_view mark, const std::string& what) { text.replace(text.find(mark), mark.size(), what); };
  put("@EVERY ROLE IN BILLING@", in_billing);
  put("@ONE PERSON A ROLE IN SHOP@\n", in_shop);
  return text;
}

class AuthorityAtTheDoor : public testing::TestWithParam<On> {
 protected:
  AuthorityAtTheDoor() {
    app::Options options;
    options.database = fresh.url();
    options.state_folder = "/tmp/evenkeel-authority-state";
    app = std::move(app::App::open(options).value());
    Actor first{.kind = ActorKind::person, .id = "local:test"};
    first.grants.insert({Role::admin, "*"});
    const auto o = definitions::read_yaml(definitions_text(), "evenkeel.yaml").value();
    app->engine->perform(first, [&](Work& work) { return definitions::apply(work, o, "file"); }).value();
    ada = app->database->read([](store::Tx& tx) { return accounts::as_actor(tx, *accounts::find_person(tx, "ada"), Via::api); });
    app->engine
        ->perform(ada,
                  [&](Work& work) -> Result<void> {
                    planning::PlanRelease plan{};
                    plan.version = "1.0.0", plan.area = "shop";
                    plan.components.push_back({});
                    plan.components[0].service = "catalog", plan.components[0].version = "1.0.0", plan.components[0].from_version = "0.9.0";
                    const auto release = TRY(planning::plan_release(work, plan));
                    risk::NewChange change{};
                    change.external_id = "abcdef0123456789", change.title = "feat: faster search", change.message = change.title;
                    change.services = {"catalog"};
                    named["change"] = TRY(risk::import_changes(work, {release.id, {change}})).changes.at(0).id;
                    TRY(changelog::draft_entries_of(work, release.id));
                    named["entry"] = changelog::entries_of(work.tx, release).at(0).id;
                    return {};
                  })
        .value();
    named["release"] = "1.0.0", named["service"] = "catalog";
  }

  std::string token(const std::string& login, accounts::TokenScope scope = accounts::TokenScope::full) {
    auto& made = tokens[{login, scope}];
    if (made.empty())
      made = app->engine->perform(ada, [&](Work& work) { return accounts::issue_token(work, {login, "test", scope}); }).value().secret;
    return made;
  }

  /// Whether the path names only what this test has made, in the area shop.
  bool is_shops(const Endpoint& e) const {
    bool any = false;
    for (std::size_t at = 0; (at = e.path.find('{', at)) != std::string::npos; ++at)
      any = any || named.contains(e.path.substr(at + 1, e.path.find('}', at) - at - 1));
    return any;
  }
  std::string path_of(const Endpoint& e) const {
    std::string path = e.path;
    for (std::size_t at; (at = path.find('{')) != std::string::npos;) {
      const auto end = path.find('}', at);
      const auto found = named.find(path.substr(at + 1, end - at - 1));
      path.replace(at, end - at + 1, found == named.end() ? "x" : found->second);
    }
    return path;
  }
  /// The status, with a body that no reader of input would accept.
  http::Response ask(const Endpoint& e, const std::string& with_token) {
    http::Headers headers{{"Content-Type", "application/json"}};
    if (!with_token.empty()) headers.set("Authorization", "Bearer " + with_token);
    auto request = http::make_request(e.method, path_of(e), e.method == "GET" ? "" : "{\"no\": such", headers);
    request.remote = "192.0.2.7:4711";
    return app->router->dispatch(request);
  }
  static std::string name_of(const Endpoint& e) { return e.method + " " + e.path; }
  static bool asks_for_no_role(const Endpoint& e) { return e.access.who != Who::roles; }

  testing_database::Fresh fresh{GetParam()};
  std::unique_ptr<app::App> app;
  Actor ada;
  std::map<std::string, std::string> named;
  std::map<std::pair<std::string, accounts::TokenScope>, std::string> tokens;
};

TEST_P(AuthorityAtTheDoor, every_row_says_who_may_and_one_that_asks_for_no_role_says_why) {
  std::vector<std::string> everybodys;
  for (const auto& e : app->router->endpoints()) {
    EXPECT_NE(e.access.who, Who::undeclared) << name_of(e);
    EXPECT_TRUE(e.access.who != Who::roles || !e.access.roles.empty()) << name_of(e);
    EXPECT_TRUE(e.access.where != Where::any_area || !e.access.because.empty()) << name_of(e);
    if (!e.writes() || e.access.who == Who::roles) continue;
    EXPECT_FALSE(e.access.because.empty()) << name_of(e) << " is a write without a role and says no reason";
    everybodys.push_back(name_of(e));
  }
  EXPECT_LE(everybodys.size(), 16u) << testing::PrintToString(everybodys);
}

TEST_P(AuthorityAtTheDoor, no_write_is_done_by_who_may_not_and_no_input_is_read_before_that_is_known) {
  using accounts::TokenScope;
  const std::map<std::string, std::string> callers{
      {"nobody", ""},
      {"a person without a role", token("nora")},
      {"another area's lead", token("bill")},
      {"a read token of an admin", token("ada", TokenScope::read)},
      {"a calendar token of an admin", token("ada", TokenScope::calendar)},
      {"an auditor", token("audi")},
      {"leadership", token("lee")},
  };
  int tried = 0;
  for (const auto& e : app->router->endpoints()) {
    if (!e.writes() || e.open()) continue;
    for (const auto& [who, with] : callers) {
      const bool may_not_write = who == "nobody" || who.contains("token");
      if (asks_for_no_role(e) && !may_not_write && !(e.access.who == Who::any_role && who.contains("without"))) continue;
      if (who.starts_with("another") && e.access.where == Where::any_area) continue;  // the row says why one area is enough
      ++tried;
      EXPECT_THAT(ask(e, with).status, AnyOf(401, 403)) << name_of(e) << " by " << who;
    }
  }
  EXPECT_GT(tried, 400);
}

TEST_P(AuthorityAtTheDoor, reading_is_bounded_by_role_and_area) {
  int tried = 0;
  for (const auto& e : app->router->endpoints()) {
    if (e.writes() || e.open()) continue;
    ++tried;
    EXPECT_EQ(ask(e, "").status, 401) << name_of(e);
    EXPECT_EQ(ask(e, token("ada", accounts::TokenScope::calendar)).status, 401) << name_of(e);
    if (e.access.who == Who::accounts) continue;
    EXPECT_EQ(ask(e, token("nora")).status, 403) << name_of(e);
    EXPECT_TRUE(!is_shops(e) || ask(e, token("bill")).status == 403) << name_of(e);
  }
  EXPECT_GT(tried, 60);
}

TEST_P(AuthorityAtTheDoor, whoever_holds_the_role_in_the_area_is_let_in) {
  int tried = 0;
  for (const auto& e : app->router->endpoints()) {
    if (e.access.who != Who::roles || e.access.where != Where::path || !is_shops(e) || !e.writes()) continue;
    for (const auto role : e.access.roles) {
      ++tried;
      EXPECT_THAT(ask(e, token("shop_" + role_name(role))).status, testing::Not(AnyOf(401, 403, 500)))
          << name_of(e) << " by " << role_name(role);
    }
  }
  EXPECT_GT(tried, 60);
}

TEST_P(AuthorityAtTheDoor, what_does_not_exist_is_refused_like_what_is_elsewhere) {
  const auto status = [&](const std::string& path, const std::string& login) {
    auto request = http::make_request("GET", path, "", {{"Authorization", "Bearer " + token(login)}});
    request.remote = "192.0.2.7:4711";
    const auto answer = app->router->dispatch(request);
    return std::pair{answer.status, answer.body};
  };
  const auto elsewhere = status("/api/v1/releases/1.0.0", "bill"), nowhere = status("/api/v1/releases/9.9.9", "bill");
  EXPECT_EQ(elsewhere, nowhere);
  EXPECT_EQ(status("/api/v1/releases/9.9.9", "ada").first, 404) << "who reads every area is told";
  EXPECT_EQ(status("/api/v1/releases/1.0.0", "shop_qa").first, 200);
}

TEST_P(AuthorityAtTheDoor, lists_hold_what_is_of_ones_areas) {
  const auto read = [&](const std::string& path, const std::string& login) {
    auto request = http::make_request("GET", path, "", {{"Authorization", "Bearer " + token(login)}});
    request.remote = "192.0.2.7:4711";
    const auto answer = app->router->dispatch(request);
    EXPECT_EQ(answer.status, 200) << path << answer.body;
    return answer.body;
  };
  app->engine
      ->perform(
          ada,
          [&](Work& work) -> Result<void> {
            work.tx.exec(
                "INSERT INTO deployment (id, release_id, run_id, service, environment, version, from_version, digest, origin, unplanned, "
                "started_at, "
                "result, detected_by) VALUES ('dep_1', '', '', 'catalog', 'production', '1.0.0', '', '', 'ordered', 0, 1, 'running', '')");
            return {};
          })
      .value();
  const auto nobodys =
      app->engine->perform(ada, [&](Work& work) { return incident::open_incident(work, {.title = "all is slow"}); }).value();
  EXPECT_THAT(read("/api/v1/incidents", "bill"), testing::HasSubstr(nobodys.id)) << "of a service that nobody knows";
  EXPECT_THAT(read("/api/v1/incidents/" + nobodys.id, "bill"), testing::HasSubstr("all is slow"));
  for (const auto* path : {"/api/v1/releases", "/api/v1/deployments"}) {
    EXPECT_EQ(read(path, "bill"), "[]") << path;
    EXPECT_THAT(read(path, "shop_support"), testing::HasSubstr("1.0.0")) << path;
    EXPECT_THAT(read(path, "audi"), testing::HasSubstr("1.0.0")) << path;
  }
}

TEST_P(AuthorityAtTheDoor, a_token_that_was_made_for_ever_ends_after_a_year) {
  const auto secret = token("ada");
  const auto good_at = [&](std::chrono::hours later) {
    return app->database->read([&](store::Tx& tx) { return accounts::bearer_of(tx, secret, app->clock->now() + later).has_value(); });
  };
  app->engine
      ->perform(ada,
                [&](Work& work) -> Result<void> {
                  work.tx.exec("UPDATE api_token SET expires_at = NULL");
                  return {};
                })
      .value();
  EXPECT_TRUE(good_at(std::chrono::hours{24 * 364}));
  EXPECT_FALSE(good_at(std::chrono::hours{24 * 366}));
}

INSTANTIATE_TEST_SUITE_P(On, AuthorityAtTheDoor, testing::ValuesIn(testing_database::everywhere()), testing_database::name_of);

}  // namespace
}  // namespace evenkeel::api
