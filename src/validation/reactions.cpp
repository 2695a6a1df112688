#include "work/reactions.hpp"

#include "definitions/events.hpp"
#include "deploy/events.hpp"
#include "planning/events.hpp"
#include "steps/events.hpp"
#include "validation/calibrate.hpp"
#include "validation/checkpoint.hpp"
#include "validation/events.hpp"
#include "validation/watch_health.hpp"
#include "validation/watch_validation.hpp"

namespace evenkeel::validation {
namespace {

using jobs::on_events;
using ledger::Entry;

Result<void> begin_validation(Work& work, const Entry& e) {
  if (as<planning::StageEntered>(e)->to != planning::Stage::validation) return {};
  TRY(plan_checkpoints(work, ReleaseId{e.release}));
  return start_validation_watches(work, ReleaseId{e.release});
}

Result<void> close_watches(Work& work, const Entry& e) {
  // A rollback of a part has ended that part's watch itself; the rest is watched on.
  const auto ordered = as<deploy::RollbackOrdered>(e);
  if (ordered && (ordered->act == health::ActKind::component || ordered->act == health::ActKind::flag_off)) return {};
  // What was declared healthy is watched on to its last checkpoint.
  const auto* which = is<DeclaredHealthy>(e) ? "WHERE release_id = $1 AND state = 'watching' AND phase = 'canary'"
                                             : "WHERE release_id = $1 AND state = 'watching'";
  for (auto& w : store::all<health::Watch>(work.tx, "watch", which, {e.release})) health::end_watch(work, w, e.kind);
  if (!ordered) health::resolve_alerts(work, ReleaseId{e.release});
  return {};
}

}  // namespace

jobs::Reactions reactions() {
  return {
      on_events<planning::StageEntered>("plan_checkpoints", Member::health_monitor, begin_validation),
      on_events<deploy::DeploymentStarted>("watch_rolling_updates", Member::health_monitor,
                                           [](Work& work, const Entry& e) { return start_rolling_watch(work, DeploymentId{e.subject}); }),
      on_events<deploy::DeploymentStarted>("supersede_watches", Member::health_monitor,
                                           [](Work& work, const Entry& e) -> Result<void> {
                                             end_superseded_watches(work, DeploymentId{e.subject});
                                             return {};
                                           }),
      on_events<definitions::DefinitionsApplied>("plan_calibrations", Member::health_monitor,
                                                 [](Work& work, const Entry&) { return plan_calibrations(work); }),
      on_events<deploy::RollbackOrdered, deploy::ReleaseRolledBack, DeclaredHealthy, steps::RunAbandoned>(
          "close_watches", Member::health_monitor, close_watches),
  };
}

}  // namespace evenkeel::validation
