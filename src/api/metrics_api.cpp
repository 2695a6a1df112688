// GET /metrics: what runs where, and for whoever operates it this server in figures, in the text format that Prometheus reads. The alert
// rules over them are packaging/evenkeel.rules.yml.
//   https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
#include <sys/statvfs.h>

#include "api/endpoints.hpp"
#include "app/version.hpp"
#include "definitions/apply.hpp"
#include "deploy/deploy.hpp"
#include "views/server_figures.hpp"

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

class Text {
 public:
  void family(const char* name, const char* type, const char* help) {
    name_ = std::string("evenkeel_") + name;
    out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help, type);
  }
  void sample(double value, std::string_view labels = {}) {
    out_ += labels.empty() ? fmt::format("{} {}\n", name_, value) : fmt::format("{}{{{}}} {}\n", name_, labels, value);
  }
  void one(const char* name, const char* type, const char* help, double value) {
    family(name, type, help);
    sample(value);
  }
  /// 0 where it never was: an alert over its age then fires, too.
  void time(const char* name, const char* help, const std::optional<SysTime>& at) {
    one(name, "gauge", help, at ? double(to_millis(*at)) / 1000 : 0);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string name_, out_;
};

/// The newest deployment of each service of the definitions in each environment.
void add_deployments(Text& text, store::Tx& tx) {
  std::vector<deploy::Deployment> newest;
  if (const auto o = definitions::current(tx))
    for (const auto& s : (*o)->services)
      for (const auto& e : (*o)->environments)
        if (auto d = store::one<deploy::Deployment>(
                tx, "deployment", "WHERE service = $1 AND environment = $2 ORDER BY started_at DESC LIMIT 1", {s.name, e.name}))
          newest.push_back(std::move(*d));
  const auto where = [](const deploy::Deployment& d) {
    return fmt::format("service=\"{}\",environment=\"{}\"", label_value(d.service), label_value(d.environment));
  };
  text.family("deployment_info", "gauge", "The newest deployment of each service and environment.");
  for (const auto& d : newest)
    text.sample(1, fmt::format("{},version=\"{}\",version_before=\"{}\",release=\"{}\",result=\"{}\"", where(d), label_value(d.version),
                               label_value(d.from_version), label_value(d.release_id.text), json::enum_text(d.result)));
  text.family("deployment_started_timestamp_seconds", "gauge", "When it began.");
  for (const auto& d : newest) text.sample(double(to_millis(d.started_at)) / 1000, where(d));
  text.family("deployment_finished_timestamp_seconds", "gauge", "When it ended.");
  for (const auto& d : newest)
    if (d.finished_at) text.sample(double(to_millis(*d.finished_at)) / 1000, where(d));
}

void add_server(Text& text, const app::App& app) {
  text.family("build_info", "gauge", "The version that runs.");
  text.sample(1, fmt::format("version=\"{}\"", app::version));
  text.family("http_responses_total", "counter", "Answers since the start, by class of status.");
  for (std::size_t i = 1; i < app.counts.answers.size(); ++i)
    text.sample(double(app.counts.answers[i].load()), fmt::format("class=\"{}xx\"", i));
  text.one("connections", "gauge", "Connections open now.", double(app.counts.connections.load()));
  text.one("event_streams", "gauge", "Streams of live events open now.", double(app.counts.streams.load()));
}

void add_disk(Text& text, const app::App& app) {
  text.family("disk_free_bytes", "gauge", "Room on the disks that this server writes to.");
  const auto add = [&](const char* place, const std::filesystem::path& path) {
    struct statvfs disk{};
    if (::statvfs(path.empty() ? "." : path.c_str(), &disk) == 0)
      text.sample(double(disk.f_bavail) * double(disk.f_frsize), fmt::format("place=\"{}\"", place));
  };
  if (app.database->dialect() == store::Dialect::sqlite) add("database", std::filesystem::path(app.options.database).parent_path());
  add("state", app.surroundings->state_folder);
}

void add_figures(Text& text, const views::ServerFigures& f, SysTime now) {
  text.family("jobs", "gauge", "Jobs that have not ended, by state: dead and unconfirmed ones wait for a person.");
  for (const auto& [state, n] : f.jobs) text.sample(double(n), fmt::format("state=\"{}\"", state));
  text.one("jobs_due", "gauge", "Waiting jobs whose time has come.", double(f.due));
  text.one("jobs_oldest_due_seconds", "gauge", "For how long the oldest of them has waited.",
           f.oldest_due ? double((now - *f.oldest_due).count()) / 1000 : 0);
  text.one("runs_held", "gauge", "Deployments, rollbacks and rehearsals that stand still until a person acts.", double(f.held_runs));
  text.one("alerts_open", "gauge", "Releases for which somebody is being woken.", double(f.open_alerts));
  text.one("sessions", "gauge", "People signed in on the web.", double(f.sessions));
  text.one("ledger_entries", "gauge", "Entries of the ledger.", double(f.entries));
  text.time("ledger_verified_timestamp_seconds", "When the ledger was last verified by itself; 0: never.", f.verified);
  text.one("ledger_problems", "gauge", "What that verification found; anything but 0 is a record that was bent.", double(f.problems));
  text.time("checkpoint_sent_timestamp_seconds", "When a checkpoint last left the house; 0: never.", f.checkpointed);
  text.time("checkpoint_witnessed_timestamp_seconds", "When a witness last cosigned; 0: never.", f.witnessed);
  text.one("checkpoint_jobs_dead", "gauge", "Checkpoints that a receiver or witness does not take.", double(f.checkpoints_dead));
}

std::string figures(const app::App& app) {
  Text text;
  add_server(text, app);
  add_disk(text, app);
  const auto now = app.clock->now();
  add_figures(text, app.database->read([&](store::Tx& tx) { return views::server_figures(tx, now); }), now);
  return text.take();
}

bool operates(const Actor& actor) {
  return std::any_of(operators.begin(), operators.end(), [&](Role r) { return actor.has_anywhere(r); });
}

Result<http::Response> metrics(app::App& app, const Call& call) {
  const auto actor = TRY(actor_of(app, call));
  auto text = app.engine->look(actor, [](Work& work) {
    Text deployments;
    add_deployments(deployments, work.tx);
    return deployments.take();
  });
  if (operates(actor)) text += figures(app);
  return http::Response{200, "text/plain; version=0.0.4; charset=utf-8", std::move(text)};
}

}  // namespace

std::vector<Endpoint> metrics_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(
      endpoint<Nothing, http::Response>("GET", "/metrics",
                                        "What runs where and since when, and this server in figures, for Prometheus to scrape",
                                        [&app](Call& call) { return metrics(app, call); })
          .tagged("server")
          .for_any_role()
          .of_type("text/plain")
          .described("Needs a token like everything else: set `authorization` in the scrape config. The newest deployment of each "
                     "service and environment; a change of the timestamps is an annotation. Whoever operates the server has its own "
                     "figures too."));
  return list;
}

}  // namespace evenkeel::api
