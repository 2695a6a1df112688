// evenkeel serve, and the hidden step-runner.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "app/listening.hpp"
#include "app/private_files.hpp"
#include "cli/commands.hpp"
#include "cli/connection.hpp"
#include "cli/visible.hpp"
#include "steps/step_process.hpp"

namespace evenkeel::cli {
namespace {

/// As root one hole in the server is the whole machine, and every command of a step would be root's.
Result<void> not_as_root(const Args& args) {
  const auto* allowed = std::getenv("EVENKEEL_ALLOW_ROOT");
  const bool is_a_test = args.has("test-clock");  // a server whose time is told by others guards nothing
  if (::geteuid() != 0 || args.flag("allow-root") || is_a_test || (allowed && std::string_view(allowed) == "1")) return {};
  return fail(ErrorKind::unavailable,
              "evenkeel serve does not run as root; start it as a user of its own (useradd --system evenkeel), or, in a container that has "
              "nothing else, with --allow-root (EVENKEEL_ALLOW_ROOT=1)");
}

/// What is served, and whether it begins with nothing.
struct Served {
  std::string database;
  bool is_new = false;
};

/// Where a state folder with a key stands beside it, a database was served here before: an empty one in its place is a loss, not a
/// beginning.
Result<void> begins_here(const Args& args, const std::string& database) {
  const auto state = args.text("state").empty() ? database + ".state" : args.text("state");
  const auto key = state + "/ledger.key";
  std::error_code ec;
  if (!std::filesystem::exists(key, ec)) return {};
  return unavailable(
      fmt::format("{} is not there, but {} is: a database was served here before, and no new one is begun in its place. `evenkeel restore "
                  "FILE --db {}` puts a backup back; for a new one name another --db and --state",
                  database, key, database));
}

/// A database is made where it is not there only when told to: by --db on the command line, by --new, or where nothing is named at all, for
/// whoever begins. One that a variable or an earlier start names must be there: an empty one in its place would look as if all were lost.
Result<Served> what_to_serve(const Args& args) {
  const auto stored = TRY(read_stored());
  const auto* current = stored.find(stored.current);
  const bool from_store = args.origin("db") == Origin::fallback && current && !current->database.empty();
  const auto database = from_store ? current->database : args.text("db");
  if (app::find_database(database)) return Served{database};
  const bool by_variable = args.origin("db") == Origin::variable;
  if (args.flag("new") || !(from_store || by_variable)) {
    TRY(begins_here(args, database));
    return Served{database, true};
  }
  return unavailable(fmt::format(
      "{} names the database {}, and it is not there; nothing is served in its place. `evenkeel serve --new --db {}` begins a new one, "
      "`evenkeel restore FILE --db {}` puts a backup back",
      by_variable ? "EVENKEEL_DB" : stored_file(), database, database, database));
}

/// The address, what is served there, and what to type next.
void say_where(const std::string& database, bool is_new, const std::string& url, const std::string& setup_code) {
  const auto text = fmt::format(
      "Evenkeel serves {}\n  database: {}{}\nnext: evenkeel {}\n", url, database, is_new ? " (new)" : "",
      setup_code.empty()
          ? "login --server " + url
          : fmt::format("setup --server {} --code {} --login you --name \"Your Name\" --email you@example.org", url, setup_code));
  write_raw(text);
  std::fflush(stdout);
}

Result<int> serve(const Args& args) {
  TRY(not_as_root(args));
  app::Options options;
  const auto served = TRY(what_to_serve(args));
  options.database = served.database;
  options.state_folder = args.text("state");
  options.ledger_key = args.text("ledger-key");
  options.public_url = args.text("public-url");
  options.https = !args.text("tls-certificate").empty() || options.public_url.starts_with("https://");
  options.step_user = args.text("step-user");
  options.publish_under = args.list("publish-under");
  options.hosts = args.list("host");
  options.test_clock_socket = args.text("test-clock");
  if (const auto start = args.text("test-clock-start"); !start.empty()) options.test_clock_start = TRY(parse_time(start));
  app::ServeOptions serve_options;
  serve_options.address = args.text("listen");
  serve_options.port = static_cast<int>(TRY(args.number("port")));
  serve_options.port_file = args.text("port-file");
  serve_options.certificate = args.text("tls-certificate");
  serve_options.key = args.text("tls-key");
  serve_options.trusted_proxies = args.list("trusted-proxy");
  app::Listening listening;
  if (!args.flag("quiet"))
    listening = [&](const std::string& url, const std::string& code) { say_where(served.database, served.is_new, url, code); };
  auto app = TRY(app::App::open(options));
  return app::serve(*app, serve_options, listening);
}

}  // namespace

std::vector<Command> serve_commands() {
  std::vector<Command> list;
  list.push_back(
      {"serve",
       "Run the server: API, web UI, public changelog, jobs",
       {{"db", "Database: a file, or postgres://user@host/name", Param::option, false, "evenkeel.db", "EVENKEEL_DB"},
        {.name = "new", .help = "Begin a new database where there is none; one that is there is served as it is", .kind = Param::flag},
        {.name = "quiet", .help = "Do not print the address and what to type next: for services, whose log says it", .kind = Param::flag},
        {"listen", "Address to listen on", Param::option, false, "127.0.0.1"},
        {"port", "Port; 0 takes a free one", Param::option, false, "8480"},
        {"port-file", "The port is written here once it listens"},
        {"state", "Folder for running steps and keys; default: beside the database"},
        {"ledger-key", "File of the checkpoint key; default: in the state folder"},
        {"public-url", "How people reach this server, for links in messages"},
        {"tls-certificate", "PEM file; with --tls-key the server speaks HTTPS"},
        {"tls-key", "PEM file"},
        {"publish-under", "Folder below which file, git and docs channels may write; without any they write nowhere", Param::option_list},
        {"step-user", "User of this machine that commands of steps run as; default: the server's own"},
        {"host", "A name this server answers to, beside that of --public-url; default: any", Param::option_list},
        {"trusted-proxy", "Network of a proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8", Param::option_list},
        {"allow-root", "Run as root all the same (also EVENKEEL_ALLOW_ROOT=1)", Param::flag},
        {"test-clock", "For tests: a socket that moves the business clock"},
        {"test-clock-start", "For tests: where that clock stands at first; default: the machine's time"}},
       serve,
       "Example:\n  evenkeel serve --db /var/lib/evenkeel/evenkeel.db --port 8480\n"});
  list.push_back({"step-runner",
                  "(internal) Runs one command step in its own process",
                  {{"folder", "The attempt's folder", Param::positional, true}},
                  [](const Args& args) -> Result<int> { return steps::run_step_process(args.text("folder")); }});
  return list;
}

}  // namespace evenkeel::cli
