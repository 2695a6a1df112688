// A command step's own process, which outlives the server: `evenkeel step-runner FOLDER`, started in its own session.
//
// The folder holds order.json (argv, cwd, timeout). The runner takes it by renaming it to order.taken (a restarted server that takes it
// first has cancelled the start, so a command never runs twice), then writes, each fsynced: `pid` ("PID STARTTIME" of itself), `out`
// (output of the command, both streams), and at last `exit` (the exit code). After a crash of the server: `exit` is there: that is the
// result; the pid lives (same start time): it is waited for; neither: nobody knows, and the step's lookup or a person decides.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <boost/describe.hpp>
#include "base/result.hpp"
#include "base/time.hpp"

namespace evenkeel::steps {

struct ProcessOrder {
  std::vector<std::string> argv;
  std::string directory;
  std::int64_t timeout_ms = 0;
};
BOOST_DESCRIBE_STRUCT(ProcessOrder, (), (argv, directory, timeout_ms))

enum class ProcessState { not_started, running, exited, lost };
struct ProcessView {
  ProcessState state = ProcessState::not_started;
  int exit_code = 0;   // when exited; 124: the timeout ended it
  std::string output;  // its last 64 KiB
};

/// Writes the order and starts the runner. Returns when it has written its pid, or an error says why not.
Result<void> start_process(const std::string& folder, const ProcessOrder& order);
ProcessView look_at_process(const std::string& folder);
/// Takes the order away from a runner that has not begun. True: the command has not run and never will; it may be started anew.
bool cancel_start(const std::string& folder);
/// Ends it, with all it started.
void kill_process(const std::string& folder);

/// main() of `evenkeel step-runner FOLDER`.
int run_step_process(const std::string& folder);

}  // namespace evenkeel::steps
