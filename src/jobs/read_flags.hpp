// Reading the flags of a planned release on their platforms, every minute until its deployment begins (RC5).
#pragma once
#include "capabilities/integration.hpp"
#include "changelog/jobs.hpp"
#include "planning/flags.hpp"
#include "planning/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// When a release is planned: its "read_flags" job, if it switches flags.
Result<void> plan_flag_readings(Work& work, const ReleaseId& release_id);
/// Asks each platform and stores what it said. Ends with the release's first run, or with the release.
Outcome read_flags(Claim& claim, const planning::ReadFlags& order, const capabilities::Connections& outside);

/// From the end of the deployment on: the flags that entries of the release are dark behind, every minute until the words are out.
Result<void> plan_launch_readings(Work& work, const ReleaseId& release_id);
Outcome read_launch_flags(Claim& claim, const changelog::ReadLaunchFlags& order, const capabilities::Connections& outside);

}  // namespace evenkeel::jobs
