// The application: what is made at start, in which order, and what a server or a local command needs of it. Knows every area.
#pragma once
#include <memory>

#include "accounts/tokens.hpp"
#include "api/router.hpp"
#include "app/setup_code.hpp"
#include "capabilities/integration.hpp"
#include "http/client.hpp"
#include "http/counts.hpp"
#include "http/sse.hpp"
#include "ledger/checkpoint.hpp"
#include "steps/drive.hpp"
#include "views/awaited.hpp"
#include "work/engine.hpp"
#include "work/pump.hpp"
#include "work/runner.hpp"

namespace evenkeel::catalogue {
struct Act;
}

namespace evenkeel::app {

struct Options {
  std::string database = "evenkeel.db";
  std::string state_folder = {};  // empty: beside the database file, or ./evenkeel-state
  std::string ledger_key = {};    // file of the checkpoint key, outside the database; empty: <state folder>/ledger.key, made at first start
  std::string public_url = {};    // how people reach this server, for links
  bool https = false;             // they reach it over TLS, its own or a proxy's: cookies are Secure
  std::string step_user = {};     // commands of steps run as this user of the machine; empty: as the server
  std::vector<std::string> publish_under = {};   // file, git and docs channels write below these folders alone
  std::vector<std::string> hosts = {};           // names this server answers to, beside that of public_url; empty and no public_url: any
  std::string test_clock_socket = {};            // tests only: the business clock stands until told over this socket (test_clock.hpp)
  std::optional<SysTime> test_clock_start = {};  // tests only: where it stands at first; else the machine's time
};

/// A business clock that a test moves.
class TestClock final : public Clock {
 public:
  explicit TestClock(SysTime start) : now_(to_millis(start)) {}
  SysTime now() const override { return from_millis(now_.load()); }
  void set(SysTime t) { now_ = to_millis(t); }

 private:
  std::atomic<std::int64_t> now_;
};

class App {
 public:
  /// Opens and migrates the database, builds the gates, the handlers of jobs and events, and the router.
  /// Error: unavailable (database), conflict (newer schema). Nothing listens and no job runs until serve() or drain().
  static Result<std::unique_ptr<App>> open(const Options& options);

  const Options options;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<Clock> clock;
  TestClock* test_clock = nullptr;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<http::HttpClient> http;
  std::unique_ptr<capabilities::Connections> connections;
  std::unique_ptr<capabilities::HttpCaller> http_caller;  // of steps and checklists
  std::unique_ptr<capabilities::Pipeline> pipeline;
  planning::Gates gates;
  views::AwaitedSources awaited;
  std::shared_ptr<const std::vector<catalogue::Act>> acts;
  std::unique_ptr<steps::Surroundings> surroundings;
  std::unique_ptr<jobs::Runner> runner;
  std::unique_ptr<jobs::Pump> pump;
  std::shared_ptr<http::EventHub> events;
  std::unique_ptr<api::Router> router;
  SetupCode setup_code;        // open while a server runs that nobody has set up
  accounts::LastUse last_use;  // of tokens
  http::Counts counts;         // of what the server has answered

  /// Runs what is due now (events, then jobs) until nothing is: after a local command, and for the virtual clock.
  void drain(std::stop_token stop = {});
  /// Moves the test clock to `t`, running what falls due on the way, in order.
  void advance_to(SysTime t);

 private:
  explicit App(Options o) : options(std::move(o)) {}
};

/// The key that signs for this ledger, from the file that the options name (work/ledger_key.hpp).
Result<ledger::Key> signing_key(App& app);
std::string signing_key_file(const App& app);
/// "evenkeel/<organisation>": the origin of checkpoints and the name of keys.
std::string ledger_name(App& app);

/// The wiring tables; each lists all areas, one line each.
planning::Gates all_gates();
views::AwaitedSources all_awaited();
std::map<std::string, jobs::Handler> all_job_handlers(App& app);
std::vector<jobs::Subscriber> all_subscribers(App& app);
std::vector<api::Endpoint> all_endpoints(App& app);

struct ServeOptions {
  std::string address = "127.0.0.1";
  int port = 8480;
  std::string port_file = {};  // the bound port is written here when it listens
  std::string certificate = {}, key = {};
  std::vector<std::string> trusted_proxies = {};  // "10.0.0.0/8": whose X-Forwarded-For and -Proto are believed
  int job_threads = 4;
};
/// Serves until SIGTERM or SIGINT; drains, hands claimed jobs back, returns the exit code.
int serve(App& app, const ServeOptions& options);

}  // namespace evenkeel::app
