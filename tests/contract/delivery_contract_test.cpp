// The delivery figures over stored deployments are those over the same history in memory, to the last digit: from rows, from days put
// together, and after days were told anew. On SQLite and PostgreSQL.
#include <gmock/gmock.h>

#include <random>

#include "definitions/config.hpp"
#include "dora/intake.hpp"
#include "dora/stored.hpp"
#include "support/fresh_database.hpp"
#include "work/engine.hpp"

namespace evenkeel::dora {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing_database::Fresh;
using testing_database::On;

constexpr const char* shop = R"(
name: Shop
people: [{login: ada, name: Ada, email: ada@shop.test, roles: [{role: admin}]}]
areas: [{name: shop}, {name: pay}]
environments: [{name: production, production: true}, {name: edge, production: true}, {name: staging}]
services: [{name: cart, area: shop, owner: ada}, {name: till, area: pay, owner: ada}]
)";

std::string shown(const std::vector<Figure>& figures) {
  std::string out;
  for (const auto& f : figures) {
    out += fmt::format("{} = {} of {}", f.key, json::dump(f.value), f.n);
    if (f.interval) out += fmt::format(" [{}, {}]", f.interval->low, f.interval->high);
    out += '\n';
  }
  return out;
}

class DeliveryContract : public testing::TestWithParam<On> {
 protected:
  Fresh fresh{GetParam()};
  std::unique_ptr<store::Database> database = fresh.migrated();
  SystemClock clock;
  Engine engine{*database, clock};
  Actor admin{.kind = ActorKind::person, .id = "local:ada"};
  definitions::Organisation organisation;
  std::map<std::string, ToldDeployment> told;  // by id; commits of every telling
  std::mt19937 random{7};
  SysTime start = from_millis(to_millis(clock.now()) / 86'400'000 * 86'400'000) - hours{24 * 60};

  void SetUp() override {
    admin.grants.insert({Role::admin, "*"});
    organisation = definitions::read_yaml(shop, "test").value();
    ASSERT_TRUE(engine.perform(admin, [&](Work& work) { return definitions::apply(work, organisation, "file"); }));
  }
  int any(int most) { return std::uniform_int_distribution<int>(0, most)(random); }

  ToldDeployment made(int i) {
    ToldDeployment d{.id = fmt::format("d{}", i), .service = any(2) ? "cart" : "till", .version = fmt::format("1.{}", i)};
    d.environment = any(9) ? any(3) ? "production" : "edge" : "staging";
    d.finished = start + minutes{any(50 * 24 * 60)};
    if (any(3)) d.started = d.finished - minutes{any(90)};
    if (!any(7)) d.result = ToldResult::rolled_back, d.restored = d.finished + minutes{any(300)};
    if (!any(15)) d.result = ToldResult::failure, d.restored = {};
    d.unplanned = !any(9);
    for (int c = any(4); c > 0; --c) {
      const int number = any(900);  // some are deployed more than once, and told with another date
      d.commits.push_back({fmt::format("c{}", number), any(9) ? std::optional(start + minutes{number + (any(9) ? 0 : 30)}) : std::nullopt});
    }
    return d;
  }
  void tell(const std::vector<ToldDeployment>& all) {
    ASSERT_TRUE(engine.perform(admin, [&](Work& work) { return take_deployments(work, all); }));
    for (const auto& d : all) {
      auto next = d;
      if (const auto known = told.find(d.id); known != told.end()) {
        auto& before = known->second;  // service, environment, version and start stay as they were told first
        next.service = before.service, next.environment = before.environment, next.version = before.version, next.started = before.started;
        if (!before.started) next.started = before.finished;
        next.commits = before.commits;
        for (const auto& c : d.commits)
          if (std::none_of(before.commits.begin(), before.commits.end(), [&](const ToldCommit& b) { return b.id == c.id; }))
            next.commits.push_back(c);
      }
      std::vector<ToldCommit> once;
      for (const auto& c : next.commits)
        if (std::none_of(once.begin(), once.end(), [&](const ToldCommit& o) { return o.id == c.id; })) once.push_back(c);
      next.commits = once;
      if (!next.started) next.started = next.finished;
      told[d.id] = next;
    }
  }
  void incident(const std::string& id, const std::string& deployment, SysTime at) {
    database->write([&](store::Tx& tx) {
      tx.exec(
          "INSERT INTO incident (id, release_id, deployment_id, cause, service, title, source, started_at, detected_at, resolved_at) "
          "VALUES "
          "($1, '', $2, 'named', 'cart', 'slow', 'staff', $3, $3, $4)",
          {id, deployment, to_millis(at), to_millis(at + hours{3})});
    });
    incidents.push_back({id, at, at + hours{3}, {}, deployment});
  }
  std::vector<Incident> incidents;

  History in_memory(const Window& window, const std::string& service) const {
    History h{.id = "memory", .window = window};
    std::vector<const ToldDeployment*> all;
    for (const auto& [id, d] : told)
      if (d.environment != "staging" && (service.empty() || d.service == service) && d.finished >= window.from) all.push_back(&d);
    std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return std::tie(a->finished, a->id) < std::tie(b->finished, b->id); });
    std::set<std::string> there;
    for (const auto* d : all) {
      Deployment out{.id = "told:" + d->id, .finished = d->finished};
      there.insert(out.id);
      out.result = d->result == ToldResult::success ? "SUCCESS" : d->result == ToldResult::failure ? "FAILURE" : "ROLLED_BACK";
      out.unplanned = d->unplanned, out.started = d->started, out.restored = d->restored;
      for (const auto& c : d->commits) out.changes.push_back(c.id), h.changes.push_back({c.id, c.authored, {}, {}});
      h.deployments.push_back(std::move(out));
    }
    for (auto i : incidents) {
      if (*i.created < window.from || (!service.empty() && service != "cart")) continue;
      if (!there.contains(*i.deployment)) i.deployment = "";
      h.incidents.push_back(i);
    }
    return h;
  }
  int put_together() {
    int days = 0;
    for (const auto& name : production_names(organisation)) {
      const auto apart = database->read([&](store::Tx& tx) { return days_apart(tx, name, clock.now()); });
      database->write([&](store::Tx& tx) { put_days_together(tx, name, apart); });
      days += int(apart.size());
    }
    return days;
  }
  void expect_the_same(const char* when) {
    const Window whole{start - hours{1}, clock.now()}, part{start + hours{24 * 10 + 7}, start + hours{24 * 30 + 5}};
    for (const auto& window : {whole, part})
      for (const std::string service : {"", "till"})
        for (const auto definition : {Definition::devlake_2023, Definition::fourkeys, Definition::dora_2025}) {
          const auto stored = database->read([&](store::Tx& tx) { return read_stored(tx, organisation, {window, service, ""}); });
          EXPECT_EQ(shown(compute(stored.facts, definition)), shown(compute(in_memory(window, service), definition)))
              << when << ", " << name_of(definition) << ", " << service << " from " << to_iso(window.from);
          EXPECT_GT(stored.facts.runs.size(), 30U);
        }
  }
};

TEST_P(DeliveryContract, stored_deployments_give_the_figures_of_the_same_history_in_memory) {
  std::vector<ToldDeployment> first;
  for (int i = 0; i < 600; ++i) first.push_back(made(i));
  tell(first);
  incident("i1", "told:d17", start + hours{24 * 12});
  incident("i2", "told:d99", start + hours{24 * 20});
  incident("i3", "", start + hours{24 * 25});
  expect_the_same("rows");
  EXPECT_GT(put_together(), 60);
  EXPECT_EQ(put_together(), 0);
  expect_the_same("days");
  // Told anew: other ends (so other days), other results, more commits, and some that are new.
  std::vector<ToldDeployment> again;
  for (int i = 0; i < 60; ++i) again.push_back(made(i * 3));
  for (int i = 600; i < 640; ++i) again.push_back(made(i));
  tell(again);
  expect_the_same("days of which some were thrown away");
  EXPECT_GT(put_together(), 0);
  expect_the_same("days put together again");
}

TEST_P(DeliveryContract, a_day_is_thrown_away_by_any_statement_that_changes_its_rows) {
  auto d = made(1);
  d.environment = "production", d.finished = start + hours{30}, d.started = {}, d.result = ToldResult::success, d.restored = {};
  d.commits = {{"c1", {}}};
  tell({d});
  for (const auto* sql :
       {"UPDATE deployment SET detected_by = 'staff'", "UPDATE deployment_commit SET authored_at = 1000",
        "INSERT INTO deployment_commit (id, deployment_id, commit_id) VALUES ('x', 'told:d1', 'x')", "DELETE FROM deployment_commit",
        "UPDATE deployment SET finished_at = finished_at + 86400000", "DELETE FROM deployment"}) {
    SCOPED_TRACE(sql);
    put_together();
    EXPECT_EQ(database->read([](store::Tx& tx) { return tx.integer("SELECT count(*) FROM delivery_day"); }), 1);
    database->write([&](store::Tx& tx) { tx.exec(sql); });
    EXPECT_EQ(database->read([](store::Tx& tx) { return tx.integer("SELECT count(*) FROM delivery_day"); }), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(On, DeliveryContract, testing::ValuesIn(testing_database::everywhere()), testing_database::name_of);

}  // namespace
}  // namespace evenkeel::dora
