// `evenkeel serve`: the HTTP server, job threads and the event pump, from start to an orderly end.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include "accounts/sign_in.hpp"
#include "accounts/tokens.hpp"
#include "api/public_page.hpp"
#include "app/app.hpp"
#include "app/gate.hpp"
#include "app/listening.hpp"
#include "app/private_files.hpp"
#include "app/pulse.hpp"
#include "app/test_clock.hpp"
#include "base/log.hpp"
#include "definitions/apply.hpp"
#include "http/server.hpp"
#include "http/static_files.hpp"

namespace evenkeel::app {
namespace {

/// Entries from `from` on as events: id = leaf index + 1, the same on every replica. `area` stands last: api/event_api.cpp looks for it
/// there.
std::vector<http::Event> entries_from(store::Tx& tx, std::uint64_t from, std::size_t limit) {
  std::vector<http::Event> out;
  tx.exec(
      "SELECT e.id, e.kind, e.subject, e.release_id, coalesce(r.area, '') FROM ledger_entry e LEFT JOIN release r ON r.id = e.release_id "
      "WHERE e.id >= $1 ORDER BY e.id LIMIT $2",
      {static_cast<std::int64_t>(from), static_cast<std::int64_t>(limit)}, [&](const store::Row& row) {
        out.push_back(
            {static_cast<std::uint64_t>(row.integer(0)) + 1, "entry",
             json::dump(json::Object{{"kind", row.text(1)}, {"subject", row.text(2)}, {"release", row.text(3)}, {"area", row.text(4)}})});
      });
  return out;
}

/// Publishes each new ledger entry to the event stream.
void publish_entries(App& app, std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto seen = app.engine->bell.count();
    try {
      for (const auto& e : app.database->read([&](store::Tx& tx) { return entries_from(tx, app.events->last_id(), 500); }))
        app.events->publish(e.id, e.name, e.data);
    } catch (const store::DatabaseError& e) { log(LogLevel::error, "event stream waits for the database", {{"error", e.what()}}); }
    app.engine->bell.wait(seen, Millis{1000}, stop);
  }
}

Result<std::vector<http::Event>> missed_entries(App& app, std::uint64_t after, std::size_t limit) {
  return app.database->read([&](store::Tx& tx) -> Result<std::vector<http::Event>> { return entries_from(tx, after, limit); });
}

/// Sockets, the database and steps share one number of open files: it is raised as far as the system lets us, and some are kept back from
/// connections, so that a flood of them never keeps a step from starting.
std::size_t connections_that_fit() {
  constexpr rlim_t wanted = 65'536, kept_back = 256;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return 512;
  if (files.rlim_cur < wanted) {
    files.rlim_cur = std::min(wanted, files.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0) ::getrlimit(RLIMIT_NOFILE, &files);
  }
  return std::size_t(files.rlim_cur > 2 * kept_back ? files.rlim_cur - kept_back : files.rlim_cur / 2);
}

/// Stopping has an end: a database that hangs does not keep the process for ever.
void end_within(std::chrono::seconds at_most, std::stop_token over) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (std::chrono::steady_clock::now() < until) {
    if (over.stop_requested()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  log(LogLevel::error, "stopping took too long; what was under way is taken up at the next start",
      {{"seconds", std::to_string(at_most.count())}});
  ::_exit(1);
}

bool shows_who_asks(App& app, const http::Request& request) {
  auto token = http::bearer_token(request);
  if (token.empty()) token = http::cookie(request, api::session_cookie_name(app));
  return !token.empty() && app.database->read([&](store::Tx& tx) { return accounts::bearer_of(tx, token, app.clock->now()).has_value(); });
}
/// Whatever hashes a password.
bool is_costly(const http::Request& request) {
  return request.method == "POST" && (request.path == "/api/v1/session" || request.path == "/api/v1/passwords" ||
                                      request.path == "/api/v1/setup" || request.path.starts_with("/api/v1/second-factor"));
}

/// One server a state folder, until the process ends: it finds there what its own steps became, and takes back its own leases.
class StateFolder {
 public:
  explicit StateFolder(const std::string& path) {
    std::error_code ec;
    std::filesystem::create_directories(path, ec);
    fd_ = ::open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    for (int tries = 0; fd_ >= 0 && !(mine_ = ::flock(fd_, LOCK_EX | LOCK_NB) == 0) && tries < 20; ++tries) ::usleep(50'000);
  }
  ~StateFolder() {
    if (fd_ >= 0) ::close(fd_);
  }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;
  bool mine() const { return mine_; }

 private:
  int fd_ = -1;
  bool mine_ = false;
};

/// Nobody is anybody yet: whoever reads this log makes the first account.
std::string offer_set_up(App& app) {
  if (app.database->read(accounts::is_set_up)) return {};
  auto code = app.setup_code.open();
  log(LogLevel::info, "nobody is set up yet; the first account is made with this code: `evenkeel setup --code CODE`", {{"code", code}});
  return code;
}

}  // namespace

int serve(App& app, const ServeOptions& options) { return serve(app, options, {}); }

int serve(App& app, const ServeOptions& options, const Listening& listening) {
  if (const auto ours = keep_folder_private(app.surroundings->state_folder); !ours) {
    log(LogLevel::error, "cannot use the state folder", {{"error", ours.error().message}});
    return 3;
  }
  const StateFolder folder{app.surroundings->state_folder};
  if (!folder.mine()) {
    log(LogLevel::error, "another evenkeel uses this state folder; give each replica its own with --state",
        {{"folder", app.surroundings->state_folder}});
    return 3;
  }
  app.runner->take_back_leases();
  steps::sweep_attempt_folders(*app.database, app.surroundings->state_folder);
  // A limit on file size is a full disk, not a death: the write fails, the request with it. (A handler, not "ignore": commands that steps
  // start must not inherit it.)
  struct sigaction no_death{};
  no_death.sa_handler = [](int) {};
  ::sigaction(SIGXFSZ, &no_death, nullptr);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread starts: only sigwait below sees them

  const auto size = app.database->read([](store::Tx& tx) { return tx.integer("SELECT size FROM ledger_head WHERE id = 1"); });
  app.events = std::make_shared<http::EventHub>(
      static_cast<std::uint64_t>(size), [&app](std::uint64_t after, std::size_t limit) { return missed_entries(app, after, limit); });
  const auto setup_code = offer_set_up(app);
  const http::StaticFiles files;
  http::ServerOptions server_options;
  server_options.address = options.address;
  server_options.port = static_cast<std::uint16_t>(options.port);
  server_options.certificate_file = options.certificate;
  server_options.key_file = options.key;
  server_options.https = app.options.https;
  server_options.max_connections = std::min(server_options.max_connections, connections_that_fit());
  server_options.max_unknown_per_address = 100;
  server_options.counts = &app.counts;
  auto proxies = http::Networks::parse(options.trusted_proxies);
  if (!proxies) {
    log(LogLevel::error, "--trusted-proxy", {{"error", proxies.error().message}});
    return 2;
  }
  server_options.trusted_proxies = std::move(*proxies);
  const auto cookie = api::session_cookie_name(app);
  // Names that this server answers to: those the operator gave, and the changelog's own where some were given.
  auto given = app.options.hosts;
  if (!app.options.public_url.empty()) given.push_back(app.options.public_url);
  const auto gate = [&app, cookie, given](const http::Request& request) -> std::optional<http::Response> {
    const auto judge = [&](const std::vector<std::string>& names) {
      auto refused = wrong_host(request, names);
      return refused ? refused : from_another_site(request, cookie, names);
    };
    auto refused = judge(given);
    if (!refused || given.empty()) return refused;
    auto names = given;
    try {
      if (const auto o = app.database->read([](store::Tx& tx) { return definitions::current(tx); })) names.push_back((*o)->public_url);
    } catch (const store::DatabaseError&) { return refused; }
    return judge(names);
  };
  server_options.admit = [&](const http::Request& head) {
    if (auto refused = gate(head)) return http::Admission{0, std::move(refused)};
    return app.router->admit(head);
  };
  server_options.knows = [&](const http::Request& request) { return shows_who_asks(app, request); };
  server_options.is_costly = is_costly;
  Pulse pulse{*app.database};
  const auto handle = [&](const http::Request& request) {
    if (auto refused = gate(request)) return std::move(*refused);
    if (auto answer = api::at_public_address(app, request)) return std::move(*answer);
    if (request.path.starts_with("/api/") || app.router->knows(request)) return app.router->dispatch(request);
    if (auto page = files.page(request)) return std::move(*page);
    return api::problem(404, "there is nothing at " + request.path);
  };
  auto server = http::Server::start(server_options, handle, [&](const http::Request& request) {
    if (auto health = pulse.answer(request)) return health;
    return files.file(request);
  });
  if (!server) {
    log(LogLevel::error, "cannot listen", {{"error", server.error().message}});
    return 3;
  }
  const int port = (*server)->port();
  std::jthread pump, publisher;
  std::jthread jobs;
  std::unique_ptr<TestClockSocket> clock_socket;
  if (app.test_clock)
    clock_socket = std::make_unique<TestClockSocket>(app);
  else {
    pump = std::jthread([&](std::stop_token stop) { app.pump->run(stop); });
    jobs = std::jthread([&](std::stop_token stop) { app.runner->run(options.job_threads, stop); });
  }
  publisher = std::jthread([&](std::stop_token stop) { publish_entries(app, stop); });
  const auto url = fmt::format("http{}://{}:{}", options.certificate.empty() ? "" : "s", options.address, port);
  log(LogLevel::info, "evenkeel serves",
      {{"url", url}, {"database", app.database->dialect() == store::Dialect::sqlite ? app.options.database : "postgresql"}});
  if (!options.port_file.empty()) {
    const auto text = std::to_string(port) + "\n";
    if (FILE* f = std::fopen((options.port_file + "~").c_str(), "w")) {
      std::fputs(text.c_str(), f);
      std::fclose(f);
      std::rename((options.port_file + "~").c_str(), options.port_file.c_str());
    }
  }
  if (listening) listening(url, setup_code);
  int signal = 0;
  sigwait(&signals, &signal);
  log(LogLevel::info, "stopping", {{"signal", std::to_string(signal)}});
  std::jthread watchdog([](std::stop_token over) { end_within(std::chrono::seconds{25}, over); });
  app.events->close();
  (*server)->stop();
  for (auto* t : {&jobs, &pump, &publisher}) t->request_stop();
  app.engine->bell.ring();
  for (auto* t : {&jobs, &pump, &publisher})
    if (t->joinable()) t->join();
  return 0;
}

}  // namespace evenkeel::app
