// Applied definitions: numbered, hashed, insert-only versions; a release keeps the version it began with.
#pragma once
#include <memory>

#include "definitions/config.hpp"
#include "work/ids.hpp"
#include "work/work.hpp"

namespace evenkeel::definitions {

struct Version {
  DefinitionsId id;
  std::int64_t number = 0;
  std::string hash, body, origin;
  SysTime applied_at;
  std::string applied_by;
};
BOOST_DESCRIBE_STRUCT(Version, (), (id, number, hash, body, origin, applied_at, applied_by))

struct Applied {
  DefinitionsId id;
  std::int64_t number = 0;
  bool changed = true;  // false: the same text is in force already, nothing was entered
  std::vector<Difference> differences;
  std::string proposal = {};                // not empty: it waits for a second person, and this is its id
  std::vector<std::string> may_agree = {};  // their logins
};
BOOST_DESCRIBE_STRUCT(Applied, (), (id, number, changed, differences, proposal, may_agree))

/// Puts a checked organisation in force for releases planned from now on. Each section needs its role (people: admin; freezes and
/// classification: risk manager; ...; an admin may all). Refuses (conflict) to remove what an open release uses. Ledger:
/// definitions.applied.
Result<Applied> apply(Work& work, const Organisation& organisation, const std::string& origin);

/// The version in force. Error: not_found when nothing was applied yet, with the command that does it.
Result<Version> current_version(store::Tx& tx);
/// A version's content; parsed once a process and kept, since versions never change.
std::shared_ptr<const Organisation> organisation_of(store::Tx& tx, const std::string& version_id);
Result<std::shared_ptr<const Organisation>> current(store::Tx& tx);

}  // namespace evenkeel::definitions
