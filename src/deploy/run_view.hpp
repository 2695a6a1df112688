// A run as people see it: its steps in order, and one sentence.
#pragma once
#include "deploy/deploy.hpp"
#include "work/ids.hpp"

namespace evenkeel::deploy {

struct StepRow {
  StepId id;  // as attempts name their step
  std::int64_t position = 0;
  std::string service;
  steps::Phase phase = steps::Phase::deploy;
  std::string name;
  steps::StepState state = steps::StepState::pending;
  std::string outcome, owner;
  std::optional<SysTime> started_at, ended_at;
};
BOOST_DESCRIBE_STRUCT(StepRow, (), (id, position, service, phase, name, state, outcome, owner, started_at, ended_at))
struct RunView {
  RunId id;
  steps::RunKind kind = steps::RunKind::deployment;
  steps::RunState state = steps::RunState::running;
  std::string sentence;
  SysTime started_at;
  std::optional<SysTime> ended_at;
  std::vector<StepRow> steps;
  std::vector<std::string> warnings = {};  // who stays and needs what goes back
};
BOOST_DESCRIBE_STRUCT(RunView, (), (id, kind, state, sentence, started_at, ended_at, steps, warnings))
RunView run_view(store::Tx& tx, const steps::Run& run);

}  // namespace evenkeel::deploy
