// Every gate of the process, in the order of its stages. A new one is a line in its own area.
#include "changelog/gates.hpp"
#include "app/app.hpp"
#include "comms/comms.hpp"
#include "deploy/deploy.hpp"
#include "gonogo/gonogo.hpp"
#include "retro/retro.hpp"
#include "risk/gates.hpp"
#include "validation/healthy.hpp"

namespace evenkeel::app {

planning::Gates all_gates() {
  planning::Gates all;
  for (auto part : {planning::planning_gates, risk::risk_gates, changelog::changelog_gates, gonogo::gonogo_gates, deploy::deploy_gates,
                    validation::validation_gates, comms::comms_gates, retro::retro_gates}) {
    auto more = part();
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return all;
}

}  // namespace evenkeel::app
