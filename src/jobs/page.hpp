// Waking the person on call: one page for each alert of a release, over the pager of its area, kept alive where the pager forgets, taken
// back when the alert ends, and the deputy's when nobody has acknowledged it in time.
#pragma once
#include "capabilities/integration.hpp"
#include "health/alert.hpp"
#include "ledger/entry.hpp"
#include "planning/release.hpp"
#include "work/runner.hpp"

namespace evenkeel::jobs {

/// "page": tells the area's pager of an alert, with its dedup key; a resolve never overtakes its trigger.
Outcome page(Claim& claim, const health::Page& order, const capabilities::Connections& outside);
/// "keep_page": tells an open alert again, as often as its pager asks for, until it is resolved. Telling it twice changes nothing.
Outcome keep_page(Claim& claim, const health::KeepPage& order, const capabilities::Connections& outside);

/// When an alert is opened in an area whose on-call has a deputy: the "escalate_page" job, due after `escalate_after`.
Result<void> plan_escalation(Work& work, const ledger::Entry& opened);
/// "escalate_page": pages the deputy of an alert that is open and that nobody has acknowledged, once. A pager that is told again and again
/// (Alertmanager) has an escalation of its own, and is left to it. Ledger: alert.escalated.
Outcome escalate_page(Claim& claim, const health::EscalatePage& order, const capabilities::Connections& outside);

struct AcknowledgePage {
  static constexpr std::string_view required[] = {"release"};
  std::string release;
};
BOOST_DESCRIBE_STRUCT(AcknowledgePage, (), (release))
/// Error: forbidden; conflict when no page of it is open.
Result<void> may_acknowledge(Work& work, const planning::Release& release);
/// Somebody has seen the page of this release: nobody else is woken. Done twice it is done once. Needs: whoever is on call for its area, by
/// the definitions or by role; coordinator, engineering lead, health monitor. Errors: conflict (no page is open). Ledger:
/// alert.acknowledged.
Result<health::Alert> acknowledge_page(Work& work, const AcknowledgePage& command);
/// Alerts of a release, oldest first.
std::vector<health::Alert> pages_of(store::Tx& tx, const ReleaseId& release_id);

/// Whoever notes an incident as acknowledged has seen the alert of its release.
Result<void> acknowledge_by_incident(Work& work, const ledger::Entry& noted);

}  // namespace evenkeel::jobs
