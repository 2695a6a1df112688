// What waits for people, area by area.
#include "changelog/awaited.hpp"
#include "app/app.hpp"
#include "comms/awaited.hpp"
#include "deploy/awaited.hpp"
#include "gonogo/awaited.hpp"
#include "incident/awaited.hpp"
#include "jobs/awaited.hpp"
#include "retro/awaited.hpp"
#include "risk/awaited.hpp"
#include "validation/awaited.hpp"

namespace evenkeel::app {

views::AwaitedSources all_awaited() {
  return {.of_release = {planning::awaited, risk::awaited, changelog::awaited, gonogo::awaited, deploy::awaited, jobs::awaited,
                         validation::awaited, comms::awaited},
          .everywhere = {planning::debts_awaited, planning::proposals_awaited, incident::awaited, retro::awaited,
                         changelog::questions_awaited}};
}

}  // namespace evenkeel::app
