// Every endpoint of the API: the acts of the catalogue, and by area what is no plain act (streams, pages, files, hooks).
#include "api/endpoints.hpp"

namespace evenkeel::app {

std::vector<api::Endpoint> all_endpoints(App& app) {
  std::vector<api::Endpoint> all = api::endpoints_of(app, app.acts);
  for (auto part : {
           api::server_endpoints,
           api::account_endpoints,
           api::definition_endpoints,
           api::calendar_endpoints,
           api::deploy_endpoints,
           api::ledger_endpoints,
           api::event_endpoints,
           api::changelog_endpoints,
           api::public_endpoints,
           api::subscription_endpoints,
           api::dora_endpoints,
           api::incident_endpoints,
           api::merge_endpoints,
           api::criteria_endpoints,
           api::connection_endpoints,
       }) {
    auto more = part(app);
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return all;
}

}  // namespace evenkeel::app
