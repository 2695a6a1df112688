// The job behind every communication: asks once more whether it may go out, sends it, stores the receipt.
#pragma once
#include "http/client.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Handler of jobs of kind `deliver`; payload {"communication": id}.
Outcome deliver(Claim& claim, http::HttpClient& client);

}  // namespace evenkeel::jobs
