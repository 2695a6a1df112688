#include "work/reactions.hpp"

#include "deploy/events.hpp"
#include "health/events.hpp"
#include "planning/events.hpp"
#include "retro/retro.hpp"

namespace evenkeel::retro {

jobs::Reactions reactions() {
  return {
      jobs::on_events<deploy::ReleaseRolledBack, deploy::PartUndone, health::AlertOpened, health::AlertResolved, planning::StageEntered>(
          "open_retrospectives", Member::release_coordinator, open_by_rule)};
}

}  // namespace evenkeel::retro
