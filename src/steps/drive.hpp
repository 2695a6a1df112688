// Driving a run: one job a run, one step at a time. The attempt is committed before its effect starts; how it ended is committed, sealed
// and entered in the ledger before the next step begins. A crash anywhere leaves an attempt that says "started": see resume in drive.cpp.
#pragma once
#include "capabilities/flag_switch.hpp"
#include "capabilities/pipeline.hpp"
#include "steps/jobs.hpp"
#include "steps/run.hpp"
#include "work/runner.hpp"

namespace evenkeel::steps {

/// What the canary's watch says to a health check step. `ask`: a person says whether the deployment goes on.
struct HealthAnswer {
  enum Kind { wait, proceed, stop, ask } kind = wait;
  std::string sentence;
};

/// What the engine needs from outside, given by app/.
struct Surroundings {
  capabilities::HttpCaller& http;
  capabilities::Pipeline& pipeline;
  std::string state_folder;  // attempts/<attempt id>/ live here
  std::string runner;        // who takes steps: this host and state folder; another one always asks
  /// A flag platform by the name that the release's definitions give it, opened.
  std::function<Result<std::shared_ptr<capabilities::FlagSwitch>>(Engine&, const Run&, const std::string& name)> flag_switch;
  /// The values of all secrets that the definitions of this run know and this machine has, to be struck out of what steps print.
  std::function<std::vector<std::string>(Engine&, const Run&)> known_secrets;
  std::function<HealthAnswer(Engine&, const Run&, const Step&)> health;  // starts the watch on the first call
  /// In the transaction that starts a step's first attempt, and in the one that ends the run.
  std::function<Result<void>(Work&, const Run&, const Step&)> on_step_started;
  std::function<Result<void>(Work&, const Run&)> on_run_ended;
  /// Why a step may not begin now; empty: it may. Asked in the transaction that would start it.
  std::function<std::string(Work&, const Run&, const Step&)> not_now;
  std::string step_user = {}, step_home = {};  // commands run as this user of the machine, in its home; empty: the server's own
};

/// Takes away the folders of attempts that have ended: those a crash left behind. `state_folder` is this server's own.
void sweep_attempt_folders(store::Database& database, const std::string& state_folder);

/// Handler of "drive_run" jobs.
jobs::Outcome drive_run(jobs::Claim& claim, const DriveRun& order, const Surroundings& surroundings);

}  // namespace evenkeel::steps
