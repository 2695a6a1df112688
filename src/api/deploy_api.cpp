// Deployment: start, watch, steer, roll back; runs of any kind; jobs.
#include "api/endpoints.hpp"
#include "api/named.hpp"
#include "api/printable.hpp"
#include "api/release_view.hpp"
#include "jobs/validate.hpp"
#include "steps/outputs.hpp"

namespace evenkeel::api {
namespace {

struct OfRelease {
  std::string release;
};
BOOST_DESCRIBE_STRUCT(OfRelease, (), (release))
struct OfJob {
  std::string job;
};
BOOST_DESCRIBE_STRUCT(OfJob, (), (job))
struct Answered {
  deploy::Answer answer = deploy::Answer::accepted;
  std::optional<RunView> run;
};
BOOST_DESCRIBE_STRUCT(Answered, (), (answer, run))
struct Done {
  bool done = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (done))

Result<jobs::StoredReport> report_at(Work& work, Call& call) {
  const auto release = TRY(planning::find_release(work.tx, call.param("release")));
  std::string made;
  for (auto& r : jobs::reports_of(work.tx, release.id)) {
    if (r.checkpoint == call.param("checkpoint")) return std::move(r);
    made += (made.empty() ? "" : ", ") + r.checkpoint;
  }
  return not_found(fmt::format("release {} has no report at {}; made so far: {}", release.version, call.param("checkpoint"),
                               made.empty() ? "none" : made));
}

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
                            label_value(d->version), label_value(d->from_version), label_value(d->release_id),
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

/// Everybody sees how attempts ended; what was printed is for those who may read it.
Result<std::vector<steps::Attempt>> attempts_for(Work& work, const std::string& run_id) {
  const auto run = steps::find_run(work.tx, run_id);
  if (!run) return not_found("there is no run " + run_id);
  const auto release =
      run->release_id.empty() ? Result<planning::Release>(not_found("")) : planning::find_release(work.tx, run->release_id);
  auto attempts = steps::attempts_of(work.tx, run_id);
  if (!steps::may_read_outputs(work.actor, release ? release->area : "*"))
    for (auto& a : attempts) a.output.clear();
  return attempts;
}

}  // namespace

std::vector<Endpoint> deploy_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string release = "/api/v1/releases/{release}";
  list.push_back(command<OfRelease, RunView>(app, "POST", release + "/deployment", "Start the sealed deployment",
                                             [](Work& work, Call&, const OfRelease& in) -> Result<RunView> {
                                               return run_view(work.tx, TRY(deploy::start_deployment(work, in.release)));
                                             })
                     .tagged("deployment")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::admin}));
  list.push_back(query<RunView>(app, release + "/deployment", "The release's newest run, step by step",
                                [](Work& work, Call& call) -> Result<RunView> {
                                  const auto r = TRY(planning::find_release(work.tx, call.param("release")));
                                  const auto run = steps::latest_run(work.tx, r.id);
                                  if (!run) return not_found(fmt::format("release {} has not been deployed", r.version));
                                  return run_view(work.tx, *run);
                                })
                     .tagged("deployment")
                     .for_roles(insiders));
  list.push_back(command<deploy::Steer, RunView>(app, "POST", release + "/steer", "Hold, resume, skip, retry, confirm or end",
                                                 [](Work& work, Call&, const deploy::Steer& in) -> Result<RunView> {
                                                   return run_view(work.tx, TRY(deploy::steer(work, in)));
                                                 })
                     .tagged("deployment")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::on_call, Role::admin})
                     .or_named());
  list.push_back(command<deploy::RollBack, RunView>(app, "POST", release + "/rollback", "Roll back now",
                                                    [](Work& work, Call&, const deploy::RollBack& in) -> Result<RunView> {
                                                      return run_view(work.tx, TRY(deploy::roll_back(work, in)));
                                                    })
                     .tagged("deployment")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::on_call, Role::admin}));
  list.push_back(command<deploy::AnswerRecommendation, Answered>(
                     app, "POST", release + "/recommendation", "Accept or decline a recommended rollback",
                     [](Work& work, Call&, const deploy::AnswerRecommendation& in) -> Result<Answered> {
                       const auto run = TRY(deploy::answer_recommendation(work, in));
                       return Answered{in.answer, run ? std::optional(run_view(work.tx, *run)) : std::nullopt};
                     })
                     .tagged("deployment")
                     .for_roles({Role::coordinator, Role::engineering_lead, Role::on_call, Role::admin}));
  list.push_back(command<jobs::DeclareHealthy, planning::Release>(
                     app, "POST", release + "/healthy", "Declare a release healthy where its reports cannot",
                     [](Work& work, Call&, const jobs::DeclareHealthy& in) { return jobs::declare_healthy(work, in); })
                     .tagged("deployment")
                     .for_roles({Role::health_monitor, Role::on_call, Role::engineering_lead}));
  list.push_back(query<RunView>(app, "/api/v1/runs/{run}", "One run, step by step",
                                [](Work& work, Call& call) -> Result<RunView> {
                                  const auto run = steps::find_run(work.tx, call.param("run"));
                                  if (!run) return not_found("there is no run " + call.param("run"));
                                  return run_view(work.tx, *run);
                                })
                     .tagged("deployment")
                     .for_roles(insiders));
  list.push_back(query<std::vector<steps::Attempt>>(
                     app, "/api/v1/runs/{run}/attempts", "Every attempt of a run with its output",
                     [](Work& work, Call& call) -> Result<std::vector<steps::Attempt>> { return attempts_for(work, call.param("run")); })
                     .tagged("deployment")
                     .for_roles(operators));
  list.push_back(query<std::vector<deploy::Deployment>>(
                     app, "/api/v1/deployments", "Deployments, newest first",
                     [](Work& work, Call&) -> Result<std::vector<deploy::Deployment>> {
                       auto all = store::all<deploy::Deployment>(work.tx, "deployment", "ORDER BY started_at DESC LIMIT 200");
                       std::erase_if(all, [&](const auto& d) { return !reads_service(work, d.service); });
                       return all;
                     })
                     .tagged("deployment")
                     .for_any_role());
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
  list.push_back(query<std::vector<jobs::StoredReport>>(app, release + "/reports", "Health reports of the checkpoints, for ever",
                                                        [](Work& work, Call& call) -> Result<std::vector<jobs::StoredReport>> {
                                                          const auto r = TRY(planning::find_release(work.tx, call.param("release")));
                                                          return jobs::reports_of(work.tx, r.id);
                                                        })
                     .tagged("health")
                     .for_any_role());
  list.push_back(query<jobs::StoredReport>(app, release + "/reports/{checkpoint}", "One health report, as it was made",
                                           [](Work& work, Call& call) { return report_at(work, call); })
                     .tagged("health")
                     .for_any_role());
  const auto as_document = [&](const char* name, const char* summary, const char* type, auto shown) {
    list.push_back(endpoint<Nothing, http::Response>("GET", release + "/reports/{checkpoint}/" + name, summary,
                                                     [&app, shown](Call& call) -> Result<http::Response> {
                                                       const auto actor = TRY(actor_of(app, call));
                                                       const auto r =
                                                           TRY(app.engine->look(actor, [&](Work& work) { return report_at(work, call); }));
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
  list.push_back(query<std::vector<jobs::Job>>(app, "/api/v1/jobs", "Jobs that wait, run or gave up",
                                               [](Work& work, Call&) -> Result<std::vector<jobs::Job>> {
                                                 return store::all<jobs::Job>(work.tx, "job",
                                                                              "WHERE state <> 'done' ORDER BY due_at LIMIT 200");
                                               })
                     .tagged("jobs")
                     .for_roles(operators));
  list.push_back(command<OfJob, Done>(app, "POST", "/api/v1/jobs/{job}/retry", "Try a dead or unconfirmed job again",
                                      [](Work& work, Call&, const OfJob& in) -> Result<Done> {
                                        TRY(work.require({Role::coordinator, Role::admin}, "*", "retrying a job"));
                                        TRY(jobs::retry(work, in.job));
                                        return Done{};
                                      })
                     .tagged("jobs")
                     .for_roles({Role::coordinator, Role::admin}));
  return list;
}

}  // namespace evenkeel::api
