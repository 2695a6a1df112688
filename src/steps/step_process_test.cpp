#include "steps/step_process.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "steps/environment.hpp"
#include "support/git_repo.hpp"

int run_as_step_runner(const char* folder) { return evenkeel::steps::run_step_process(folder); }

namespace evenkeel::steps {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

struct StepProcess : testing::Test {
  testing_git::TempFolder folder;
  std::string where = (folder.path() / "attempt").string();

  static ProcessOrder script(const std::string& text, Millis timeout = 20s) {
    return {{"bash", "-c", text}, "", timeout.count(), command_environment({}, {}), ""};
  }
  ProcessView until_end() {
    for (int i = 0; i < 3000; ++i) {
      const auto view = look_at_process(where);
      if (view.state != ProcessState::running) return view;
      std::this_thread::sleep_for(10ms);
    }
    return {};
  }
  /// What a process wrote there about itself, once it has.
  long pid_in(const std::string& name) {
    for (int i = 0; i < 500; ++i) {
      long pid = 0;
      if (std::ifstream(folder.path() / name) >> pid) return pid;
      std::this_thread::sleep_for(10ms);
    }
    return 0;
  }
  std::string at(const std::string& name) { return (folder.path() / name).string(); }
};

bool is_alive(long pid) {
  std::string stat;
  std::getline(std::ifstream(fmt::format("/proc/{}/stat", pid)), stat);
  const auto name_ends = stat.rfind(')');
  return name_ends != std::string::npos && stat[name_ends + 2] != 'Z';
}
int zombies() {
  int n = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::string stat;
    std::getline(std::ifstream(entry.path() / "stat"), stat);
    const auto name_ends = stat.rfind(')');
    if (name_ends != std::string::npos && stat.substr(name_ends + 1, 4).contains(" Z ") &&
        std::atoi(stat.c_str() + name_ends + 4) == ::getpid())
      ++n;
  }
  return n;
}

TEST_F(StepProcess, TheEnvironmentIsCleanButForWhatIsNamed) {
  ::setenv("EVENKEEL_DB", "postgres://evenkeel:t0psecret@db/evenkeel", 1);
  ::setenv("SOME_TOKEN", "t0psecret", 1);
  ProcessOrder order{{"env"}, "", 20'000, command_environment({{"version", "1.0; rm"}}, {{"MINE", "a b"}}), ""};
  ASSERT_TRUE(start_process(where, order));
  const auto view = until_end();
  ::unsetenv("EVENKEEL_DB");
  ::unsetenv("SOME_TOKEN");
  ASSERT_EQ(view.exit_code, 0);
  std::vector<std::string> names;
  std::istringstream lines(view.output);
  for (std::string line; std::getline(lines, line);) names.push_back(line.substr(0, line.find('=')));
  EXPECT_THAT(names, testing::UnorderedElementsAre("PATH", "HOME", "LANG", "EVENKEEL_VERSION", "MINE"));
  EXPECT_THAT(view.output, HasSubstr("EVENKEEL_VERSION=1.0; rm\n"));
  std::ifstream order_on_disk(where + "/order.taken");
  const std::string kept(std::istreambuf_iterator<char>(order_on_disk), {});
  EXPECT_THAT(kept, Not(HasSubstr("a b"))) << "the environment may hold secrets, and is on no disk";
}
TEST_F(StepProcess, NoOpenFileOfTheServerGoesWithIt) {
  const int leaked = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as a library may have it
  ASSERT_TRUE(start_process(where, script("ls /proc/self/fd | sort -n | tail -1")));
  const auto view = until_end();
  ::close(leaked);
  EXPECT_LE(std::atoi(view.output.c_str()), 3) << view.output;
}
TEST_F(StepProcess, ATimeOutEndsAllOfItHoweverItTriedToGetAway) {
  ASSERT_TRUE(start_process(where, script(fmt::format("trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$ > {0}/session; sleep 60' & "
                                                      "(setsid setsid sh -c 'echo $$ > {0}/orphan; exec sleep 60' & ) ; "
                                                      "echo $$ > {0}/leader; sleep 60; sleep 60",
                                                      folder.path().string()),
                                          1500ms)));
  const auto leader = pid_in("leader"), session = pid_in("session"), orphan = pid_in("orphan");
  ASSERT_TRUE(leader && session && orphan);
  EXPECT_EQ(until_end().exit_code, timed_out_code);
  for (const auto pid : {leader, session, orphan}) EXPECT_FALSE(is_alive(pid)) << pid;
}
TEST_F(StepProcess, BeingToldEndsAllOfItToo) {
  ASSERT_TRUE(start_process(where, script(fmt::format("setsid sh -c 'echo $$ > {0}/session; sleep 60' & echo $$ > {0}/leader; sleep 60",
                                                      folder.path().string()))));
  const auto leader = pid_in("leader"), session = pid_in("session");
  ASSERT_TRUE(leader && session);
  kill_process(where);
  EXPECT_EQ(until_end().exit_code, told_to_end_code);
  EXPECT_FALSE(is_alive(leader) || is_alive(session));
}
TEST_F(StepProcess, WhatACommandThatEndedLeavesOnPurposeIsLeftAlone) {
  ASSERT_TRUE(start_process(
      where, script(fmt::format("setsid sh -c 'echo $$ > {}/daemon; exec sleep 5' >/dev/null 2>&1 & sleep 0.2", folder.path().string()))));
  EXPECT_EQ(until_end().exit_code, 0);
  const auto daemon = pid_in("daemon");
  EXPECT_TRUE(is_alive(daemon));
  ::kill(static_cast<pid_t>(daemon), SIGKILL);
}
TEST_F(StepProcess, NoDeadProcessIsLeftOfAnyStep) {
  const int before = zombies();
  for (int i = 0; i < 20; ++i) {
    where = at(fmt::format("attempt{}", i));
    ASSERT_TRUE(start_process(where, script("(true &)")));
    EXPECT_EQ(until_end().exit_code, 0);
  }
  for (int i = 0; i < 200 && zombies() > before; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_LE(zombies(), before);
}
TEST_F(StepProcess, AnotherUserHasItWhereOneIsConfigured) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may become somebody else";
  auto order = script("id -un; cd; pwd; touch " + at("x") + " 2>&1; cat /etc/shadow 2>&1 >/dev/null");
  order.user = "nobody";
  ASSERT_TRUE(start_process(where, order));
  const auto view = until_end();
  EXPECT_THAT(view.output, testing::StartsWith("nobody\n"));
  EXPECT_THAT(view.output, HasSubstr("/etc/shadow: Permission denied"));
  EXPECT_FALSE(std::filesystem::exists(at("x")));
}

}  // namespace
}  // namespace evenkeel::steps
