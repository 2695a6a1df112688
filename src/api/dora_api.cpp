// Delivery figures over what is stored.
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

struct ToldDeployments {
  std::vector<dora::ToldDeployment> deployments;
};
BOOST_DESCRIBE_STRUCT(ToldDeployments, (), (deployments))

Result<jobs::DeliveryReport> month_of(Work& work, Call& call) {
  auto r = jobs::delivery_report_of(work.tx, call.param("month"));
  if (!r) return not_found(fmt::format("no report of {} was made; months are written 2026-03", call.param("month")));
  return std::move(*r);
}

}  // namespace

std::vector<Endpoint> dora_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const auto asked = [](Endpoint e) {
    e.queries = query_params<dora::Ask>();
    return std::move(e).tagged("dora");
  };
  list.push_back(asked(query<dora::Report>(app, "/api/v1/dora", "Delivery metrics by a named definition, with counts and intervals",
                                           [](Work& work, Call& call) { return report_for(work, call.request.query); })));
  list.push_back(asked(query<std::vector<dora::Explained>>(app, "/api/v1/dora/explain",
                                                           "For each deployment and incident: counted or not, where, and why",
                                                           [](Work& work, Call& call) -> Result<std::vector<dora::Explained>> {
                                                             return std::move(TRY(report_for(work, call.request.query)).behind);
                                                           })));
  const auto as_document = [&](const char* name, const char* summary, const char* type, auto shown) {
    list.push_back(asked(
        endpoint<Nothing,
                 http::Response>("GET", fmt::format("/api/v1/dora/{}", name), summary, [&app, shown](Call& call) -> Result<http::Response> {
          const auto actor = TRY(actor_of(app, call));
          return shown(TRY(app.engine->look(actor, [&](Work& work) { return report_for(work, call.request.query); })));
        }).of_type(type)));
    list.push_back(endpoint<Nothing, http::Response>(
                       "GET", fmt::format("/api/v1/dora/months/{{month}}/{}", name), fmt::format("{}: of a month, as it was made", summary),
                       [&app, shown](Call& call) -> Result<http::Response> {
                         const auto actor = TRY(actor_of(app, call));
                         return shown(TRY(app.engine->look(actor, [&](Work& work) { return month_of(work, call); })).body);
                       })
                       .tagged("dora")
                       .of_type(type));
  };
  as_document("report.md", "The report as Markdown", "text/markdown",
              [](const dora::Report& r) { return text_response("text/markdown; charset=utf-8", dora::to_markdown(r)); });
  as_document("report.csv", "The report's figures for a spreadsheet", "text/csv",
              [](const dora::Report& r) { return text_response("text/csv; charset=utf-8", dora::to_csv(r)); });
  as_document("report.html", "The report as a page to print", "text/html",
              [](const dora::Report& r) { return printable("Delivery of " + r.organisation, dora::to_markdown(r)); });
  list.push_back(query<jobs::DeliveryReport>(app, "/api/v1/dora/months/{month}",
                                             "The month's report as it was made on its first working day",
                                             [](Work& work, Call& call) { return month_of(work, call); })
                     .tagged("dora"));
  auto trend = query<dora::Trend>(app, "/api/v1/dora/trend", "Change fail rate by month on a control chart",
                                  [](Work& work, Call& call) -> Result<dora::Trend> {
                                    return dora::stored_trend(work.tx, TRY(read_query<dora::TrendAsk>(call.request.query)), work.now);
                                  });
  trend.queries = query_params<dora::TrendAsk>();
  list.push_back(std::move(trend).tagged("dora"));
  auto as_picture = endpoint<Nothing, http::Response>(
      "GET", "/api/v1/dora/trend.svg", "The same as a picture", [&app](Call& call) -> Result<http::Response> {
        const auto actor = TRY(actor_of(app, call));
        const auto t = TRY(app.engine->look(actor, [&](Work& work) -> Result<dora::Trend> {
          return dora::stored_trend(work.tx, TRY(read_query<dora::TrendAsk>(call.request.query)), work.now);
        }));
        return picture(dora::to_svg(t));
      });
  as_picture.queries = query_params<dora::TrendAsk>();
  list.push_back(std::move(as_picture).tagged("dora").of_type("image/svg+xml"));
  list.push_back(command<ToldDeployments, dora::Taken>(
                     app, "POST", "/api/v1/dora/deployments", "Deployments that went past Evenkeel: at most 5,000 at once",
                     [](Work& work, Call&, const ToldDeployments& in) { return dora::take_deployments(work, in.deployments); })
                     .tagged("dora"));
  Endpoint devlake{"POST", "/api/v1/hooks/devlake/deployments", "A deployment in the form of DevLake's webhook"};
  devlake.request_schema = schema_maker<json::Value>();
  devlake.response_schema = schema_maker<dora::Taken>();
  devlake.handler = [&app](Call& call) -> Result<http::Response> {
    const auto told = TRY(dora::read_devlake_deployment(TRY(json_body(call))));
    return perform_once(app, call,
                        [&](Work& work) -> Result<std::string> { return json::write(TRY(dora::take_deployments(work, {told}))); });
  };
  list.push_back(std::move(devlake).tagged("dora"));
  return list;
}

}  // namespace evenkeel::api
