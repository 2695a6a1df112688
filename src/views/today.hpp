// Today: what runs, what waits for who asks, what waits for others.
#pragma once
#include "accounts/absence.hpp"
#include "deploy/run_view.hpp"
#include "views/awaited.hpp"

namespace evenkeel::views {

struct AwaitedRow {
  std::string key, act, subject, gate;
  std::string release, area, version, title;  // release: its id; empty: of no release
  std::string what, command;
  std::vector<std::string> people;  // names; empty: nobody holds what it takes
  std::string needs;
  bool yours = false;
  std::optional<SysTime> due;
  bool overdue = false;
  std::string note;  // why these people: who is away
};
BOOST_DESCRIBE_STRUCT(AwaitedRow, (),
                      (key, act, subject, gate, release, area, version, title, what, command, people, needs, yours, due, overdue, note))

struct RunningRow {
  std::string release, area, version, title;
  steps::RunKind kind = steps::RunKind::deployment;
  steps::RunState state = steps::RunState::running;
  std::string sentence;
  SysTime started_at;
};
BOOST_DESCRIBE_STRUCT(RunningRow, (), (release, area, version, title, kind, state, sentence, started_at))

struct Today {
  std::vector<RunningRow> running;
  std::vector<AwaitedRow> yours, others;    // soonest first
  std::int64_t releases_left_out = 0;       // open releases beyond those that are looked at, whose windows come later
  std::vector<accounts::AbsenceView> away;  // now
};
BOOST_DESCRIBE_STRUCT(Today, (), (running, yours, others, releases_left_out, away))

std::int64_t releases_left_out(store::Tx& tx);
/// Of the areas that the actor reads.
Today today(Work& work, const AwaitedSources& sources, const planning::Gates& gates);

}  // namespace evenkeel::views
