// Status updates: short words while a deployment or an incident lasts, to each audience that has channels for them (`status:`).
//
// At go the expected turns of a deployment are planned, one row for each audience and channel; the others (a rollback, an incident) are
// added when it comes to them. What a turn says is written once, when it happens, and every attempt sends the same. A release cannot
// close with one undone; what it did not come to is said to be not needed.
//
//   planned --(it happens)--> sending --> delivered            failed --(retried)--> delivered
//      \--(it does not)--> not_needed
#pragma once
#include "comms/comms.hpp"
#include "work/ids.hpp"

namespace evenkeel::comms {

using definitions::StatusMoment;

struct StatusUpdate {
  Id<StatusUpdate> id;
  ReleaseId release_id;
  IncidentId incident_id;
  StatusMoment moment = StatusMoment::deployment_started;
  std::int64_t number = 0;
  std::string audience, channel;
  CommunicationState state = CommunicationState::planned;
  std::string because, subject, body;
  JobId job_id;
  std::string receipt;
  std::optional<SysTime> happened_at, delivered_at;
};
BOOST_DESCRIBE_STRUCT(StatusUpdate, (),
                      (id, release_id, incident_id, moment, number, audience, channel, state, because, subject, body, job_id, receipt,
                       happened_at, delivered_at))

/// What has happened.
struct Turn {
  StatusMoment moment = StatusMoment::deployment_started;
  SysTime at;
  ReleaseId release_id = {};  // empty: an incident that belongs to none
  IncidentId incident_id = {};
  std::string title = {}, service = {};  // of an incident; insiders alone read its title
  std::int64_t number = 0;               // of an update while it lasts
  std::string audience = {};             // only this one; empty: all
};

/// The expected turns of a deployment. Done twice it is done once. Returns rows added.
std::int64_t plan_status(Work& work, const planning::Release& release);
/// Writes the words of this turn and hands them to the outbox, once. Ledger: status.told, when anybody is told.
Result<void> tell(Work& work, const Turn& turn);
/// The deployment is over: planned turns that did not happen are not needed. Ledger: status.not_needed.
Result<void> close_status(Work& work, const ReleaseId& release_id);

/// Ledger: status.delivered, status.failed with the reason as text.
void record_status_delivery(Work& work, StatusUpdate row, const std::string& receipt);
void record_status_failure(Work& work, StatusUpdate row, const std::string& reason);
/// "Not needed any more, because": a failed or planned one. Needs: author, coordinator or on-call. Ledger: status.not_needed.
Result<StatusUpdate> skip_status(Work& work, const Skip& command);

// ---- queries -------------------------------------------------------------------------------------------------------
std::vector<StatusUpdate> status_of_release(store::Tx& tx, const ReleaseId& release_id);
std::vector<StatusUpdate> status_of_incident(store::Tx& tx, const IncidentId& incident_id);
/// Neither delivered nor not needed.
bool is_undone(const StatusUpdate& row);
/// How often this audience hears while an incident lasts; 0: only at its turns. By audience.
std::map<std::string, Millis> rhythms(const definitions::Organisation& o);

}  // namespace evenkeel::comms
