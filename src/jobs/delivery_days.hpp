// Puts the deployments of days that have ended together (dora/delivery_days.hpp), so that reports over years stay quick.
#pragma once
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Sees to it that the job waits; once.
Result<void> plan_delivery_days(Work& work);
/// "delivery_days": puts together what is not yet, and comes again after an hour.
Outcome delivery_days(Claim& claim);

}  // namespace evenkeel::jobs
