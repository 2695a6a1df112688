// HTTP/1.1 over POSIX sockets, as little as the example shop needs: a server with a thread per connection, a client that keeps
// its connections, both on 127.0.0.1 only. Not for use outside the example.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shop {

struct Request {
  std::string method = "GET";
  std::string path = "/";  // without the query
  std::string query;
  std::string body;
};
struct Reply {
  int status = 200;
  std::string body;
  std::string type = "text/plain; charset=utf-8";
};

/// Serves until `stop` is set, then lets running requests end (at most 5 s). Port 0: a free one; `listening` is told which.
/// False with the reason on stderr when it cannot listen.
bool serve(int port, const std::function<Reply(const Request&)>& handler, const std::atomic<bool>& stop,
           const std::function<void(int)>& listening);

/// One exchange with 127.0.0.1:port. Nothing when it could not connect or no whole answer came in time. Connections are kept
/// per thread; one that the server closed meanwhile is replaced once.
std::optional<Reply> call(int port, const std::string& method, const std::string& target, const std::string& body = "",
                          std::chrono::milliseconds deadline = std::chrono::milliseconds{5000});

/// "--name value" and "--flag" options, the rest in order. Ends the program with status 2 on an option that is not in `known`
/// (those ending in '=' take a value).
struct Options {
  std::multimap<std::string, std::string> values;
  std::vector<std::string> rest;
  std::string text(const std::string& name, const std::string& fallback = "") const;
  double number(const std::string& name, double fallback) const;
  bool has(const std::string& name) const { return values.contains(name); }
};
Options parse_options(int argc, char** argv, const std::vector<std::string>& known, const char* usage);

/// Set by SIGTERM and SIGINT once `stop_on_signals` was called.
extern std::atomic<bool> stopping;
void stop_on_signals();

std::string read_file(const std::string& path);  // empty when it cannot be read
/// Through a temporary file and rename. False when it cannot be written.
bool write_file(const std::string& path, const std::string& bytes);

}  // namespace shop
