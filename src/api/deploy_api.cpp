// What runs where, for Prometheus; health reports as documents.
#include "api/endpoints.hpp"
#include "api/printable.hpp"
#include "deploy/deploy.hpp"
#include "validation/report.hpp"

namespace evenkeel::api {
namespace {

/// https://prometheus.io/docs/instrumenting/exposition_formats/: a label value escapes backslash, quote and line feed.
std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out;
}

/// The newest deployment of each service of the definitions in each environment, as gauges.
std::string exposition(store::Tx& tx) {
  std::string info, started, finished;
  const auto o = definitions::current(tx);
  if (o)
    for (const auto& s : (*o)->services)
      for (const auto& e : (*o)->environments) {
        const auto d = store::one<deploy::Deployment>(
            tx, "deployment", "WHERE service = $1 AND environment = $2 ORDER BY started_at DESC LIMIT 1", {s.name, e.name});
        if (!d) continue;
        const auto labels = fmt::format("service=\"{}\",environment=\"{}\"", label_value(d->service), label_value(d->environment));
        info += fmt::format("evenkeel_deployment_info{{{},version=\"{}\",version_before=\"{}\",release=\"{}\",result=\"{}\"}} 1\n", labels,
                            label_value(d->version), label_value(d->from_version), label_value(d->release_id.text),
                            label_value(std::string(json::enum_text(d->result))));
        started +=
            fmt::format("evenkeel_deployment_started_timestamp_seconds{{{}}} {:.3f}\n", labels, double(to_millis(d->started_at)) / 1000);
        if (d->finished_at)
          finished += fmt::format("evenkeel_deployment_finished_timestamp_seconds{{{}}} {:.3f}\n", labels,
                                  double(to_millis(*d->finished_at)) / 1000);
      }
  return "# HELP evenkeel_deployment_info The newest deployment of each service and environment.\n# TYPE evenkeel_deployment_info gauge\n" +
         info +
         "# HELP evenkeel_deployment_started_timestamp_seconds When it began.\n# TYPE evenkeel_deployment_started_timestamp_seconds "
         "gauge\n" +
         started +
         "# HELP evenkeel_deployment_finished_timestamp_seconds When it ended.\n# TYPE evenkeel_deployment_finished_timestamp_seconds "
         "gauge\n" +
         finished;
}

}  // namespace

std::vector<Endpoint> deploy_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string release = "/api/v1/releases/{release}";
  list.push_back(
      endpoint<Nothing, http::Response>("GET", "/metrics", "What runs where and since when, for Prometheus to scrape",
                                        [&app](Call& call) -> Result<http::Response> {
                                          const auto actor = TRY(actor_of(app, call));
                                          return text_response("text/plain; version=0.0.4; charset=utf-8",
                                                               app.engine->look(actor, [](Work& work) { return exposition(work.tx); }));
                                        })
          .tagged("deployment")
          .for_any_role()
          .of_type("text/plain")
          .described("Needs a token like everything else: set `authorization` in the scrape config. The newest deployment of each "
                     "service and environment; a change of the timestamps is an annotation."));
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
  return list;
}

}  // namespace evenkeel::api
