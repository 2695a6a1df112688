// The run sheet (RC4): what will be done in which order, by whom, and how long it usually takes, before and during the deployment.
#pragma once
#include "deploy/deploy.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::deploy {

struct SheetRow {
  std::int64_t position = 0;
  std::string service, target, name;
  steps::StepKind kind = steps::StepKind::command;
  std::string owner, deputy, stands_in;   // names; stands_in: for the owner, who is away then
  bool away = false;                      // the owner is, when the step is expected to begin
  std::optional<Millis> expected;         // the median of the newest times it was done; none: it never was
  std::string learned_from;               // "4 deployments", "1 rehearsal"
  std::optional<SysTime> expected_start;  // from the start of the window on; none: no window, or a step before it was never done
};
BOOST_DESCRIBE_STRUCT(SheetRow, (),
                      (position, service, target, name, kind, owner, deputy, stands_in, away, expected, learned_from, expected_start))
struct RunSheet {
  std::string release, title;  // as it is called
  bool sealed = false;         // the sequence of its go; else as it is planned now
  std::optional<SysTime> window_start, window_end;
  std::optional<Millis> expected;  // in all; none: some step was never done
  std::vector<planning::OnCallRow> on_call;
  std::vector<SheetRow> rows;
  std::string markdown;  // all of it
};
BOOST_DESCRIBE_STRUCT(RunSheet, (), (release, title, sealed, window_start, window_end, expected, on_call, rows, markdown))
RunSheet run_sheet(store::Tx& tx, const planning::Release& release, SysTime now);

}  // namespace evenkeel::deploy
