// A mail to the owner of a release: a freeze was declared over its window, its window passed.
#pragma once
#include "capabilities/integration.hpp"
#include "planning/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Nothing is sent where no mail server is connected or the owner has no address.
Outcome owner_mail(Claim& claim, const planning::OwnerMail& order, const capabilities::Connections& outside);

/// "window_passed": the release goes back into review unless its deployment has begun, and its owner is told.
Outcome window_passed(Claim& claim, const planning::WindowPassed& order);

}  // namespace evenkeel::jobs
