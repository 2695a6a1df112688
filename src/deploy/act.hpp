// The smallest act that ends a harm (DH4): a flag off, the canary's traffic back, one component, the release.
#pragma once
#include "deploy/deploy.hpp"
#include "health/watch.hpp"

namespace evenkeel::deploy {

/// Of what this run has done so far, the least that could end a harm seen on this service. A flag that the run switched for it comes
/// first; then, while only the canary has the new version, its traffic; then the component, when others were deployed too.
health::Act smallest_act(store::Tx& tx, const planning::Release& release, const RunId& run_id, const std::string& service);

/// What a rollback for this act undoes: services and flags of the run, in the order in which they were deployed.
struct Undoing {
  bool whole = true;
  std::set<std::string> services, flags;
};
Undoing undoing_of(const std::vector<steps::Step>& steps, health::ActKind act, const std::string& service);

}  // namespace evenkeel::deploy
