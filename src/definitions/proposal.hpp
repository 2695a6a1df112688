// Definitions that one person applied and that wait for a second.
#pragma once
#include "work/work.hpp"

namespace evenkeel::definitions {

struct Proposal {
  std::string id, hash, over_version, origin, proposed_by;
  SysTime at;
  std::optional<std::vector<std::string>> asked, changes;  // logins of who may; "changed services.cart". None: of an older version
};
BOOST_DESCRIBE_STRUCT(Proposal, (), (id, hash, over_version, origin, proposed_by, at, asked, changes))
/// Over the version in force, the oldest first.
std::vector<Proposal> open_proposals(store::Tx& tx);

}  // namespace evenkeel::definitions
