// A server on 127.0.0.1 that speaks HTTP or SMTP badly on purpose: what integrations must live with. It remembers what it was asked.
#pragma once
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace evenkeel::testing_faults {

struct Asked {
  std::string method, target, body;
  std::map<std::string, std::string> headers;  // lower case
  std::string header(const std::string& name) const { return headers.contains(name) ? headers.at(name) : std::string(); }
};
struct Answer {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  enum Manner { whole, slow, cut, silent } manner = whole;  // slow: never comes to its end; cut: half a body; silent: no answer at all
};

/// Listens, and hands each connection to `serve` in a thread of its own.
class Listener {
 public:
  explicit Listener(std::function<void(int fd, std::stop_token)> serve) : serve_(std::move(serve)) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 64) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("cannot listen on 127.0.0.1");
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this](std::stop_token stop) { accept(stop); });
  }
  ~Listener() {
    thread_.request_stop();
    thread_.join();
    for (auto& t : served_) t.request_stop();
    served_.clear();
    ::close(fd_);
  }
  int port() const { return port_; }

 private:
  void accept(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd wait{fd_, POLLIN, 0};
      if (::poll(&wait, 1, 20) <= 0) continue;
      const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd >= 0)
        served_.emplace_back([this, fd](std::stop_token ends) {
          serve_(fd, ends);
          ::close(fd);
        });
    }
  }
  std::function<void(int, std::stop_token)> serve_;
  int fd_ = -1, port_ = 0;
  std::vector<std::jthread> served_;
  std::jthread thread_;
};

/// What comes in on a socket, until it holds `end` or is that long. False when the other side went or the end of the test came.
class Incoming {
 public:
  Incoming(int fd, std::stop_token stop) : fd_(fd), stop_(std::move(stop)) {}
  bool until(const std::string& end, std::string& out) {
    return more([&] {
      const auto at = buffer_.find(end);
      if (at == std::string::npos) return false;
      out = buffer_.substr(0, at + end.size());
      buffer_.erase(0, at + end.size());
      return true;
    });
  }
  bool exactly(std::size_t n, std::string& out) {
    return more([&] {
      if (buffer_.size() < n) return false;
      out = buffer_.substr(0, n);
      buffer_.erase(0, n);
      return true;
    });
  }
  /// Waits for the other side to go.
  void end() {
    std::string all;
    until(std::string(1, '\0') + "never", all);
  }

 private:
  bool more(const std::function<bool()>& enough) {
    while (!enough()) {
      pollfd wait{fd_, POLLIN, 0};
      if (stop_.stop_requested()) return false;
      if (::poll(&wait, 1, 20) == 0) continue;
      char bytes[65536];
      const auto n = ::read(fd_, bytes, sizeof bytes);
      if (n <= 0) return false;
      buffer_.append(bytes, std::size_t(n));
    }
    return true;
  }
  int fd_;
  std::stop_token stop_;
  std::string buffer_;
};
inline void say(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    text.remove_prefix(std::size_t(n));
  }
}

class FaultyHttp {
 public:
  explicit FaultyHttp(std::function<Answer(const Asked&)> answer)
      : answer_(std::move(answer)), listener_([this](int fd, std::stop_token stop) { serve(fd, stop); }) {}
  std::string url() const { return fmt::format("http://127.0.0.1:{}", listener_.port()); }
  std::vector<Asked> asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }
  void forget() {
    const std::scoped_lock lock(mutex_);
    asked_.clear();
  }

 private:
  void serve(int fd, const std::stop_token& stop) {
    Incoming in{fd, stop};
    std::string head;
    if (!in.until("\r\n\r\n", head)) return;
    Asked asked;
    std::size_t length = 0;
    for (std::size_t at = 0, line = 0; at < head.size(); ++line) {
      const auto end = head.find("\r\n", at);
      const auto text = head.substr(at, end - at);
      at = end + 2;
      if (line == 0) {
        asked.method = text.substr(0, text.find(' '));
        asked.target = text.substr(text.find(' ') + 1, text.rfind(' ') - text.find(' ') - 1);
      } else if (const auto colon = text.find(':'); colon != std::string::npos) {
        auto name = text.substr(0, colon);
        for (auto& c : name) c = char(std::tolower(static_cast<unsigned char>(c)));
        asked.headers[name] = text.substr(std::min(colon + 2, text.size()));
      }
    }
    if (const auto n = asked.header("content-length"); !n.empty()) length = std::stoul(n);
    if (asked.header("expect") == "100-continue") say(fd, "HTTP/1.1 100 Continue\r\n\r\n");
    if (!in.exactly(length, asked.body)) return;
    const auto answer = answer_(asked);
    {
      const std::scoped_lock lock(mutex_);
      asked_.push_back(asked);
    }
    if (answer.manner == Answer::silent) return in.end();
    std::string out = fmt::format("HTTP/1.1 {} Whatever\r\nConnection: close\r\n", answer.status);
    for (const auto& [name, value] : answer.headers) out += fmt::format("{}: {}\r\n", name, value);
    if (answer.manner != Answer::whole) {
      say(fd, fmt::format("{}Content-Length: {}\r\n\r\n{}", out, answer.body.size() + 1000, answer.body.substr(0, answer.body.size() / 2)));
      if (answer.manner == Answer::slow) in.end();
      return;
    }
    say(fd, fmt::format("{}Content-Length: {}\r\n\r\n{}", out, answer.body.size(), asked.method == "HEAD" ? "" : answer.body));
  }
  std::function<Answer(const Asked&)> answer_;
  std::mutex mutex_;
  std::vector<Asked> asked_;
  Listener listener_;
};

/// A mail server; each reply may be another than the usual one: by the command's first word, "DATA." for the end of the text.
class FaultySmtp {
 public:
  explicit FaultySmtp(std::map<std::string, std::string> replies = {})
      : replies_(std::move(replies)), listener_([this](int fd, std::stop_token stop) { serve(fd, stop); }) {}
  std::string url() const { return fmt::format("smtp://127.0.0.1:{}", listener_.port()); }
  std::vector<std::string> commands() {
    const std::scoped_lock lock(mutex_);
    return commands_;
  }
  std::vector<std::string> texts() {
    const std::scoped_lock lock(mutex_);
    return texts_;
  }

 private:
  /// False: the connection is cut, or nothing is said any more.
  bool reply(int fd, Incoming& in, const std::string& command, const std::string& usual) {
    const auto found = replies_.find(command);
    const auto text = found == replies_.end() ? usual : found->second;
    if (text == "silent") in.end();
    if (text == "cut" || text == "silent") return false;
    say(fd, text + "\r\n");
    return true;
  }
  void serve(int fd, const std::stop_token& stop) {
    Incoming in{fd, stop};
    if (!reply(fd, in, "greeting", "220 mail.test ready")) return;
    for (std::string line; in.until("\r\n", line);) {
      const auto word = line.substr(0, line.find_first_of(" \r"));
      {
        const std::scoped_lock lock(mutex_);
        commands_.push_back(line.substr(0, line.size() - 2));
      }
      if (word == "QUIT") return say(fd, "221 bye\r\n");
      if (word == "AUTH" && line.find(' ') != std::string::npos && line.find("PLAIN") != std::string::npos && line.size() < 16) {
        say(fd, "334 \r\n");
        if (!in.until("\r\n", line)) return;
      }
      if (word == "DATA") {
        if (!reply(fd, in, "DATA", "354 go on")) return;
        if (replies_.contains("DATA")) continue;
        std::string text;
        if (!in.until("\r\n.\r\n", text)) return;
        {
          const std::scoped_lock lock(mutex_);
          texts_.push_back(text);
        }
        if (!reply(fd, in, "DATA.", "250 2.0.0 queued as 1")) return;
        continue;
      }
      const std::map<std::string, std::string> usual{{"EHLO", "250-mail.test\r\n250 AUTH PLAIN"}, {"AUTH", "235 welcome"}};
      if (!reply(fd, in, word, usual.contains(word) ? usual.at(word) : "250 fine")) return;
    }
  }
  std::map<std::string, std::string> replies_;
  std::mutex mutex_;
  std::vector<std::string> commands_, texts_;
  Listener listener_;
};

}  // namespace evenkeel::testing_faults
