// The release page's data, joined from the areas: what the UI shows and `evenkeel release show` prints.
#pragma once
#include "comms/comms.hpp"
#include "deploy/run_view.hpp"
#include "gonogo/gonogo.hpp"
#include "planning/on_call.hpp"
#include "risk/risk.hpp"

namespace evenkeel::views {

/// One state for people.
/// `needs`: a person, in the middle of a run; `failed`: one of its steps did. How a release ended has a word of its own each.
enum class Standing { go, watch, nogo, running, needs, failed, pending, done, shipped, rolled_back, cancelled, waived, unknown };
BOOST_DESCRIBE_ENUM(Standing, go, watch, nogo, running, needs, failed, pending, done, shipped, rolled_back, cancelled, waived, unknown)

struct ReleaseRow {
  std::string id, version, title, area;
  planning::Stage stage = planning::Stage::planning;
  planning::ReleaseOutcome outcome = planning::ReleaseOutcome::open;
  std::string owner;
  Standing state = Standing::unknown;
  std::string sentence;
  std::optional<SysTime> window_start, window_end;
};
BOOST_DESCRIBE_STRUCT(ReleaseRow, (), (id, version, title, area, stage, outcome, owner, state, sentence, window_start, window_end))

struct SpineStage {
  std::string code, name, owner;
  Standing state = Standing::pending;
  std::string line;
  std::optional<SysTime> due;
  bool current = false;
  std::vector<gonogo::GateState> gates;
};
BOOST_DESCRIBE_STRUCT(SpineStage, (), (code, name, owner, state, line, due, current, gates))
struct ScopeRow {
  std::string id, external_id, title;
  risk::ChangeKind kind = risk::ChangeKind::code;
  risk::Tier tier = risk::Tier::normal;
  std::string tier_reason;
  std::vector<std::string> services;
  bool security_relevant = false, breaking = false;
  std::string behind;  // FLAG@PLATFORM that it was taken out behind; empty: it was not
};
BOOST_DESCRIBE_STRUCT(ScopeRow, (), (id, external_id, title, kind, tier, tier_reason, services, security_relevant, breaking, behind))
struct ComponentRow {
  std::string service, from_version, version, digest;
  bool confirmed = false;
  std::string rollback_rehearsed;       // in words
  std::optional<SysTime> rehearsed_at;  // the newest rehearsal of the current procedure that passed; none: there is none
};
BOOST_DESCRIBE_STRUCT(ComponentRow, (), (service, from_version, version, digest, confirmed, rollback_rehearsed, rehearsed_at))
struct SignOffRow {
  Role role = Role::qa;
  std::string person;
  gonogo::Verdict verdict = gonogo::Verdict::no_go;
  SysTime at;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(SignOffRow, (), (role, person, verdict, at, reason))
struct WatchColumns {
  std::string id, service;
  health::WatchPhase phase = health::WatchPhase::canary;
  health::WatchState state = health::WatchState::watching;
  std::optional<health::ReleaseVerdict> verdict;  // none before the first interval
  std::string sentence;
  SysTime started_at;
  std::int64_t next_interval = 0;  // so many have been judged
};
BOOST_DESCRIBE_STRUCT(WatchColumns, (), (id, service, phase, state, verdict, sentence, started_at, next_interval))
struct WatchRow : WatchColumns {
  std::string label;                       // how well it is founded: "calibrated on 336 windows"; empty before the first interval
  std::vector<std::string> circumstances;  // what else went on: other deployments, freezes, incidents, alerts and silences
};
BOOST_DESCRIBE_STRUCT(WatchRow, (WatchColumns), (label, circumstances))
struct CommunicationRow {
  comms::CommunicationKind kind = comms::CommunicationKind::notes;
  std::string audience, channel;
  comms::CommunicationState state = comms::CommunicationState::planned;
  std::optional<SysTime> due_at, delivered_at;
};
BOOST_DESCRIBE_STRUCT(CommunicationRow, (), (kind, audience, channel, state, due_at, delivered_at))
struct ExceptionRow {
  std::string id, freeze, requested_by;
  SysTime expires_at;
  bool approved = false;
};
BOOST_DESCRIBE_STRUCT(ExceptionRow, (), (id, freeze, requested_by, expires_at, approved))
struct ActivityRow {
  std::int64_t entry = 0;
  SysTime at;
  std::string actor, kind, deed, reason;  // deed: what stands behind the name; reason: in the words of who gave it
};
BOOST_DESCRIBE_STRUCT(ActivityRow, (), (entry, at, actor, kind, deed, reason))

struct ReleaseView {
  planning::Release release;
  std::string owner;
  Standing state = Standing::unknown;  // the verdict banner, with its sentence
  std::string sentence;
  std::vector<SpineStage> spine;
  std::vector<ScopeRow> scope;
  std::vector<ComponentRow> components;
  std::optional<risk::Assessment> assessment;
  std::vector<SignOffRow> sign_offs;
  std::vector<planning::FlagChange> flags;
  std::vector<planning::ChecklistItem> checklist;
  std::vector<planning::Conflict> conflicts;
  std::vector<planning::OnCallRow> on_call;  // during its window, of each area of its components
  std::vector<ExceptionRow> exceptions;      // asked for, newest first
  std::optional<deploy::RunView> run;
  std::optional<deploy::Recommendation> recommendation;
  std::vector<WatchRow> watches;
  std::vector<CommunicationRow> communications;
  std::vector<ActivityRow> activity;  // newest first, 50
  std::vector<ActivityRow> reasons;   // whatever was given a reason, newest first
};
BOOST_DESCRIBE_STRUCT(ReleaseView, (),
                      (release, owner, state, sentence, spine, scope, components, assessment, sign_offs, flags, checklist, conflicts,
                       on_call, exceptions, run, recommendation, watches, communications, activity, reasons))

struct ListReleases {
  static constexpr std::array<std::string_view, 0> required = {};
  std::string area;                      // empty: every one that the reader reads
  std::optional<planning::Stage> stage;  // in this one
  bool open = false;                     // only those that are not closed
  std::int64_t limit = 100, skip = 0;    // of the next page: as many as were seen
};
BOOST_DESCRIBE_STRUCT(ListReleases, (), (area, stage, open, limit, skip))
/// Open ones, the soonest window first, then closed ones, the newest first; within a page those that need someone come first.
std::vector<ReleaseRow> release_rows(store::Tx& tx, const planning::Gates& gates, const ListReleases& in, SysTime now);
ReleaseView release_view(store::Tx& tx, const planning::Release& release, const planning::Gates& gates, SysTime now);

}  // namespace evenkeel::views
