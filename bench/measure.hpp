// What every benchmark needs: CPU and wall time, a folder that goes away.
#pragma once
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace bench {

inline double seconds_of(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}
inline double cpu_seconds() { return seconds_of(CLOCK_PROCESS_CPUTIME_ID); }
inline double wall_seconds() { return seconds_of(CLOCK_MONOTONIC); }

/// On a real disk (the working folder's), because what is measured includes what a disk costs.
class Scratch {
 public:
  Scratch() {
    char name[] = "build/bench-XXXXXX";
    if (!::mkdtemp(name)) throw std::runtime_error("cannot make a folder under build/");
    path_ = name;
  }
  ~Scratch() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace bench
