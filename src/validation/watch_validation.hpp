// Jobs of the watch after promotion: it begins when a release enters validation, and ends with its last checkpoint.
#pragma once
#include "capabilities/integration.hpp"
#include "health/jobs.hpp"
#include "health/validation_watch.hpp"
#include "work/runner.hpp"

namespace evenkeel::validation {

/// When a release enters validation: its canary watches close, and one watch a component with criteria begins. Ledger: watch.ended,
/// watch.started.
Result<void> start_validation_watches(Work& work, const ReleaseId& release_id);
/// When a component is deployed again, the watches of earlier releases on it end: what they would see is not theirs any more.
/// Ledger: watch.ended.
void end_superseded_watches(Work& work, const DeploymentId& deployment_id);

/// "watch_validation": fetches the interval that has passed, judges, comes again at the end of the next.
jobs::Outcome watch_validation(jobs::Claim& claim, const health::WatchValidation& order, const capabilities::Connections& outside);

}  // namespace evenkeel::validation
