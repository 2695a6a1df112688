// People and their roles, which come from evenkeel.yaml; credentials never do (sign_in.hpp, tokens.hpp).
//
// The ledger knows people by opaque id; names and addresses stand in the `person` table alone and can be erased there.
#pragma once
#include "definitions/organisation.hpp"
#include "work/ids.hpp"
#include "work/work.hpp"

namespace evenkeel::accounts {

/// Where an account comes from: the first admin's set-up, or evenkeel.yaml; erased: somebody who is forgotten.
enum class PersonOrigin { setup, file, erased };
BOOST_DESCRIBE_ENUM(PersonOrigin, setup, file, erased)

struct Person {
  PersonId id;
  std::string login;
  std::vector<std::string> aliases;
  std::string name, email;
  bool active = true;
  PersonOrigin origin = PersonOrigin::file;
};
BOOST_DESCRIBE_STRUCT(Person, (), (id, login, aliases, name, email, active, origin))

/// Brings people and grants in line with the definitions: stable ids by login or alias; who is gone becomes inactive, never deleted.
/// Error: conflict when nobody would be left who is admin everywhere and can come in.
Result<void> sync_people(Work& work, const definitions::Organisation& organisation);

std::optional<Person> find_person(store::Tx& tx, const std::string& login);
std::optional<Person> person_by_id(store::Tx& tx, const std::string& id);
/// "Ada Lovelace", or the id when the person was erased.
std::string name_of(store::Tx& tx, const std::string& id);

/// An actor with the person's grants.
Actor as_actor(store::Tx& tx, const Person& person, Via via);

}  // namespace evenkeel::accounts
