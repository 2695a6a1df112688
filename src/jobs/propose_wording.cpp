#include "jobs/propose_wording.hpp"

#include "capabilities/text_model.hpp"
#include "changelog/proposal.hpp"

namespace evenkeel::jobs {
namespace {

struct Question {
  changelog::Proposal proposal;
  std::string text;
  std::optional<definitions::ConnectionDef> connection;
};

/// Nothing when it is answered already.
std::optional<Question> question_of(Work& work, const std::string& id) {
  const auto p = changelog::find_proposal(work.tx, id);
  if (!p || p->state != changelog::ProposalState::asked) return {};
  Question q{*p, work.read_text(p->asked_text), {}};
  // Asked again: whoever turned drafting off meanwhile has the last word.
  const auto current = definitions::current(work.tx);
  const auto* connection =
      current && (*current)->words.drafting == p->connection ? definitions::find_connection(**current, p->connection) : nullptr;
  if (connection) q.connection = *connection;
  return q;
}

Outcome fail_for_good(Claim& claim, const changelog::Proposal& proposal, const std::string& problem) {
  (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    changelog::store_problem(work, proposal, problem);
    claim.complete(work.tx);
    return {};
  });
  return {};
}

}  // namespace

Outcome propose_wording(Claim& claim, const changelog::ProposeWording& order, const capabilities::Connections& outside) {
  const auto& id = order.proposal;
  const auto question = claim.engine.look(member(Member::notes_author), [&](Work& work) { return question_of(work, id); });
  if (!question) return {};
  if (!question->connection) return fail_for_good(claim, question->proposal, "drafting was turned off");
  if (question->text.empty()) return fail_for_good(claim, question->proposal, "what was to be sent was erased");
  const auto opened = outside.open(*question->connection);
  if (!opened) return fail_for_good(claim, question->proposal, opened.error().message);
  const auto answer = opened->text_model->ask(question->proposal.model, question->text, claim.engine.clock.now(), claim.stop);
  using capabilities::DeliveryEnd;
  if (answer.end != DeliveryEnd::delivered) {
    if (answer.end == DeliveryEnd::refused || claim.job.attempts >= claim.job.max_attempts)
      return fail_for_good(claim, question->proposal, answer.reason);
    return {Outcome::retry, answer.reason, answer.retry_after.value_or(Millis{0})};
  }
  (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
    changelog::store_wording(work, question->proposal, answer.receipt);
    claim.complete(work.tx);
    return {};
  });
  return {};
}

}  // namespace evenkeel::jobs
