#include "shop/net.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <thread>

namespace shop {

std::atomic<bool> stopping = false;

namespace {

using Clock = std::chrono::steady_clock;

int left(Clock::time_point until) {
  return int(std::max<long long>(0, std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count()));
}

enum class Piece { data, nothing_yet, closed };

/// Appends one more piece to `buffer`, waiting for at most `timeout_ms`.
Piece read_more(int fd, std::string& buffer, int timeout_ms) {
  pollfd p{fd, POLLIN, 0};
  if (::poll(&p, 1, timeout_ms) <= 0) return Piece::nothing_yet;
  char piece[16384];
  const auto n = ::recv(fd, piece, sizeof piece, 0);
  if (n <= 0) return Piece::closed;
  buffer.append(piece, std::size_t(n));
  return Piece::data;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(std::size_t(n));
  }
  return true;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

struct Head {
  std::string first;
  std::map<std::string, std::string> fields;
  std::size_t length = 0;  // of the body
};

/// The head at the front of `buffer`, up to the empty line at `end`.
Head parse_head(std::string_view text) {
  Head head;
  std::size_t at = text.find("\r\n");
  head.first = text.substr(0, at);
  while (at != std::string_view::npos && at + 2 < text.size()) {
    const auto end = text.find("\r\n", at + 2);
    const auto line = text.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
    if (const auto colon = line.find(':'); colon != std::string_view::npos) {
      auto value = line.substr(colon + 1);
      while (value.starts_with(' ')) value.remove_prefix(1);
      head.fields[lower(std::string(line.substr(0, colon)))] = value;
    }
    at = end;
  }
  head.length = std::min<std::size_t>(std::strtoull(head.fields["content-length"].c_str(), nullptr, 10), 1 << 24);
  return head;
}

/// One whole message off the connection; what follows stays in `buffer`.
std::optional<std::pair<Head, std::string>> read_message(int fd, std::string& buffer, Clock::time_point until,
                                                         const std::function<bool()>& give_up) {
  std::size_t end;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (buffer.size() > 65536 || Clock::now() >= until || (buffer.empty() && give_up())) return std::nullopt;
    if (read_more(fd, buffer, std::min(left(until), 100)) == Piece::closed) return std::nullopt;
  }
  auto head = parse_head(std::string_view(buffer).substr(0, end));
  buffer.erase(0, end + 4);
  while (buffer.size() < head.length)
    if (read_more(fd, buffer, left(until)) != Piece::data) return std::nullopt;
  auto body = buffer.substr(0, head.length);
  buffer.erase(0, head.length);
  return std::pair(std::move(head), std::move(body));
}

void serve_connection(int fd, const std::function<Reply(const Request&)>& handler, const std::atomic<bool>& stop) {
  std::string buffer;
  for (;;) {
    const auto message = read_message(fd, buffer, Clock::now() + std::chrono::seconds{60}, [&] { return stop.load(); });
    if (!message) break;
    const auto& [head, body] = *message;
    Request request;
    const auto space = head.first.find(' '), second = head.first.find(' ', space + 1);
    if (space == std::string::npos || second == std::string::npos) break;
    request.method = head.first.substr(0, space);
    request.path = head.first.substr(space + 1, second - space - 1);
    if (const auto q = request.path.find('?'); q != std::string::npos) request.query = request.path.substr(q + 1), request.path.resize(q);
    request.body = body;
    const auto reply = handler(request);
    const auto fields = head.fields.find("connection");
    const bool close_after = stop.load() || (fields != head.fields.end() && lower(fields->second) == "close");
    const auto answer = "HTTP/1.1 " + std::to_string(reply.status) + (reply.status < 400 ? " OK" : " Error") +
                        "\r\nContent-Type: " + reply.type + "\r\nContent-Length: " + std::to_string(reply.body.size()) +
                        (close_after ? "\r\nConnection: close" : "") + "\r\n\r\n" + reply.body;
    if (!write_all(fd, answer) || close_after) break;
  }
  ::close(fd);
}

int listen_on(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET, address.sin_port = htons(std::uint16_t(port)), address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && ::listen(fd, 256) == 0) return fd;
  std::fprintf(stderr, "cannot listen on 127.0.0.1:%d: %s\n", port, std::strerror(errno));
  ::close(fd);
  return -1;
}

int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET, address.sin_port = htons(std::uint16_t(port)), address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

/// Connections of one thread, by port; closed when the thread ends.
struct Kept {
  std::map<int, int> fds;
  ~Kept() {
    for (const auto& [port, fd] : fds) ::close(fd);
  }
};

}  // namespace

bool serve(int port, const std::function<Reply(const Request&)>& handler, const std::atomic<bool>& stop,
           const std::function<void(int)>& listening) {
  const int listener = listen_on(port);
  if (listener < 0) return false;
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  listening(ntohs(address.sin_port));
  std::atomic<int> open = 0;
  while (!stop) {
    pollfd p{listener, POLLIN, 0};
    if (::poll(&p, 1, 50) <= 0) continue;
    const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int yes = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ++open;
    std::thread([fd, &handler, &stop, &open] {
      serve_connection(fd, handler, stop);
      --open;
    }).detach();
  }
  ::close(listener);
  for (const auto until = Clock::now() + std::chrono::seconds{5}; open > 0 && Clock::now() < until;)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  if (open > 0) std::_Exit(0);  // a connection hangs; its thread still uses what this frame owns
  return true;
}

std::optional<Reply> call(int port, const std::string& method, const std::string& target, const std::string& body,
                          std::chrono::milliseconds deadline) {
  thread_local Kept kept;
  const auto until = Clock::now() + deadline;
  const auto message =
      method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto old = kept.fds.find(port);
    const bool reused = old != kept.fds.end();
    const int fd = reused ? old->second : connect_to(port);
    if (reused) kept.fds.erase(old);
    if (fd < 0) return std::nullopt;
    std::string buffer;
    auto answer = write_all(fd, message) ? read_message(fd, buffer, until, [] { return false; }) : std::nullopt;
    if (!answer) {
      ::close(fd);
      if (reused && buffer.empty() && Clock::now() < until) continue;
      return std::nullopt;
    }
    auto& [head, text] = *answer;
    if (lower(head.fields["connection"]) == "close")
      ::close(fd);
    else
      kept.fds[port] = fd;
    Reply reply{.body = std::move(text), .type = head.fields["content-type"]};
    const auto space = head.first.find(' ');
    reply.status = space == std::string::npos ? 0 : std::atoi(head.first.c_str() + space + 1);
    return reply;
  }
  return std::nullopt;
}

std::string Options::text(const std::string& name, const std::string& fallback) const {
  const auto found = values.find(name);
  return found == values.end() ? fallback : found->second;
}
double Options::number(const std::string& name, double fallback) const {
  if (!has(name)) return fallback;
  const auto value = text(name);
  char* end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  if (end == value.c_str() || *end) {
    std::fprintf(stderr, "--%s: '%s' is not a number\n", name.c_str(), value.c_str());
    std::exit(2);
  }
  return number;
}

Options parse_options(int argc, char** argv, const std::vector<std::string>& known, const char* usage) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--")) {
      options.rest.push_back(word);
      continue;
    }
    auto name = word.substr(2);
    std::optional<std::string> value;
    if (const auto equals = name.find('='); equals != std::string::npos) value = name.substr(equals + 1), name.resize(equals);
    const bool takes = std::find(known.begin(), known.end(), name + "=") != known.end();
    const bool flag = std::find(known.begin(), known.end(), name) != known.end();
    if (takes && !value && i + 1 < argc) value = argv[++i];
    if ((!takes && !flag) || takes != value.has_value()) {
      std::fprintf(stderr, "%s%s\n%s", name == "help" ? "" : ("unknown or incomplete option " + word).c_str(), name == "help" ? "" : "\n",
                   usage);
      std::exit(name == "help" ? 0 : 2);
    }
    options.values.emplace(name, value.value_or("true"));
  }
  return options;
}

void stop_on_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { stopping = true; };
  ::sigaction(SIGTERM, &action, nullptr), ::sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
bool write_file(const std::string& path, const std::string& bytes) {
  const auto temporary = path + "." + std::to_string(::getpid()) + "~";
  {
    std::ofstream out(temporary, std::ios::binary);
    if (!(out << bytes)) return false;
  }
  return std::rename(temporary.c_str(), path.c_str()) == 0;
}

}  // namespace shop
