#include "steps/run_once.hpp"

#include <filesystem>
#include <thread>

namespace evenkeel::steps {
namespace {

constexpr Millis look_every{20}, say_every = std::chrono::seconds{5};

Result<ProcessView> wait_for(const std::string& folder, const std::stop_token& stop, const std::function<void()>& still_waiting) {
  using Clock = std::chrono::steady_clock;
  for (auto said = Clock::now();;) {
    auto view = look_at_process(folder);
    if (view.state == ProcessState::exited) return view;
    if (view.state != ProcessState::running) return unavailable("the process is gone and left no result");
    if (stop.stop_requested()) {
      kill_process(folder);
      return unavailable("stopped, the server is stopping");
    }
    if (still_waiting && Clock::now() - said > say_every) still_waiting(), said = Clock::now();
    std::this_thread::sleep_for(look_every);
  }
}

}  // namespace

Result<ProcessView> run_once(const std::string& folder, const ProcessOrder& order, const std::stop_token& stop,
                             const std::function<void()>& still_waiting) {
  std::error_code ec;
  if (look_at_process(folder).state == ProcessState::running) kill_process(folder);  // left by a server that was killed
  std::filesystem::remove_all(folder, ec);
  TRY(start_process(folder, order));
  auto ended = wait_for(folder, stop, still_waiting);
  if (ended) std::filesystem::remove_all(folder, ec);
  return ended;
}

}  // namespace evenkeel::steps
