// Incidents (DH9, DH10): what went wrong in production, tied to what changed there, with each time by whose word.
//
// An incident is opened here, by a webhook, or by Alertmanager; a customer's report is one too. It is tied by itself to the newest
// deployment of its service that had started by then, within reach (deploy/cause.hpp), or where there is none, of what that service depends
// on ("inferred"), until a person confirms or rejects that. Responders get what changed, how each change is undone, and who decides.
#pragma once
#include "deploy/deploy.hpp"
#include "health/signal.hpp"
#include "work/ids.hpp"

namespace evenkeel::incident {

using Source = deploy::NoticedBy;
/// How the deployment behind it is known; rejected: somebody said that no deployment caused it.
enum class Cause { none, named, inferred, confirmed, rejected };
BOOST_DESCRIBE_ENUM(Cause, none, named, inferred, confirmed, rejected)
enum class Moment { started, detected, acknowledged, mitigated, resolved };
BOOST_DESCRIBE_ENUM(Moment, started, detected, acknowledged, mitigated, resolved)

struct Incident {
  IncidentId id;
  ReleaseId release_id;
  DeploymentId deployment_id;
  Cause cause = Cause::none;
  std::string service, title;
  Source source = Source::staff;
  SysTime started_at, detected_at;
  std::optional<SysTime> acknowledged_at, mitigated_at, resolved_at;
  std::string external_id, opened_by;
};
BOOST_DESCRIBE_STRUCT(Incident, (),
                      (id, release_id, deployment_id, cause, service, title, source, started_at, detected_at, acknowledged_at, mitigated_at,
                       resolved_at, external_id, opened_by))

struct TimeWord {
  Id<TimeWord> id;
  IncidentId incident_id;
  Moment what = Moment::started;
  SysTime at;
  Source source = Source::staff;
  std::string person;
  SysTime recorded_at;
};
BOOST_DESCRIBE_STRUCT(TimeWord, (), (id, incident_id, what, at, source, person, recorded_at))

struct Open {
  static constexpr std::string_view required[] = {"title"};
  std::string title;
  std::string service = "";
  Source source = Source::staff;
  std::optional<SysTime> started_at, detected_at;  // left out: now
  std::string deployment = "";                     // that caused it, by id, where it is known
  std::string external_id = "";                    // the sender's: the same one again is the same incident
};
BOOST_DESCRIBE_STRUCT(Open, (), (title, service, source, started_at, detected_at, deployment, external_id))
/// By anybody with a role and full scope. Errors: invalid (no title, unknown service, a time in the future), not_found (deployment).
/// Ledger: incident.opened.
Result<Incident> open_incident(Work& work, const Open& command);

struct Note {
  static constexpr std::string_view required[] = {"incident", "what"};
  std::string incident;
  Moment what = Moment::acknowledged;
  std::optional<SysTime> at;  // left out: now
  Source source = Source::staff;
};
BOOST_DESCRIBE_STRUCT(Note, (), (incident, what, at, source))
/// A time becomes known or is corrected; what was said before stays on record. Needs: on-call, coordinator, engineering lead, support or
/// health monitor. Errors: invalid (before the start, in the future). Ledger: incident.noted.
Result<Incident> note_time(Work& work, const Note& command);

struct SetCause {
  static constexpr std::string_view required[] = {"incident", "cause"};
  std::string incident;
  Cause cause = Cause::confirmed;  // named, confirmed or rejected
  std::string deployment = "";     // named: which
  std::string reason = "";         // rejected: why
};
BOOST_DESCRIBE_STRUCT(SetCause, (), (incident, cause, deployment, reason))
/// The audited correction of what an incident is put down to. Needs: on-call, coordinator or engineering lead. Ledger: incident.cause_set.
Result<Incident> set_cause(Work& work, const SetCause& command);

// ---- for responders --------------------------------------------------------------------------------------------------

/// One change on the incident's service, or on what it depends on, that was running or recent when it started; newest first.
enum class RecentKind { deployment, flag };
BOOST_DESCRIBE_ENUM(RecentKind, deployment, flag)
struct RecentChange {
  RecentKind kind = RecentKind::deployment;
  std::string id, release, version, service, what, state;
  SysTime at;
  std::string undo;                  // the command
  std::vector<std::string> decides;  // people
};
BOOST_DESCRIBE_STRUCT(RecentChange, (), (kind, id, release, version, service, what, state, at, undo, decides))
struct View {
  Incident incident;
  std::string sentence;
  std::vector<RecentChange> changes;
  std::vector<TimeWord> times;
};
BOOST_DESCRIBE_STRUCT(View, (), (incident, sentence, changes, times))
Result<View> view_of(store::Tx& tx, const std::string& id, SysTime now);
std::vector<Incident> incidents_of(store::Tx& tx, const std::string& service, bool open_only);

// ---- detection -------------------------------------------------------------------------------------------------------

/// A failed deployment that nobody's watch or report preceded was noticed by the one who ordered its rollback.
void note_detection_by_rollback(Work& work, const ReleaseId& release_id, const std::string& person, SysTime at);

struct DetectionMonth {
  std::string month;  // "2026-03"
  std::int64_t failed = 0, customer_first = 0;
};
BOOST_DESCRIBE_STRUCT(DetectionMonth, (), (month, failed, customer_first))
/// Who noticed failed deployments first, and after how long.
struct Detection {
  std::int64_t failed = 0, customer_first = 0, unknown = 0;
  std::map<std::string, std::int64_t> first_by;
  std::optional<double> customer_rate, low, high;  // of those where it is known; 95 %
  bool too_few = true;
  std::optional<double> median_minutes;
  std::string trend;  // one sentence
  std::vector<DetectionMonth> months;
};
BOOST_DESCRIBE_STRUCT(Detection, (),
                      (failed, customer_first, unknown, first_by, customer_rate, low, high, too_few, median_minutes, trend, months))
Detection detection(store::Tx& tx, SysTime from, SysTime to);

/// One alert as an incident: the same alert again is the same incident; one that has ended resolves it. Ledger: incident.opened,
/// incident.noted.
Result<Incident> take_alert(Work& work, const std::string& service, const health::HeardAlert& alert);
/// What an Alertmanager webhook (version 4) says, alert by alert: firing ones are opened, resolved ones resolved. An alert that carries the
/// labels of a service's `alerts` is about that service and counts in its watch; else the labels service, app or job name it. Alerts
/// that Evenkeel posted itself are passed over.
Result<std::vector<Incident>> take_alertmanager(Work& work, const json::Value& body);
/// What DevLake's issue webhook takes: {issueKey, title, type: INCIDENT, status, createdDate, resolutionDate, component}; status DONE
/// resolves it. `closes`: the key of DevLake's close call, whose body may name a resolutionDate. The same key is the same incident.
Result<Incident> take_devlake(Work& work, const json::Value& body, const std::string& closes = "");

}  // namespace evenkeel::incident
