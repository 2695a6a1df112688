#include "app/test_clock.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

namespace evenkeel::app {

TestClockSocket::TestClockSocket(App& app) : app_(app) {
  ::unlink(app.options.test_clock_socket.c_str());
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, app.options.test_clock_socket.c_str(), sizeof address.sun_path - 1);
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(listener_, 8) != 0)
    throw std::runtime_error("cannot listen on the test clock's socket " + app.options.test_clock_socket + ": " + std::strerror(errno));
  thread_ = std::jthread([this](std::stop_token stop) { serve(stop); });
}

TestClockSocket::~TestClockSocket() {
  thread_.request_stop();
  thread_.join();
  ::close(listener_);
}

std::string TestClockSocket::answer(const std::string& line) {
  if (line == "now") return to_iso(app_.clock->now());
  if (!line.starts_with("advance ")) return "error: unknown command";
  const auto what = line.substr(8);
  const auto relative = parse_duration(what);
  const auto absolute = relative ? Result<SysTime>(app_.clock->now() + *relative) : parse_time(what);
  if (!absolute) return "error: " + absolute.error().message;
  try {
    app_.advance_to(*absolute);
  } catch (const std::exception& e) { return std::string("error: ") + e.what(); }
  return "idle";
}

void TestClockSocket::serve(std::stop_token stop) {
  while (!stop.stop_requested()) {
    pollfd p{listener_, POLLIN, 0};
    if (::poll(&p, 1, 100) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    std::string line;
    char c = 0;
    while (::read(client, &c, 1) == 1 && c != '\n') line += c;
    const auto text = answer(line) + "\n";
    if (::write(client, text.data(), text.size()) < 0) {}
    ::close(client);
  }
}

}  // namespace evenkeel::app
