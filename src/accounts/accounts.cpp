#include "accounts/accounts.hpp"

#include <sodium.h>

#include <semaphore>

namespace evenkeel::accounts {
namespace {

Error wrong_credentials() { return {ErrorKind::unauthenticated, "login or password is wrong", {}, {}, {}}; }

Result<std::string> hash_password(const std::string& password) {
  if (password.size() < 10) return invalid("a password needs at least 10 characters", "password");
  if (password.size() > 1000) return invalid("a password may have at most 1,000 characters", "password");
  std::string out(crypto_pwhash_STRBYTES, '\0');
  if (crypto_pwhash_str(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
    return unavailable("not enough memory to hash the password");
  out.resize(out.find('\0'));
  return out;
}

void store_credential(Work& work, const std::string& person_id, const std::string& hash) {
  work.tx.exec(
      "INSERT INTO credential (person_id, password_hash, changed_at) VALUES ($1, $2, $3) "
      "ON CONFLICT (person_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at",
      {person_id, hash, to_millis(work.now)});
}

bool is_self_or_admin(const Work& work, const Person& person) { return work.actor.id == person.id || work.actor.has_anywhere(Role::admin); }

}  // namespace

bool is_set_up(store::Tx& tx) { return tx.integer("SELECT count(*) FROM credential") > 0; }

Result<Person> set_up_admin(Work& work, const std::string& login, const std::string& name, const std::string& email,
                            const std::string& password) {
  if (is_set_up(work.tx)) return conflict("this organisation has been set up already; an admin adds accounts");
  if (login.empty()) return invalid("a login is needed", "login");
  const auto hash = TRY(hash_password(password));
  auto person = find_person(work.tx, login);
  if (!person) {
    person = Person{work.new_id("psn"), login, {}, name, email, true, "setup"};
    store::insert(work.tx, "person", *person);
  }
  store_credential(work, person->id, hash);
  work.tx.exec("INSERT INTO grant_of_role (person_id, role, area) VALUES ($1, 'admin', '*') ON CONFLICT DO NOTHING", {person->id});
  work.record({.kind = "account.set_up", .subject = person->id, .facts = {{"role", "admin"}}});
  return *person;
}

void sync_people(Work& work, const definitions::Organisation& organisation) {
  std::set<std::string> kept;
  for (const auto& def : organisation.people) {
    auto person = find_person(work.tx, def.login);
    for (const auto& alias : def.aliases)
      if (!person) person = find_person(work.tx, alias);
    const Person wanted{person ? person->id : work.new_id("psn"), def.login, def.aliases, def.name, def.email, true, "file"};
    if (person)
      store::update(work.tx, "person", wanted);
    else
      store::insert(work.tx, "person", wanted);
    kept.insert(wanted.id);
    const bool first_admin = person && person->origin == "setup";
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
      work.record({.kind = "account.deactivated", .subject = person.id});
    }
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

Result<Person> check_password(store::Tx& tx, const std::string& login, const std::string& password) {
  // A fixed hash of nothing anybody knows: an unknown login costs as much time as a wrong password.
  static const std::string decoy = hash_password(to_hex(random_bytes(16))).value_or("");
  const auto person = find_person(tx, login);
  const auto stored = tx.value("SELECT password_hash FROM credential WHERE person_id = $1", {person ? person->id : std::string{}});
  const auto& hash = stored ? std::get<std::string>(*stored) : decoy;
  static std::counting_semaphore<2> hashing{2};  // each takes 64 MiB: a flood of tries waits, and the process keeps its size
  hashing.acquire();
  const bool right = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  hashing.release();
  if (!right || !stored || !person || !person->active) return std::unexpected(wrong_credentials());
  return *person;
}

Result<void> set_password(Work& work, const std::string& login, const std::string& password) {
  const auto person = find_person(work.tx, login);
  if (!person) return not_found(fmt::format("there is no person '{}'", login));
  if (!is_self_or_admin(work, *person)) return forbidden("a password is set by its owner or an admin");
  store_credential(work, person->id, TRY(hash_password(password)));
  const auto ended = work.tx.exec("UPDATE api_token SET revoked_at = $2 WHERE person_id = $1 AND via = 'web' AND revoked_at IS NULL",
                                  {person->id, to_millis(work.now)});
  work.record({.kind = "account.password_set", .subject = person->id, .facts = {{"sessions_ended", std::to_string(ended)}}});
  return {};
}

Result<NewToken> issue_token(Work& work, const std::string& login, const std::string& name, const std::string& scope,
                             std::optional<Millis> lives, Via via) {
  const auto person = find_person(work.tx, login);
  if (!person || !person->active) return not_found(fmt::format("there is no active person '{}'", login));
  if (!is_self_or_admin(work, *person)) return forbidden("a token is made by its owner or an admin");
  if (scope != "full" && scope != "read") return invalid(fmt::format("unknown scope '{}'; expected full or read", scope), "scope");
  NewToken token{work.new_id("tok"), "ek_" + to_hex(random_bytes(32))};
  store::insert(work.tx, "api_token",
                Token{token.id,
                      person->id,
                      name,
                      to_hex(sha256(token.secret)),
                      scope,
                      std::string(json::enum_text(via)),
                      work.now,
                      lives ? std::optional(work.now + *lives) : std::nullopt,
                      {}});
  work.record({.kind = "token.issued", .subject = token.id, .facts = {{"person", person->id}, {"scope", scope}}});
  return token;
}

Result<void> revoke_token(Work& work, const std::string& token_id) {
  const auto token = store::one<Token>(work.tx, "api_token", "WHERE id = $1", {token_id});
  if (!token) return not_found("there is no token " + token_id);
  if (token->person_id != work.actor.id && !work.actor.has_anywhere(Role::admin))
    return forbidden("a token is revoked by its owner or an admin");
  if (token->revoked_at) return {};
  work.tx.exec("UPDATE api_token SET revoked_at = $2 WHERE id = $1", {token_id, to_millis(work.now)});
  work.record({.kind = "token.revoked", .subject = token_id});
  return {};
}

Result<void> revoke_secret(Work& work, const std::string& secret) {
  const auto token = store::one<Token>(work.tx, "api_token", "WHERE token_hash = $1", {to_hex(sha256(secret))});
  return token ? revoke_token(work, token->id) : Result<void>{};
}

Result<Actor> actor_of_token(store::Tx& tx, const std::string& secret, SysTime now) {
  const auto token = store::one<Token>(tx, "api_token", "WHERE token_hash = $1", {to_hex(sha256(secret))});
  const auto person = token ? person_by_id(tx, token->person_id) : std::nullopt;
  if (!token || !person || !person->active || token->revoked_at || (token->expires_at && *token->expires_at <= now))
    return fail(ErrorKind::unauthenticated, "the token is unknown, expired or revoked; make one with `evenkeel token create`");
  auto actor = as_actor(tx, *person, json::enum_from<Via>(token->via).value_or(Via::api));
  actor.read_only = token->scope == "read";
  return actor;
}

}  // namespace evenkeel::accounts
