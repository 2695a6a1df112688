// Health reports and run sheets as documents.
#include "api/endpoints.hpp"
#include "api/printable.hpp"
#include "deploy/run_sheet.hpp"
#include "markdown/literal.hpp"
#include "planning/find.hpp"
#include "validation/report.hpp"

namespace evenkeel::api {
std::vector<Endpoint> deploy_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string release = "/api/v1/releases/{release}";
  const auto as_document = [&](const char* name, const char* summary, const char* type, auto shown) {
    list.push_back(endpoint<Nothing, http::Response>("GET", release + "/reports/{checkpoint}/" + name, summary,
                                                     [&app, shown](Call& call) -> Result<http::Response> {
                                                       const auto actor = TRY(actor_of(app, call));
                                                       const auto r = TRY(app.engine->look(actor, [&](Work& work) {
                                                         return validation::report_at(work.tx, call.param("release"),
                                                                                      call.param("checkpoint"));
                                                       }));
                                                       return shown(r.body, call);
                                                     })
                       .tagged("health")
                       .for_any_role()
                       .of_type(type));
  };
  as_document("report.md", "The same as Markdown", "text/markdown", [](const health::CheckpointReport& r, Call&) -> Result<http::Response> {
    return text_response("text/markdown; charset=utf-8", health::to_markdown(r));
  });
  as_document("report.html", "The same as a page to print, with its charts", "text/html",
              [](const health::CheckpointReport& r, Call&) -> Result<http::Response> {
                std::vector<std::string> pictures;
                pictures.reserve(r.charts.size());
                for (const auto& chart : r.charts) pictures.push_back(health::to_svg(chart));
                return printable(fmt::format("Health of {} {} at {}", r.area, r.version, r.checkpoint), health::to_markdown(r), pictures);
              });
  as_document("charts/{number}", "One of its charts (1, 2, ...) as SVG", "image/svg+xml",
              [](const health::CheckpointReport& r, Call& call) -> Result<http::Response> {
                const auto number = std::atoi(call.param("number").c_str());
                if (number < 1 || std::size_t(number) > r.charts.size())
                  return not_found(fmt::format("the report has {} charts; there is no {}", r.charts.size(), call.param("number")));
                return picture(health::to_svg(r.charts[std::size_t(number) - 1]));
              });
  const auto sheet_as = [&](const char* name, const char* summary, const char* type, auto shown) {
    list.push_back(endpoint<Nothing, http::Response>("GET", release + "/" + name, summary,
                                                     [&app, shown](Call& call) -> Result<http::Response> {
                                                       const auto actor = TRY(actor_of(app, call));
                                                       return shown(
                                                           TRY(app.engine->look(actor, [&](Work& work) -> Result<deploy::RunSheet> {
                                                             const auto r = TRY(planning::find_release(work.tx, call.param("release")));
                                                             return deploy::run_sheet(work.tx, r, work.now);
                                                           })));
                                                     })
                       .tagged("deployment")
                       .for_roles(catalogue::insiders)
                       .of_type(type));
  };
  sheet_as("sheet.md", "The run sheet as Markdown", "text/markdown",
           [](const deploy::RunSheet& s) { return text_response("text/markdown; charset=utf-8", markdown::without_html(s.markdown)); });
  sheet_as("sheet.html", "The run sheet as a page to print", "text/html",
           [](const deploy::RunSheet& s) { return printable("Run sheet of " + s.release, s.markdown); });
  return list;
}

}  // namespace evenkeel::api
