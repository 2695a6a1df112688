// Incidents by webhook, and what Alertmanager says now.
#include "api/endpoints.hpp"
#include "incident/incident.hpp"
#include "jobs/page.hpp"
#include "validation/outside_alerts.hpp"

namespace evenkeel::api {

std::vector<Endpoint> incident_endpoints(app::App& app) {
  using incident::Incident;
  std::vector<Endpoint> list;
  list.push_back(
      endpoint<Nothing, validation::AlertsNow>("GET", "/api/v1/services/{service}/alerts",
                                               "What Alertmanager says of a service now, what is silenced, and what was heard in a day",
                                               [&app](Call& call) -> Result<validation::AlertsNow> {
                                                 TRY(actor_of(app, call));
                                                 return validation::alerts_now(*app.engine, *app.connections, call.param("service"));
                                               })
          .tagged("health")
          .for_roles(insiders));
  Endpoint hook{"POST", "/api/v1/hooks/alertmanager",
                "An Alertmanager webhook (version 4): firing alerts are incidents, resolved ones end them"};
  hook.request_schema = schema_maker<json::Value>();
  hook.response_schema = schema_maker<std::vector<Incident>>();
  hook.handler = [&app](Call& call) -> Result<http::Response> {
    const auto body = TRY(json_body(call));
    return perform_once(app, call,
                        [&](Work& work) -> Result<std::string> { return json::write(TRY(incident::take_alertmanager(work, body))); });
  };
  list.push_back(std::move(hook)
                     .taking_bodies_of(std::size_t{1} << 20)
                     .tagged("incidents")
                     .for_roles(doers)
                     .in_any_area("an alert names its service itself"));
  const auto from_devlake = [&](const char* path, const char* summary) {
    Endpoint devlake{"POST", path, summary};
    devlake.request_schema = schema_maker<json::Value>();
    devlake.response_schema = schema_maker<Incident>();
    devlake.handler = [&app](Call& call) -> Result<http::Response> {
      const auto key = call.params.find("issue");
      const auto closes = key == call.params.end() ? "" : key->second;
      const auto body = call.request.body.empty() ? json::Value(json::Object{}) : TRY(json_body(call));
      return perform_once(app, call,
                          [&](Work& work) -> Result<std::string> { return json::write(TRY(incident::take_devlake(work, body, closes))); });
    };
    list.push_back(
        std::move(devlake)
            .tagged("incidents")
            .for_roles({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::on_call, Role::support, Role::admin}));
  };
  from_devlake("/api/v1/hooks/devlake/issues", "An incident in the form of DevLake's webhook; the same key again is the same incident");
  from_devlake("/api/v1/hooks/devlake/issues/{issue}/close", "The end of an incident, as DevLake's webhook is told it");
  return list;
}

}  // namespace evenkeel::api
