// Wordings proposed by a language model (CL2): off until `words.drafting` names a connection, asked for by a person, one entry at a time.
// What comes back stands beside the entry and nowhere else; an author takes it over, or writes better. The rules' own sentence is there
// without it. What is sent is kept whole: its hash in the ledger, the text where it can be erased.
//
//   asked --(the job)--> proposed --(an author)--> taken        asked --(refused)--> failed
#pragma once
#include "changelog/entries.hpp"
#include "work/ids.hpp"

namespace evenkeel::changelog {

enum class ProposalState { asked, proposed, failed, taken };
BOOST_DESCRIBE_ENUM(ProposalState, asked, proposed, failed, taken)

struct Proposal {
  Id<Proposal> id;
  EntryId entry_id;
  ReleaseId release_id;
  std::string connection, model;
  std::string asked_text, asked_hash;
  ProposalState state = ProposalState::asked;
  std::string wording, problem, asked_by;
  SysTime asked_at;
  std::optional<SysTime> answered_at;
};
BOOST_DESCRIBE_STRUCT(Proposal, (),
                      (id, entry_id, release_id, connection, model, asked_text, asked_hash, state, wording, problem, asked_by, asked_at,
                       answered_at))

struct ProposalView {
  std::string id, entry, model, sent;  // sent: as it went out; empty once erased
  ProposalState state = ProposalState::asked;
  std::string wording, problem;
  SysTime asked_at;
  std::vector<Hint> hints;  // plain language
};
BOOST_DESCRIBE_STRUCT(ProposalView, (), (id, entry, model, sent, state, wording, problem, asked_at, hints))

/// Asks for a sentence for customers. Needs: author, product or engineering lead. Errors: unavailable (drafting is off), conflict (one is
/// being asked for, or the release communicates). Leaves a job of kind `propose_wording`. Ledger: wording.asked, with the hash of what
/// is sent.
Result<ProposalView> ask_wording(Work& work, const std::string& entry);

struct TakeProposal {
  std::string proposal;
};
BOOST_DESCRIBE_STRUCT(TakeProposal, (), (proposal))
/// The wording becomes the entry's text for customers, as an edit by who takes it; needs what edit_entry needs. Ledger: entry.edited,
/// wording.taken.
Result<EntryView> take_proposal(Work& work, const TakeProposal& command);

/// By the job. An answer is cut to one paragraph of at most 600 characters without HTML comments: it cannot name entries. Ledger:
/// wording.proposed, wording.failed with the reason as text.
void store_wording(Work& work, Proposal proposal, const std::string& answer);
void store_problem(Work& work, Proposal proposal, const std::string& problem);

std::vector<ProposalView> proposals_of(const Work& work, const std::string& entry);
std::optional<Proposal> find_proposal(store::Tx& tx, const std::string& id);
/// What the model is told to do, beside what it is asked.
std::string_view drafting_rules();

}  // namespace evenkeel::changelog
