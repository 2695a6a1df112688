// Deploys the example shop, as a team's own deploy tool would: it starts the process of a tagged version, waits until it is
// healthy, switches traffic through the routing file and stops the old process. It knows nothing of release management.
//
//   HOME/ENVIRONMENT/routes.json     what is live and what is canary, per service; read by shop_router
//   HOME/ENVIRONMENT/flags.json      feature flags; read by the services at each request
//   HOME/ENVIRONMENT/attempts/ID     one folder per attempt: its service.json (from the tag), log, port, and at last its result
//   HOME/targets.json                for Prometheus (file_sd)
//
// A deployment is idempotent by attempt id: asked again with the same id it answers with the recorded result and does nothing.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "shop/net.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using std::string;

constexpr const char* usage =
    "shopctl [--home DIR] COMMAND\n"
    "  up --environment E [--port N]               start the router of an environment\n"
    "  prometheus [--port N] [--interval 1s]       start Prometheus over all environments\n"
    "  deploy SERVICE VERSION --environment E --repo DIR [--share 0.1] [--attempt ID] [--wait-ms 10000]\n"
    "                                              with --share as canary beside the live version, else in its place\n"
    "  lookup ID --environment E                   result of an attempt: exit 0 done, 1 failed, 3 unknown\n"
    "  version SERVICE --environment E [--expect V] which version answers, asked through the router; exit 1 when not only V\n"
    "  flag NAME on|off --environment E\n"
    "  status                                      what runs, as JSON\n"
    "  stop-all\n"
    "SHOP_HOME and SHOP_REPO give defaults for --home and --repo.\n";

[[noreturn]] void die(int code, const string& message) {
  std::fprintf(stderr, "shopctl: %s\n", message.c_str());
  std::exit(code);
}

json::object read_object(const string& path) {
  boost::system::error_code ec;
  const auto value = json::parse(shop::read_file(path), ec);
  return !ec && value.is_object() ? value.get_object() : json::object{};
}
void write_object(const string& path, const json::object& object) {
  if (!shop::write_file(path, json::serialize(object) + "\n")) die(1, "cannot write " + path);
}

// ---- processes ---------------------------------------------------------------------------------------------------------

/// Start time of a process in clock ticks, so that a pid used again is not mistaken for ours; "" when there is none.
string started_at(int pid) {
  const auto stat = shop::read_file("/proc/" + std::to_string(pid) + "/stat");
  const auto paren = stat.rfind(')');
  if (paren == string::npos || stat.substr(paren + 2, 1) == "Z") return "";
  std::size_t at = paren + 2;
  for (int field = 3; field < 22; ++field) at = stat.find(' ', at) + 1;
  return stat.substr(at, stat.find(' ', at) - at);
}

bool runs(const json::object& process) {
  const auto* pid = process.if_contains("pid");
  const auto* started = process.if_contains("started");
  return pid && started && pid->is_int64() && started->is_string() && !started->get_string().empty() &&
         started_at(int(pid->get_int64())) == string(started->get_string());
}

void stop(const json::object& process) {
  if (!runs(process)) return;
  const int pid = int(process.at("pid").as_int64());
  ::kill(pid, SIGTERM);
  for (int i = 0; i < 600 && runs(process); ++i) std::this_thread::sleep_for(std::chrono::milliseconds{10});
  if (runs(process)) ::kill(pid, SIGKILL);
}

/// Starts a program in its own session; output goes to `log`.
json::object start(const std::vector<string>& argv, const string& log) {
  std::vector<char*> args;
  for (const auto& a : argv) args.push_back(const_cast<char*>(a.c_str()));
  args.push_back(nullptr);
  const int pid = ::fork();
  if (pid < 0) die(1, "cannot start " + argv[0]);
  if (pid == 0) {
    ::setsid();
    const int in = ::open("/dev/null", O_RDONLY), out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    ::dup2(in, 0), ::dup2(out, 1), ::dup2(out, 2);
    for (int fd = 3; fd < 1024; ++fd) ::close(fd);
    ::execvp(args[0], args.data());
    std::perror(args[0]);
    ::_exit(127);
  }
  return {{"pid", pid}, {"started", started_at(pid)}};
}

/// Output of a program; nothing when it failed (its messages go to stderr).
std::optional<string> output_of(const std::vector<string>& argv) {
  int ends[2];
  if (::pipe(ends) != 0) return std::nullopt;
  std::vector<char*> args;
  for (const auto& a : argv) args.push_back(const_cast<char*>(a.c_str()));
  args.push_back(nullptr);
  const int pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], 1), ::close(ends[0]), ::close(ends[1]);
    ::execvp(args[0], args.data());
    ::_exit(127);
  }
  ::close(ends[1]);
  string out;
  char piece[8192];
  for (ssize_t n; (n = ::read(ends[0], piece, sizeof piece)) > 0;) out.append(piece, std::size_t(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? std::optional(out) : std::nullopt;
}

/// The port that a started program wrote to `file`, once it answers on `path`; 0 when it ended or took too long.
int wait_healthy(const json::object& process, const string& file, int wait_ms, const string& path = "/healthz") {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{wait_ms};
  while (std::chrono::steady_clock::now() < until && runs(process)) {
    if (const int port = std::atoi(shop::read_file(file).c_str()); port > 0) {
      const auto reply = shop::call(port, "GET", path, "", std::chrono::milliseconds{1000});
      if (reply && reply->status == 200) return port;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return 0;
}

string beside(const string& program) {
  std::error_code ec;
  return (fs::read_symlink("/proc/self/exe", ec).parent_path() / program).string();
}

// ---- the shop ----------------------------------------------------------------------------------------------------------

struct Shop {
  string home, environment;

  string at(const string& name) const { return home + "/" + environment + "/" + name; }
  json::object routes() const { return read_object(at("routes.json")); }

  /// One deployment at a time in an environment.
  int lock() const {
    const int fd = ::open(at("lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || ::flock(fd, LOCK_EX) != 0) die(1, "cannot lock " + at("lock"));
    return fd;
  }
};

std::vector<string> environments(const string& home) {
  std::vector<string> found;
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(home, ec))
    if (fs::exists(entry.path() / "router.json", ec)) found.push_back(entry.path().filename());
  std::sort(found.begin(), found.end());
  return found;
}

/// Tells Prometheus every running instance.
void write_targets(const string& home) {
  json::array targets;
  for (const auto& e : environments(home))
    for (const auto& [service, entry] : Shop{home, e}.routes())
      for (const char* role : {"live", "canary"})
        if (const auto* one = entry.as_object().if_contains(role); one && one->is_object())
          targets.push_back(json::string("127.0.0.1:" + std::to_string(one->get_object().at("port").as_int64())));
  const json::array groups{json::object{{"targets", targets}, {"labels", json::object{{"job", "shop"}}}}};
  shop::write_file(home + "/targets.json", json::serialize(groups) + "\n");
}

int up(const Shop& s, int port) {
  fs::create_directories(s.at("attempts"));
  const auto before = read_object(s.at("router.json"));
  if (runs(before)) return std::printf("%lld\n", (long long)before.at("port").as_int64()), 0;
  if (!fs::exists(s.at("routes.json"))) write_object(s.at("routes.json"), {});
  if (!fs::exists(s.at("flags.json"))) write_object(s.at("flags.json"), {});
  fs::remove(s.at("router.port"));
  auto process =
      start({beside("shop_router"), "--routes", s.at("routes.json"), "--port", std::to_string(port), "--port-file", s.at("router.port")},
            s.at("router.log"));
  const int got = wait_healthy(process, s.at("router.port"), 10000);
  if (got == 0) die(1, "the router did not start; see " + s.at("router.log"));
  process["port"] = got;
  write_object(s.at("router.json"), process);
  return std::printf("%d\n", got), 0;
}

string prometheus_program() {
  if (const char* set = std::getenv("PROMETHEUS")) return set;
  const string unpacked = string(SHOP_DEPS_DIR) + "/prometheus/usr/bin/prometheus";
  return fs::exists(unpacked) ? unpacked : "prometheus";
}

/// Replaces each @NAME@.
string filled(string text, const std::map<string, string>& values) {
  for (const auto& [name, value] : values)
    for (std::size_t at; (at = text.find("@" + name + "@")) != string::npos;) text.replace(at, name.size() + 2, value);
  return text;
}

int prometheus(const string& home, int port, const string& interval) {
  fs::create_directories(home);
  const auto before = read_object(home + "/prometheus.json");
  if (runs(before)) return std::printf("%lld\n", (long long)before.at("port").as_int64()), 0;
  write_targets(home);
  shop::write_file(home + "/prometheus.yml", filled(shop::read_file(SHOP_SOURCE_DIR "/prometheus.yml.in"),
                                                    {{"INTERVAL", interval}, {"TARGETS", fs::absolute(home).string() + "/targets.json"}}));
  // Prometheus cannot be told to take a free port and say which: one is chosen here, and another when it was taken meanwhile.
  for (int attempt = 0; attempt < 5; ++attempt) {
    const int chosen = port > 0 ? port : 20000 + int((std::uint64_t(::getpid()) * 7919 + std::uint64_t(attempt) * 104729) % 12000);
    if (shop::call(chosen, "GET", "/-/ready", "", std::chrono::milliseconds{200})) {
      if (port > 0) die(1, "port " + std::to_string(port) + " is in use");
      continue;
    }
    auto process =
        start({prometheus_program(), "--config.file=" + home + "/prometheus.yml", "--storage.tsdb.path=" + home + "/prometheus-data",
               "--storage.tsdb.retention.time=2d", "--web.listen-address=127.0.0.1:" + std::to_string(chosen), "--log.level=warn"},
              home + "/prometheus.log");
    shop::write_file(home + "/prometheus.port", std::to_string(chosen));
    if (wait_healthy(process, home + "/prometheus.port", 20000, "/-/ready") == chosen) {
      process["port"] = chosen;
      write_object(home + "/prometheus.json", process);
      return std::printf("%d\n", chosen), 0;
    }
    stop(process);
    if (port > 0) break;
  }
  die(1, "Prometheus did not start; see " + home + "/prometheus.log (set PROMETHEUS to the program)");
}

int answer(const json::object& result) {
  std::puts(json::serialize(result).c_str());
  return result.at("result").as_string() == "success" ? 0 : 1;
}

/// Starts a version as live or canary. Fills pid, port, version, role, attempt.
json::object start_version(const Shop& s, const string& service, const string& version, const string& role, const string& repo,
                           const string& attempt, int wait_ms, string& problem) {
  const auto folder = s.at("attempts/" + attempt);
  const auto config = output_of({"git", "-C", repo, "show", "v" + version + ":services/" + service + "/service.json"});
  if (!config) return problem = "tag v" + version + " of " + repo + " has no services/" + service + "/service.json", json::object{};
  shop::write_file(folder + "/service.json", *config);
  const auto router = read_object(s.at("router.json"));
  if (!runs(router)) return problem = "the router of " + s.environment + " does not run; start it with `shopctl up`", json::object{};
  fs::remove(folder + "/port");
  auto process =
      start({beside("shop_service"), "--config", folder + "/service.json", "--service", service, "--instance", role, "--environment",
             s.environment, "--router", std::to_string(router.at("port").as_int64()), "--flags", s.at("flags.json"), "--port-file",
             folder + "/port", "--seed", std::to_string(std::hash<string>{}(attempt) % 100000)},
            folder + "/log");
  write_object(folder + "/process.json", process);
  const int port = wait_healthy(process, folder + "/port", wait_ms);
  if (port == 0) {
    stop(process);
    return problem = service + " " + version + " did not become healthy; see " + folder + "/log", json::object{};
  }
  process["port"] = port, process["version"] = version, process["role"] = role, process["attempt"] = attempt;
  return process;
}

int deploy(const Shop& s, const string& service, const string& version, double share, const string& repo, const string& attempt,
           int wait_ms) {
  const auto folder = s.at("attempts/" + attempt);
  fs::create_directories(folder);
  const int held = s.lock();
  if (const auto done = read_object(folder + "/result.json"); !done.empty()) return answer(done);
  if (const auto half = read_object(folder + "/process.json"); !half.empty()) stop(half);  // an attempt that was cut off: begin it anew
  auto routes = s.routes();
  auto entry = routes.contains(service) ? routes[service].as_object() : json::object{};
  const auto running = [&](const char* role) { return entry.contains(role) ? entry[role].as_object() : json::object{}; };
  const auto live = running("live"), canary = running("canary");
  json::object result{
      {"attempt", attempt}, {"service", service}, {"version", version}, {"environment", s.environment}, {"result", "success"}};
  const bool already = runs(live) && live.at("version").as_string() == version;
  if (share > 0 && live.empty())
    result["result"] = "failure", result["problem"] = "there is no live version for a canary to stand beside";
  else if (already && share <= 0)
    entry.erase("canary");  // back to what is live: only the canary goes
  else {
    string problem;
    auto process = start_version(s, service, version,
                                 s.environment == "staging" ? "staging"
                                 : share > 0                ? "canary"
                                                            : "control",
                                 repo, attempt, wait_ms, problem);
    if (process.empty())
      result["result"] = "failure", result["problem"] = problem;
    else if (share > 0)
      process["share"] = share, entry["canary"] = process;
    else
      entry["live"] = process, entry.erase("canary");
    if (!process.empty()) result["port"] = process["port"];
  }
  if (result["result"].as_string() == "success") {
    routes[service] = entry;
    write_object(s.at("routes.json"), routes);
    write_targets(s.home);
    std::this_thread::sleep_for(std::chrono::milliseconds{100});  // requests that were routed before the switch
    if (!canary.empty() && (share > 0 || !entry.contains("canary"))) stop(canary);
    if (!live.empty() && share <= 0 && !already) stop(live);
  }
  write_object(folder + "/result.json", result);
  ::close(held);
  return answer(result);
}

int version_of(const Shop& s, const string& service, const string& expect) {
  const auto router = read_object(s.at("router.json"));
  if (!runs(router)) die(3, "the router of " + s.environment + " does not run");
  std::map<string, int> seen;
  for (int i = 0; i < 40; ++i) {
    const auto reply = shop::call(int(router.at("port").as_int64()), "GET", "/" + service + "/version");
    boost::system::error_code ec;
    const auto value = json::parse(reply ? reply->body : "", ec);
    ++seen[!ec && value.is_object() && value.get_object().contains("version") ? string(value.at("version").as_string()) : "no answer"];
  }
  json::object versions;
  for (const auto& [v, n] : seen) versions[v] = n;
  const auto routes = s.routes();
  const auto* entry = routes.if_contains(service);
  const auto* live = entry ? entry->as_object().if_contains("live") : nullptr;
  std::puts(json::serialize(json::object{{"service", service},
                                         {"environment", s.environment},
                                         {"answers", versions},
                                         {"live", live ? live->at("version") : json::value(nullptr)}})
                .c_str());
  return expect.empty() ? (seen.contains("no answer") ? 1 : 0) : (seen.size() == 1 && seen.begin()->first == expect ? 0 : 1);
}

int status(const string& home) {
  json::object all;
  for (const auto& e : environments(home)) {
    const Shop s{home, e};
    auto services = s.routes();
    for (auto& [name, entry] : services)
      for (const char* role : {"live", "canary"})
        if (auto* one = entry.as_object().if_contains(role); one && one->is_object())
          one->get_object()["running"] = runs(one->get_object());
    const auto router = read_object(s.at("router.json"));
    all[e] = json::object{{"router", json::object{{"port", router.at("port")}, {"running", runs(router)}}},
                          {"services", services},
                          {"flags", read_object(s.at("flags.json"))}};
  }
  std::puts(json::serialize(all).c_str());
  return 0;
}

int stop_all(const string& home) {
  for (const auto& e : environments(home)) {
    const Shop s{home, e};
    stop(read_object(s.at("router.json")));
    for (const auto& entry : fs::directory_iterator(s.at("attempts"))) stop(read_object(entry.path().string() + "/process.json"));
    write_object(s.at("routes.json"), {});
  }
  stop(read_object(home + "/prometheus.json"));
  return 0;
}

int flag(const Shop& s, const string& name, bool on) {
  const int held = s.lock();
  auto flags = read_object(s.at("flags.json"));
  flags[name] = on;
  write_object(s.at("flags.json"), flags);
  ::close(held);
  std::puts(json::serialize(flags).c_str());
  return 0;
}

string env_or(const char* name, const string& fallback) {
  const char* set = std::getenv(name);
  return set && *set ? set : fallback;
}

bool plain(const string& text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+") == string::npos &&
         text[0] != '-' && text[0] != '.';
}

}  // namespace

int main(int argc, char** argv) {
  const auto o = shop::parse_options(
      argc, argv, {"home=", "environment=", "port=", "interval=", "repo=", "share=", "attempt=", "wait-ms=", "expect=", "help"}, usage);
  const auto& words = o.rest;
  const Shop s{fs::absolute(o.text("home", env_or("SHOP_HOME", "shop-home"))).string(), o.text("environment")};
  const auto command = words.empty() ? string() : words[0];
  const bool needs_environment = command == "up" || command == "deploy" || command == "lookup" || command == "version" || command == "flag";
  if (needs_environment && !plain(s.environment)) die(2, "--environment: a name is required");
  for (std::size_t i = 1; i < words.size(); ++i)
    if (!plain(words[i])) die(2, "'" + words[i] + "' is not a plain name");
  if (command == "up" && words.size() == 1) return up(s, int(o.number("port", 0)));
  if (command == "prometheus" && words.size() == 1) return prometheus(s.home, int(o.number("port", 0)), o.text("interval", "1s"));
  if (command == "status" && words.size() == 1) return status(s.home);
  if (command == "stop-all" && words.size() == 1) return stop_all(s.home);
  if (needs_environment && !fs::exists(s.at("router.json")))
    die(3, "there is no environment '" + s.environment + "' under " + s.home + "; start it with `shopctl up`");
  if (command == "deploy" && words.size() == 3) {
    const auto attempt =
        o.text("attempt", words[1] + "-" + words[2] + "-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count()));
    const double share = o.number("share", 0);
    if (!plain(attempt)) die(2, "--attempt: '" + attempt + "' is not a plain name");
    if (!(share >= 0 && share < 1)) die(2, "--share: must be at least 0 and below 1");
    return deploy(s, words[1], words[2].starts_with("v") ? words[2].substr(1) : words[2], share, o.text("repo", env_or("SHOP_REPO", ".")),
                  attempt, int(o.number("wait-ms", 10000)));
  }
  if (command == "lookup" && words.size() == 2) {
    const auto result = read_object(s.at("attempts/" + words[1] + "/result.json"));
    if (result.empty()) return std::puts("{\"result\":\"unknown\"}"), 3;
    return answer(result);
  }
  if (command == "version" && words.size() == 2) return version_of(s, words[1], o.text("expect"));
  if (command == "flag" && words.size() == 3 && (words[2] == "on" || words[2] == "off")) return flag(s, words[1], words[2] == "on");
  std::fputs(usage, stderr);
  return 2;
}
