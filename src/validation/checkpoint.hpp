// A checkpoint (W6): so long after a deployment its health is measured, a report is made and kept, and what follows from it is done.
#pragma once
#include "capabilities/integration.hpp"
#include "validation/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::validation {

/// When a release enters validation: one "health_checkpoint" job for each checkpoint of its policy.
Result<void> plan_checkpoints(Work& work, const ReleaseId& release_id);
/// Makes one report and stores it for ever. The last checkpoint of at most an hour declares the release healthy (outcome shipped), or
/// recommends to roll it back. Ledger: report.made, release.declared_healthy or rollback.recommended.
jobs::Outcome health_checkpoint(jobs::Claim& claim, const HealthCheckpoint& order, const capabilities::Connections& outside);

}  // namespace evenkeel::validation
