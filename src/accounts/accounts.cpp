#include "accounts/accounts.hpp"

#include "accounts/events.hpp"

namespace evenkeel::accounts {
namespace {

/// An admin in every area with a password or a token that still works. Before anybody can come in at all, an admin is enough: the owner of
/// the file gives them a password.
bool an_admin_is_left(const Work& work) {
  const std::string admins =
      "SELECT count(*) FROM person p JOIN grant_of_role g ON g.person_id = p.id AND g.role = 'admin' AND g.area = '*' WHERE p.active = 1";
  const auto somebody = work.tx.integer("SELECT (SELECT count(*) FROM credential) + (SELECT count(*) FROM api_token)") > 0;
  if (!somebody) return work.tx.integer(admins) > 0;
  return work.tx.integer(
             admins +
                 " AND (EXISTS (SELECT 1 FROM credential c WHERE c.person_id = p.id) OR EXISTS (SELECT 1 FROM api_token t WHERE "
                 "t.person_id = p.id AND t.scope = 'full' AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $1)))",
             {to_millis(work.now)}) > 0;
}

}  // namespace

Result<void> sync_people(Work& work, const definitions::Organisation& organisation) {
  std::set<std::string> kept;
  for (const auto& def : organisation.people) {
    auto person = find_person(work.tx, def.login);
    for (const auto& alias : def.aliases)
      if (!person) person = find_person(work.tx, alias);
    const Person wanted{person ? person->id : work.new_id("psn"), def.login, def.aliases, def.name, def.email, true, PersonOrigin::file};
    if (person)
      store::update(work.tx, "person", wanted);
    else
      store::insert(work.tx, "person", wanted);
    kept.insert(wanted.id);
    const bool first_admin = person && person->origin == PersonOrigin::setup;
    work.tx.exec("DELETE FROM grant_of_role WHERE person_id = $1", {wanted.id});
    for (const auto& grant : def.roles)
      for (const auto& area : grant.areas)
        work.tx.exec("INSERT INTO grant_of_role (person_id, role, area) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                     {wanted.id, role_name(grant.role), area});
    if (first_admin)
      work.tx.exec("INSERT INTO grant_of_role (person_id, role, area) VALUES ($1, 'admin', '*') ON CONFLICT DO NOTHING", {wanted.id});
  }
  for (auto& person : store::all<Person>(work.tx, "person", "WHERE origin = 'file' AND active = 1"))
    if (!kept.contains(person.id)) {
      person.active = false;
      store::update(work.tx, "person", person);
      work.tx.exec("DELETE FROM grant_of_role WHERE person_id = $1", {person.id});
      work.tx.exec("UPDATE api_token SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL", {person.id, to_millis(work.now)});
      record(work, AccountDeactivated{}, {.subject = person.id});
    }
  if (!an_admin_is_left(work))
    return conflict(
        "this would leave nobody who is admin in every area and can sign in; give the role to somebody who has a password or a token "
        "(people: [{login: ..., roles: [{role: admin}]}])");
  return {};
}

std::optional<Person> find_person(store::Tx& tx, const std::string& login) {
  return store::one<Person>(tx, "person", "WHERE login = $1", {login});
}
std::optional<Person> person_by_id(store::Tx& tx, const std::string& id) { return store::one<Person>(tx, "person", "WHERE id = $1", {id}); }

std::string name_of(store::Tx& tx, const std::string& id) {
  const auto person = person_by_id(tx, id);
  return person && !person->name.empty() ? person->name : id;
}

Actor as_actor(store::Tx& tx, const Person& person, Via via) {
  Actor actor{.kind = ActorKind::person, .id = person.id, .via = via};
  tx.exec("SELECT role, area FROM grant_of_role WHERE person_id = $1", {person.id}, [&](const store::Row& row) {
    if (auto role = json::enum_from<Role>(row.text(0))) actor.grants.insert({*role, row.text(1)});
  });
  return actor;
}

}  // namespace evenkeel::accounts
