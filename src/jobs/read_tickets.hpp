// Reading the tickets that the changes of a release name, at the hosts of their repositories, until the words are out (CL4).
#pragma once
#include "capabilities/integration.hpp"
#include "changelog/jobs.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// When a release is planned: its "read_tickets" job, where a connection of kind github or gitlab is defined.
Result<void> plan_ticket_readings(Work& work, const ReleaseId& release_id);
/// Asks for what was never read, and again for what was read a quarter of an hour ago. Ends with the release's communication.
Outcome read_tickets(Claim& claim, const changelog::ReadTickets& order, const capabilities::Connections& outside);

}  // namespace evenkeel::jobs
