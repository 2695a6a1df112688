// Planning (W1): a release gets a version, an area, components, an owner and a window; the owning teams confirm it.
//
// Commands here write `release.*` entries. The calendar's conflicts are found by conflicts_of(); they never stop planning, they are
// shown on the calendar and as gates, because a plan with a known conflict is better than no plan.
#pragma once
#include "definitions/apply.hpp"
#include "planning/freeze.hpp"
#include "planning/release.hpp"
#include "work/ids.hpp"
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
  std::string because = {}, incident = {};  // an emergency has both: why, and the incident that it ends
  std::vector<ComponentPlan> components;
  std::vector<FlagPlan> flags;
  std::vector<std::string> needs;  // releases (id or version) that must be shipped before
};
BOOST_DESCRIBE_STRUCT(PlanRelease, (),
                      (version, area, title, line, environment, owner, scope_freeze_at, window_start, window_end, emergency, because,
                       incident, components, flags, needs))

/// Needs: coordinator of the area. Errors: invalid (unknown area, service, empty scope, window that ends before it starts),
/// blocked (a window longer than the longest), conflict (the version exists). Ledger: release.planned.
Result<Release> plan_release(Work& work, const PlanRelease& command);

struct MoveWindow {
  static constexpr std::string_view required[] = {"release"};
  std::string release;
  std::optional<SysTime> window_start, window_end, scope_freeze_at;
  std::string reason = "";
};
BOOST_DESCRIBE_STRUCT(MoveWindow, (), (release, window_start, window_end, scope_freeze_at, reason))
struct MovedWindow : Release {
  bool waits_for_second = false;  // nothing has moved yet
};
BOOST_DESCRIBE_STRUCT(MovedWindow, (Release), (waits_for_second))
/// The words and the command that give a release another window.
std::string how_to_move(const Release& release);
/// Error: conflict while its deployment is under way, and once it has run.
Result<void> may_move_window(Work& work, const Release& release);
/// Needs: coordinator. A start without an end keeps the length; one longer than the longest window is refused (blocked). Confirmations of
/// the teams are asked again. After a go, while nothing runs, the votes stand; freezes, on-call and the owners of steps are asked anew
/// (frozen), and a window that opens within a day waits until a second person agrees. Ledger: release.moved, or release.window_proposed.
Result<MovedWindow> move_window(Work& work, const MoveWindow& command);
/// Error: conflict when no new window waits; forbidden for who proposed it.
Result<void> may_agree(Work& work, const Release& release);
/// The window that waits for a second person, and who proposed it.
struct ProposedWindow {
  std::string person;
  SysTime start, end;
};
std::optional<ProposedWindow> proposed_window(store::Tx& tx, const Release& release, SysTime now);
/// Ledger: release.window_agreed, release.moved.
Result<MovedWindow> agree_to_window(Work& work, const std::string& release);

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
  Id<ExceptionRequest> id;
  ReleaseId release_id;
  std::string freeze_name, requested_by, reason_text;
  SysTime expires_at, at;
};
BOOST_DESCRIBE_STRUCT(ExceptionRequest, (), (id, release_id, freeze_name, requested_by, reason_text, expires_at, at))
/// The approval of a request, under its id.
struct FreezeException {
  Id<ExceptionRequest> id;
  ReleaseId release_id;
  std::string freeze_name, approved_by;
  SysTime expires_at, at;
};
BOOST_DESCRIBE_STRUCT(FreezeException, (), (id, release_id, freeze_name, approved_by, expires_at, at))
/// Needs a reason and an end of at most 14 days. Ledger: freeze_exception.requested.
Result<ExceptionRequest> request_exception(Work& work, const RequestException& command);
/// By one of the freeze's exception roles, never by the one who asked; not once it was denied. Ledger: freeze_exception.approved.
Result<FreezeException> approve_exception(Work& work, const std::string& request_id);

enum class ExceptionState { asked, approved, denied, revoked, expired };
BOOST_DESCRIBE_ENUM(ExceptionState, asked, approved, denied, revoked, expired)
struct ExceptionView {
  Id<ExceptionRequest> id;
  ReleaseId release_id;
  std::string release, freeze;  // release: its version
  ExceptionState state = ExceptionState::asked;
  std::string asked_by, reason;  // names and words as people gave them
  std::string answered_by, answer;
  SysTime expires_at, at;
};
BOOST_DESCRIBE_STRUCT(ExceptionView, (), (id, release_id, release, freeze, state, asked_by, reason, answered_by, answer, expires_at, at))
struct AnswerException {
  std::string request, because;
};
BOOST_DESCRIBE_STRUCT(AnswerException, (), (request, because))
/// Answers a request with no. As approving; a reason. Error: conflict once it is answered. Ledger: freeze_exception.denied.
Result<ExceptionView> deny_exception(Work& work, const AnswerException& command);
/// Takes an approved one back; from that moment the freeze holds again. By the freeze's exception roles, or who asked for it; a reason.
/// Ledger: freeze_exception.revoked.
Result<ExceptionView> revoke_exception(Work& work, const AnswerException& command);
/// Every request of the release, newest first, with its reason and what became of it.
std::vector<ExceptionView> exceptions_of(store::Tx& tx, const Release& release, SysTime now);
Result<ExceptionView> exception_of(store::Tx& tx, const std::string& request_id, SysTime now);

struct Supersede {
  std::string release, by, reason;
};
BOOST_DESCRIBE_STRUCT(Supersede, (), (release, by, reason))
/// Another release stands in for one that is not deployed. Needs: coordinator, a reason. Ledger: release.superseded.
Result<Release> supersede_release(Work& work, const Supersede& command);

struct EditRelease {
  static constexpr std::string_view required[] = {"release"};
  std::string release;
  std::optional<std::string> version, title, owner, line;  // owner: a login
  std::vector<ComponentPlan> components;                   // added, or with another version, digest or commit
  std::vector<std::string> without;                        // services that leave
  std::vector<FlagPlan> flags;                             // added, or with another value
  std::vector<std::string> without_flags;
  std::vector<std::string> needs, without_needs;
  bool confirm = false;  // do it although it voids something
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(EditRelease, (),
                      (release, version, title, owner, line, components, without, flags, without_flags, needs, without_needs, confirm,
                       reason))
struct Edited {
  Release release;
  bool done = false;
  std::vector<std::string> voids;  // "the vote of Eli Engineer as engineering_lead"
};
BOOST_DESCRIBE_STRUCT(Edited, (), (release, done, voids))
/// Error: conflict once it is decided.
Result<void> may_edit(Work& work, const Release& release);
/// Needs: coordinator. What the edit voids (votes, the assessment, confirmations of what changes) is listed; when that is something, it is
/// done only with `confirm`. Ledger (when done): release.edited, release.renamed.
Result<Edited> edit_release(Work& work, const EditRelease& command);

/// Error: conflict once it is decided.
Result<void> may_cancel(Work& work, const Release& release);
/// Not once it is deployed. Ledger: release.cancelled.
Result<Release> cancel_release(Work& work, const std::string& release, const std::string& reason);

// ---- queries -------------------------------------------------------------------------------------------------------

/// By id, by version, or by "area/version". Errors: not_found; conflict when a version is in several areas.
Result<Release> find_release(store::Tx& tx, const std::string& reference);
std::vector<Component> components_of(store::Tx& tx, const ReleaseId& release_id);
std::vector<FlagChange> flags_of(store::Tx& tx, const ReleaseId& release_id);
std::vector<ChecklistItem> checklist_of(store::Tx& tx, const ReleaseId& release_id);
std::shared_ptr<const definitions::Organisation> organisation_of(store::Tx& tx, const Release& release);
/// Names of freezes with an approved exception of the release that has not expired at `at`.
std::vector<std::string> excepted_freezes(store::Tx& tx, const ReleaseId& release_id, SysTime at);
/// The areas of its components, as they are defined now; its own where a component is defined no more. Who confirms, votes, steers and is
/// on call for a component is of the component's area, whoever planned the release.
std::vector<std::string> areas_of(store::Tx& tx, const Release& release);
std::string area_of(store::Tx& tx, const Release& release, const std::string& service);
/// One a component.
std::vector<FreezeScope> scope_of(store::Tx& tx, const Release& release);
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
