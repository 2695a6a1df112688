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
    return std::move(e).tagged("dora").for_any_role();
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
                       .for_any_role()
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
                     .tagged("dora")
                     .for_any_role());
  auto trend =
      query<dora::Trend>(app, "/api/v1/dora/trend", "Change fail rate, frequency, lead and recovery time by month on control charts",
                         [](Work& work, Call& call) -> Result<dora::Trend> {
                           return dora::stored_trend(work.tx, TRY(read_query<dora::TrendAsk>(call.request.query)), work.now);
                         });
  trend.queries = query_params<dora::TrendAsk>();
  list.push_back(std::move(trend).tagged("dora").for_any_role());
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
  list.push_back(command<dora::KeepBaseline, dora::Baseline>(
                     app, "POST", "/api/v1/dora/baseline", "The organisation's first audit, kept once: every report stands beside it",
                     [](Work& work, Call&, const dora::KeepBaseline& in) { return dora::keep_baseline(work, in); })
                     .tagged("dora")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::admin}));
  list.push_back(query<dora::Baseline>(app, "/api/v1/dora/baseline", "The first audit that was kept",
                                       [](Work& work, Call&) -> Result<dora::Baseline> {
                                         auto kept = dora::baseline_of(work.tx);
                                         if (!kept)
                                           return not_found(
                                               "no baseline is kept yet; `evenkeel audit --last 5 --keep` makes and keeps one");
                                         return std::move(*kept);
                                       })
                     .tagged("dora")
                     .for_any_role());
  list.push_back(command<dora::BackfillPart, dora::Backfill>(
                     app, "POST", "/api/v1/dora/backfills/{history}",
                     "The next part of a history that is brought along: at most 5,000 deployments, with the lines of the file they are on",
                     [](Work& work, Call&, const dora::BackfillPart& in) { return dora::take_backfill(work, in); })
                     .taking_bodies_of(std::size_t{16} << 20)
                     .tagged("dora")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin}));
  list.push_back(query<dora::Backfill>(app, "/api/v1/dora/backfills/{history}", "How far a history that is brought along has come",
                                       [](Work& work, Call& call) { return dora::backfill_of(work.tx, call.param("history")); })
                     .tagged("dora")
                     .for_any_role());
  list.push_back(command<ToldDeployments, dora::Taken>(
                     app, "POST", "/api/v1/dora/deployments", "Deployments that went past Evenkeel, at most 5,000 at once",
                     [](Work& work, Call&, const ToldDeployments& in) { return dora::take_deployments(work, in.deployments); })
                     .taking_bodies_of(std::size_t{16} << 20)
                     .tagged("dora")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::health_monitor, Role::admin}));
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
