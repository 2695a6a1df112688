#include "steps/step_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/json.hpp"

extern char** environ;

namespace evenkeel::steps {
namespace {

constexpr std::size_t most_output = 64 * 1024;

bool write_durably(const std::string& path, std::string_view text) {
  const auto temporary = path + "~";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool ok = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  return ok && ::rename(temporary.c_str(), path.c_str()) == 0;
}

std::optional<std::string> read_small(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Field 22 of /proc/PID/stat (proc(5)): start time since boot, which tells a process from a later one with the same number.
std::string start_time(long pid) {
  const auto stat = read_small(fmt::format("/proc/{}/stat", pid));
  if (!stat) return {};
  const auto after_name = stat->rfind(')');
  if (after_name == std::string::npos) return {};
  std::size_t at = after_name + 2;
  if (stat->compare(at, 1, "Z") == 0) return {};  // a zombie does nothing any more
  for (int field = 3; field < 22; ++field) at = stat->find(' ', at) + 1;
  return stat->substr(at, stat->find(' ', at) - at);
}

std::string tail_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return {};
  const auto size = static_cast<std::size_t>(in.tellg());
  in.seekg(static_cast<std::streamoff>(size > most_output ? size - most_output : 0));
  std::string text(std::istreambuf_iterator<char>(in), {});
  std::erase(text, '\0');
  return text;
}

long pid_in(const std::string& folder, std::string* started = nullptr) {
  const auto text = read_small(folder + "/pid");
  if (!text) return 0;
  if (started) *started = text->substr(text->find(' ') + 1);
  return std::atol(text->c_str());
}

}  // namespace

Result<void> start_process(const std::string& folder, const ProcessOrder& order) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  if (ec || !write_durably(folder + "/order.json", json::write(order)))
    return unavailable(fmt::format("cannot write the step's folder {}: {}", folder, std::strerror(errno)));
  std::string self = std::filesystem::read_symlink("/proc/self/exe", ec).string();
  if (self.ends_with(" (deleted)")) self.resize(self.size() - 10);  // the binary was replaced by an upgrade: the new one runs the step
  std::string verb = "step-runner", where = folder;
  char* argv[] = {self.data(), verb.data(), where.data(), nullptr};
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int fd : {0, 1, 2}) posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", fd == 0 ? O_RDONLY : O_WRONLY, 0);
  pid_t pid = 0;
  const int rc = ::posix_spawn(&pid, self.c_str(), &actions, &attributes, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (rc != 0) return unavailable(fmt::format("cannot start the step's process: {}", std::strerror(rc)));
  for (int waited = 0; waited < 2000; ++waited) {  // at most 10 s, in steps of 5 ms
    if (std::filesystem::exists(folder + "/pid", ec)) return {};
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) == pid && !std::filesystem::exists(folder + "/pid", ec))
      return unavailable("the step's process ended before it began");
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
  if (const auto code = read_small(folder + "/exit")) return finished(*code);
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
  ::waitpid(static_cast<pid_t>(pid), nullptr, WNOHANG);  // reaps it where it is our own child
  if (start_time(pid) == started) {
    view.state = ProcessState::running;
    view.output = tail_of(folder + "/out");
    return view;
  }
  if (const auto code = read_small(folder + "/exit")) return finished(*code);  // it ended between the two looks
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
  if (pid > 1 && start_time(pid) == started) ::kill(static_cast<pid_t>(-pid), SIGTERM);  // the session leader's group holds the command
}

int run_step_process(const std::string& folder) {
  const auto text = read_small(folder + "/order.json");
  const auto order = text ? json::read_text<ProcessOrder>(*text) : Result<ProcessOrder>(invalid("no order"));
  if (!order || order->argv.empty()) return 2;
  if (::rename((folder + "/order.json").c_str(), (folder + "/order.taken").c_str()) != 0) return 2;
  if (!write_durably(folder + "/pid", fmt::format("{} {}", ::getpid(), start_time(::getpid())))) return 2;
  const int out = ::open((folder + "/out").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::signal(SIGTERM, SIG_IGN);  // kill_process ends the command; this process stays to write how it ended
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGTERM, SIG_DFL);
    ::dup2(out, 1);
    ::dup2(out, 2);
    if (!order->directory.empty() && ::chdir(order->directory.c_str()) != 0) {
      const auto why = fmt::format("cannot enter {}: {}\n", order->directory, std::strerror(errno));
      if (::write(2, why.data(), why.size()) < 0) ::_exit(126);
      ::_exit(126);
    }
    std::vector<std::string> words = order->argv;
    std::vector<char*> argv;
    for (auto& w : words) argv.push_back(w.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    const auto why = fmt::format("cannot run {}: {}\n", words[0], std::strerror(errno));
    if (::write(2, why.data(), why.size()) < 0) ::_exit(127);
    ::_exit(127);
  }
  int status = 0;
  int code = 126;
  const auto deadline = std::chrono::steady_clock::now() + Millis{order->timeout_ms > 0 ? order->timeout_ms : 3'600'000};
  bool killed = false;
  while (child > 0) {
    const pid_t done = ::waitpid(child, &status, WNOHANG);
    if (done == child) {
      code = killed ? 124 : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      break;
    }
    if (!killed && std::chrono::steady_clock::now() > deadline) {
      killed = true;
      ::kill(child, SIGTERM);
      ::usleep(500'000);
      ::kill(child, SIGKILL);
    }
    ::usleep(5000);
  }
  ::fsync(out);
  ::close(out);
  return write_durably(folder + "/exit", std::to_string(code)) ? 0 : 2;
}

}  // namespace evenkeel::steps
