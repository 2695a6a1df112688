#include "work/reactions.hpp"

#include "comms/events.hpp"
#include "definitions/events.hpp"
#include "deploy/events.hpp"
#include "dora/events.hpp"
#include "health/events.hpp"
#include "incident/events.hpp"
#include "jobs/check_items.hpp"
#include "jobs/delivery_days.hpp"
#include "jobs/delivery_month.hpp"
#include "jobs/deployment_events.hpp"
#include "jobs/page.hpp"
#include "jobs/read_flags.hpp"
#include "jobs/read_tickets.hpp"
#include "jobs/record_keeping.hpp"
#include "jobs/status.hpp"
#include "jobs/tell_awaited.hpp"
#include "jobs/tell_report.hpp"
#include "planning/events.hpp"
#include "retro/retro.hpp"
#include "steps/events.hpp"
#include "validation/events.hpp"

namespace evenkeel::jobs {
namespace {

using ledger::Entry;

Result<void> tell_deployments(Work& work, const Entry& e) {
  if (is<steps::RunStarted>(e)) return tell_run(work, RunId{e.subject}, RunEventKind::started);
  if (is<steps::RunEnded, steps::RunAbandoned>(e)) return tell_run(work, RunId{e.subject}, RunEventKind::finished);
  return tell_deployment(work, DeploymentId{e.subject}, is<deploy::DeploymentStarted>(e));
}

/// What a customer reports after the review was begun has its retrospective too.
Result<void> look_back_at_late_report(Work& work, const Entry& e) {
  if (e.release.empty() || as<incident::IncidentOpened>(e)->source != incident::Source::customer) return {};
  const auto release = TRY(planning::find_release(work.tx, e.release));
  if (release.stage < planning::Stage::review || !planning::organisation_of(work.tx, release)->retrospective.on_customer_report) return {};
  TRY(retro::open_retrospective(work, {.release = release.id, .rule = "a customer reported it"}));
  return {};
}

}  // namespace

Reactions reactions() {
  return {
      on_events<steps::RunStarted, steps::RunAbandoned, planning::StageEntered, validation::DeclaredHealthy, deploy::RollbackOrdered,
                deploy::ReleaseRolledBack, incident::IncidentOpened, incident::IncidentNoted>("tell_status", Member::notes_author,
                                                                                              tell_status),
      on_events<incident::IncidentOpened>("open_retrospective_of_report", Member::release_coordinator, look_back_at_late_report),
      on_events<definitions::DefinitionsApplied>("plan_record_keeping", Member::release_coordinator,
                                                 [](Work& work, const Entry&) { return plan_record_keeping(work); }),
      on_events<definitions::DefinitionsApplied>("tell_awaited", Member::release_coordinator,
                                                 [](Work& work, const Entry&) { return plan_telling(work); }),
      on_events<validation::ReportMade>("tell_reports", Member::health_monitor, tell_report),
      on_events<health::AlertOpened>("plan_escalations", Member::health_monitor, plan_escalation),
      on_events<incident::IncidentNoted>("acknowledge_pages", Member::health_monitor, acknowledge_by_incident),
      on_events<planning::ReleasePlanned>("check_items", Member::release_coordinator,
                                          [](Work& work, const Entry& e) { return plan_item_checks(work, ReleaseId{e.release}); }),
      on_events<planning::ReleasePlanned>("read_flags", Member::change_risk_manager,
                                          [](Work& work, const Entry& e) { return plan_flag_readings(work, ReleaseId{e.release}); }),
      on_events<planning::ReleasePlanned>("read_tickets", Member::notes_author,
                                          [](Work& work, const Entry& e) { return plan_ticket_readings(work, ReleaseId{e.release}); }),
      on_events<planning::StageEntered, comms::CommunicationPlanned>(
          "read_launch_flags", Member::notes_author,
          [](Work& work, const Entry& e) { return plan_launch_readings(work, ReleaseId{e.release}); }),
      on_events<deploy::DeploymentStarted, deploy::DeploymentFinished, deploy::DeploymentRolledBack, steps::RunStarted, steps::RunEnded,
                steps::RunAbandoned>("tell_deployments", Member::health_monitor, tell_deployments),
      on_events<definitions::DefinitionsApplied>("plan_delivery_reports", Member::health_monitor,
                                                 [](Work& work, const Entry&) { return plan_delivery_month(work); }),
      on_events<definitions::DefinitionsApplied, dora::DeploymentsTold, deploy::DeploymentFinished>(
          "plan_delivery_days", Member::health_monitor, [](Work& work, const Entry&) { return plan_delivery_days(work); }),
  };
}

}  // namespace evenkeel::jobs
