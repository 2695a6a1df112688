#include "app/app.hpp"

#include "app/acts.hpp"

#include <pwd.h>
#include <unistd.h>

#include "api/endpoints.hpp"
#include "app/integrations.hpp"
#include "app/private_files.hpp"
#include "app/version.hpp"
#include "base/log.hpp"
#include "definitions/apply.hpp"
#include "definitions/references.hpp"
#include "deploy/deploy.hpp"
#include "risk/rehearse.hpp"
#include "validation/watch_health.hpp"
#include "work/ledger_key.hpp"

namespace evenkeel::app {
namespace {

/// A flag platform by name, from the definitions that the run's release keeps.
Result<std::shared_ptr<capabilities::FlagSwitch>> flag_switch(const capabilities::Connections& connections, Engine& engine,
                                                              const steps::Run& run, const std::string& name) {
  const auto connection = engine.database.read([&](store::Tx& tx) -> Result<definitions::ConnectionDef> {
    std::shared_ptr<const definitions::Organisation> o;
    if (run.release_id.empty())
      o = TRY(definitions::current(tx));
    else
      o = planning::organisation_of(tx, TRY(planning::find_release(tx, run.release_id)));
    const auto* c = definitions::find_connection(*o, name);
    if (!c || !is_able_to(*c, definitions::Ability::flag_switch)) return not_found(fmt::format("there is no flag connection '{}'", name));
    return *c;
  });
  if (!connection) return std::unexpected(connection.error());
  return TRY(connections.open(*connection)).flag_switch;
}

/// What the definitions of the run's release know, and those in force.
std::vector<std::string> known_secrets(Engine& engine, const steps::Run& run) {
  return engine.database.read([&](store::Tx& tx) {
    std::vector<std::string> all;
    const auto add = [&](const definitions::Organisation& o) {
      auto more = definitions::known_secrets(o);
      all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    if (const auto now = definitions::current(tx)) add(**now);
    if (!run.release_id.empty())
      if (const auto release = planning::find_release(tx, run.release_id)) add(*planning::organisation_of(tx, *release));
    return all;
  });
}

/// Error: invalid when this machine has no such user, or it is root.
Result<std::string> home_of_step_user(const std::string& name) {
  if (name.empty()) return "";
  const auto* user = ::getpwnam(name.c_str());
  if (!user) return invalid(fmt::format("--step-user: this machine has no user '{}'; make one, as with `useradd --system {}`", name, name));
  if (user->pw_uid == 0) return invalid("--step-user: commands of steps do not run as root");
  return std::string(user->pw_dir ? user->pw_dir : "/");
}

std::string runner_name(const std::string& state_folder) {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  return std::string(host) + ":" + std::filesystem::absolute(state_folder).lexically_normal().string();
}

}  // namespace

Result<std::unique_ptr<App>> App::open(const Options& options) {
  std::unique_ptr<App> app{new App(options)};
  TRY(keep_database_private(options.database));
  try {
    app->database = store::Database::open(options.database);
    TRY(store::migrate(*app->database));
    jobs::free_leases(*app->database);
  } catch (const store::DatabaseError& e) { return unavailable(e.what()); }
  if (!options.test_clock_socket.empty()) {
    auto clock = std::make_unique<TestClock>(options.test_clock_start.value_or(SystemClock{}.now()));
    app->test_clock = clock.get();
    app->clock = std::move(clock);
  } else
    app->clock = std::make_unique<SystemClock>();
  app->engine = std::make_unique<Engine>(*app->database, *app->clock);
  app->http = std::make_unique<http::CurlClient>();
  app->connections = std::make_unique<OpenConnections>(*app->http);
  app->http_caller = app::http_caller(*app->http);
  app->pipeline = app::pipeline(*app->http_caller);
  app->gates = all_gates();
  app->awaited = all_awaited();
  app->acts = std::make_shared<const std::vector<catalogue::Act>>(all_acts(app->gates, app->awaited));
  const bool sqlite = app->database->dialect() == store::Dialect::sqlite;
  const std::string folder = !options.state_folder.empty() ? options.state_folder : sqlite ? options.database + ".state" : "evenkeel-state";
  auto& a = *app;
  app->surroundings = std::make_unique<steps::Surroundings>(steps::Surroundings{
      *app->http_caller, *app->pipeline, folder, runner_name(folder),
      [&a](Engine& engine, const steps::Run& run, const std::string& name) { return flag_switch(*a.connections, engine, run, name); },
      known_secrets, validation::health_answer,
      [](Work& work, const steps::Run& run, const steps::Step& step) { return deploy::step_started(work, run, step); },
      [](Work& work, const steps::Run& run) {
        return run.kind == steps::RunKind::rehearsal ? risk::finish_rehearsal(work, run) : deploy::run_ended(work, run);
      },
      deploy::step_denied, options.step_user, TRY(home_of_step_user(options.step_user))});
  app->pump = std::make_unique<jobs::Pump>(*app->engine, all_subscribers(a));
  app->runner = std::make_unique<jobs::Runner>(*app->engine, all_job_handlers(a), a.surroundings->runner);
  app->router = std::make_unique<api::Router>(
      all_endpoints(a), [&a](const http::Request& request) { return api::session_of(a, request); }, version,
      [&a](const api::Endpoint& endpoint, const api::Call& call) { return api::may_call(a, endpoint, call); });
  return app;
}

std::string ledger_name(App& app) {
  return app.database->read([](store::Tx& tx) {
    const auto o = definitions::current(tx);
    return "evenkeel/" + (o ? (*o)->name : std::string("unnamed"));
  });
}
std::string signing_key_file(const App& app) {
  return app.options.ledger_key.empty() ? app.surroundings->state_folder + "/ledger.key" : app.options.ledger_key;
}
Result<ledger::Key> signing_key(App& app) { return ledger_key(*app.engine, signing_key_file(app), ledger_name(app)); }

void App::drain(std::stop_token stop) {
  for (bool more = true; more && !stop.stop_requested();) {
    more = pump->run_once();
    while (runner->run_one(stop)) more = true;
  }
}

void App::advance_to(SysTime t) {
  for (;;) {
    drain();
    const auto due = runner->next_due();
    if (!due || *due > t) break;
    if (*due > clock->now()) test_clock->set(*due);
  }
  test_clock->set(std::max(t, clock->now()));
  drain();
}

}  // namespace evenkeel::app
