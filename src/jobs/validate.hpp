// Validation (W6): checkpoint reports after a deployment; the release is declared healthy by them, or a rollback is recommended.
#pragma once
#include "capabilities/integration.hpp"
#include "deploy/deploy.hpp"
#include "health/checkpoint.hpp"
#include "validation/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// When a release enters validation: one "health_checkpoint" job for each checkpoint of its policy.
Result<void> plan_checkpoints(Work& work, const std::string& release_id);
/// Makes one report and stores it for ever. The last checkpoint of at most an hour declares the release healthy (outcome shipped), or
/// recommends to roll it back. Ledger: report.made, release.declared_healthy or rollback.recommended.
Outcome health_checkpoint(Claim& claim, const validation::HealthCheckpoint& order, const capabilities::Connections& outside);

struct StoredReport {
  std::string id, release_id, checkpoint;
  health::CheckpointReport body;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(StoredReport, (), (id, release_id, checkpoint, body, at))
std::vector<StoredReport> reports_of(store::Tx& tx, const std::string& release_id);
/// Error: not_found, naming those that are there.
Result<StoredReport> report_at(store::Tx& tx, const std::string& release, const std::string& checkpoint);

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

}  // namespace evenkeel::jobs
