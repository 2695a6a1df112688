// People, local accounts and API tokens. People and their roles come from evenkeel.yaml; credentials never do.
//
// Passwords: Argon2id (libsodium, interactive limits). Tokens: 32 random bytes, shown once, stored as SHA-256.
// The ledger knows people by opaque id; names and addresses stand in the `person` table alone and can be erased there.
#pragma once
#include "definitions/organisation.hpp"
#include "work/work.hpp"

namespace evenkeel::accounts {

struct Person {
  std::string id, login;
  std::vector<std::string> aliases;
  std::string name, email;
  bool active = true;
  std::string origin;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, login, aliases, name, email, active, origin))

struct Token {
  std::string id, person_id, name, token_hash, scope, via;
  SysTime created_at;
  std::optional<SysTime> expires_at, revoked_at;
};
BOOST_DESCRIBE_STRUCT(Token, (), (id, person_id, name, token_hash, scope, via, created_at, expires_at, revoked_at))

struct NewToken {
  std::string id;
  std::string secret;  // "ek_...": shown once, to the caller who made it
};
BOOST_DESCRIBE_STRUCT(NewToken, (), (id, secret))

/// Before there is anyone: makes the first admin, with a password. Error: conflict when an account with a credential exists.
Result<Person> set_up_admin(Work& work, const std::string& login, const std::string& name, const std::string& email,
                            const std::string& password);
bool is_set_up(store::Tx& tx);

/// Brings people and grants in line with the definitions: stable ids by login or alias; who is gone becomes inactive, never deleted.
void sync_people(Work& work, const definitions::Organisation& organisation);

std::optional<Person> find_person(store::Tx& tx, const std::string& login);
std::optional<Person> person_by_id(store::Tx& tx, const std::string& id);
/// "Ada Lovelace", or the id when the person was erased.
std::string name_of(store::Tx& tx, const std::string& id);

/// An actor with the person's grants.
Actor as_actor(store::Tx& tx, const Person& person, Via via);

/// Error: unauthenticated, always with the same words, after the same work.
Result<Person> check_password(store::Tx& tx, const std::string& login, const std::string& password);
/// By the person themself, or by an admin. It ends the person's sessions; tokens made for programs stay.
Result<void> set_password(Work& work, const std::string& login, const std::string& password);

/// scope: "full" or "read". Needs the person themself, or an admin.
Result<NewToken> issue_token(Work& work, const std::string& login, const std::string& name, const std::string& scope,
                             std::optional<Millis> lives, Via via);
Result<void> revoke_token(Work& work, const std::string& token_id);
/// The same by the token itself: signing out.
Result<void> revoke_secret(Work& work, const std::string& secret);
/// Error: unauthenticated when it is unknown, expired, revoked, or its person is inactive.
Result<Actor> actor_of_token(store::Tx& tx, const std::string& secret, SysTime now);

}  // namespace evenkeel::accounts
