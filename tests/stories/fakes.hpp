// What surrounds a story's server: the programs of tests/fakes, and metrics and receivers that the test itself plays.
#pragma once
#include <atomic>
#include <mutex>
#include <set>

#include "http/server.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {

/// A port of 127.0.0.1 that nobody listens on.
int free_port();
/// Looks every tenth of a second; false when it did not come to hold in time. For stories in real time.
bool wait_until(std::chrono::seconds most, const std::function<bool()>& holds);

/// A program of tests/fakes ("pager", "smtp", "flags", "pipeline", "chat") in a folder of its own.
class FakeProgram {
 public:
  explicit FakeProgram(const std::string& name);
  ~FakeProgram();
  std::string url() const { return program_->url(); }
  /// Of fake_smtp: where mail goes.
  std::string smtp_url() const;
  json::Value state() const;
  /// A member of the state that is a number.
  std::int64_t count(const std::string& member) const { return state().at(member).to_number<std::int64_t>(); }
  /// {"mode": "reject", "status": 503, "times": 1} and the like; see tests/fakes/fake.hpp.
  void control(const std::string& json) const { send("POST", "/__control", json); }
  json::Value send(const std::string& method, const std::string& path, const std::string& body = "") const;

 private:
  std::string dir_;
  std::unique_ptr<Program> program_;
};

/// Prometheus's query_range over one made-up service: steady traffic on both sides, and a share of errors that may rise. The series are
/// functions of time, so the virtual clock may jump as it likes.
class FakeMetrics {
 public:
  FakeMetrics();
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  /// From this moment on the share of errors is `share` on this side ("canary", "control").
  void errors(const std::string& side, SysTime from, double share);
  /// Its series begin then; without this they have always been there. A query with a version in quotes that is "1.0.0" asks for the canary,
  /// one with `!=""` for both.
  void begins(const std::string& side, SysTime from);
  void ends(const std::string& side, SysTime until);
  /// This side has no series any more, or again.
  void silent(const std::string& side, bool is);
  /// Answers 503 to everything while it is down.
  std::atomic<bool> down = false;
  /// Each side runs on so many hosts, which share its traffic evenly.
  std::atomic<int> hosts = 1;

 private:
  http::Response answer(const http::Request& request);
  struct Side {
    std::vector<std::pair<double, double>> steps = {{0, 0.002}};  // from second, share
    bool silent = false;
    double begins = 0, ends = 1e300;  // seconds
  };
  std::string series_of(const std::string& name, const http::Request& request) const;
  std::mutex mutex_;
  std::map<std::string, Side> sides_;
  std::unique_ptr<http::Server> server_;
};
/// A `strict_shop` with that health, watched on `metrics`, that mails over `mail`; what it tells to whom is left to the story.
std::string watched_shop(const std::vector<std::string>& gates, const FakeMetrics& metrics, const FakeProgram& mail);
/// The `health:` of a service whose error rate FakeMetrics knows; 60 s intervals, a window of twenty.
std::string error_rate_criteria();

/// Takes requests and remembers which keys they carried; answers after `pause`, so that a caller can be killed in between.
class Receiver {
 public:
  explicit Receiver(Millis pause = Millis{0});
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }
  /// Idempotency keys of the requests to a path, in order of arrival.
  std::vector<std::string> keys(const std::string& path);
  /// Each body with the value of its signature header, in order of arrival.
  std::vector<std::pair<std::string, std::string>> bodies(const std::string& path);
  /// So many of the next requests are answered 503.
  std::atomic<int> refuse = 0;

 private:
  std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> keys_;
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> bodies_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace evenkeel::stories
