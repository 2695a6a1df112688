// Every kind of job and every subscriber to the ledger's events.
#include "app/app.hpp"
#include "changelog/notes.hpp"
#include "changelog/take_merge.hpp"
#include "comms/archive.hpp"
#include "comms/comms.hpp"
#include "deploy/deploy.hpp"
#include "incident/incident.hpp"
#include "jobs/calibrate.hpp"
#include "jobs/check_items.hpp"
#include "jobs/deliver.hpp"
#include "jobs/delivery_days.hpp"
#include "jobs/delivery_month.hpp"
#include "jobs/deployment_events.hpp"
#include "jobs/mailings.hpp"
#include "jobs/page.hpp"
#include "jobs/propose_wording.hpp"
#include "jobs/read_flags.hpp"
#include "jobs/read_tickets.hpp"
#include "jobs/record_keeping.hpp"
#include "jobs/status.hpp"
#include "jobs/validate.hpp"
#include "jobs/watch_health.hpp"
#include "jobs/watch_validation.hpp"
#include "retro/retro.hpp"
#include "risk/rehearse.hpp"

namespace evenkeel::app {

std::map<std::string, jobs::Handler> all_job_handlers(App& app) {
  return {
      {"drive_run", {[&app](jobs::Claim& claim) { return steps::drive_run(claim, *app.surroundings); }, std::chrono::seconds{60}}},
      {"deliver",
       {[&app](jobs::Claim& claim) { return jobs::deliver(claim, *app.connections, app.options.public_url, app.options.publish_under); },
        std::chrono::seconds{120}}},
      {"watch_health", {[&app](jobs::Claim& claim) { return jobs::watch_health(claim, *app.connections); }, jobs::watch_lease}},
      {"watch_validation",
       {[&app](jobs::Claim& claim) { return jobs::watch_validation(claim, *app.connections); }, std::chrono::seconds{30}}},
      {"health_checkpoint",
       {[&app](jobs::Claim& claim) { return jobs::health_checkpoint(claim, *app.connections); }, std::chrono::seconds{120}}},
      {"confirm_subscription",
       {[&app](jobs::Claim& claim) { return jobs::confirm_subscription(claim, *app.connections, app.options.public_url); },
        std::chrono::seconds{60}}},
      {"digest", {[](jobs::Claim& claim) { return jobs::digest(claim); }, std::chrono::seconds{120}}},
      {"communication_due",
       {[](jobs::Claim& claim) {
          (void)claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
            TRY(comms::note_overdue(work, std::string(claim.job.data().at("release").as_string())));
            claim.complete(work.tx);
            return {};
          });
          return jobs::Outcome{};
        },
        std::chrono::seconds{60}}},
      {"digest_mail",
       {[&app](jobs::Claim& claim) { return jobs::digest_mail(claim, *app.connections, app.options.public_url); },
        std::chrono::seconds{60}}},
      {"read_flags", {[&app](jobs::Claim& claim) { return jobs::read_flags(claim, *app.connections); }, std::chrono::seconds{60}}},
      {"read_tickets", {[&app](jobs::Claim& claim) { return jobs::read_tickets(claim, *app.connections); }, std::chrono::minutes{10}}},
      {"propose_wording",
       {[&app](jobs::Claim& claim) { return jobs::propose_wording(claim, *app.connections); }, std::chrono::seconds{90}}},
      {"deliver_status", {[&app](jobs::Claim& claim) { return jobs::deliver_status(claim, *app.connections); }, std::chrono::seconds{120}}},
      {"incident_status", {[](jobs::Claim& claim) { return jobs::incident_status(claim); }, std::chrono::seconds{60}}},
      {"read_launch_flags",
       {[&app](jobs::Claim& claim) { return jobs::read_launch_flags(claim, *app.connections); }, std::chrono::seconds{60}}},
      {"delivery_month", {[](jobs::Claim& claim) { return jobs::delivery_month(claim); }, std::chrono::seconds{60}}},
      {"delivery_days", {[](jobs::Claim& claim) { return jobs::delivery_days(claim); }, std::chrono::seconds{60}}},
      {"deployment_event",
       {[&app](jobs::Claim& claim) { return jobs::deployment_event(claim, *app.connections, app.options.public_url); },
        std::chrono::seconds{60}}},
      {"calibrate", {[&app](jobs::Claim& claim) { return jobs::calibrate(claim, *app.connections); }, std::chrono::seconds{120}}},
      {"checkpoint",
       {[&app](jobs::Claim& claim) { return jobs::make_checkpoint(claim, [&app] { return signing_key(app); }); },
        std::chrono::seconds{60}}},
      {"checkpoint_mail",
       {[&app](jobs::Claim& claim) { return jobs::send_checkpoint(claim, *app.connections); }, std::chrono::seconds{60}}},
      {"retention", {[](jobs::Claim& claim) { return jobs::apply_retention(claim); }, std::chrono::minutes{10}}},
      {"delivery_mail", {[&app](jobs::Claim& claim) { return jobs::delivery_mail(claim, *app.connections); }, std::chrono::seconds{60}}},
      {"keep_page", {[&app](jobs::Claim& claim) { return jobs::keep_page(claim, *app.connections); }, std::chrono::seconds{60}}},
      {"check_items", {[&app](jobs::Claim& claim) { return jobs::check_items(claim, *app.surroundings); }, std::chrono::minutes{2}}},
      {"escalate_page", {[&app](jobs::Claim& claim) { return jobs::escalate_page(claim, *app.connections); }, std::chrono::seconds{60}}},
      {"page", {[&app](jobs::Claim& claim) { return jobs::page(claim, *app.connections); }, std::chrono::seconds{60}}},
  };
}

std::vector<jobs::Subscriber> all_subscribers(App& app) {
  return {
      {"draft_changelog",
       Member::notes_author,
       {"changes.imported", "release.stage_entered", "entry.edited", "entry.not_notable"},
       [](Work& work, const ledger::Entry& e) -> Result<void> {
         const auto release = TRY(planning::find_release(work.tx, e.release));
         if (release.stage >= planning::Stage::communication) return {};
         if (e.kind == "changes.imported") TRY(changelog::draft_entries_of(work, release.id));
         if (release.stage >= planning::Stage::changelog) TRY(changelog::draft_notes(work, release.id));
         return {};
       }},
      {"tell_launched",
       Member::notes_author,
       {"launch_flag.read"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return comms::follow_launch(work, e.release); }},
      {"take_waiting_merges",
       Member::notes_author,
       {"release.planned"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return changelog::take_waiting_merges(work, e.release); }},
      {"plan_communications",
       Member::notes_author,
       {"decision.recorded"},
       [](Work& work, const ledger::Entry& e) -> Result<void> {
         if (std::find(e.facts.begin(), e.facts.end(), std::pair<std::string, std::string>{"verdict", "go"}) != e.facts.end())
           TRY(comms::plan_communications(work, e.release));
         return {};
       }},
      {"dispatch_communications",
       Member::notes_author,
       {"release.stage_entered", "release.rolled_back", "note.approved", "communication.planned", "communication.delivered",
        "communication.not_needed", "communication.failed", "launch_flag.read"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return comms::dispatch(work, e.release); }},
      {"tell_status",
       Member::notes_author,
       {"run.started", "run.abandoned", "release.stage_entered", "release.declared_healthy", "rollback.ordered", "release.rolled_back",
        "incident.opened", "incident.noted"},
       jobs::tell_status},
      {"publish_translations",
       Member::notes_author,
       {"translation.approved"},
       [](Work& work, const ledger::Entry& e) -> Result<void> {
         comms::publish_translations(work, e.release);
         return {};
       }},
      {"archive",
       Member::notes_author,
       {"release.planned", "release.stage_entered", "entries.drafted", "entry.edited", "note.drafted", "note.edited",
        "communication.delivered", "release.rolled_back", "release.cancelled", "launch_flag.read", "release.withdrawn"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return comms::archive_release(work, e.release); }},
      {"open_retrospectives",
       Member::release_coordinator,
       {"release.rolled_back", "release.part_undone", "alert.opened", "alert.resolved", "release.stage_entered"},
       retro::open_by_rule},
      {"advance_stages",
       Member::release_coordinator,
       {},
       [&app](Work& work, const ledger::Entry& e) -> Result<void> {
         if (e.kind == "release.stage_entered") return {};  // of its own making
         (void)TRY(gonogo::advance(work, e.release, app.gates));
         return {};
       }},
      {"plan_checkpoints",
       Member::health_monitor,
       {"release.stage_entered"},
       [](Work& work, const ledger::Entry& e) -> Result<void> {
         for (const auto& [name, value] : e.facts)
           if (name == "to" && value == "validation") {
             TRY(jobs::plan_checkpoints(work, e.release));
             return jobs::start_validation_watches(work, e.release);
           }
         return {};
       }},
      {"tell_deployments",
       Member::health_monitor,
       {"deployment.started", "deployment.finished", "deployment.rolled_back", "run.started", "run.ended", "run.abandoned"},
       [](Work& work, const ledger::Entry& e) -> Result<void> {
         if (e.kind.starts_with("deployment.")) return jobs::tell_deployment(work, e.subject, e.kind == "deployment.started");
         return jobs::tell_run(work, e.subject, e.kind == "run.started" ? jobs::RunEventKind::started : jobs::RunEventKind::finished);
       }},
      {"watch_rolling_updates",
       Member::health_monitor,
       {"deployment.started"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return jobs::start_rolling_watch(work, e.subject); }},
      {"supersede_watches",
       Member::health_monitor,
       {"deployment.started"},
       [](Work& work, const ledger::Entry& e) -> Result<void> {
         jobs::end_superseded_watches(work, e.subject);
         return {};
       }},
      {"plan_record_keeping",
       Member::release_coordinator,
       {"definitions.applied"},
       [](Work& work, const ledger::Entry&) -> Result<void> { return jobs::plan_record_keeping(work); }},
      {"plan_delivery_reports",
       Member::health_monitor,
       {"definitions.applied"},
       [](Work& work, const ledger::Entry&) -> Result<void> { return jobs::plan_delivery_month(work); }},
      {"plan_delivery_days",
       Member::health_monitor,
       {"definitions.applied", "deployments.told", "deployment.finished"},
       [](Work& work, const ledger::Entry&) -> Result<void> { return jobs::plan_delivery_days(work); }},
      {"plan_calibrations",
       Member::health_monitor,
       {"definitions.applied"},
       [](Work& work, const ledger::Entry&) -> Result<void> { return jobs::plan_calibrations(work); }},
      {"plan_escalations",
       Member::health_monitor,
       {"alert.opened"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return jobs::plan_escalation(work, e); }},
      {"acknowledge_pages",
       Member::health_monitor,
       {"incident.noted"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return jobs::acknowledge_by_incident(work, e); }},
      {"note_detection",
       Member::health_monitor,
       {"rollback.ordered"},
       [](Work& work, const ledger::Entry& e) -> Result<void> {
         incident::note_detection_by_rollback(work, e.release, e.actor, e.at);
         return {};
       }},
      {"read_flags",
       Member::change_risk_manager,
       {"release.planned"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return jobs::plan_flag_readings(work, e.release); }},
      {"check_items",
       Member::release_coordinator,
       {"release.planned"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return jobs::plan_item_checks(work, e.release); }},
      {"read_tickets",
       Member::notes_author,
       {"release.planned"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return jobs::plan_ticket_readings(work, e.release); }},
      {"read_launch_flags",
       Member::notes_author,
       {"release.stage_entered", "communication.planned"},
       [](Work& work, const ledger::Entry& e) -> Result<void> { return jobs::plan_launch_readings(work, e.release); }},
      {"close_watches",
       Member::health_monitor,
       {"rollback.ordered", "release.rolled_back", "release.declared_healthy", "run.abandoned"},
       [](Work& work, const ledger::Entry& e) -> Result<void> {
         // A rollback of a part has ended that part's watch itself; the rest is watched on.
         const auto is_partial = [](const auto& fact) {
           return fact.first == "act" && (fact.second == "component" || fact.second == "flag_off");
         };
         if (std::any_of(e.facts.begin(), e.facts.end(), is_partial)) return {};
         // What was declared healthy is watched on to its last checkpoint.
         const auto* which = e.kind == "release.declared_healthy" ? "WHERE release_id = $1 AND state = 'watching' AND phase = 'canary'"
                                                                  : "WHERE release_id = $1 AND state = 'watching'";
         for (auto& w : store::all<health::Watch>(work.tx, "watch", which, {e.release})) health::end_watch(work, w, e.kind);
         if (e.kind != "rollback.ordered") health::resolve_alerts(work, e.release);
         return {};
       }},
  };
}

}  // namespace evenkeel::app
