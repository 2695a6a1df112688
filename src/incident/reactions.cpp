#include "work/reactions.hpp"

#include "deploy/events.hpp"
#include "incident/incident.hpp"

namespace evenkeel::incident {

jobs::Reactions reactions() {
  return {jobs::on_events<deploy::RollbackOrdered>("note_detection", Member::health_monitor,
                                                   [](Work& work, const ledger::Entry& e) -> Result<void> {
                                                     note_detection_by_rollback(work, ReleaseId{e.release}, e.actor, e.at);
                                                     return {};
                                                   })};
}

}  // namespace evenkeel::incident
