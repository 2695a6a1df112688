// 5,000 open event streams: what they cost the server in memory, and how long one event takes to reach all of them.
// The server runs in a child process, so that its memory is its own. Needs an open-file limit of about twice the streams.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "http/server.hpp"
#include "http/sse.hpp"

using namespace evenkeel;
using Clock_ = std::chrono::steady_clock;

namespace {

double seconds(Clock_::duration d) { return std::chrono::duration<double>(d).count(); }

/// The child: serves until its pipe closes; each byte on it publishes one event.
[[noreturn]] void serve(int tell_port, int commands) {
  auto hub = std::make_shared<http::EventHub>(0, http::EventHub::ReadMissed{});
  const auto server =
      http::Server::start({}, [&](const http::Request& r) { return http::Response::stream({hub, http::last_event_id(r)}); }).value();
  const std::uint16_t port = server->port();
  if (::write(tell_port, &port, sizeof port) != sizeof port) ::_exit(1);
  char byte = 0;
  for (std::uint64_t id = 1; ::read(commands, &byte, 1) == 1; ++id)
    hub->publish(id, "entry", R"({"kind":"release.planned","subject":"rel_1","release":"rel_1"})");
  ::_exit(0);
}

long resident_kb(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  return 0;
}

/// Reads from all until each has shown `text`; how many did within ten seconds.
std::size_t wait_for_all(const std::vector<int>& streams, std::string_view text) {
  std::vector<std::string> got(streams.size());
  std::vector<pollfd> waiting;
  for (const int fd : streams) waiting.push_back({fd, POLLIN, 0});
  std::size_t done = 0;
  for (const auto end = Clock_::now() + std::chrono::seconds{10}; done < streams.size() && Clock_::now() < end;) {
    ::poll(waiting.data(), waiting.size(), 100);
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (!(waiting[i].revents & (POLLIN | POLLHUP))) continue;
      char chunk[4096];
      const auto n = ::recv(streams[i], chunk, sizeof chunk, 0);
      if (n > 0) got[i].append(chunk, std::size_t(n));
      if (n > 0 && !got[i].contains(text)) continue;
      done += n > 0;
      waiting[i].fd = -1;  // poll skips it from now on
    }
  }
  return done;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::stoul(argv[1]) : 5000;
  const rlimit limit{count + 1000, count + 1000};
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) std::fprintf(stderr, "the open-file limit cannot be raised to %zu\n", count + 1000);
  int port_pipe[2], commands[2];
  if (::pipe(port_pipe) != 0 || ::pipe(commands) != 0) return 1;
  const pid_t server = ::fork();
  if (server == 0) {
    ::close(commands[1]);
    serve(port_pipe[1], commands[0]);
  }
  std::uint16_t port = 0;
  if (::read(port_pipe[0], &port, sizeof port) != sizeof port) return 1;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<int> streams;
  const auto before = resident_kb(server);
  const auto begun = Clock_::now();
  for (std::size_t i = 0; i < count; ++i) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    constexpr std::string_view ask = "GET /events HTTP/1.1\r\nHost: bench\r\n\r\n";
    if (fd < 0 || ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0 || ::send(fd, ask.data(), ask.size(), MSG_NOSIGNAL) < 0) {
      std::perror("a stream could not be opened");
      return 1;
    }
    streams.push_back(fd);
  }
  const auto opened = wait_for_all(streams, "retry:");
  const auto open_seconds = seconds(Clock_::now() - begun);
  const auto with_streams = resident_kb(server);
  double slowest = 0;
  std::size_t reached = opened;
  for (int round = 1; round <= 5; ++round) {
    const auto published = Clock_::now();
    if (::write(commands[1], "x", 1) != 1) return 1;
    reached = std::min(reached, wait_for_all(streams, fmt::format("id: {}\n", round)));
    slowest = std::max(slowest, seconds(Clock_::now() - published));
  }
  fmt::print("streams {} (opened {} in {:.2f} s), server memory {:.1f} MB before, {:.1f} MB with them ({:.1f} kB each)\n", count, opened,
             open_seconds, double(before) / 1024, double(with_streams) / 1024, double(with_streams - before) / double(count));
  fmt::print("one event reached {} of them, slowest of 5 rounds {:.0f} ms\n", reached, slowest * 1000);
  ::close(commands[1]);
  ::waitpid(server, nullptr, 0);
  return reached == count && with_streams < 150 * 1024 && slowest < 1 ? 0 : 1;
}
