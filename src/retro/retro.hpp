// The retrospective (W8): what happened, in the ledger's words, what may have contributed, who does what about it by when.
//
// It opens by itself when a rule of the definitions says so; the timeline needs nobody's memory. Factors are proposals by rule and never
// name a person; the team keeps, drops and adds in the summary. It is closed with a summary; its actions go on until each is done.
#pragma once
#include "ledger/entry.hpp"
#include "planning/gate.hpp"
#include "planning/planning.hpp"
#include "work/ids.hpp"

namespace evenkeel::retro {

enum class RetrospectiveState { open, done };
BOOST_DESCRIBE_ENUM(RetrospectiveState, open, done)

/// One ledger entry of the release, told.
struct TimelineRow {
  SysTime at;
  std::int64_t entry = 0;
  std::string kind, what;
};
BOOST_DESCRIBE_STRUCT(TimelineRow, (), (at, entry, kind, what))
/// The same for people who may read who did it and why.
struct ToldRow : TimelineRow {
  std::string who, reason;
};
BOOST_DESCRIBE_STRUCT(ToldRow, (TimelineRow), (who, reason))

/// A circumstance worth talking about, with the entry or row that shows it.
struct Factor {
  std::string rule, sentence, evidence;
};
BOOST_DESCRIBE_STRUCT(Factor, (), (rule, sentence, evidence))

struct Retrospective {
  RetrospectiveId id;
  ReleaseId release_id;
  std::string rule;
  RetrospectiveState state = RetrospectiveState::open;
  std::vector<TimelineRow> timeline;
  std::vector<Factor> factors;
  SysTime opened_at, due_at;
  std::optional<SysTime> closed_at;
  std::string summary_text;
};
BOOST_DESCRIBE_STRUCT(Retrospective, (), (id, release_id, rule, state, timeline, factors, opened_at, due_at, closed_at, summary_text))

struct Action {
  Id<Action> id;
  RetrospectiveId retrospective_id;
  std::string what, owner;  // owner: person id
  SysTime due_at;
  std::optional<SysTime> done_at;
};
BOOST_DESCRIBE_STRUCT(Action, (), (id, retrospective_id, what, owner, due_at, done_at))

struct ActionRow {
  std::string id, what, owner;
  SysTime due_at;
  std::optional<SysTime> done_at;
};
BOOST_DESCRIBE_STRUCT(ActionRow, (), (id, what, owner, due_at, done_at))
struct RetrospectiveView {
  std::string id, release, version, rule;
  RetrospectiveState state = RetrospectiveState::open;
  std::string summary;
  SysTime opened_at, due_at;
  std::optional<SysTime> closed_at;
  std::vector<ToldRow> timeline;
  std::vector<Factor> factors;
  std::vector<ActionRow> actions;
};
BOOST_DESCRIBE_STRUCT(RetrospectiveView, (),
                      (id, release, version, rule, state, summary, opened_at, due_at, closed_at, timeline, factors, actions))

struct OpenRetrospective {
  std::string release, rule = "asked for";
};
BOOST_DESCRIBE_STRUCT(OpenRetrospective, (), (release, rule))
/// Opens it, or gives the one that is there. Needs (of a person): coordinator or engineering lead. Ledger: retrospective.opened.
Result<RetrospectiveView> open_retrospective(Work& work, const OpenRetrospective& command);
/// Opens it when the organisation's rules say that this entry asks for one.
Result<void> open_by_rule(Work& work, const ledger::Entry& entry);

struct AddAction {
  static constexpr std::string_view required[] = {"release", "what", "owner"};
  std::string release, what, owner;  // owner: login
  std::optional<SysTime> due_at;     // left out: as the definitions say
};
BOOST_DESCRIBE_STRUCT(AddAction, (), (release, what, owner, due_at))
/// Whether its retrospective is there and open. Error: not_found, conflict.
Result<void> is_open(Work& work, const planning::Release& release);
/// Needs: coordinator or engineering lead. Errors: invalid (unknown owner, due in the past), conflict (closed). Ledger:
/// retrospective.action_added.
Result<RetrospectiveView> add_action(Work& work, const AddAction& command);
/// By its owner, coordinator or engineering lead; also after closing. Ledger: retrospective.action_done.
Result<RetrospectiveView> finish_action(Work& work, const std::string& action);

struct CloseRetrospective {
  std::string release, summary;
};
BOOST_DESCRIBE_STRUCT(CloseRetrospective, (), (release, summary))
/// Needs: coordinator or engineering lead, and a summary. Keeps timeline and factors as they stand. Ledger: retrospective.closed.
Result<RetrospectiveView> close_retrospective(Work& work, const CloseRetrospective& command);

// ---- queries -------------------------------------------------------------------------------------------------------
/// While open, with what has happened since. Error: not_found.
Result<RetrospectiveView> retrospective_of(store::Tx& tx, const planning::Release& release);
/// The release's entries that tell what happened, oldest first.
std::vector<TimelineRow> timeline_of(store::Tx& tx, const ReleaseId& release_id);
/// The rows of a timeline, open or kept, with names and reasons.
std::vector<ToldRow> told_of(store::Tx& tx, const ReleaseId& release_id, const std::vector<TimelineRow>& timeline);
std::vector<Factor> factors_of(store::Tx& tx, const planning::Release& release);

/// Review: where a retrospective is owed, it is closed, or open with at least one action.
planning::Gates retro_gates();

}  // namespace evenkeel::retro
