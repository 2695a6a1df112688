// Signals from outside: alerts of another system (Alertmanager) that speak of a service while it is watched.
//
// An alert that began after the deployment keeps it from being called healthy while it fires, or recommends a rollback where the service's
// owner said so. One that fired before the deployment is said, and not blamed on it. A silenced or inhibited alert is said with who
// silenced it and until when, and counts for nothing: somebody has answered for it. When the system that alerts does not answer, nothing
// is called healthy either: whether an alert fires is then not known.
//
// What was heard is stored, so that judging again hears the same. Personal words (who silenced, their comment) stay out of the ledger.
#pragma once
#include "health/alert_reading.hpp"
#include "health/judge.hpp"
#include "work/work.hpp"

namespace evenkeel::health {

struct Watch;

/// A row of what was heard.
struct OutsideAlert {
  std::string id, service, fingerprint, name, summary, muted;
  bool recommends_rollback = false;
  SysTime starts_at, seen_at;
  std::optional<SysTime> ends_at;
};
BOOST_DESCRIBE_STRUCT(OutsideAlert, (), (id, service, fingerprint, name, summary, muted, recommends_rollback, starts_at, seen_at, ends_at))

/// What became different by a reading or a word.
struct AlertChanges {
  std::vector<OutsideAlert> began, ended;
};

/// One alert as it was told by webhook: new, or ended. `release`: that it was heard under, may be empty. Ledger: signal.fired,
/// signal.ended.
AlertChanges note_alert(Work& work, const std::string& service, const HeardAlert& alert, bool recommends_rollback,
                        const std::string& release);
/// A whole look: what it does not hold any more has ended. Ledger: signal.fired, signal.ended, silence.seen.
AlertChanges note_reading(Work& work, const std::string& service, const AlertReading& reading, bool recommends_rollback,
                          const std::string& release);

/// In words, for verdicts and reports of [from, to]: what fires or fired, what is silenced by whom until when, what is not known.
std::vector<std::string> signals_said(store::Tx& tx, const std::string& service, SysTime from, SysTime to);

/// Bends a watch's verdict by what is heard now. `may_recommend`: false once the release has shipped. Returns whether an alert that
/// recommends a rollback is firing.
bool heed_signals(store::Tx& tx, const Watch& watch, bool may_recommend, Verdict& verdict);

/// When the deployment that is watched began: what was there before is not blamed on it.
SysTime deployed_from(store::Tx& tx, const Watch& watch);

/// What fired for a service since then, newest first; at most twenty.
std::vector<OutsideAlert> outside_alerts_of(store::Tx& tx, const std::string& service, SysTime from);

}  // namespace evenkeel::health
