// "It has shipped": declared by the report of a checkpoint, or by a person where the reports do not say so.
#pragma once
#include "deploy/deploy.hpp"
#include "planning/gate.hpp"

namespace evenkeel::validation {

/// The checkpoint that declares: the last one within the first hour, else the first.
Millis declaring_checkpoint(const std::vector<Millis>& checkpoints);

struct DeclareHealthy {
  static constexpr std::string_view required[] = {"release", "reason"};
  std::string release, reason;
};
BOOST_DESCRIBE_STRUCT(DeclareHealthy, (), (release, reason))
/// Error: forbidden for the release's owner; conflict as declare_healthy.
Result<void> may_declare_healthy(Work& work, const planning::Release& release);
/// Whether the report that would have declared it healthy is there and did not, and no rollback is recommended or runs.
bool awaits_a_word(store::Tx& tx, const planning::Release& release);
/// A person's word where the reports do not say healthy (suspect, no data): the release has shipped, with a reason. Not before the report
/// that would have declared it, not while a recommendation waits for its answer or a rollback runs, and not by the release's owner.
/// Needs: health monitor, on-call or engineering lead. Done twice it is done once. Ledger: release.declared_healthy, with the reason as
/// text.
Result<planning::Release> declare_healthy(Work& work, const DeclareHealthy& command);

/// Validation is left when declared healthy or rolled back; review when every owed report is there.
planning::Gates validation_gates();

}  // namespace evenkeel::validation
