// A command step's own process, which outlives the server: `evenkeel step-runner FOLDER`, started in its own session.
//
// The folder holds order.json (an empty mark; the order itself, which may hold secrets, goes to the runner in memory). The runner takes it
// by renaming it to order.taken (a restarted server that takes it first has cancelled the start, so a command never runs twice), then
// writes, each fsynced: `pid` ("PID STARTTIME" of itself), `out` (output of the command, both streams), and at last `exit` (the exit
// code). After a crash of the server: `exit` is there: that is the result; the pid lives (same start time): it is waited for; neither:
// nobody knows, and the step's lookup or a person decides.
//
// The runner adopts whatever the command leaves behind, however it tried to get away (a session of its own, a double fork), and ends all
// of it when the time is over or when it is told to: nothing of a step that was given up goes on beside its retry. A command that ends by
// itself may leave something running on purpose; that is left alone.
#pragma once
#include <map>
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
  std::map<std::string, std::string> environment;  // all of it: environment.hpp
  std::string user;                                // whose process it is; empty: the server's
};
BOOST_DESCRIBE_STRUCT(ProcessOrder, (), (argv, directory, timeout_ms, environment, user))

constexpr int timed_out_code = 124, told_to_end_code = 143;
constexpr std::size_t most_step_output = 64 * 1024;

enum class ProcessState { not_started, running, exited, lost };
struct ProcessView {
  ProcessState state = ProcessState::not_started;
  int exit_code = 0;   // when exited
  std::string output;  // a little more than its last 64 KiB, so that what is cut off can be told from what is not
};

/// Writes the order and starts the runner. Returns when it has written its pid, or an error says why not.
Result<void> start_process(const std::string& folder, const ProcessOrder& order);
ProcessView look_at_process(const std::string& folder);
/// Takes the order away from a runner that has not begun. True: the command has not run and never will; it may be started anew.
bool cancel_start(const std::string& folder);
/// Tells the runner to end the command with all it started. Returns at once; look_at_process says when it is done.
void kill_process(const std::string& folder);

/// main() of `evenkeel step-runner FOLDER`.
int run_step_process(const std::string& folder);

}  // namespace evenkeel::steps
