// What the ledger says of watches, verdicts, alerts and what other monitors told.
#pragma once
#include "health/watch.hpp"
#include "work/event.hpp"

namespace evenkeel::health {

struct WatchStarted {
  static constexpr std::string_view kind = "watch.started";
  std::string service;
  WatchPhase phase = WatchPhase::canary;
  std::string criteria;
  std::optional<std::string> calibration;
};
BOOST_DESCRIBE_STRUCT(WatchStarted, (), (service, phase, criteria, calibration))

struct WatchEnded {
  static constexpr std::string_view kind = "watch.ended";
  std::string service, because;
};
BOOST_DESCRIBE_STRUCT(WatchEnded, (), (service, because))

struct HealthJudged {
  static constexpr std::string_view kind = "health.judged";
  std::string service;
  ReleaseVerdict verdict = ReleaseVerdict::hold;
  std::int64_t interval = 0;
  std::string samples;  // SHA-256
};
BOOST_DESCRIBE_STRUCT(HealthJudged, (), (service, verdict, interval, samples))

struct HealthCalibrated {
  static constexpr std::string_view kind = "health.calibrated";
  std::string service;
  CalibrationLevel level = CalibrationLevel::uncalibrated;
  std::int64_t windows = 0;
  std::string criteria;
};
BOOST_DESCRIBE_STRUCT(HealthCalibrated, (), (service, level, windows, criteria))

struct RollbackRecommended {
  static constexpr std::string_view kind = "rollback.recommended";
  std::optional<std::string> service, verdict, report;  // verdict of a watch, or report of a checkpoint
  ActKind act = ActKind::release;
};
BOOST_DESCRIBE_STRUCT(RollbackRecommended, (), (service, verdict, report, act))

struct AlertOpened {
  static constexpr std::string_view kind = "alert.opened";
  std::string service, dedup_key;
};
BOOST_DESCRIBE_STRUCT(AlertOpened, (), (service, dedup_key))

struct AlertGrew {
  static constexpr std::string_view kind = "alert.grew";
  std::string service;
  std::int64_t parts = 0;
};
BOOST_DESCRIBE_STRUCT(AlertGrew, (), (service, parts))

struct AlertAcknowledged {
  static constexpr std::string_view kind = "alert.acknowledged";
  std::string by;
};
BOOST_DESCRIBE_STRUCT(AlertAcknowledged, (), (by))

struct AlertEscalated {
  static constexpr std::string_view kind = "alert.escalated";
  std::string to;  // login
  std::int64_t after_ms = 0;
};
BOOST_DESCRIBE_STRUCT(AlertEscalated, (), (to, after_ms))

struct AlertResolved {
  static constexpr std::string_view kind = "alert.resolved";
  std::string service;
  std::optional<std::string> because;
};
BOOST_DESCRIBE_STRUCT(AlertResolved, (), (service, because))

struct SignalFact {
  std::string service, fingerprint;
  SysTime started;
  bool muted = false;
  std::string ended;  // ISO 8601; empty: it goes on
};
BOOST_DESCRIBE_STRUCT(SignalFact, (), (service, fingerprint, started, muted, ended))

struct SignalFired : SignalFact {
  static constexpr std::string_view kind = "signal.fired";
};
BOOST_DESCRIBE_STRUCT(SignalFired, (SignalFact), ())

struct SignalEnded : SignalFact {
  static constexpr std::string_view kind = "signal.ended";
};
BOOST_DESCRIBE_STRUCT(SignalEnded, (SignalFact), ())

struct SilenceSeen {
  static constexpr std::string_view kind = "silence.seen";
  std::string service, silence;
  SysTime until;
};
BOOST_DESCRIBE_STRUCT(SilenceSeen, (), (service, silence, until))

}  // namespace evenkeel::health
