// Incidents: opened by people, webhooks and Alertmanager; what responders need; who noticed first.
#include "api/endpoints.hpp"
#include "api/named.hpp"
#include "incident/incident.hpp"
#include "jobs/outside_alerts.hpp"
#include "jobs/page.hpp"

namespace evenkeel::api {
namespace {

struct Ask {
  std::optional<std::string> service;
  std::optional<bool> open;
};
BOOST_DESCRIBE_STRUCT(Ask, (), (service, open))
struct Period {
  std::optional<SysTime> from, to;  // left out: the last year
};
BOOST_DESCRIBE_STRUCT(Period, (), (from, to))

Result<incident::View> shown(Work& work, const Result<incident::Incident>& i) {
  if (!i) return std::unexpected(i.error());
  return incident::view_of(work.tx, i->id, work.now);
}

}  // namespace

std::vector<Endpoint> incident_endpoints(app::App& app) {
  using incident::Incident;
  using incident::View;
  std::vector<Endpoint> list;
  const std::string path = "/api/v1/incidents";
  list.push_back(command<incident::Open, View>(
                     app, "POST", path, "Report an incident; it is tied to what changed around it",
                     [](Work& work, Call&, const incident::Open& in) { return shown(work, incident::open_incident(work, in)); })
                     .tagged("incidents")
                     .for_any_role("whoever notices that something is broken says so"));
  auto all =
      query<std::vector<Incident>>(app, path, "Incidents, newest first", [](Work& work, Call& call) -> Result<std::vector<Incident>> {
        const auto ask = TRY(read_query<Ask>(call.request.query));
        auto all = incident::incidents_of(work.tx, ask.service.value_or(""), ask.open.value_or(false));
        std::erase_if(all, [&](const Incident& i) { return !reads_service(work, i.service); });
        return all;
      });
  all.queries = query_params<Ask>();
  list.push_back(std::move(all).tagged("incidents").for_any_role());
  list.push_back(query<View>(app, path + "/{incident}", "What changed, how each change is undone, who decides",
                             [](Work& work, Call& call) { return incident::view_of(work.tx, call.param("incident"), work.now); })
                     .tagged("incidents")
                     .for_roles(insiders));
  list.push_back(
      command<incident::Note, View>(app, "POST", path + "/{incident}/times",
                                    "It was acknowledged, mitigated, resolved; or a time is corrected",
                                    [](Work& work, Call&, const incident::Note& in) { return shown(work, incident::note_time(work, in)); })
          .tagged("incidents")
          .for_roles({Role::on_call, Role::coordinator, Role::engineering_lead, Role::support, Role::health_monitor, Role::admin}));
  list.push_back(command<incident::SetCause, View>(
                     app, "POST", path + "/{incident}/cause", "Name, confirm or reject the deployment behind it",
                     [](Work& work, Call&, const incident::SetCause& in) { return shown(work, incident::set_cause(work, in)); })
                     .tagged("incidents")
                     .for_roles({Role::on_call, Role::coordinator, Role::engineering_lead, Role::admin}));
  list.push_back(query<std::vector<health::Alert>>(app, "/api/v1/releases/{release}/pages",
                                                   "Its alerts: since when, seen by whom, whether the deputy was paged",
                                                   [](Work& work, Call& call) -> Result<std::vector<health::Alert>> {
                                                     const auto r = TRY(planning::find_release(work.tx, call.param("release")));
                                                     return jobs::pages_of(work.tx, r.id);
                                                   })
                     .tagged("incidents")
                     .for_roles(insiders));
  list.push_back(command<jobs::AcknowledgePage, health::Alert>(
                     app, "POST", "/api/v1/releases/{release}/pages/acknowledge", "Somebody has seen the page; nobody else is woken",
                     [](Work& work, Call&, const jobs::AcknowledgePage& in) { return jobs::acknowledge_page(work, in); })
                     .tagged("incidents")
                     .for_any_role("who is on call is named by the definitions"));
  auto detection = query<incident::Detection>(app, "/api/v1/detection", "Who noticed failed deployments first, and after how long",
                                              [](Work& work, Call& call) -> Result<incident::Detection> {
                                                const auto p = TRY(read_query<Period>(call.request.query));
                                                const auto to = p.to.value_or(work.now);
                                                return incident::detection(work.tx, p.from.value_or(to - std::chrono::days{365}), to);
                                              });
  detection.queries = query_params<Period>();
  list.push_back(std::move(detection).tagged("incidents").for_any_role());

  list.push_back(
      endpoint<Nothing, jobs::AlertsNow>("GET", "/api/v1/services/{service}/alerts",
                                         "What Alertmanager says of a service now, what is silenced, and what was heard in a day",
                                         [&app](Call& call) -> Result<jobs::AlertsNow> {
                                           TRY(actor_of(app, call));
                                           return jobs::alerts_now(*app.engine, *app.connections, call.param("service"));
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
