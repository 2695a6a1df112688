// What a load balancer asks, and what `evenkeel doctor` asks: whether what the server stands on is there.
#include <sys/stat.h>

#include "api/doctor_view.hpp"
#include "api/endpoints.hpp"
#include "app/version.hpp"
#include "base/counted.hpp"
#include "base/process.hpp"
#include "definitions/apply.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::api {
namespace {

struct Alive {
  std::string status = "ok";
  int schema = 0;
};
BOOST_DESCRIBE_STRUCT(Alive, (), (status, schema))

using definitions::Ability;
using definitions::Organisation;

Looked the_database(const app::App& app) {
  if (app.database->dialect() != store::Dialect::sqlite) return {"database", Health::fine, "PostgreSQL answers", ""};
  struct stat found{};
  const auto& path = app.options.database;
  if (::stat(path.c_str(), &found) != 0) return {"database", Health::broken, path + " is gone", "evenkeel restore FILE --db " + path};
  const bool ours = (found.st_mode & 077) == 0;
  return {"database", ours ? Health::fine : Health::broken, fmt::format("{}, mode {:04o}", path, unsigned(found.st_mode & 07777)),
          ours ? "" : "chmod 600 " + path};
}

Looked the_backup(const app::App& app, SysTime now) {
  if (app.database->dialect() != store::Dialect::sqlite) return {"backup", Health::fine, "PostgreSQL's own", ""};
  const auto how = fmt::format("evenkeel backup FILE --db {}", app.options.database);
  struct stat made{};
  if (::stat((app.options.database + ".backed-up").c_str(), &made) != 0) return {"backup", Health::worth_a_look, "none is known", how};
  const auto age = std::chrono::duration_cast<std::chrono::hours>(now - from_millis(std::int64_t(made.st_mtime) * 1000)).count();
  return {"backup", age <= 48 ? Health::fine : Health::worth_a_look, fmt::format("the last one is {} h old", age), age <= 48 ? "" : how};
}

Looked git() {
  const auto said = run_process({"git", "--version"}, {.deadline = std::chrono::seconds{5}});
  if (!said || !said->ok()) return {"git", Health::broken, "it is not installed where the server runs", "apt-get install git"};
  return {"git", Health::fine, said->out.substr(0, said->out.find('\n')), ""};
}

Looked public_address(const app::App& app, const Organisation& o) {
  const auto& address = app.options.public_url.empty() ? o.public_url : app.options.public_url;
  if (address.empty())
    return {"public address", Health::worth_a_look, "not said: messages carry no links, readers cannot subscribe",
            "public_url: https://changelog.example.org"};
  return {"public address", Health::fine, address, ""};
}

/// A connection that is able to do it; whether it works is asked of the connection itself.
Looked connected(const Organisation& o, const char* at, Ability what, const char* without, const char* line) {
  if (const auto* c = definitions::find_connection(o, what)) return {at, Health::fine, fmt::format("{} ({})", c->name, c->kind), ""};
  return {at, Health::worth_a_look, without, line};
}

Looked on_call(Work& work, const Organisation& o) {
  for (const auto& area : o.areas) {
    if (planning::on_call_at(work.tx, o, area.name, work.now)) continue;
    const auto how = definitions::find_on_call(o, area.name)
                         ? fmt::format("evenkeel oncall swap {} --until +1d --login LOGIN", area.name)
                         : fmt::format("on_call: [{{area: {}, person: LOGIN, pager: PAGER}}]", area.name);
    return {"on call", Health::worth_a_look, "nobody now for the area " + area.name, how};
  }
  return {"on call", Health::fine, "somebody for every area", ""};
}

Diagnosis diagnose(const app::App& app, Work& work) {
  Diagnosis d{work.now, {the_database(app), the_backup(app, work.now), git()}};
  const auto o = definitions::current(work.tx);
  if (!o) {
    d.looked.push_back({"definitions", Health::broken, "none are in force", "evenkeel init, then evenkeel apply"});
    return d;
  }
  d.looked.push_back({"definitions", Health::fine,
                      fmt::format("{}, {}", counted(std::int64_t((*o)->services.size()), "service", "services"),
                                  counted(std::int64_t((*o)->people.size()), "person", "people")),
                      ""});
  d.looked.push_back(public_address(app, **o));
  d.looked.push_back(connected(**o, "mail", Ability::mail, "none: nobody is told by mail",
                               "connections: [{name: mail, kind: smtp, url: \"smtp://HOST:25\", from: evenkeel@example.org}]"));
  d.looked.push_back(connected(**o, "pager", Ability::pager, "none: nobody is woken",
                               "connections: [{name: pager, kind: pager, url: \"https://...\", secret: \"${env:PAGER_SECRET}\"}]"));
  d.looked.push_back(connected(**o, "metric source", Ability::metric_source, "none: nothing is watched after a deployment",
                               "connections: [{name: prometheus, kind: prometheus, url: \"http://HOST:9090\"}]"));
  d.looked.push_back(on_call(work, **o));
  return d;
}

}  // namespace

std::vector<Endpoint> server_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(endpoint<Nothing, http::Response>("GET", "/healthz",
                                                   "Whether this server can serve: 200, or 503 while its database is away",
                                                   [&app](Call&) -> Result<http::Response> {
                                                     app.database->read([](store::Tx& tx) { return tx.integer("SELECT 1"); });
                                                     return http::Response::json(json::write(Alive{.schema = store::schema_version()}));
                                                   })
                     .tagged("server")
                     .answering<Alive>()
                     .for_anyone());
  list.push_back(query<Diagnosis>(app, "/api/v1/diagnosis", "Whether what the server stands on is there, and what changes what is not",
                                  [&app](Work& work, Call&) -> Result<Diagnosis> { return diagnose(app, work); })
                     .tagged("server")
                     .for_roles({Role::admin, Role::coordinator, Role::health_monitor})
                     .in_any_area("one server serves all areas"));
  return list;
}

}  // namespace evenkeel::api
