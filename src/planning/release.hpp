// A release: version, area, components, stage, outcome, window. The stages are the spine of the process (W1 to W8).
#pragma once
#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "work/ids.hpp"

namespace evenkeel::planning {

enum class Stage { planning, assessment, changelog, go_no_go, deployment, validation, communication, review, closed };
BOOST_DESCRIBE_ENUM(Stage, planning, assessment, changelog, go_no_go, deployment, validation, communication, review, closed)

enum class ReleaseOutcome { open, shipped, rolled_back, cancelled, superseded };
BOOST_DESCRIBE_ENUM(ReleaseOutcome, open, shipped, rolled_back, cancelled, superseded)

/// Allowed moves. Forward moves pass the exit gates of the stage; a rollback goes from deployment or validation straight to
/// communication (the internal word and the correction are owed), and from review or after the release is closed back to it; a release
/// that is not deployed yet can be cancelled at any stage.
struct Move {
  Stage from, to;
};
inline constexpr Move stage_moves[] = {
    {Stage::planning, Stage::assessment},      {Stage::assessment, Stage::changelog},  {Stage::changelog, Stage::go_no_go},
    {Stage::go_no_go, Stage::deployment},      {Stage::deployment, Stage::validation}, {Stage::deployment, Stage::communication},
    {Stage::validation, Stage::communication}, {Stage::communication, Stage::review},  {Stage::review, Stage::closed},
    {Stage::review, Stage::communication},     {Stage::planning, Stage::closed},       {Stage::assessment, Stage::closed},
    {Stage::changelog, Stage::closed},         {Stage::go_no_go, Stage::closed},       {Stage::deployment, Stage::go_no_go},
    {Stage::closed, Stage::communication},
};
bool may_move(Stage from, Stage to);
/// The next stage of an undisturbed release; closed stays closed.
Stage next_stage(Stage stage);
/// "W4"; empty for closed.
std::string stage_code(Stage stage);

/// What an outcome still owes: one row per outcome, read by communication and review.
struct Owes {
  ReleaseOutcome outcome;
  bool internal_word, customer_notes, correction, changelog_file, health_reports, retrospective;
};
inline constexpr Owes outcome_owes[] = {
    {ReleaseOutcome::open, false, false, false, false, false, false},
    {ReleaseOutcome::shipped, true, true, false, true, true, false},
    {ReleaseOutcome::rolled_back, true, false, true, false, true, true},
    {ReleaseOutcome::cancelled, false, false, false, false, false, false},
    {ReleaseOutcome::superseded, false, false, false, false, true, false},
};
const Owes& owes(ReleaseOutcome outcome);

struct Release {
  ReleaseId id;
  std::string version, title, area, line, environment;
  Stage stage = Stage::planning;
  ReleaseOutcome outcome = ReleaseOutcome::open;
  std::string owner;
  std::optional<SysTime> scope_freeze_at, window_start, window_end;
  DefinitionsId definitions_id;
  bool emergency = false;
  SysTime planned_at;
  std::optional<SysTime> closed_at;
  std::int64_t revision = 1;
  std::string incident = {}, reason_text = {};  // of an emergency
};
BOOST_DESCRIBE_STRUCT(Release, (),
                      (id, version, title, area, line, environment, stage, outcome, owner, scope_freeze_at, window_start, window_end,
                       definitions_id, emergency, planned_at, closed_at, revision, incident, reason_text))

struct Component {
  ComponentId id;
  ReleaseId release_id;
  std::string service;
  std::int64_t position = 0;
  std::string from_version, version, digest, commit_id, confirmed_by;
  std::optional<SysTime> confirmed_at;
};
BOOST_DESCRIBE_STRUCT(Component, (),
                      (id, release_id, service, position, from_version, version, digest, commit_id, confirmed_by, confirmed_at))

struct ComponentTarget {
  Id<ComponentTarget> id;
  ComponentId component_id;
  std::string environment, target;
  std::int64_t wave = 1;
  std::string from_version = {};  // what runs on it; empty: what runs of the component
};
BOOST_DESCRIBE_STRUCT(ComponentTarget, (), (id, component_id, environment, target, wave, from_version))

struct FlagChange {
  Id<FlagChange> id;
  ReleaseId release_id;
  std::string flag, platform, value_before, value_after, after_service;
};
BOOST_DESCRIBE_STRUCT(FlagChange, (), (id, release_id, flag, platform, value_before, value_after, after_service))

enum class ItemState { open, done };
BOOST_DESCRIBE_ENUM(ItemState, open, done)

struct ChecklistItem {
  Id<ChecklistItem> id;
  ReleaseId release_id;
  std::string service, name, owner;
  bool automatic = false;
  ItemState state = ItemState::open;
  std::string evidence, done_by;
  std::optional<SysTime> done_at;
  std::string found = {}, output_hash = {};  // automatic: how it went the last time, and SHA-256 of what was printed or answered then
  std::optional<SysTime> checked_at = {};
};
BOOST_DESCRIBE_STRUCT(ChecklistItem, (),
                      (id, release_id, service, name, owner, automatic, state, evidence, done_by, done_at, found, output_hash, checked_at))

}  // namespace evenkeel::planning
