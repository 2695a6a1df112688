// A fixed number of threads that run blocking jobs in the order given.
//
// With `nice` above zero the scheduler gives them what others leave: costly work of strangers does not slow down the rest.
#pragma once
#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace evenkeel::http {

class WorkerPool {
 public:
  WorkerPool(int threads, std::size_t max_waiting, int nice = 0) : max_waiting_(max_waiting) {
    for (int i = 0; i < threads; ++i)
      threads_.emplace_back([this, nice] {
        if (nice > 0) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), nice);  // Linux: of this thread alone
        work();
      });
  }
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False when the queue is full or the pool has stopped: the caller says "busy" at once instead of waiting in vain.
  bool submit(std::move_only_function<void()> job) {
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_ || waiting_.size() >= max_waiting_) return false;
      waiting_.push_back(std::move(job));
    }
    ready_.notify_one();
    return true;
  }
  /// Forgets what has not begun.
  void drop_waiting() {
    std::deque<std::move_only_function<void()>> dropped;
    const std::scoped_lock lock(mutex_);
    dropped.swap(waiting_);
  }
  /// Runs what is queued, then ends the threads.
  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    ready_.notify_all();
    for (auto& thread : threads_)
      if (thread.joinable()) thread.join();
  }

 private:
  void work() {
    for (;;) {
      std::move_only_function<void()> job;
      {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        job = std::move(waiting_.front());
        waiting_.pop_front();
      }
      job();
    }
  }
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::move_only_function<void()>> waiting_;
  bool stopping_ = false;
  std::size_t max_waiting_;
  std::vector<std::thread> threads_;
};

}  // namespace evenkeel::http
