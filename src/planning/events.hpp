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

struct FlagRead {
  static constexpr std::string_view kind = "flag.read";
  std::string flag, platform;
  FlagState reads = FlagState::unknown;
  std::string planned;
};
BOOST_DESCRIBE_STRUCT(FlagRead, (), (flag, platform, reads, planned))

}  // namespace evenkeel::planning
