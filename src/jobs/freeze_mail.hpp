// The mail to a release's owner when a freeze is declared over its window.
#pragma once
#include "capabilities/integration.hpp"
#include "planning/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Nothing is sent where no mail server is connected or the
/// owner has no address: the answer of `apply` has told it too.
Outcome freeze_mail(Claim& claim, const planning::FreezeMail& order, const capabilities::Connections& outside);

}  // namespace evenkeel::jobs
