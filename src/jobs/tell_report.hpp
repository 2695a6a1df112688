// A health report goes to those who answer for the release when it is made: its owner, who is on call, and the coordinators, by mail, and
// to the chat of its area. Where people are told of what waits (`escalation.mail`, `chat` of an area), they are told of reports too.
#pragma once
#include "work/reactions.hpp"

namespace evenkeel::jobs {

/// Of `report.made`. Leaves a mail for each person and a message for the chat.
Result<void> tell_report(Work& work, const ledger::Entry& made);

}  // namespace evenkeel::jobs
