#include "steps/step_process.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <thread>

#include "base/files.hpp"
#include "base/json.hpp"

namespace evenkeel::steps {
namespace {

constexpr std::size_t most_read = most_step_output + 8 * 1024;
constexpr const char* order_variable = "EVENKEEL_STEP_ORDER";  // the runner alone has it
constexpr std::size_t most_order = 120 * 1024;                 // Linux: one variable has at most 128 KiB

bool write_durably(const std::string& path, std::string_view text) {
  const auto temporary = path + "~";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool ok = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  return ok && ::rename(temporary.c_str(), path.c_str()) == 0;
}

/// Field 22 of /proc/PID/stat (proc(5)): start time since boot, which tells a process from a later one with the same number.
std::string start_time(long pid) {
  const auto stat = read_file(fmt::format("/proc/{}/stat", pid));
  if (!stat) return {};
  const auto after_name = stat->rfind(')');
  if (after_name == std::string::npos) return {};
  std::size_t at = after_name + 2;
  if (stat->compare(at, 1, "Z") == 0) return {};  // a zombie does nothing any more
  for (int field = 3; field < 22; ++field) at = stat->find(' ', at) + 1;
  return stat->substr(at, stat->find(' ', at) - at);
}

std::string tail_of(const std::string& path) {
  auto text = read_end_of_file(path, most_read).value_or("");
  std::erase(text, '\0');
  return text;
}

long pid_in(const std::string& folder, std::string* started = nullptr) {
  const auto text = read_file(folder + "/pid");
  if (!text) return 0;
  if (started) *started = text->substr(text->find(' ') + 1);
  return std::atol(text->c_str());
}

}  // namespace

Result<void> start_process(const std::string& folder, const ProcessOrder& order) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  if (!ec) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ec);
  if (ec || !write_durably(folder + "/order.json", "{}"))
    return unavailable(fmt::format("cannot write the step's folder {}: {}", folder, std::strerror(errno)));
  std::string self = std::filesystem::read_symlink("/proc/self/exe", ec).string();
  if (self.ends_with(" (deleted)")) self.resize(self.size() - 10);  // the binary was replaced by an upgrade: the new one runs the step
  std::string verb = "step-runner", where = folder, path = "PATH=/usr/local/bin:/usr/bin:/bin";
  auto memory = fmt::format("{}={}", order_variable, json::write(order));
  if (memory.size() > most_order) return invalid("the step's command and environment are larger than 120 KiB together");
  char* argv[] = {self.data(), verb.data(), where.data(), nullptr};
  char* environment[] = {path.data(), memory.data(), nullptr};
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {0, 1, 2}) posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", fd == 0 ? O_RDONLY : O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);  // no socket or database of the server goes with it
  pid_t pid = 0;
  const int rc = ::posix_spawn(&pid, self.c_str(), &actions, &attributes, argv, environment);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (rc != 0) return unavailable(fmt::format("cannot start the step's process: {}", std::strerror(rc)));
  // Its end is collected by whoever waits for nothing else, so that no dead process is left of any step.
  const auto gone = std::make_shared<std::atomic<bool>>(false);
  std::thread([pid, gone] {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {}
    *gone = true;
  }).detach();
  for (int waited = 0; waited < 2000; ++waited) {  // at most 10 s, in steps of 5 ms
    if (std::filesystem::exists(folder + "/pid", ec)) return {};
    if (*gone && !std::filesystem::exists(folder + "/pid", ec)) return unavailable("the step's process ended before it began");
    ::usleep(5000);
  }
  return unavailable("the step's process did not report within 10 s");
}

ProcessView look_at_process(const std::string& folder) {
  ProcessView view;
  std::error_code ec;
  if (!std::filesystem::exists(folder + "/order.taken", ec)) return view;
  const auto finished = [&](const std::string& code) {
    view.state = ProcessState::exited;
    view.exit_code = std::atoi(code.c_str());
    view.output = tail_of(folder + "/out");
    return view;
  };
  if (const auto code = read_file(folder + "/exit")) return finished(*code);
  std::string started;
  auto pid = pid_in(folder, &started);
  for (int waited = 0; pid == 0 && waited < 400; ++waited) {  // taken, and about to write its pid
    ::usleep(5000);
    pid = pid_in(folder, &started);
  }
  if (pid == 0) {
    view.state = ProcessState::lost;
    return view;
  }
  if (start_time(pid) == started) {
    view.state = ProcessState::running;
    view.output = tail_of(folder + "/out");
    return view;
  }
  if (const auto code = read_file(folder + "/exit")) return finished(*code);  // it ended between the two looks
  view.state = ProcessState::lost;
  view.output = tail_of(folder + "/out");
  return view;
}

bool cancel_start(const std::string& folder) {
  std::error_code ec;
  if (!std::filesystem::exists(folder + "/order.json", ec) && !std::filesystem::exists(folder + "/order.taken", ec)) return true;
  return ::rename((folder + "/order.json").c_str(), (folder + "/order.cancelled").c_str()) == 0;
}

void kill_process(const std::string& folder) {
  std::string started;
  const auto pid = pid_in(folder, &started);
  if (pid > 1 && start_time(pid) == started) ::kill(static_cast<pid_t>(pid), SIGTERM);
}

namespace {

std::atomic<bool> told_to_end = false;

/// Every living process below `root`, by the parents that /proc names. A dead one that nobody has waited for is still somebody's parent.
std::vector<pid_t> all_below(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  std::set<pid_t> dead;
  if (DIR* all = ::opendir("/proc")) {
    while (const auto* entry = ::readdir(all)) {
      const pid_t pid = std::atoi(entry->d_name);
      if (pid <= 0) continue;
      const auto stat = read_file(fmt::format("/proc/{}/stat", pid));
      const auto name_ends = stat ? stat->rfind(')') : std::string::npos;
      if (name_ends == std::string::npos || name_ends + 4 >= stat->size()) continue;
      if ((*stat)[name_ends + 2] == 'Z') dead.insert(pid);
      children.emplace(std::atoi(stat->c_str() + name_ends + 4), pid);
    }
    ::closedir(all);
  }
  std::vector<pid_t> found, open{root};
  while (!open.empty()) {
    const auto parent = open.back();
    open.pop_back();
    for (auto [at, end] = children.equal_range(parent); at != end; ++at) {
      if (!dead.contains(at->second)) found.push_back(at->second);
      open.push_back(at->second);
    }
  }
  return found;
}

/// Looked at twice: a parent that dies between two lines of /proc hides its children for one look.
bool nothing_below(pid_t root) { return all_below(root).empty() && all_below(root).empty(); }

void reap_all() {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {}
}

/// First asked, then made; a process may start another while we look, so it is looked until nothing is left.
void end_all() {
  const auto self = ::getpid();
  for (const auto pid : all_below(self)) ::kill(pid, SIGTERM);
  for (int i = 0; i < 100 && !nothing_below(self); ++i) {  // half a second
    reap_all();
    ::usleep(5000);
  }
  for (int i = 0; i < 2000; ++i) {
    if (nothing_below(self)) break;
    for (const auto pid : all_below(self)) ::kill(pid, SIGSTOP);  // what stands still starts nothing
    for (const auto pid : all_below(self)) ::kill(pid, SIGKILL);
    reap_all();
    ::usleep(5000);
  }
  reap_all();
}

[[noreturn]] void stop_before_start(int code, const std::string& why) {
  const auto line = why + "\n";
  if (::write(2, line.data(), line.size()) < 0) ::_exit(code);
  ::_exit(code);
}

/// Becomes the step's user for good. Error: what could not be done.
std::string become(const passwd& user) {
  if (::initgroups(user.pw_name, user.pw_gid) != 0 || ::setgid(user.pw_gid) != 0 || ::setuid(user.pw_uid) != 0) return std::strerror(errno);
  return user.pw_uid != 0 && ::setuid(0) == 0 ? "the way back is open" : "";
}

[[noreturn]] void be_the_command(const ProcessOrder& order, int out) {
  ::signal(SIGTERM, SIG_DFL);
  if (rlimit files{};
      ::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur > 1024) {  // the server's is raised; programs expect the usual
    files.rlim_cur = 1024;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  ::dup2(out, 1);
  ::dup2(out, 2);
  auto directory = order.directory;
  if (!order.user.empty()) {
    const auto* user = ::getpwnam(order.user.c_str());
    if (!user) stop_before_start(126, fmt::format("this machine has no user {}", order.user));
    if (directory.empty()) directory = user->pw_dir && ::access(user->pw_dir, X_OK) == 0 ? user->pw_dir : "/";
    if (const auto why = become(*user); !why.empty())
      stop_before_start(
          126, fmt::format("cannot become {}: {}; the server needs the right to (CAP_SETUID, CAP_SETGID, CAP_KILL)", order.user, why));
  }
  if (!directory.empty() && ::chdir(directory.c_str()) != 0)
    stop_before_start(126, fmt::format("cannot enter {}: {}", directory, std::strerror(errno)));
  std::vector<std::string> words = order.argv, pairs;
  for (const auto& [name, value] : order.environment) pairs.push_back(name + "=" + value);
  std::vector<char*> argv, environment;
  for (auto& w : words) argv.push_back(w.data());
  for (auto& p : pairs) environment.push_back(p.data());
  argv.push_back(nullptr);
  environment.push_back(nullptr);
  const auto path = order.environment.find("PATH");
  if (path != order.environment.end()) ::setenv("PATH", path->second.c_str(), 1);  // where execvpe looks
  ::execvpe(argv[0], argv.data(), environment.data());
  stop_before_start(127, fmt::format("cannot run {}: {}", words[0], std::strerror(errno)));
}

}  // namespace

int run_step_process(const std::string& folder) {
  const auto* text = std::getenv(order_variable);
  const auto order = text ? json::read_text<ProcessOrder>(text) : Result<ProcessOrder>(invalid("no order"));
  ::unsetenv(order_variable);
  if (!order || order->argv.empty()) return 2;
  if (::rename((folder + "/order.json").c_str(), (folder + "/order.taken").c_str()) != 0) return 2;
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::signal(SIGTERM, [](int) { told_to_end = true; });
  ::signal(SIGHUP, SIG_IGN);
  if (!write_durably(folder + "/pid", fmt::format("{} {}", ::getpid(), start_time(::getpid())))) return 2;
  const int out = ::open((folder + "/out").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t child = ::fork();
  if (child == 0) be_the_command(*order, out);
  int code = 126;
  const auto deadline = std::chrono::steady_clock::now() + Millis{order->timeout_ms > 0 ? order->timeout_ms : 3'600'000};
  for (bool over = child <= 0; !over;) {
    int status = 0;
    pid_t done = 0;
    while ((done = ::waitpid(-1, &status, WNOHANG)) > 0)  // its own and what was left to it
      if (done == child) {
        code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        over = true;
      }
    if (over) break;
    const bool late = std::chrono::steady_clock::now() > deadline;
    if (late || told_to_end) {
      end_all();
      code = told_to_end ? told_to_end_code : timed_out_code;
      break;
    }
    ::usleep(5000);
  }
  ::fsync(out);
  ::close(out);
  return write_durably(folder + "/exit", std::to_string(code)) ? 0 : 2;
}

}  // namespace evenkeel::steps
