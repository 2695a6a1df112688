// One thread per child: a poll loop over its three pipes, its pidfd and an eventfd that the stop token rings. The pidfd tells the
// end even when a grandchild keeps a pipe open; what the child wrote before its end is in the pipes by then, so one last
// non-blocking read gets all of it.
#include "base/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgets its own extern "C"
}
extern char** environ;

namespace evenkeel {
namespace {

using Instant = std::chrono::steady_clock::time_point;

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept { return std::swap(fd_, other.fd_), *this; }
  ~Fd() { close(); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Pipe {
  Fd read, write;
};
Result<Pipe> make_pipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return unavailable(fmt::format("cannot open a pipe: {}", std::strerror(errno)));
  return Pipe{Fd(fds[0]), Fd(fds[1])};
}

/// SIGPIPE is held back on this thread while a child may close its input early, and swallowed if it came.
class NoSigpipe {
 public:
  NoSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoSigpipe() {
    const timespec now{0, 0};
    if (!sigismember(&before_, SIGPIPE))
      while (sigtimedwait(&pipe_, nullptr, &now) == SIGPIPE) {}
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoSigpipe(const NoSigpipe&) = delete;

 private:
  sigset_t pipe_, before_;
};

std::vector<std::string> environment_of(const ProcessOptions& options) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text = *entry, name = text.substr(0, text.find('='));
    if (!options.env.contains(name) && std::find(options.without.begin(), options.without.end(), name) == options.without.end())
      all.push_back(text);
  }
  for (const auto& [name, value] : options.env) all.push_back(name + "=" + value);
  return all;
}
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

struct Child {
  pid_t pid = -1;
  Fd pidfd, in, out, err;
};

Result<Child> start(const std::vector<std::string>& argv, const ProcessOptions& options) {
  auto in = TRY(make_pipe()), out = TRY(make_pipe()), err = TRY(make_pipe());
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read.get(), 0);
  posix_spawn_file_actions_adddup2(&actions, out.write.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, err.write.get(), 2);
  if (!options.cwd.empty()) posix_spawn_file_actions_addchdir_np(&actions, options.cwd.c_str());
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t none, defaults;
  sigemptyset(&none);
  sigemptyset(&defaults);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGCHLD, SIGHUP}) sigaddset(&defaults, signal);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);

  Child child;
  const auto args = pointers(argv);
  const auto environment = environment_of(options);
  const auto env = pointers(environment);
  const int code = ::posix_spawnp(&child.pid, args[0], &actions, &attributes, args.data(), env.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (code == ENOENT && !options.cwd.empty() && ::access(options.cwd.c_str(), F_OK) != 0)
    return not_found(fmt::format("cannot start '{}': there is no folder '{}'", argv[0], options.cwd));
  if (code == ENOENT) return not_found(fmt::format("cannot start '{}': no such program on the PATH", argv[0]));
  if (code != 0) return unavailable(fmt::format("cannot start '{}': {}", argv[0], std::strerror(code)));
  child.pidfd = Fd(::pidfd_open(child.pid, 0));
  child.in = std::move(in.write);
  child.out = std::move(out.read);
  child.err = std::move(err.read);
  ::fcntl(child.out.get(), F_SETPIPE_SZ, 1 << 20);  // fewer turns; where the limit is lower, the usual size stays
  for (const auto* fd : {&child.in, &child.out, &child.err}) ::fcntl(fd->get(), F_SETFL, O_NONBLOCK);
  return child;
}

/// The life of one child from start to the collected exit code.
class Watch {
 public:
  Watch(Child child, const std::vector<std::string>& argv, const ProcessOptions& options)
      : child_(std::move(child)),
        argv_(argv),
        options_(options),
        began_(std::chrono::steady_clock::now()),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (options.input.empty()) child_.in.close();
  }

  Result<ProcessOutput> until_end() {
    const std::stop_callback ring(options_.stop, [this] {
      const std::uint64_t one = 1;
      [[maybe_unused]] const auto n = ::write(wake_.get(), &one, sizeof one);
    });
    while (!ended_) {
      pollfd waits[] = {{child_.pidfd.get(), POLLIN, 0},
                        {wake_.get(), POLLIN, 0},
                        {child_.out.get(), POLLIN, 0},
                        {child_.err.get(), POLLIN, 0},
                        {child_.in.get(), POLLOUT, 0}};
      if (::poll(waits, 5, timeout()) < 0 && errno != EINTR) break;
      if (waits[1].revents) end_early("it was stopped");
      if (options_.deadline && !reason_.size() && std::chrono::steady_clock::now() >= began_ + *options_.deadline)
        end_early(fmt::format("it took longer than {}", to_words(*options_.deadline)));
      if (killed_at_ && !hard_ && std::chrono::steady_clock::now() >= *killed_at_ + options_.grace) kill_hard();
      if (waits[2].revents) read_out();
      if (waits[3].revents) read_err();
      if (waits[4].revents) write_input();
      if (waits[0].revents) ended_ = true;
    }
    if (!ended_) kill_hard();
    read_out();
    read_err();
    int status = 0;
    while (::waitpid(child_.pid, &status, 0) < 0 && errno == EINTR) {}
    if (killed_at_ && !hard_) ::kill(-child_.pid, SIGKILL);  // what the leader left behind in its group
    output_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    output_.exit_code = output_.signal ? 128 + output_.signal : WEXITSTATUS(status);
    if (!reason_.empty() && !output_.stopped_by_reader) return unavailable(fmt::format("'{}' was ended: {}", argv_[0], reason_));
    return std::move(output_);
  }

 private:
  int timeout() const {
    std::optional<Instant> until;
    if (killed_at_) {
      if (!hard_) until = *killed_at_ + options_.grace;
    } else if (options_.deadline)
      until = began_ + *options_.deadline;
    if (!until) return -1;
    const auto left = std::chrono::ceil<Millis>(*until - std::chrono::steady_clock::now()).count();
    return int(std::clamp<std::int64_t>(left, 0, 3'600'000));
  }
  void end_early(std::string reason) {
    wake_ = Fd();
    if (killed_at_) return;
    reason_ = std::move(reason);
    killed_at_ = std::chrono::steady_clock::now();
    ::kill(-child_.pid, SIGTERM);
  }
  void kill_hard() {
    hard_ = true;
    ::kill(-child_.pid, SIGKILL);
  }

  /// Reads what is there; at most a few megabytes a turn so that the deadline is looked at.
  template <class Take>
  void drain(Fd& fd, Take take) {
    for (int turn = 0; fd.open() && turn < 64; ++turn) {
      const auto n = ::read(fd.get(), buffer_, sizeof buffer_);
      if (n > 0)
        take(std::string_view(buffer_, std::size_t(n)));
      else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        fd.close();
      if (n <= 0) return;
    }
  }
  void keep(std::string& kept, std::string_view chunk) {
    const auto room = options_.max_output - std::min(options_.max_output, kept.size());
    output_.truncated |= chunk.size() > room;
    kept += chunk.substr(0, room);
  }
  void read_out() {
    drain(child_.out, [&](std::string_view chunk) {
      if (output_.stopped_by_reader) return;
      if (!options_.on_chunk) return keep(output_.out, chunk);
      if (options_.on_chunk(chunk)) return;
      output_.stopped_by_reader = true;
      end_early("its reader had enough");
    });
  }
  void read_err() {
    drain(child_.err, [&](std::string_view chunk) { keep(output_.err, chunk); });
  }
  void write_input() {
    const auto n = ::write(child_.in.get(), options_.input.data() + written_, options_.input.size() - written_);
    if (n > 0) written_ += std::size_t(n);
    if ((n < 0 && errno != EAGAIN && errno != EINTR) || written_ == options_.input.size()) child_.in.close();
  }

  Child child_;
  const std::vector<std::string>& argv_;
  const ProcessOptions& options_;
  Instant began_;
  Fd wake_;
  ProcessOutput output_;
  std::string reason_;
  std::optional<Instant> killed_at_;
  bool hard_ = false, ended_ = false;
  std::size_t written_ = 0;
  char buffer_[65536];
};

}  // namespace

Result<ProcessOutput> run_process(const std::vector<std::string>& argv, const ProcessOptions& options) {
  if (argv.empty()) return invalid("no program was given to start");
  const NoSigpipe quiet;
  auto child = TRY(start(argv, options));
  return Watch(std::move(child), argv, options).until_end();
}

}  // namespace evenkeel
