#include "base/process.hpp"

#include <gtest/gtest.h>

namespace evenkeel {
namespace {

using namespace std::chrono_literals;

TEST(Process, GivesOutputErrorsAndExitCode) {
  const auto done = run_process({"sh", "-c", "cat; echo oops >&2; exit 3"}, {.input = "hello"}).value();
  EXPECT_EQ(done.out, "hello");
  EXPECT_EQ(done.err, "oops\n");
  EXPECT_EQ(done.exit_code, 3);
}
TEST(Process, PassesArgumentsEnvironmentAndFolderWithoutAShell) {
  const auto done =
      run_process({"sh", "-c", "printf '%s|%s|' \"$1\" \"$X\"; pwd", "sh", "a b;$(c)"}, {.cwd = "/usr", .env = {{"X", "1 2"}}}).value();
  EXPECT_EQ(done.out, "a b;$(c)|1 2|/usr\n");
}
TEST(Process, SaysThatAProgramOrAFolderIsMissing) {
  EXPECT_EQ(run_process({"no-such-program-here"}).error().kind, ErrorKind::not_found);
  EXPECT_THAT(run_process({"true"}, {.cwd = "/no/such/folder"}).error().message, testing::HasSubstr("/no/such/folder"));
}
TEST(Process, ADeadlineKillsTheWholeGroup) {
  const auto began = std::chrono::steady_clock::now();
  const auto late = run_process({"sh", "-c", "trap '' TERM; sleep 30 & wait; sleep 30"}, {.deadline = 100ms, .grace = 50ms});
  EXPECT_THAT(late.error().message, testing::HasSubstr("longer than 100ms"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}
TEST(Process, AStopRequestEndsIt) {
  std::stop_source source;
  source.request_stop();
  EXPECT_THAT(run_process({"sleep", "30"}, {.stop = source.get_token()}).error().message, testing::HasSubstr("stopped"));
}
TEST(Process, ABackgroundChildHoldingThePipeDoesNotDelayTheEnd) {
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(run_process({"sh", "-c", "echo done; sleep 3 &"}).value().out, "done\n");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2s);
}
TEST(Process, LargeOutputStreamsAndLargeInputThatNobodyReadsIsNoError) {
  std::size_t seen = 0;
  const auto streamed =
      run_process({"head", "-c", "3000000", "/dev/zero"}, {.on_chunk = [&](std::string_view chunk) { return seen += chunk.size(), true; }})
          .value();
  EXPECT_EQ(seen, 3000000u);
  EXPECT_EQ(streamed.out, "");
  EXPECT_EQ(run_process({"true"}, {.input = std::string(1 << 20, 'x')}).value().exit_code, 0);
  const auto cut = run_process({"head", "-c", "5000", "/dev/zero"}, {.max_output = 1000}).value();
  EXPECT_EQ(cut.out.size(), 1000u);
  EXPECT_TRUE(cut.truncated);
}
TEST(Process, TheReaderMayHaveEnough) {
  const auto done = run_process({"cat", "/dev/zero"}, {.on_chunk = [](std::string_view) { return false; }}).value();
  EXPECT_TRUE(done.stopped_by_reader);
}

}  // namespace
}  // namespace evenkeel
