// Status updates on their way: one message, and the next one while an incident lasts.
#pragma once
#include "capabilities/integration.hpp"
#include "comms/jobs.hpp"
#include "ledger/entry.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// Handler of jobs of kind `deliver_status`; payload {"status": id}.
Outcome deliver_status(Claim& claim, const comms::DeliverStatus& order, const capabilities::Connections& outside);
/// Handler of jobs of kind `incident_status`; payload {"incident", "audience", "number"}. Ends with the incident.
Outcome incident_status(Claim& claim, const comms::IncidentStatus& order);

/// What an entry of the ledger means for status updates: tells them, and plans the next ones of an incident.
Result<void> tell_status(Work& work, const ledger::Entry& entry);

}  // namespace evenkeel::jobs
