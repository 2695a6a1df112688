// What every fake has in common: a small stateful program on 127.0.0.1 that stands for a company's system in tests and demos.
//
//   fake_pager --port-file FILE [--port N] [--secret S] [--with-parent]
//
// It binds a free port, writes it to FILE (complete or absent, never half), and ends on SIGTERM; with --with-parent also when
// its parent ends. GET /__state shows what it holds. POST /__control makes it fail on purpose:
//   {"mode":"reject","status":503,"retry_after":2,"times":1}   answers that instead of acting
//   {"mode":"stall"}    neither acts nor answers while it lasts            {"mode":"ok"} ends either
//   {"mode":"lose"}     acts, but does not answer while it lasts: the caller cannot know
#pragma once
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/json.hpp"
#include "http/server.hpp"

namespace evenkeel::fakes {

struct Fault {
  std::string mode = "ok";
  int status = 503;  // reject: HTTP status, or SMTP reply code
  int times = -1;    // how many requests it meets; -1: until the next control
  std::optional<int> retry_after = {};
};
BOOST_DESCRIBE_STRUCT(Fault, (), (mode, status, times, retry_after))

/// The fault that is on, shared by all connections of a fake.
class Faults {
 public:
  Result<void> set(const Fault& fault);
  /// The fault that meets this request; counts it.
  Fault next();
  /// Waits until the fault is changed or the fake ends.
  void wait_while(const std::string& mode);
  void end();

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  Fault fault_;
  bool ended_ = false;
};

/// A fake that speaks HTTP: acts on requests and shows its state.
class Fake {
 public:
  virtual ~Fake() = default;
  virtual http::Response act(const http::Request& request) = 0;
  virtual json::Value state() = 0;
  Faults faults;
  /// act, behind /__state, /__control and the fault that is on.
  http::Response answer(const http::Request& request);
};

struct FakeOptions {
  std::map<std::string, std::string> values;  // "--name value" as name -> value; "--flag" as name -> "true"
  std::string get(const std::string& name) const { return values.contains(name) ? values.at(name) : std::string{}; }
};

/// The main of a fake: options, server, port file, waiting for the end. Exit code 2 when it cannot start.
int run_fake(int argc, char** argv, const std::function<std::unique_ptr<Fake>(const FakeOptions&)>& make);
void write_port_file(const std::string& path, std::uint16_t port);

}  // namespace evenkeel::fakes
