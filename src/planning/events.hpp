// What the ledger says of planning.
#pragma once
#include "planning/flags.hpp"
#include "planning/release.hpp"
#include "work/event.hpp"

namespace evenkeel::planning {

struct ReleasePlanned {
  static constexpr std::string_view kind = "release.planned";
  std::string version, area, definitions;
  std::int64_t components = 0;
};
BOOST_DESCRIBE_STRUCT(ReleasePlanned, (), (version, area, definitions, components))

struct ReleaseMoved {
  static constexpr std::string_view kind = "release.moved";
  std::string window_start, window_end;  // ISO 8601; empty: none
};
BOOST_DESCRIBE_STRUCT(ReleaseMoved, (), (window_start, window_end))

struct ReleaseCancelled {
  static constexpr std::string_view kind = "release.cancelled";
};
BOOST_DESCRIBE_STRUCT(ReleaseCancelled, (), ())

struct StageEntered {
  static constexpr std::string_view kind = "release.stage_entered";
  Stage from = Stage::planning, to = Stage::planning;
  std::string because;  // fixed words
};
BOOST_DESCRIBE_STRUCT(StageEntered, (), (from, to, because))

struct ComponentConfirmed {
  static constexpr std::string_view kind = "component.confirmed";
  std::string service;
};
BOOST_DESCRIBE_STRUCT(ComponentConfirmed, (), (service))

struct ArtefactSet {
  static constexpr std::string_view kind = "component.artefact_set";
  std::string service, digest, commit;
};
BOOST_DESCRIBE_STRUCT(ArtefactSet, (), (service, digest, commit))

struct ChecklistDone {
  static constexpr std::string_view kind = "checklist.done";
  std::string item;
  std::optional<std::string> found, output_hash;  // of one that checked itself: "exit code 0"
};
BOOST_DESCRIBE_STRUCT(ChecklistDone, (), (item, found, output_hash))

struct ExceptionFact {
  std::string freeze;
  SysTime expires_at;
};
BOOST_DESCRIBE_STRUCT(ExceptionFact, (), (freeze, expires_at))
struct ExceptionRequested : ExceptionFact {
  static constexpr std::string_view kind = "freeze_exception.requested";
};
BOOST_DESCRIBE_STRUCT(ExceptionRequested, (ExceptionFact), ())
struct ExceptionApproved : ExceptionFact {
  static constexpr std::string_view kind = "freeze_exception.approved";
};
BOOST_DESCRIBE_STRUCT(ExceptionApproved, (ExceptionFact), ())

/// Nobody has done what was asked of them: others hear of it.
struct AwaitedEscalated {
  static constexpr std::string_view kind = "awaited.escalated";
  std::string act, gate;
  std::int64_t level = 0;  // 2: the owners; 3: product and leadership
};
BOOST_DESCRIBE_STRUCT(AwaitedEscalated, (), (act, gate, level))
struct AwaitedTaken {
  static constexpr std::string_view kind = "awaited.taken";
  std::string act;
};
BOOST_DESCRIBE_STRUCT(AwaitedTaken, (), (act))
/// Who takes a turn on call that would be somebody else's, by id.
struct OnCallSwapped {
  static constexpr std::string_view kind = "on_call.swapped";
  std::string area, person;
  SysTime from_at, until_at;
};
BOOST_DESCRIBE_STRUCT(OnCallSwapped, (), (area, person, from_at, until_at))
struct OnCallSwapEnded {
  static constexpr std::string_view kind = "on_call.swap_ended";
  std::string area;
};
BOOST_DESCRIBE_STRUCT(OnCallSwapEnded, (), (area))
struct LineFact {
  std::string area;  // "*": every one
};
BOOST_DESCRIBE_STRUCT(LineFact, (), (area))
struct LineStopped : LineFact {
  static constexpr std::string_view kind = "line.stopped";
};
BOOST_DESCRIBE_STRUCT(LineStopped, (LineFact), ())
struct LineResumed : LineFact {
  static constexpr std::string_view kind = "line.resumed";
};
BOOST_DESCRIBE_STRUCT(LineResumed, (LineFact), ())
struct LineExempted {
  static constexpr std::string_view kind = "line.exempted";
  std::int64_t people = 0;
};
BOOST_DESCRIBE_STRUCT(LineExempted, (), (people))

/// What an emergency leaves to do; see debt.hpp.
struct EmergencyOwes {
  static constexpr std::string_view kind = "emergency.owes";
  std::string what, service;
  SysTime due_at;
};
BOOST_DESCRIBE_STRUCT(EmergencyOwes, (), (what, service, due_at))
struct EmergencyReviewed {
  static constexpr std::string_view kind = "emergency.reviewed";
};
BOOST_DESCRIBE_STRUCT(EmergencyReviewed, (), ())

/// Its version is free again, or it goes by another.
struct ReleaseRenamed {
  static constexpr std::string_view kind = "release.renamed";
  std::string from, to;
};
BOOST_DESCRIBE_STRUCT(ReleaseRenamed, (), (from, to))
struct ReleaseSuperseded {
  static constexpr std::string_view kind = "release.superseded";
  std::string by;
};
BOOST_DESCRIBE_STRUCT(ReleaseSuperseded, (), (by))
struct ReleaseEdited {
  static constexpr std::string_view kind = "release.edited";
  std::string fields;  // "components, title"
  std::int64_t voided = 0;
};
BOOST_DESCRIBE_STRUCT(ReleaseEdited, (), (fields, voided))
/// A new window within a day after a go: a second person agrees.
struct WindowProposed {
  static constexpr std::string_view kind = "release.window_proposed";
  std::string window_start, window_end;
};
BOOST_DESCRIBE_STRUCT(WindowProposed, (), (window_start, window_end))
struct WindowAgreed {
  static constexpr std::string_view kind = "release.window_agreed";
};
BOOST_DESCRIBE_STRUCT(WindowAgreed, (), ())
/// Asked for, and answered with no.
struct ExceptionDenied : ExceptionFact {
  static constexpr std::string_view kind = "freeze_exception.denied";
};
BOOST_DESCRIBE_STRUCT(ExceptionDenied, (ExceptionFact), ())
struct ExceptionRevoked : ExceptionFact {
  static constexpr std::string_view kind = "freeze_exception.revoked";
};
BOOST_DESCRIBE_STRUCT(ExceptionRevoked, (ExceptionFact), ())
struct TargetTold {
  static constexpr std::string_view kind = "target.version_told";
  std::string service, environment, target, version;
};
BOOST_DESCRIBE_STRUCT(TargetTold, (), (service, environment, target, version))

struct FlagRead {
  static constexpr std::string_view kind = "flag.read";
  std::string flag, platform;
  FlagState reads = FlagState::unknown;
  std::string planned;
};
BOOST_DESCRIBE_STRUCT(FlagRead, (), (flag, platform, reads, planned))

}  // namespace evenkeel::planning
