// The release page's data, joined from the areas: what the UI shows and `evenkeel release show` prints.
#pragma once
#include "deploy/run_view.hpp"
#include "gonogo/gonogo.hpp"
#include "risk/risk.hpp"

namespace evenkeel::views {

/// One state for people: go, watch, nogo, running, pending, done, waived, unknown (UI states).
struct ReleaseRow {
  std::string id, version, title, area, stage, outcome, owner, state, sentence;
  std::optional<SysTime> window_start, window_end;
};
BOOST_DESCRIBE_STRUCT(ReleaseRow, (), (id, version, title, area, stage, outcome, owner, state, sentence, window_start, window_end))

struct SpineStage {
  std::string code, name, owner, state, line;
  std::optional<SysTime> due;
  bool current = false;
  std::vector<gonogo::GateState> gates;
};
BOOST_DESCRIBE_STRUCT(SpineStage, (), (code, name, owner, state, line, due, current, gates))
struct ScopeRow {
  std::string id, external_id, title, kind, tier, tier_reason;
  std::vector<std::string> services;
  bool security_relevant = false, breaking = false;
};
BOOST_DESCRIBE_STRUCT(ScopeRow, (), (id, external_id, title, kind, tier, tier_reason, services, security_relevant, breaking))
struct ComponentRow {
  std::string service, from_version, version, digest;
  bool confirmed = false;
  std::string rollback_rehearsed;
};
BOOST_DESCRIBE_STRUCT(ComponentRow, (), (service, from_version, version, digest, confirmed, rollback_rehearsed))
struct SignOffRow {
  std::string role, person, verdict;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(SignOffRow, (), (role, person, verdict, at))
struct WatchColumns {
  std::string id, service, phase, state, verdict, sentence;
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
  std::string kind, audience, channel, state;
  std::optional<SysTime> due_at, delivered_at;
};
BOOST_DESCRIBE_STRUCT(CommunicationRow, (), (kind, audience, channel, state, due_at, delivered_at))
struct ActivityRow {
  std::int64_t entry = 0;
  SysTime at;
  std::string actor, kind, detail;
};
BOOST_DESCRIBE_STRUCT(ActivityRow, (), (entry, at, actor, kind, detail))

struct ReleaseView {
  planning::Release release;
  std::string owner, state, sentence;  // the verdict banner
  std::vector<SpineStage> spine;
  std::vector<ScopeRow> scope;
  std::vector<ComponentRow> components;
  std::optional<risk::Assessment> assessment;
  std::vector<SignOffRow> sign_offs;
  std::vector<planning::FlagChange> flags;
  std::vector<planning::ChecklistItem> checklist;
  std::vector<planning::Conflict> conflicts;
  std::optional<deploy::RunView> run;
  std::optional<deploy::Recommendation> recommendation;
  std::vector<WatchRow> watches;
  std::vector<CommunicationRow> communications;
  std::vector<ActivityRow> activity;  // newest first, 50
};
BOOST_DESCRIBE_STRUCT(ReleaseView, (),
                      (release, owner, state, sentence, spine, scope, components, assessment, sign_offs, flags, checklist, conflicts, run,
                       recommendation, watches, communications, activity))

std::vector<ReleaseRow> release_rows(store::Tx& tx, const planning::Gates& gates, SysTime now);
ReleaseView release_view(store::Tx& tx, const planning::Release& release, const planning::Gates& gates, SysTime now);

}  // namespace evenkeel::views
