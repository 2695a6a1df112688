#include "stories/world.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <thread>

#include "base/hex.hpp"
#include "http/client.hpp"
#include "store/database.hpp"

extern char** environ;

namespace evenkeel::stories {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}
/// What the server wrote into its log for whoever makes the first account.
std::string setup_code(const std::string& log) {
  const auto text = read_file(log);
  const std::string before = "\"code\":\"";
  const auto at = text.find(before);
  if (at == std::string::npos) throw std::runtime_error("the server offers no set-up:\n" + text);
  return text.substr(at + before.size(), text.find('"', at + before.size()) - at - before.size());
}
void write_file(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

std::string Said::field(const std::string& path) const {
  auto value = json();
  std::string rest = path;
  while (!rest.empty()) {
    const auto dot = rest.find('.');
    const auto name = rest.substr(0, dot);
    rest = dot == std::string::npos ? "" : rest.substr(dot + 1);
    if (!value.is_object() || !value.get_object().contains(name)) return {};
    value = json::Value(value.get_object().at(name));
  }
  return value.is_string() ? std::string(value.get_string()) : json::dump(value);
}

Program::Program(std::vector<std::string> argv, const std::string& port_file, const std::string& log) {
  ::unlink(port_file.c_str());
  std::vector<char*> words;
  for (auto& w : argv) words.push_back(w.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t pid = 0;
  if (::posix_spawn(&pid, words[0], &actions, nullptr, words.data(), environ) != 0) throw std::runtime_error("cannot start " + argv[0]);
  posix_spawn_file_actions_destroy(&actions);
  pid_ = pid;
  for (int i = 0; i < 3000 && port_ == 0; ++i) {
    port_ = std::atoi(read_file(port_file).c_str());
    if (::waitpid(pid, nullptr, WNOHANG) == pid) {
      pid_ = 0;
      break;
    }
    if (port_ == 0) std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  if (port_ == 0) throw std::runtime_error(argv[0] + " did not start:\n" + read_file(log));
}

Program::~Program() { kill(SIGTERM); }

void Program::kill(int signal) {
  if (pid_ == 0) return;
  ::kill(pid_, signal);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

std::string evenkeel_binary() { return EVENKEEL_BINARY; }

bool in_time(const std::function<bool()>& holds) {
  for (int i = 0; i < 6000; ++i) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  return false;
}

std::string edited(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error(fmt::format("the text to vary has no '{}'", from));
  return text.replace(at, from.size(), to);
}

std::string start_of_stories() {
  const char* given = std::getenv("EVENKEEL_STORY_START");
  return given && *given ? given : "2026-06-09T09:00:00Z";
}

std::string World::small_shop() {
  return R"yaml(
name: Small shop
people:
  - {login: ada, name: Ada Coordinator, email: ada@shop.test, roles: [{role: coordinator}, {role: admin}]}
  - {login: rita, name: Rita Risk, email: rita@shop.test, roles: [{role: risk_manager}]}
  - {login: eli, name: Eli Engineer, email: eli@shop.test, roles: [{role: engineering_lead}, {role: on_call}]}
  - {login: quinn, name: Quinn Quality, email: quinn@shop.test, roles: [{role: qa}]}
  - {login: pia, name: Pia Product, email: pia@shop.test, roles: [{role: product}]}
  - {login: sam, name: Sam Security, email: sam@shop.test, roles: [{role: security}]}
  - {login: alex, name: Alex Author, email: alex@shop.test, roles: [{role: author}]}
  - {login: lee, name: Lee Leadership, email: lee@shop.test, roles: [{role: leadership}]}
areas: [{name: shop, title: Shop, coordinator: ada}]
environments: [{name: staging}, {name: production, production: true}]
on_call: [{area: shop, person: eli}]
classification:
  standard: [{name: docs, paths: ["docs/**"], most_lines: 200}]
  migration: [{name: database, paths: ["db/migrations/**"]}]
  security: [{name: auth, paths: ["auth/**"]}]
gates:
  - {name: window_set, mode: enforce}
  - {name: testing, mode: enforce}
  - {name: risk_assessed, mode: enforce}
  - {name: changes_classified, mode: warn}
services:
  - name: catalog
    area: shop
    owner: eli
    criticality: high
    users_per_hour: 1000
    deploy: [{name: put, kind: command, command: [sh, -c, "echo ${version} > @DIR@/live.${environment}; echo ${attempt} >> @DIR@/effects"]}]
    rollback: [{name: put back, kind: command, command: [sh, -c, "echo ${from_version} > @DIR@/live.${environment}; echo ${attempt} >> @DIR@/effects"]}]
    verify_version: [{name: right version answers, kind: check, command: [cat, "@DIR@/live.${environment}"], expect: "${expected}", timeout: 5s}]
)yaml";
}

std::string World::strict_shop(const std::vector<std::string>& gates) {
  auto yaml = small_shop();
  for (const auto& gate : gates) yaml.insert(yaml.find("gates:\n") + 7, fmt::format("  - {{name: {}, mode: enforce}}\n", gate));
  return yaml;
}

World::World(On on, std::string yaml, bool real_time) : real_time_(real_time) {
  char name[] = "/tmp/evenkeel-story-XXXXXX";
  dir = ::mkdtemp(name);
  database_ = on == On::sqlite ? dir + "/evenkeel.db" : testing_database::new_postgres_database();
  start();
  const auto admin = as("", {"setup", "--login", "ada", "--name", "Ada Coordinator", "--email", "ada@shop.test", "--password",
                             "correct horse battery", "--code", setup_code(dir + "/server.log"), "--json"});
  if (admin.code != 0) throw std::runtime_error("set-up failed: " + admin.err);
  tokens_["ada"] = admin.field("secret");
  apply(yaml);
}

World::~World() {
  server.reset();
  std::error_code ec;
  if (!testing::Test::HasFailure()) std::filesystem::remove_all(dir, ec);
}

void World::start() {
  std::vector<std::string> argv{EVENKEEL_BINARY, "serve", "--db",        database_,     "--state",         dir + "/state",
                                "--port",        "0",     "--port-file", dir + "/port", "--publish-under", dir};
  if (!real_time_) {
    argv.push_back("--test-clock");
    argv.push_back(dir + "/clock");
    argv.push_back("--test-clock-start");
    argv.push_back(known_time_.empty() ? start_of_stories() : known_time_);
  }
  server = std::make_unique<Program>(argv, dir + "/port", dir + "/server.log");
  server_url = server->url();
}

Program World::replica() {
  return Program({EVENKEEL_BINARY, "serve", "--db", database_, "--state", dir + "/state2", "--port", "0", "--port-file", dir + "/port2",
                  "--publish-under", dir},
                 dir + "/port2", dir + "/replica.log");
}

void World::crash() {
  server->kill(SIGKILL);
  start();
  if (!real_time_ && !known_time_.empty()) advance(known_time_);  // what was due when it was killed is done
}
void World::restart() {
  server.reset();
  start();
}

void World::apply(const std::string& yaml) {
  auto text = yaml;
  for (std::size_t at; (at = text.find("@DIR@")) != std::string::npos;) text.replace(at, 5, dir);
  write_file(dir + "/evenkeel.yaml", text);
  auto said = as("ada", {"apply", dir + "/evenkeel.yaml", "--yes"});
  // It reaches production, or lowers a protection: the second person.
  for (const auto* second : {"eli", "rita"})
    if (said.code == 4 || (said.code != 0 && std::string(second) == "rita")) said = as(second, {"apply", dir + "/evenkeel.yaml", "--yes"});
  ASSERT_EQ(said.code, 0) << said.err;
}

std::string World::token(const std::string& login) {
  if (!tokens_.contains(login))
    tokens_[login] = as("ada", {"token", "create", "--login", login, "--name", "story", "--json"}).field("secret");
  return tokens_[login];
}

ProcessOptions World::surroundings(const std::string& login) {
  const auto mine = login.empty() ? "" : token(login);
  ProcessOptions options;
  options.env = {{"EVENKEEL_SERVER", server_url}, {"EVENKEEL_TOKEN", mine}, {"XDG_CONFIG_HOME", dir + "/config"}};
  options.without = {"EVENKEEL_DB"};
  options.deadline = std::chrono::seconds{60};
  return options;
}

Said World::as(const std::string& login, const std::vector<std::string>& words) {
  std::vector<std::string> argv{EVENKEEL_BINARY};
  argv.insert(argv.end(), words.begin(), words.end());
  const auto done = run_process(argv, surroundings(login));
  if (!done) return {-1, "", done.error().message};
  return {done->exit_code, done->out, done->err};
}

Said World::shell(const std::string& login, const std::string& line) {
  auto options = surroundings(login);
  options.cwd = dir;
  options.env["PATH"] = std::filesystem::path(EVENKEEL_BINARY).parent_path().string() + ":" + std::getenv("PATH");
  const auto done = run_process({"bash", "-ec", line}, options);
  if (!done) return {-1, "", done.error().message};
  return {done->exit_code, done->out, done->err};
}

json::Value World::ask(const std::string& login, std::vector<std::string> words) {
  words.push_back("--json");
  const auto said = as(login, words);
  EXPECT_EQ(said.code, 0) << said.err << said.out;
  return said.code == 0 && !said.out.empty() ? said.json() : json::Value(nullptr);
}

Said World::get(const std::string& path, const std::string& login) {
  http::CurlClient client;
  http::ClientRequest request{.url = server_url + path};
  if (!login.empty()) request.headers.set("Authorization", "Bearer " + token(login));
  const auto answer = client.send(request);
  if (!answer) return {-1, "", answer.error().message};
  return {answer->status, answer->body, ""};
}

namespace {
std::string tell_clock(const std::string& socket_path, const std::string& line) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
  std::string answer;
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
    const auto text = line + "\n";
    if (::write(fd, text.data(), text.size()) > 0)
      for (char c = 0; ::read(fd, &c, 1) == 1;) answer += c;
  }
  ::close(fd);
  while (answer.ends_with('\n')) answer.pop_back();
  return answer;
}
}  // namespace

void World::advance(const std::string& by) {
  ASSERT_EQ(tell_clock(dir + "/clock", "advance " + by), "idle");
  known_time_ = now();
}
std::jthread World::advancing(const std::string& by) {
  return std::jthread([path = dir + "/clock", by] { (void)tell_clock(path, "advance " + by); });
}
std::string World::now() { return real_time_ ? to_iso(SystemClock{}.now()) : tell_clock(dir + "/clock", "now"); }

void World::plan(const std::string& version, const std::string& from, const std::vector<std::string>& more) {
  const auto start = parse_time(now()).value();
  std::vector<std::string> words{"release",
                                 "plan",
                                 version,
                                 "--area",
                                 "shop",
                                 "--component",
                                 "catalog=" + from + ".." + version + "@sha256:" + version,
                                 "--window-start",
                                 to_iso(start),
                                 "--window-end",
                                 to_iso(start + std::chrono::hours{2})};
  words.insert(words.end(), more.begin(), more.end());
  const auto planned = as("ada", words);
  ASSERT_EQ(planned.code, 0) << planned.err;
  if (!from.empty()) {  // what runs now
    write_file(dir + "/live.production", from + "\n");
    write_file(dir + "/live.staging", from + "\n");
  }
  if (!std::filesystem::exists(dir + "/repo")) {
    std::filesystem::create_directories(dir + "/repo/src");
    std::filesystem::create_directories(dir + "/repo/docs");
    git("git init -q -b main; echo a > src/a; git add .; git commit -qm Start; git tag v" + from +
        "; echo b >> src/a; git add .; git commit -qm 'feat: faster search'; echo d > docs/d; git add .; git commit -qm 'Explain the "
        "search'");
  }
  const auto imported = as("ada", {"change", "import", version, "--repo", dir + "/repo", "--from", "v" + from});
  ASSERT_EQ(imported.code, 0) << imported.err;
}

std::string World::ledger() {
  server.reset();
  return store::Database::open(database_)->read([](store::Tx& tx) {
    std::string all;
    tx.exec("SELECT kind, bytes FROM ledger_entry ORDER BY id", {},
            [&](const store::Row& row) { all += row.text(0) + " " + row.blob(1) + "\n"; });
    return all;
  });
}

void World::git(const std::string& script) {
  ProcessOptions options{.cwd = dir + "/repo"};
  options.env = {{"GIT_AUTHOR_NAME", "Dev"},         {"GIT_AUTHOR_EMAIL", "dev@shop.test"},
                 {"GIT_COMMITTER_NAME", "Dev"},      {"GIT_COMMITTER_EMAIL", "dev@shop.test"},
                 {"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_CONFIG_SYSTEM", "/dev/null"},
                 {"GIT_AUTHOR_DATE", now()},         {"GIT_COMMITTER_DATE", now()}};
  const auto made = run_process({"sh", "-c", "set -e; " + script}, options);
  ASSERT_TRUE(made && made->ok()) << (made ? made->err : made.error().message);
}

void World::rehearse(const std::string& version) {
  std::vector<std::string> words{"rollback", "rehearse", "catalog", "--release", version, "--env", "staging"};
  if (real_time_) words.insert(words.end(), {"--wait", "--timeout", "60s"});
  const auto said = as("rita", words);
  ASSERT_EQ(said.code, 0) << said.err;
  if (!real_time_) advance("10s");
}

void World::evidence(const std::string& version) {
  write_file(dir + "/junit.xml", "<testsuite><testcase name=\"a\"/><testcase name=\"b\"/></testsuite>");
  const auto tests =
      as("quinn", {"tests", "record", version, "--service", "catalog", "--digest", "sha256:" + version, "--junit", dir + "/junit.xml"});
  ASSERT_EQ(tests.code, 0) << tests.err;
  const auto assessed = as("rita", {"risk", "assess", version});
  ASSERT_EQ(assessed.code, 0) << assessed.err;
}

void World::sign(const std::string& version) {
  for (const auto& [login, role] : std::map<std::string, std::string>{{"eli", "engineering_lead"}, {"quinn", "qa"}, {"pia", "product"}}) {
    ASSERT_EQ(as(login, {"risk", "show", version}).code, 0);
    const auto said = as(login, {"signoff", version, "--role", role});
    ASSERT_EQ(said.code, 0) << said.err;
  }
}

void World::ready(const std::string& version, const std::vector<std::string>& more) {
  plan(version, "0.9.0", more);
  rehearse(version);
  evidence(version);
  sign(version);
}

void World::deploy(const std::string& version, const std::vector<std::string>& more) {
  ready(version, more);
  if (!real_time_) advance("1s");  // what follows from the above is done: notes are drafted, flags are read
  const auto go = as("ada", {"decide", version, "go"});
  ASSERT_EQ(go.code, 0) << go.err;
  const auto started = as("ada", {"deploy", "start", version});
  ASSERT_EQ(started.code, 0) << started.err;
  if (!real_time_) advance("30s");
}

void World::start_next(const std::string& version, const std::string& from, const std::string& commit) {
  git(fmt::format("git tag v{}; echo c >> src/a; git add .; git commit -qm '{}'", from, commit));
  plan(version, from);
  rehearse(version);
  evidence(version);
  sign(version);
  const auto go = as("ada", {"decide", version, "go"});
  ASSERT_EQ(go.code, 0) << go.err;
  const auto started = as("ada", {"deploy", "start", version});
  ASSERT_EQ(started.code, 0) << started.err;
}

std::string World::stage(const std::string& version) {
  return std::string(get("/api/v1/releases/" + version).json().at("release").at("stage").as_string());
}

json::Value World::gate(const std::string& name, const std::string& version) {
  const auto page = get("/api/v1/releases/" + version).json();
  for (const auto& s : page.at("spine").as_array())
    for (const auto& g : s.at("gates").as_array())
      if (g.at("name").as_string() == name) return json::Value(g);
  ADD_FAILURE() << "no gate " << name << " is shown";
  return json::Object{{"verdict", ""}, {"value", ""}};
}

}  // namespace evenkeel::stories
