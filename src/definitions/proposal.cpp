#include "definitions/proposal.hpp"

#include "accounts/accounts.hpp"
#include "definitions/apply.hpp"
#include "definitions/authority.hpp"
#include "definitions/events.hpp"
#include "definitions/references.hpp"

namespace evenkeel::definitions {
namespace {

std::optional<Draft> draft_of(store::Tx& tx, const std::string& id) {
  return store::one<Draft>(tx, "definitions_draft", "WHERE id = $1", {id});
}

Result<Proposal> find_open(store::Tx& tx, const std::string& id) {
  for (auto& p : open_proposals(tx))
    if (p.id == id) return std::move(p);
  return not_found(fmt::format(
      "there is no proposal '{}' that waits: it was agreed to or declined, or other definitions are in force since; evenkeel definitions "
      "proposals lists those that do",
      id));
}

std::vector<Difference> differences_of(store::Tx& tx, const Proposal& proposal) {
  const auto draft = draft_of(tx, proposal.id);
  auto after = draft && !draft->body.empty() ? json::read_text<Organisation>(draft->body) : Result<Organisation>(not_found(""));
  if (after)
    return diff(without_secret_addresses(*organisation_of(tx, proposal.over_version)), without_secret_addresses(*std::move(after)));
  std::vector<Difference> named;
  for (const auto& text : proposal.changes.value_or(std::vector<std::string>{}))
    named.push_back({.what = text.substr(text.find(' ') + 1), .change = text.substr(0, text.find(' ')), .before = "", .after = ""});
  return named;
}

ProposalView view_of(store::Tx& tx, const Proposal& p) {
  return {p.id, accounts::name_of(tx, p.proposed_by), p.at, p.asked.value_or(std::vector<std::string>{}), differences_of(tx, p)};
}

}  // namespace

std::vector<Proposal> open_proposals(store::Tx& tx) {
  const auto version = current_version(tx);
  if (!version) return {};
  std::vector<Proposal> open;
  for (auto& draft : store::all<Draft>(tx, "definitions_draft", "ORDER BY at, id", {}))
    if (auto p = store::one<Proposal>(tx, "definitions_proposal", "WHERE id = $1 AND over_version = $2", {draft.id, version->id})) {
      p->proposed_by = draft.proposed_by, p->at = draft.at;
      open.push_back(std::move(*p));
    }
  return open;
}

bool is_seconded(Work& work, Proposal& proposal, const Organisation& organisation) {
  const auto before = store::one<Proposal>(work.tx, "definitions_proposal", "WHERE hash = $1 AND over_version = $2",
                                           {proposal.hash, proposal.over_version});
  if (before)  // it waits, or was declined and is proposed once more
    proposal.id = before->id;
  else
    store::insert(work.tx, "definitions_proposal", proposal);
  if (const auto waits = draft_of(work.tx, proposal.id)) return waits->proposed_by != work.actor.id;
  store::insert(work.tx, "definitions_draft", Draft{proposal.id, json::write(organisation), work.actor.id, work.now});
  About about{.subject = proposal.id};
  if (!before) about.seals = {{"definitions_proposal", proposal.id}};
  record(work, DefinitionsProposed{.hash = proposal.hash, .over = proposal.over_version}, std::move(about));
  return false;
}

Result<Definitions> proposed_definitions(Work& work, const std::string& id) {
  const auto proposal = TRY(find_open(work.tx, id));
  if (proposal.proposed_by == work.actor.id)
    return forbidden(fmt::format("you have proposed it; a second person agrees: {}",
                                 fmt::join(proposal.asked.value_or(std::vector<std::string>{}), ", ")));
  const auto body = draft_of(work.tx, id)->body;
  if (body.empty()) return conflict("it was proposed before the text was kept; apply the same file (evenkeel apply)");
  return Definitions{TRY(json::read_text<Organisation>(body)), proposal.origin};
}

std::vector<ProposalView> proposals_of(store::Tx& tx) {
  std::vector<ProposalView> all;
  for (const auto& p : open_proposals(tx)) all.push_back(view_of(tx, p));
  return all;
}

Result<ProposalView> decline_proposal(Work& work, const DeclineProposal& command) {
  const auto proposal = TRY(find_open(work.tx, command.proposal));
  if (command.because.empty()) return invalid("declining needs a reason", "because");
  const auto me = accounts::person_by_id(work.tx, work.actor.id);
  const auto asked = proposal.asked.value_or(std::vector<std::string>{});
  const bool may = proposal.proposed_by == work.actor.id || work.actor.has_anywhere(Role::admin) ||
                   (me && std::ranges::find(asked, me->login) != asked.end());
  if (!may)
    return forbidden(fmt::format("a proposal is declined by who made it ({}) or who may agree to it: {}",
                                 accounts::name_of(work.tx, proposal.proposed_by), fmt::join(asked, ", ")));
  auto view = view_of(work.tx, proposal);
  work.tx.exec("DELETE FROM definitions_draft WHERE id = $1", {proposal.id});
  work.write_text("reason", command.because);
  record(work, DefinitionsDeclined{.hash = proposal.hash, .over = proposal.over_version}, {.subject = proposal.id});
  return view;
}

}  // namespace evenkeel::definitions
