// A server of this build, as a process of its own, to be measured from outside.
#pragma once
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "http/client.hpp"
#include "measure.hpp"

extern char** environ;

namespace bench {

using namespace evenkeel;

class Server {
 public:
  Server(const std::string& program, const std::string& database, const std::string& state) {
    const auto port_file = state + ".port";
    std::filesystem::remove(port_file);  // the one before this had another
    std::vector<std::string> words{program,  "serve", "--db",        database,  "--state",         state,
                                   "--port", "0",     "--port-file", port_file, "--trusted-proxy", "127.0.0.1"};
    ::setenv("EVENKEEL_ALLOW_ROOT", "1", 0);
    std::vector<char*> argv;
    for (auto& w : words) argv.push_back(w.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1, 0);
    const double start = bench::wall_seconds();
    if (posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) != 0) throw std::runtime_error("cannot start " + program);
    for (int port = 0; port == 0;) {
      std::ifstream(port_file) >> port;
      if (port) url_ = fmt::format("http://127.0.0.1:{}", port);
      std::this_thread::sleep_for(std::chrono::microseconds{200});
    }
    if (get("/healthz", "") == 0) throw std::runtime_error("no answer");
    start_ms_ = (bench::wall_seconds() - start) * 1000;
  }
  ~Server() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int get(const std::string& path, const std::string& token) {
    http::ClientRequest request{.url = url_ + path};
    if (!token.empty()) request.headers.set("Authorization", "Bearer " + token);
    const auto answer = client_.send(request);
    return answer ? answer->status : 0;
  }
  double start_ms() const { return start_ms_; }
  double resident_mb() const {
    std::ifstream status(fmt::format("/proc/{}/status", pid_));
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmRSS:")) return std::atof(line.c_str() + 6) / 1024;
    return 0;
  }

 private:
  http::CurlClient client_;
  pid_t pid_ = 0;
  std::string url_;
  double start_ms_ = 0;
};

}  // namespace bench
