// Jobs of the health monitor: judging a watch as its intervals pass.
#pragma once
#include "capabilities/integration.hpp"
#include "health/jobs.hpp"
#include "health/watch.hpp"
#include "steps/drive.hpp"
#include "work/runner.hpp"

namespace evenkeel::validation {

/// A watch whose replica was killed goes on elsewhere when this has passed.
inline constexpr Millis watch_lease = std::chrono::seconds{8};

/// "watch_health": fetches the intervals that have passed, judges, comes again at the end of the next.
jobs::Outcome watch_health(jobs::Claim& claim, const health::WatchHealth& order, const capabilities::Connections& outside);
/// When a component begins to go out whose criteria tell old and new version apart, and no step of its sequence is a health check: both are
/// compared while they run together.
Result<void> start_rolling_watch(Work& work, const DeploymentId& deployment_id);
/// What a health check step is told; starts the watch on the first call, with the criteria that go sealed.
steps::HealthAnswer health_answer(Engine& engine, const steps::Run& run, const steps::Step& step);

}  // namespace evenkeel::validation
