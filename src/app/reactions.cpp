// Every subscriber to the ledger's events, area by area.
#include "app/reactions.hpp"
#include "app/app.hpp"
#include "gonogo/gonogo.hpp"
#include "planning/events.hpp"

namespace evenkeel::app {

std::vector<jobs::Subscriber> all_subscribers(App& app) {
  std::vector<jobs::Subscriber> all;
  for (const auto reactions : {changelog::reactions, comms::reactions, deploy::reactions, incident::reactions, retro::reactions,
                               validation::reactions, jobs::reactions})
    std::ranges::move(reactions(), std::back_inserter(all));
  all.push_back({"advance_stages", Member::release_coordinator, {}, [&app](Work& work, const ledger::Entry& e) -> Result<void> {
                   if (!is<planning::StageEntered>(e)) (void)TRY(gonogo::advance(work, e.release, app.gates));  // that is of its own making
                   return {};
                 }});
  return all;
}

}  // namespace evenkeel::app
