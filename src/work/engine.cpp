#include "work/engine.hpp"

namespace evenkeel {

void Bell::ring() {
  {
    const std::lock_guard lock{mutex_};
    ++count_;
  }
  rung_.notify_all();
}

std::uint64_t Bell::wait(std::uint64_t seen, Millis at_most, const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  rung_.wait_for(lock, stop, at_most, [&] { return count_ != seen; });
  return count_;
}

std::uint64_t Bell::count() const {
  const std::lock_guard lock{mutex_};
  return count_;
}

}  // namespace evenkeel
