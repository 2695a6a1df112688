// Every endpoint of the API: the acts of the catalogue, and by area what is no plain act (streams, pages, files, hooks). Of two types with
// one short name the first keeps it in the OpenAPI document, so the order stays.
#include "api/endpoints.hpp"

namespace evenkeel::app {
namespace {

std::vector<api::Endpoint> acts(App& app) { return api::endpoints_of(app, *app.acts); }

}  // namespace

std::vector<api::Endpoint> all_endpoints(App& app) {
  std::vector<api::Endpoint> all;
  for (std::vector<api::Endpoint> (*part)(App&) : {
           api::server_endpoints,
           api::metrics_endpoints,
           api::account_endpoints,
           api::ledger_endpoints,
           acts,
           api::calendar_endpoints,
           api::deploy_endpoints,
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
