// Other programs: started without a shell, with captured output, a deadline and a way to stop them.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel {

struct ProcessOptions {
  std::string cwd = {};                         // empty: the caller's
  std::map<std::string, std::string> env = {};  // added to the caller's environment
  std::vector<std::string> without = {};        // variables of the caller's environment that are not passed on
  std::string input = {};                       // given to standard input, then closed
  std::optional<Millis> deadline = {};          // from the start; at its end the whole process group is killed
  Millis grace{500};                            // between SIGTERM and SIGKILL, at a deadline or stop
  std::stop_token stop = {};
  std::size_t max_output = 64u << 20;  // bytes kept of each of stdout and stderr; what is over is read, dropped and marked
  /// Standard output as it comes; then nothing of it is kept. Answering false stops the process (no error: `stopped_by_reader`).
  std::function<bool(std::string_view)> on_chunk = {};
};

struct ProcessOutput {
  int exit_code = 0;  // 128 + signal when it was killed
  int signal = 0;     // that ended it; 0 when it left by itself
  std::string out;
  std::string err;
  bool truncated = false;
  bool stopped_by_reader = false;
  bool ok() const { return exit_code == 0; }
};

/// Runs argv[0] (found on PATH) in its own process group and waits for its end; what it leaves running in the background is left
/// alone, except at a deadline or stop. Any exit code is an answer. Errors: not_found (no such program), unavailable (not started,
/// deadline passed, stopped).
Result<ProcessOutput> run_process(const std::vector<std::string>& argv, const ProcessOptions& options = {});

}  // namespace evenkeel
