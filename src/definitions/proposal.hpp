// Definitions that one person applied and that wait for a second: they agree, or apply the same file, or it is declined.
#pragma once
#include "definitions/acts.hpp"

namespace evenkeel::definitions {

/// As it was made; sealed.
struct Proposal {
  std::string id, hash, over_version, origin, proposed_by;
  SysTime at;
  std::optional<std::vector<std::string>> asked, changes;  // logins of who may; "changed services.cart". None: of an older version
};
BOOST_DESCRIBE_STRUCT(Proposal, (), (id, hash, over_version, origin, proposed_by, at, asked, changes))

/// What it would put in force, while it waits.
struct Draft {
  std::string id, body;  // of its proposal; JSON of an Organisation, "" where it was made by an older version
  std::string proposed_by;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Draft, (), (id, body, proposed_by, at))

/// Over the version in force, the oldest first; proposed_by and at as of the last who proposed it.
std::vector<Proposal> open_proposals(store::Tx& tx);

/// The first to apply a change that waits for a second person proposes it. False: it waits now. Ledger: definitions.proposed.
bool is_seconded(Work& work, Proposal& proposal, const Organisation& organisation);

/// What the one who agrees applies. Errors: not_found (it waits no more), forbidden (for who proposed it), conflict (it has no text).
Result<Definitions> proposed_definitions(Work& work, const std::string& proposal);

struct ProposalView {
  std::string id, proposed_by;  // the person's name
  SysTime at;
  std::vector<std::string> may_agree;  // logins
  std::vector<Difference> differences;
};
BOOST_DESCRIBE_STRUCT(ProposalView, (), (id, proposed_by, at, may_agree, differences))
std::vector<ProposalView> proposals_of(store::Tx& tx);

struct DeclineProposal {
  std::string proposal, because;
};
BOOST_DESCRIBE_STRUCT(DeclineProposal, (), (proposal, because))
/// By who proposed it (it is taken back), or who might agree to it. Ledger: definitions.declined.
Result<ProposalView> decline_proposal(Work& work, const DeclineProposal& command);

}  // namespace evenkeel::definitions
