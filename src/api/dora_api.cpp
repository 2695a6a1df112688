// Delivery figures as documents and pictures, and what DevLake tells.
#include "api/endpoints.hpp"
#include "api/printable.hpp"
#include "dora/intake.hpp"
#include "dora/trend.hpp"
#include "jobs/delivery_month.hpp"

namespace evenkeel::api {
namespace {

Result<dora::Report> report_for(Work& work, const http::Query& query) {
  return dora::stored_report(work.tx, TRY(read_query<dora::Ask>(query)), work.now);
}

}  // namespace

std::vector<Endpoint> dora_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const auto asked = [](Endpoint e) {
    e.queries = query_params<dora::Ask>();
    return std::move(e).tagged("dora").for_any_role();
  };
  const auto as_document = [&](const char* name, const char* summary, const char* type, auto shown) {
    list.push_back(asked(
        endpoint<Nothing,
                 http::Response>("GET", fmt::format("/api/v1/dora/{}", name), summary, [&app, shown](Call& call) -> Result<http::Response> {
          const auto actor = TRY(actor_of(app, call));
          return shown(TRY(app.engine->look(actor, [&](Work& work) { return report_for(work, call.request.query); })));
        }).of_type(type)));
    list.push_back(endpoint<Nothing, http::Response>("GET", fmt::format("/api/v1/dora/months/{{month}}/{}", name),
                                                     fmt::format("{}: of a month, as it was made", summary),
                                                     [&app, shown](Call& call) -> Result<http::Response> {
                                                       const auto actor = TRY(actor_of(app, call));
                                                       return shown(TRY(app.engine->look(actor, [&](Work& work) {
                                                                      return jobs::delivery_report_at(work.tx, call.param("month"));
                                                                    })).body);
                                                     })
                       .tagged("dora")
                       .for_any_role()
                       .of_type(type));
  };
  as_document("report.md", "The report as Markdown", "text/markdown",
              [](const dora::Report& r) { return text_response("text/markdown; charset=utf-8", dora::to_markdown(r)); });
  as_document("report.csv", "The report's figures for a spreadsheet", "text/csv",
              [](const dora::Report& r) { return text_response("text/csv; charset=utf-8", dora::to_csv(r)); });
  as_document("report.html", "The report as a page to print", "text/html",
              [](const dora::Report& r) { return printable("Delivery of " + r.organisation, dora::to_markdown(r)); });
  const auto trend_as = [&](const char* path, const char* summary, const char* type, auto shown) {
    auto e = endpoint<Nothing, http::Response>("GET", path, summary, [&app, shown](Call& call) -> Result<http::Response> {
      const auto actor = TRY(actor_of(app, call));
      auto query = call.request.query;
      const auto figure = query.contains("figure") ? std::string(query.at("figure")) : std::string();
      query.erase("figure");
      return shown(TRY(app.engine->look(actor,
                                        [&](Work& work) -> Result<dora::Trend> {
                                          return dora::stored_trend(work.tx, TRY(read_query<dora::TrendAsk>(query)), work.now);
                                        })),
                   figure);
    });
    e.queries = query_params<dora::TrendAsk>();
    list.push_back(std::move(e).tagged("dora").for_any_role().of_type(type));
  };
  trend_as("/api/v1/dora/trend.svg", "The same as a picture: of the change fail rate, or of the `figure` with this key", "image/svg+xml",
           [](const dora::Trend& t, const std::string& figure) -> Result<http::Response> {
             if (figure.empty() || figure == "change_fail_rate") return picture(dora::to_svg(t));
             std::string known = "change_fail_rate";
             for (const auto& f : t.figures) {
               if (f.key == figure) return picture(dora::to_svg(f));
               known += ", " + f.key;
             }
             return invalid(fmt::format("figure: there is none called '{}'; known are {}", figure, known), "figure");
           });
  list.back().queries.push_back({"figure", "", false, json::Object{{"type", "string"}}});
  trend_as("/api/v1/dora/trend.md", "The same as Markdown, with what is behind the months that stand out", "text/markdown",
           [](const dora::Trend& t, const std::string&) -> Result<http::Response> {
             return text_response("text/markdown; charset=utf-8", dora::to_markdown(t));
           });
  trend_as("/api/v1/dora/trend.csv", "The same for a spreadsheet", "text/csv",
           [](const dora::Trend& t, const std::string&) -> Result<http::Response> {
             return text_response("text/csv; charset=utf-8", dora::to_csv(t));
           });
  trend_as("/api/v1/dora/trend.html", "The same as a page to print, with its charts", "text/html",
           [](const dora::Trend& t, const std::string&) -> Result<http::Response> {
             std::vector<std::string> charts{dora::to_svg(t)};
             for (const auto& f : t.figures) charts.push_back(dora::to_svg(f));
             return printable("Delivery by month", dora::to_markdown(t), charts);
           });
  Endpoint devlake{"POST", "/api/v1/hooks/devlake/deployments", "A deployment in the form of DevLake's webhook"};
  devlake.request_schema = schema_maker<json::Value>();
  devlake.response_schema = schema_maker<dora::Taken>();
  devlake.handler = [&app](Call& call) -> Result<http::Response> {
    const auto told = TRY(dora::read_devlake_deployment(TRY(json_body(call))));
    return perform_once(app, call, [&](Work& work) -> Result<std::string> { return json::write(TRY(dora::take_deployments(work, told))); });
  };
  list.push_back(std::move(devlake)
                     .taking_bodies_of(std::size_t{1} << 20)
                     .tagged("dora")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin}));
  return list;
}

}  // namespace evenkeel::api
