// evenkeel init: from the clone of a repository to definitions in force, a server, an account, and a first release to plan. On a terminal
// it asks; on a pipe it takes what the options say and starts nothing that was not asked for.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "cli/ask.hpp"
#include "cli/audit.hpp"
#include "cli/commands.hpp"
#include "cli/parse.hpp"
#include "cli/remote.hpp"
#include "cli/visible.hpp"
#include "definitions/acts.hpp"
#include "definitions/config.hpp"
#include "definitions/starter.hpp"
#include "gitlog/release_tags.hpp"
#include "gitlog/repository.hpp"

namespace evenkeel::cli {
namespace {

using definitions::DeployedBy;
using definitions::Profile;
using definitions::Starter;

/// What the clone itself says.
struct Clone {
  std::string folder, name;   // its name is that of its origin, else of its folder
  std::string repository;     // owner/name at its host
  std::string person, email;  // of git's configuration
  std::vector<std::string> families, folders, files;
  std::string last_version;  // that the newest tag of the main family names; empty: nothing was released
};

std::string first_line(Result<std::string> text) { return text ? text->substr(0, text->find('\n')) : std::string(); }

/// "git@host:owner/name.git" and "https://host/owner/name" are owner/name; a path on this machine is none.
std::string owner_and_name(std::string url) {
  if (url.ends_with(".git")) url.erase(url.size() - 4);
  const auto scheme = url.find("://");
  const auto host_end = scheme == std::string::npos ? url.find(':') : url.find('/', scheme + 3);
  if (host_end == std::string::npos || url.starts_with("file://") || url.starts_with('/')) return {};
  return url.substr(host_end + 1);
}

/// Where releases are tagged beside the branch that is checked out.
std::string newest_version(const std::vector<gitlog::Tag>& tags) {
  std::string newest;
  for (const auto& tag : gitlog::main_family(tags))
    if (const auto v = gitlog::version_of_tag(tag.name); v && !v->prerelease)
      if (newest.empty() || gitlog::compare_versions(v->version, newest) > 0) newest = v->version;
  return newest;
}

Result<Clone> look_at(const std::string& folder, const retro::Audit& audit) {
  const auto repository = TRY(gitlog::Repository::open(folder));
  Clone clone{.folder = folder};
  clone.repository = owner_and_name(first_line(repository.ask({"remote", "get-url", "origin"})));
  std::error_code ec;
  clone.name = clone.repository.empty() ? std::filesystem::weakly_canonical(folder, ec).filename().string()
                                        : clone.repository.substr(clone.repository.rfind('/') + 1);
  clone.person = first_line(repository.ask({"config", "user.name"}));
  clone.email = first_line(repository.ask({"config", "user.email"}));
  std::set<std::string> families;
  const auto tags = TRY(repository.tags());
  for (const auto& tag : tags)
    if (const auto version = gitlog::version_of_tag(tag.name)) families.insert(version->family);
  clone.families.assign(families.begin(), families.end());
  clone.folders = TRY(repository.ask_lines({"ls-tree", "-r", "-d", "--name-only", "HEAD"}));
  clone.files = TRY(repository.ask_lines({"ls-tree", "-r", "--name-only", "HEAD"}));
  clone.last_version = audit.releases.empty() ? newest_version(tags) : audit.releases.front().version;
  return clone;
}

/// How the repository seems to be deployed.
DeployedBy deployed_by(const Clone& clone) {
  const auto any = [&](auto&& fits) { return std::any_of(clone.files.begin(), clone.files.end(), fits); };
  if (any([](const auto& f) { return f == ".github/workflows/deploy.yml" || f == ".github/workflows/deploy.yaml"; }))
    return DeployedBy::github;
  if (any([](const auto& f) { return f == "deploy.sh"; })) return DeployedBy::command;
  if (any([](const auto& f) { return f == "kustomization.yaml" || f.ends_with("/kustomization.yaml") || f.ends_with("/Chart.yaml"); }))
    return DeployedBy::kubernetes;
  if (any([](const auto& f) { return f == ".gitlab-ci.yml"; })) return DeployedBy::gitlab;
  return DeployedBy::nothing;
}

/// The definitions are there: nothing is asked that they say.
bool knows_already(const Args& args) {
  std::error_code ec;
  return std::filesystem::exists(args.text("repo") + "/" + args.text("file"), ec);
}

template <class E>
Result<E> chosen(const Args& args, const std::string& option, const std::string& question, E likely) {
  const auto text = args.has(option)      ? args.text(option)
                    : knows_already(args) ? std::string(json::enum_text(likely))
                                          : ask_one_of(question, json::enum_texts<E>(), std::string(json::enum_text(likely)));
  return json::from_value<E>(json::Value(boost::json::string(text)));
}
std::string said_or_asked(const Args& args, const std::string& option, const std::string& question, const std::string& likely) {
  return args.has(option) ? args.text(option) : knows_already(args) ? likely : ask(question, likely);
}

Result<Starter> starter_of(const Args& args, const Clone& clone, const retro::Audit& audit) {
  Starter s;
  s.name = said_or_asked(args, "name", "Name of the organisation or product", clone.name);
  s.person = said_or_asked(args, "person", "Your name", clone.person.empty() ? "You" : clone.person);
  const auto likely_login = definitions::plain_name(s.person.substr(0, s.person.find(' ')));
  s.login = said_or_asked(args, "login", "Your login", likely_login);
  s.email = said_or_asked(args, "email", "Your mail address", clone.email.empty() ? s.login + "@example.org" : clone.email);
  s.profile = TRY(chosen(args, "profile", "How much is held from the first day", Profile::startup));
  s.deployed_by = TRY(chosen(args, "deployed-by", "How a version gets to production", deployed_by(clone)));
  s.area = definitions::plain_name(clone.name);
  s.repository = clone.repository;
  s.services = definitions::services_of(clone.name, clone.families, clone.folders);
  if (const auto zone = first_line(read_input("/etc/timezone")); !zone.empty() && zone != "Etc/UTC") s.zone = zone;
  s.gates = retro::gates_yaml(audit.proposed_gates);
  return s;
}

/// What a file that is there says already goes before what the clone lets one think.
void take_over(const definitions::Organisation& o, Starter& starter) {
  const auto is_admin = [](const definitions::PersonDef& p) {
    return std::any_of(p.roles.begin(), p.roles.end(), [](const auto& grant) { return grant.role == Role::admin; });
  };
  if (const auto admin = std::find_if(o.people.begin(), o.people.end(), is_admin); admin != o.people.end())
    starter.login = admin->login, starter.person = admin->name, starter.email = admin->email;
  if (o.services.empty()) return;
  starter.area = o.services.front().area;
  starter.services.clear();
  for (const auto& s : o.services) starter.services.push_back({s.name, s.path});
}

/// Written once; a file that is there is somebody's work.
Result<std::string> write_definitions(const Args& args, Starter& starter) {
  const auto path = args.text("repo") + "/" + args.text("file");
  std::error_code ec;
  if (std::filesystem::exists(path, ec)) {
    take_over(TRY(definitions::load(path)), starter);
    args.print(path + " is there already and stays as it is.");
    return path;
  }
  TRY(write_file(path, definitions::starter_yaml(starter)));
  if (const auto checked = definitions::load(path); !checked) return std::unexpected(checked.error());
  args.print(fmt::format("{} is written: {} ({}), {} in profile {}, deployed by {}. It passes `evenkeel config check`.", path, starter.area,
                         starter.services.size() == 1 ? "one service" : fmt::format("{} services", starter.services.size()), starter.name,
                         json::enum_text(starter.profile), json::enum_text(starter.deployed_by)));
  return path;
}

// ---- a server on this machine ------------------------------------------------------------------------------------------

/// Detached: it goes on when this command and its terminal are gone. Its log is beside its data.
Result<void> start_server(const std::string& database, const std::string& port_file, const std::string& port) {
  std::error_code ec;
  std::filesystem::create_directories(std::filesystem::path(database).parent_path(), ec);
  std::filesystem::permissions(std::filesystem::path(database).parent_path(), std::filesystem::perms::owner_all, ec);
  std::filesystem::remove(port_file, ec);
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ec).string();
  std::vector<std::string> words{self, "serve", "--quiet", "--db", database, "--port", port, "--port-file", port_file};
  std::vector<char*> argv;
  for (auto& w : words) argv.push_back(w.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, (database + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  posix_spawnattr_t own_session;
  posix_spawnattr_init(&own_session);
  posix_spawnattr_setflags(&own_session, POSIX_SPAWN_SETSID);
  pid_t pid = 0;
  const int problem = ::posix_spawn(&pid, self.c_str(), &files, &own_session, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&own_session);
  if (problem != 0) return unavailable(fmt::format("cannot start {} serve: {}", self, std::strerror(problem)));
  TRY(write_file(database + ".pid", std::to_string(pid) + "\n"));
  for (int i = 0; i < 300; ++i) {
    if (std::filesystem::exists(port_file, ec)) return {};
    int ended = 0;
    if (::waitpid(pid, &ended, WNOHANG) == pid) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
  const auto log = read_input(database + ".log");
  return unavailable(fmt::format("the server did not start; {}.log ends with:\n{}", database,
                                 log ? log->substr(log->size() > 600 ? log->size() - 600 : 0) : ""));
}

/// Starts it, makes the account of the first person and keeps the sign-in. The database is ours: no code is needed to prove it.
Result<StoredServer> begin_server(const Args& args, const Starter& starter) {
  const auto database = data_folder() + "/" + starter.area + ".db", port_file = database + ".port";
  std::error_code ec;
  if (std::filesystem::exists(database, ec))
    return conflict(
        fmt::format("{} is there already; `evenkeel serve --db {}` serves it again, `evenkeel login` signs in", database, database));
  const Param password{.name = "password", .env = "EVENKEEL_PASSWORD"};
  const auto typed = args.has("password") ? args.text("password")
                                          : TRY(ask_unseen("A password for " + starter.login + ", at least 10 characters", password));
  TRY(start_server(database, port_file, args.text("port")));
  StoredServer made{.server = "http://127.0.0.1:" + first_line(read_input(port_file)),
                    .login = starter.login,
                    .since = SystemClock{}.now(),
                    .database = database};
  const auto log = TRY(read_input(database + ".log"));
  const auto mark = log.rfind("\"code\":\"");
  const json::Object account{{"login", starter.login},
                             {"name", starter.person},
                             {"email", starter.email},
                             {"password", typed},
                             {"code", mark == std::string::npos ? "" : log.substr(mark + 8, log.find('"', mark + 8) - mark - 8)}};
  made.token = std::string(TRY(api_of(made.server, "")->call("POST", "/api/v1/setup", account)).at("secret").as_string());
  TRY(store(made));
  args.print(
      fmt::format("A server runs at {}; its data are {} (`kill $(cat {}.pid)` ends it, `evenkeel serve` starts it again). You are signed "
                  "in as {}; kept in {}.",
                  made.server, database, database, made.login, stored_file()));
  return made;
}

/// The server to use: one that is named or was signed in to, else a new one, where that is wanted.
Result<std::optional<Reach>> reach_a_server(const Args& args, const Starter& starter) {
  const auto reach = reach_of(args, TRY(read_stored()));
  if (reach) return *reach;
  if (reach.error().kind != ErrorKind::unauthenticated) return std::unexpected(reach.error());
  const bool wanted = args.flag("start") || (on_terminal() && ask("Start a server on this machine? (yes, no)", "yes") == "yes");
  if (!wanted) return std::nullopt;
  const auto made = TRY(begin_server(args, starter));
  return Reach{.server = made.server, .token = made.token};
}

// ---- what comes next -----------------------------------------------------------------------------------------------------

/// The next version after the last: its last number is one higher. "0.1.0" where nothing was released yet.
std::string next_version(const std::string& last) {
  if (last.empty()) return "0.1.0";
  const auto core = last.substr(0, last.find_first_of("-+"));
  const auto dot = core.rfind('.');
  std::uint64_t n = 0;
  for (const char c : core.substr(dot == std::string::npos ? 0 : dot + 1))
    n = std::isdigit(static_cast<unsigned char>(c)) ? n * 10 + std::uint64_t(c - '0') : n;
  return (dot == std::string::npos ? "" : core.substr(0, dot + 1)) + std::to_string(n + 1);
}

std::string plan_line(const Starter& starter, const Clone& clone) {
  const auto version = next_version(clone.last_version);
  return fmt::format("evenkeel release plan {} --area {} --component {}={}{} --window-start +1d --window-end +26h", version, starter.area,
                     starter.services.front().name, clone.last_version.empty() ? "" : clone.last_version + "..", version);
}

/// The first four things to do (G1 to G4), with a tick for what is done.
void say_next(const Args& args, const Starter& starter, const Clone& clone, bool has_server, bool in_force) {
  const auto service = starter.services.front().name;
  std::error_code ec;
  const bool has_changelog = std::filesystem::exists(clone.folder + "/CHANGELOG.md", ec);
  const auto line = [&](bool done, const std::string& what, const std::string& command) {
    args.print(fmt::format("  {} {:<44} {}", done ? "\u2713" : "\u25cb", what, command));
  };
  args.print("\nThe first hour:");
  line(true, "how the last releases went", "evenkeel audit --last 5" + std::string(has_server ? " --keep" : ""));
  line(false, "a rollback that was rehearsed", fmt::format("evenkeel rollback draft {}, then rollback rehearse", service));
  line(has_changelog, "a changelog that is kept as changes merge", "evenkeel changelog init");
  line(false, "what healthy means", "evenkeel criteria propose " + service);
  args.print("\nThe first release:");
  if (!has_server) line(false, "a server, an account", "evenkeel init --start");
  if (!in_force) line(false, "the definitions in force", "evenkeel apply " + args.text("file"));
  line(false, "a release, and when it goes out", plan_line(starter, clone));
  line(false, "its changes, from the running version on", "evenkeel change import " + next_version(clone.last_version));
  args.print(fmt::format("\nnext: {}", !has_server ? "evenkeel init --start"
                                       : !in_force ? "evenkeel apply " + args.text("file")
                                                   : plan_line(starter, clone)));
}

/// Whether what is in the file is in force: put there on a server that has nothing yet, else as it is; `apply` shows the difference first.
Result<bool> put_in_force(const Args& args, const Reach& reach, const std::string& path) {
  if (!reach.database.empty()) return false;
  auto api = api_of(reach.server, reach.token);
  const auto file = json::to_value(definitions::Definitions{TRY(definitions::load(path))});
  const auto known = TRY(json::from_value<definitions::Differences>(TRY(api->call("POST", "/api/v1/definitions/diff", file))));
  if (known.current > 0) return known.differences.empty();
  TRY(api->call("POST", "/api/v1/definitions", file));
  args.print("The definitions are in force as version 1.");
  return true;
}

void open_browser(const std::string& address) {
  if (!on_terminal() || !(variable("DISPLAY") || variable("WAYLAND_DISPLAY"))) return;
  if (::fork() == 0) {
    ::execlp("xdg-open", "xdg-open", address.c_str(), nullptr);
    ::_exit(127);
  }
}

Result<int> init(const Args& args) {
  const auto folder = args.text("repo");
  const auto audit = TRY(audit_of(args, {.repository = folder}));
  const auto clone = TRY(look_at(folder, audit));
  auto starter = TRY(starter_of(args, clone, audit));
  const auto path = TRY(write_definitions(args, starter));
  const auto reach = TRY(reach_a_server(args, starter));
  const bool in_force = reach && TRY(put_in_force(args, *reach, path));
  say_next(args, starter, clone, reach.has_value(), in_force);
  if (reach && !reach->server.empty()) open_browser(reach->server);
  return 0;
}

}  // namespace

std::vector<Command> init_commands() {
  return {
      {"init", "Begin with a repository: definitions, a server, an account, and what comes first",
       with_connection(
           {{"repo", "Folder of the git repository", Param::option, false, "."},
            {"file", "The definitions, in that folder", Param::option, false, "evenkeel.yaml"},
            {"name", "Of the organisation or product; default: the repository's"},
            {"person", "Your name; default: git's user.name"},
            {"login", "Your login; default: your first name"},
            {"email", "Your mail address; default: git's user.email"},
            {.name = "profile", .help = "How much is held from the first day; default startup", .choices = json::enum_texts<Profile>()},
            {.name = "deployed-by",
             .help = "How a version gets to production; default: as the repository looks",
             .choices = json::enum_texts<DeployedBy>()},
            {.name = "start", .help = "Start a server on this machine where none is known; on a terminal it is asked", .kind = Param::flag},
            {"port", "Of that server; 0 takes a free one", Param::option, false, "8480"},
            {.name = "password", .help = "For the first account; asked for unseen on a terminal", .env = "EVENKEEL_PASSWORD"}}),
       init,
       "A file that is there stays as it is. The server's data are below ~/.local/share/evenkeel, your sign-in in ~/.config/evenkeel.\n"}};
}

}  // namespace evenkeel::cli
