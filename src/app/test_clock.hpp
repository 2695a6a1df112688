// The virtual business clock's door (`serve --test-clock SOCKET`): a UNIX socket that takes one line a command and answers one line.
//   now                 -> the business time, ISO 8601
//   advance 2026-...Z   -> runs what falls due until then, in order; "idle" when nothing is left
//   advance 15m         -> the same, relative
#pragma once
#include "app/app.hpp"

namespace evenkeel::app {

class TestClockSocket {
 public:
  explicit TestClockSocket(App& app);
  ~TestClockSocket();

 private:
  void serve(std::stop_token stop);
  std::string answer(const std::string& line);
  App& app_;
  int listener_ = -1;
  std::jthread thread_;
};

}  // namespace evenkeel::app
