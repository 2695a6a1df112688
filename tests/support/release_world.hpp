// A small organisation in a database of its own, with one planned release: what unit tests of use cases stand on.
#pragma once
#include <gtest/gtest.h>

#include "accounts/accounts.hpp"
#include "definitions/apply.hpp"
#include "risk/risk.hpp"
#include "support/git_repo.hpp"
#include "work/engine.hpp"
#include "work/pump.hpp"
#include "work/runner.hpp"

namespace evenkeel::testing_world {

struct SetClock final : Clock {
  SysTime time = from_millis(1'772'000'000'000);  // 2026-02-25
  SysTime now() const override { return time; }
};

inline constexpr const char* people_and_services = R"(
name: Shop
people:
  - {login: cora, name: Cora Coordinator, email: cora@example.org, roles: [{role: coordinator}, {role: admin}]}
  - {login: ria, name: Ria Risk, email: ria@example.org, roles: [{role: risk_manager}]}
  - {login: ann, name: Ann Author, email: ann@example.org, roles: [{role: author}]}
  - {login: aya, name: Aya Author, email: aya@example.org, roles: [{role: author}]}
  - {login: eve, name: Eve Lead, email: eve@example.org, roles: [{role: engineering_lead}]}
  - {login: pat, name: Pat Product, email: pat@example.org, roles: [{role: product}, {role: author}]}
  - {login: sue, name: Sue Support, email: sue@example.org, roles: [{role: support}]}
areas:
  - {name: checkout, coordinator: cora}
environments:
  - {name: production, production: true, targets: [{name: eu}]}
services:
  - {name: cart, area: checkout, owner: eve, path: "cart/**"}
)";

class World {
 public:
  /// `more`: further sections of evenkeel.yaml (audiences, channels, gates ...).
  explicit World(const std::string& more = {}) {
    database = store::Database::open((folder.path() / "evenkeel.db").string());
    store::migrate(*database).value();
    engine = std::make_unique<Engine>(*database, clock);
    auto organisation = definitions::read_yaml(people_and_services + more, "evenkeel.yaml");
    if (!organisation) throw std::runtime_error(organisation.error().message);
    Actor first{.kind = ActorKind::person, .id = "local:test"};
    first.grants.insert({Role::admin, "*"});
    must(engine->perform(first, [&](Work& work) { return definitions::apply(work, *organisation, "file"); }));
    release = plan();
  }

  /// Runs a use case as this person.
  template <class F>
  auto as(const std::string& login, F&& use_case) -> decltype(use_case(std::declval<Work&>())) {
    const auto actor = database->read([&](store::Tx& tx) { return accounts::as_actor(tx, *accounts::find_person(tx, login), Via::cli); });
    return engine->perform(actor, std::forward<F>(use_case));
  }
  template <class F>
  auto as(Member who, F&& use_case) -> decltype(use_case(std::declval<Work&>())) {
    return engine->perform(member(who), std::forward<F>(use_case));
  }
  template <class F>
  auto look(F&& query) {
    return database->read(std::forward<F>(query));
  }

  /// Imports one merged change of the cart; later ones are merged later. Its id is the external id.
  risk::Change change(const std::string& title, risk::NewChange with = {}) {
    with.title = title;
    if (with.message.empty()) with.message = title;
    if (with.external_id.empty())
      with.external_id = fmt::format("{:040x}", ++count_ + 0xabcdef0);
    else
      ++count_;
    with.services = {"cart"};
    with.merged_at = clock.time + std::chrono::minutes{count_};
    return must(as("cora", [&](Work& work) { return risk::import_changes(work, {release.id, {with}}); })).changes.at(0);
  }
  /// Puts the release where a test needs it, without the gates of the way.
  void put(planning::Stage stage, planning::ReleaseOutcome outcome = planning::ReleaseOutcome::open) {
    release.stage = stage;
    release.outcome = outcome;
    database->write([&](store::Tx& tx) { store::update(tx, "release", release); });
  }
  /// Kinds of the ledger's entries, in order.
  std::vector<std::string> entered() {
    std::vector<std::string> kinds;
    look([&](store::Tx& tx) {
      tx.exec("SELECT kind FROM ledger_entry ORDER BY id", {}, [&](const store::Row& row) { kinds.push_back(row.text(0)); });
    });
    return kinds;
  }
  std::int64_t count(const std::string& sql, const store::Args& args = {}) {
    return look([&](store::Tx& tx) { return tx.integer(sql, args); });
  }

  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

  testing_git::TempFolder folder;
  SetClock clock;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<Engine> engine;
  planning::Release release;

 private:
  planning::Release plan() {
    return must(as("cora", [](Work& work) {
      return planning::plan_release(work, {.version = "2.0.0", .area = "checkout", .components = {{"cart", "2.0.0", "1.9.0"}}});
    }));
  }
  int count_ = 0;
};

}  // namespace evenkeel::testing_world
