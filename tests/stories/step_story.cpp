// What a step's command finds and leaves: a clean environment, no secret in what is kept of it, no folder and no process after it.
#include <signal.h>

#include <fstream>

#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;
using testing::Not;

class StepStory : public Story {
 protected:
  static std::string deploys_by(const std::string& step) {
    return edited(World::small_shop(), "deploy: [{name: put,", "deploy: [" + step + ", {name: put,");
  }
  static std::string outputs(World& w) {
    const auto run = w.get("/api/v1/releases/1.0.0/deployment").json();
    return w.get("/api/v1/runs/" + std::string(run.at("id").as_string()) + "/attempts").out;
  }
  static std::vector<std::string> folders(World& w) {
    std::vector<std::string> out;
    std::error_code ec;
    for (const auto& entry : std::filesystem::directory_iterator(w.dir + "/state/attempts", ec)) out.push_back(entry.path().string());
    return out;
  }
  static long pid_in(const std::string& path) {
    long pid = 0;
    EXPECT_TRUE(in_time([&] { return bool(std::ifstream(path) >> pid); })) << path << " is not written";
    return pid;
  }
  static bool is_alive(long pid) {
    std::string stat;
    std::getline(std::ifstream(fmt::format("/proc/{}/stat", pid)), stat);
    return !stat.empty() && !stat.substr(stat.rfind(')') + 1, 3).contains('Z');
  }
};

TEST_P(StepStory, O7_a_command_finds_no_secret_of_the_server_and_leaves_none) {
  ::setenv("EVENKEEL_STORY_TOKEN", "t0p/secret+token", 1);
  ::setenv("STORY_LEAK", "a variable of the server", 1);
  World w{GetParam(), deploys_by("{name: look, kind: command, env: {TOKEN: \"${env:EVENKEEL_STORY_TOKEN}\"}, command: [sh, -c, \"env; "
                                 "ulimit -n; echo $TOKEN; printf "
                                 "x%s $TOKEN | base64; printf %s $TOKEN | od -An -tx1 | tr -d ' '; echo $EVENKEEL_VERSION\"]}")};
  w.deploy();
  const auto out = outputs(w);
  EXPECT_THAT(out, HasSubstr("TOKEN=***"));
  EXPECT_THAT(out, HasSubstr("EVENKEEL_VERSION=1.0.0"));
  EXPECT_THAT(out, HasSubstr("\\n1024\\n")) << "the usual number of open files, however far the server's own is raised";
  for (const auto* leaked :
       {"t0p/secret", "t0p\\/secret", "cC9zZWNyZXQrdG9r", "7430702f736563726574", "STORY_LEAK", "EVENKEEL_DB", "postgres://"})
    EXPECT_THAT(out, Not(HasSubstr(leaked)));
  EXPECT_THAT(folders(w), testing::IsEmpty()) << "the folders of attempts go with them";
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(StepStory, O7_abandoning_a_run_ends_what_it_has_under_way) {
  World w{GetParam(), deploys_by("{name: long, kind: command, command: [bash, -c, \"test ${environment} = staging && exit 0; trap '' TERM; "
                                 "setsid sh -c 'echo $$ > @DIR@/child; sleep 300' & echo $$ > @DIR@/parent; sleep 300; sleep 300\"]}")};
  w.ready();
  w.advance("1s");
  const auto go = w.as("ada", {"decide", "1.0.0", "go"});
  ASSERT_EQ(go.code, 0) << go.err;
  const auto started = w.as("ada", {"deploy", "start", "1.0.0"});
  ASSERT_EQ(started.code, 0) << started.err;
  {
    const auto moving = w.advancing("1s");
    const auto parent = pid_in(w.dir + "/parent"), child = pid_in(w.dir + "/child");
    ASSERT_TRUE(is_alive(parent) && is_alive(child));
    const auto abandoned = w.as("ada", {"deploy", "abandon", "1.0.0", "--reason", "the wrong artefact"});
    ASSERT_EQ(abandoned.code, 0) << abandoned.err;
    EXPECT_TRUE(in_time([&] { return !is_alive(parent) && !is_alive(child); }));
  }
  w.advance("5s");
  EXPECT_THAT(outputs(w), HasSubstr("\"state\":\"failed\""));
  EXPECT_THAT(folders(w), testing::IsEmpty());
}

TEST_P(StepStory, O7_a_step_that_timed_out_does_not_go_on_beside_its_retry) {
  World w{
      GetParam(),
      deploys_by(
          "{name: slow, kind: command, timeout: 1s, retries: 1, command: [bash, -c, \"test ${environment} = staging && "
          "exit 0; trap '' TERM; (setsid sh -c 'echo $$ >> @DIR@/pids; sleep 300' &); echo $$ >> @DIR@/pids; sleep 300; sleep 300\"]}")};
  w.ready();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("10s");  // returns when both attempts have ended
  std::ifstream file(w.dir + "/pids");
  const std::vector<int> pids{std::istream_iterator<int>(file), {}};
  EXPECT_EQ(pids.size(), 4u) << "each attempt, and what it has started beside itself";
  const auto any_alive = [&] { return std::any_of(pids.begin(), pids.end(), [](int pid) { return is_alive(pid); }); };
  EXPECT_TRUE(in_time([&] { return !any_alive(); }));
  EXPECT_THAT(outputs(w), HasSubstr("\"number\":2"));
}

INSTANTIATE_TEST_SUITE_P(Databases, StepStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
