// The job behind every communication: asks once more whether it may go out, sends it, stores the receipt.
#pragma once
#include "capabilities/integration.hpp"
#include "comms/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Handler of jobs of kind `deliver`; payload {"communication": id}. `public_url`: the server's address, where the definitions name none.
Outcome deliver(Claim& claim, const comms::Deliver& order, const capabilities::Connections& outside, const std::string& public_url = {},
                const std::vector<std::string>& publish_under = {});

/// A deadline has passed: what is not out by then is entered as overdue. Ledger: communication.overdue.
Outcome communication_due(Claim& claim, const comms::CommunicationDue& order);

}  // namespace evenkeel::jobs
