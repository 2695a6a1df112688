// Planning (W1): a release gets a version, an area, components, an owner and a window; the owning teams confirm it.
//
// Commands here write `release.*` entries. The calendar's conflicts are found by conflicts_of(); they never stop planning, they are
// shown on the calendar and as gates, because a plan with a known conflict is better than no plan.
#pragma once
#include "definitions/apply.hpp"
#include "planning/freeze.hpp"
#include "planning/release.hpp"
#include "work/work.hpp"

namespace evenkeel::planning {

struct ComponentPlan {
  static constexpr std::string_view required[] = {"service", "version"};
  std::string service, version;
  std::string from_version = {};  // empty: what runs in the environment now
  std::string digest = {}, commit_id = {};
};
BOOST_DESCRIBE_STRUCT(ComponentPlan, (), (service, version, from_version, digest, commit_id))

struct FlagPlan {
  static constexpr std::string_view required[] = {"flag", "platform", "value"};
  std::string flag, platform, value;
  std::string value_before = {};  // empty: the opposite
  std::string after_service = "";
};
BOOST_DESCRIBE_STRUCT(FlagPlan, (), (flag, platform, value, value_before, after_service))

struct PlanRelease {
  static constexpr std::string_view required[] = {"version", "area", "components"};
  std::string version, area;
  std::string title = {}, line = "main", environment = {};  // environment empty: the production one
  std::string owner = {};                                   // login; empty: the area's coordinator, else the actor
  std::optional<SysTime> scope_freeze_at, window_start, window_end;
  bool emergency = false;
  std::vector<ComponentPlan> components;
  std::vector<FlagPlan> flags;
  std::vector<std::string> needs;  // releases (id or version) that must be shipped before
};
BOOST_DESCRIBE_STRUCT(PlanRelease, (),
                      (version, area, title, line, environment, owner, scope_freeze_at, window_start, window_end, emergency, components,
                       flags, needs))

/// Needs: coordinator of the area. Errors: invalid (unknown area, service, empty scope, window that ends before it starts),
/// conflict (the version exists). Ledger: release.planned.
Result<Release> plan_release(Work& work, const PlanRelease& command);

struct MoveWindow {
  static constexpr std::string_view required[] = {"release"};
  std::string release;
  std::optional<SysTime> window_start, window_end, scope_freeze_at;
  std::string reason = "";
};
BOOST_DESCRIBE_STRUCT(MoveWindow, (), (release, window_start, window_end, scope_freeze_at, reason))
/// The words and the command that give a release another window.
std::string how_to_move(const Release& release);
/// Error: conflict once it is decided.
Result<void> may_move_window(Work& work, const Release& release);
/// Needs: coordinator. Not once it is decided. A start without an end keeps the length. Confirmations of the teams are asked again. Ledger:
/// release.moved.
Result<Release> move_window(Work& work, const MoveWindow& command);

/// Whether the actor may confirm for some component. Error: forbidden.
Result<void> may_confirm(Work& work, const Release& release);
/// The owner, deputy or an engineering lead of the area confirms freeze date and window for one component. Ledger: component.confirmed.
Result<Component> confirm_component(Work& work, const std::string& release, const std::string& service);
/// Error: conflict once it is decided.
Result<void> may_set_artefact(Work& work, const Release& release);
/// Records the artefact's digest, once. A later change needs the release not to be decided yet. Ledger: component.artefact_set.
Result<Component> set_artefact(Work& work, const std::string& release, const std::string& service, const std::string& digest,
                               const std::string& commit_id);

/// How an item that checks itself was found: ticked when it `holds`, else open, with what was found. Once ticked it stays. `output`: what
/// was printed or answered, of which the hash is kept. Ledger: checklist.done.
void note_check(Work& work, const std::string& item, bool holds, const std::string& found, const std::string& output);
/// Whether there is an item that the actor may tick. Error: forbidden, conflict when there is none at all.
Result<void> may_tick(Work& work, const Release& release);
/// Ticks an item; needs its owner, or the coordinator. Evidence (a link, an id) is required. Ledger: checklist.done.
Result<ChecklistItem> tick(Work& work, const std::string& release, const std::string& item, const std::string& evidence);

struct RequestException {
  std::string release, freeze, reason;
  SysTime expires_at;
};
BOOST_DESCRIBE_STRUCT(RequestException, (), (release, freeze, reason, expires_at))
struct ExceptionRequest {
  std::string id, release_id, freeze_name, requested_by, reason_text;
  SysTime expires_at, at;
};
BOOST_DESCRIBE_STRUCT(ExceptionRequest, (), (id, release_id, freeze_name, requested_by, reason_text, expires_at, at))
struct FreezeException {
  std::string id, release_id, freeze_name, approved_by;
  SysTime expires_at, at;
};
BOOST_DESCRIBE_STRUCT(FreezeException, (), (id, release_id, freeze_name, approved_by, expires_at, at))
/// Needs a reason and an end of at most 14 days. Ledger: freeze_exception.requested.
Result<ExceptionRequest> request_exception(Work& work, const RequestException& command);
/// By one of the freeze's exception roles, never by the one who asked. Ledger: freeze_exception.approved.
Result<FreezeException> approve_exception(Work& work, const std::string& request_id);

/// Error: conflict once it is decided.
Result<void> may_cancel(Work& work, const Release& release);
/// Not once it is deployed. Ledger: release.cancelled.
Result<Release> cancel_release(Work& work, const std::string& release, const std::string& reason);

// ---- queries -------------------------------------------------------------------------------------------------------

/// By id, by version, or by "area/version". Errors: not_found; conflict when a version is in several areas.
Result<Release> find_release(store::Tx& tx, const std::string& reference);
std::vector<Component> components_of(store::Tx& tx, const std::string& release_id);
std::vector<FlagChange> flags_of(store::Tx& tx, const std::string& release_id);
std::vector<ChecklistItem> checklist_of(store::Tx& tx, const std::string& release_id);
std::shared_ptr<const definitions::Organisation> organisation_of(store::Tx& tx, const Release& release);
/// Names of freezes with an approved exception of the release that has not expired at `at`.
std::vector<std::string> excepted_freezes(store::Tx& tx, const std::string& release_id, SysTime at);
FreezeScope scope_of(store::Tx& tx, const Release& release);
/// Version that runs now: of the last successful deployment; empty when none is known.
std::string running_version(store::Tx& tx, const std::string& service, const std::string& environment);
/// SHA-256 over versions, digests and changes: what an assessment, a sign-off and a decision speak about.
std::string scope_hash(store::Tx& tx, const Release& release);

struct Conflict {
  std::string rule, message, with;
};
BOOST_DESCRIBE_STRUCT(Conflict, (), (rule, message, with))
/// Window in a freeze, two windows on one service, too short lead time, nobody on call.
std::vector<Conflict> conflicts_of(store::Tx& tx, const Release& release, SysTime now);

/// Keeps the outcome of a release that stays in its stage.
void store_outcome(Work& work, Release& release);
/// Moves the stage along the table and records it; used by go/no-go, deployment and the jobs. Ledger: release.stage_entered.
Result<void> enter_stage(Work& work, Release& release, Stage to, const std::string& because);

}  // namespace evenkeel::planning
