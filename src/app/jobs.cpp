// Every kind of job and every subscriber to the ledger's events.
#include "app/app.hpp"
#include "deploy/deploy.hpp"
#include "risk/rehearse.hpp"

namespace evenkeel::app {

std::map<std::string, jobs::Handler> all_job_handlers(App& app) {
  return {
      {"drive_run", {[&app](jobs::Claim& claim) { return steps::drive_run(claim, *app.surroundings); }, std::chrono::seconds{60}}},
  };
}

std::vector<jobs::Subscriber> all_subscribers(App& app) {
  return {
      {"advance_stages", Member::release_coordinator, {}, [&app](Work& work, const ledger::Entry& e) -> Result<void> {
         if (e.kind == "release.stage_entered") return {};  // of its own making
         TRY(gonogo::advance(work, e.release, app.gates));
         return {};
       }},
  };
}

}  // namespace evenkeel::app
