// The job that puts a question to a language model; see changelog/proposal.hpp.
#pragma once
#include "capabilities/integration.hpp"
#include "changelog/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Handler of jobs of kind `propose_wording`; payload {"proposal": id}.
Outcome propose_wording(Claim& claim, const changelog::ProposeWording& order, const capabilities::Connections& outside);

}  // namespace evenkeel::jobs
