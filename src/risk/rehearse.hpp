// Rehearsing a rollback (CR5): the procedure is run in staging by the same engine that will run it in production, and its evidence is
// stored.
#pragma once
#include "risk/risk.hpp"
#include "steps/run.hpp"

namespace evenkeel::risk {

struct Rehearse {
  static constexpr std::string_view required[] = {"service"};
  std::string service;
  std::string release = "", environment = "staging", from_version = "", version = "";
};
BOOST_DESCRIBE_STRUCT(Rehearse, (), (service, release, environment, from_version, version))

/// Starts it: the new version goes to the environment and is proven, then the rollback runs and the old version is proven to be back.
/// Versions come from the release, or are given. Needs: risk manager, engineering lead, coordinator or the service's owner. Errors:
/// invalid (no procedure, no proof of version, production environment), conflict (one is running there). Ledger: run.started.
Result<steps::Run> rehearse(Work& work, const Rehearse& command);
/// Stores the evidence when the run has ended, passed or not.
Result<void> finish_rehearsal(Work& work, const steps::Run& run);

}  // namespace evenkeel::risk
