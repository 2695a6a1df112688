// Alerts (DH8): one open alert a release, with the components inside, so that a release that breaks twelve services wakes somebody once.
#pragma once
#include "health/jobs.hpp"
#include "work/engine.hpp"
#include "work/ids.hpp"

namespace evenkeel::health {

/// A page, a mail's subject and a chat line have so much room.
inline constexpr std::size_t page_length = 160;

/// What one watch or report says under the release's alert.
struct AlertPart {
  WatchId watch_id;     // empty: a checkpoint report
  std::string service;  // empty: the release as a whole
  std::string sentence;
  SysTime since;
  bool over = false;
};
BOOST_DESCRIBE_STRUCT(AlertPart, (), (watch_id, service, sentence, since, over))

enum class AlertState { open, resolved };
BOOST_DESCRIBE_ENUM(AlertState, open, resolved)
struct Alert {
  Id<Alert> id;
  std::string dedup_key;
  ReleaseId release_id;
  WatchId watch_id;
  std::string service, summary;
  AlertState state = AlertState::open;
  SysTime opened_at;
  std::optional<SysTime> resolved_at;
  std::vector<AlertPart> parts;
  std::optional<SysTime> acknowledged_at = {}, escalated_at = {};  // somebody has seen it; the deputy was paged
  std::string acknowledged_by = {};
};
BOOST_DESCRIBE_STRUCT(Alert, (),
                      (id, dedup_key, release_id, watch_id, service, summary, state, opened_at, resolved_at, parts, acknowledged_at,
                       escalated_at, acknowledged_by))

/// "checkout and search (2 components): The new version fails ..."; with one part, that part's sentence.
std::string summary_of(const std::vector<AlertPart>& parts);

/// Opens the release's alert with this part, or adds the part to the open one and tells the pager the new summary under the same key.
/// A part that is known changes nothing. Ledger: alert.opened, or alert.grew.
void raise(Work& work, const ReleaseId& release_id, const AlertPart& part);
/// The part of this watch has ended; the alert with its last one. Ledger: alert.resolved.
void lower(Work& work, const ReleaseId& release_id, const WatchId& watch_id);
/// The same where a broken objective holds again: what reports have added of the same time ends with the last watch's part. Ledger:
/// alert.resolved, with the reason.
void lower_breach(Work& work, const ReleaseId& release_id, const WatchId& watch_id, const std::string& because);
/// Somebody has seen the release's open alert: the pager is told, and the deputy is not paged any more. False when none is open, or it was
/// acknowledged already. Ledger: alert.acknowledged.
bool note_acknowledged(Work& work, const ReleaseId& release_id, const std::string& by);
/// The deputy was paged, because nobody had acknowledged. Ledger: alert.escalated.
void note_escalated(Work& work, const std::string& alert_id, const std::string& deputy);
/// Ends the release's open alert whatever its parts, and enqueues the word to the pager. Ledger: alert.resolved.
void resolve_alerts(Work& work, const ReleaseId& release_id);

/// Whether a job that tells the pager of it is still on its way.
bool is_being_told(store::Tx& tx, const std::string& alert_id);
/// For a pager that forgets (Alertmanager): the alert is posted again, at `at` and from then on.
void keep_paging(Work& work, const Alert& alert, const KeepPage& order, SysTime at);
/// From here on nobody posts the alert as firing; false while somebody is about to.
bool stop_paging(Engine& engine, const std::string& alert_id);

}  // namespace evenkeel::health
