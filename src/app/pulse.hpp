// Whether this server lives and can serve, answered at once whatever else is going on: /healthz/live by the I/O thread alone; /healthz and
// /healthz/ready from what a thread of its own has seen of the database in the last seconds. A flood that takes every worker, or a
// database that hangs, does not make a load balancer wait for the answer.
#pragma once
#include <atomic>
#include <optional>
#include <thread>

#include "http/message.hpp"
#include "store/database.hpp"

namespace evenkeel::app {

class Pulse {
 public:
  explicit Pulse(store::Database& database);
  ~Pulse();
  /// The answer to one of the three addresses; nothing for others. Never blocks.
  std::optional<http::Response> answer(const http::Request& request) const;
  void stop();

 private:
  void beat(std::stop_token stop);
  store::Database& database_;
  std::atomic<bool> answers_ = false;
  std::atomic<std::int64_t> seen_ = 0;  // steady milliseconds of the last answer
  std::jthread thread_;
};

}  // namespace evenkeel::app
