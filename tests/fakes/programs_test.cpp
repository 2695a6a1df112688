// Each fake as the program that tests and the demo start: it writes its port, answers, and ends when told.
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/json.hpp"
#include "http/client.hpp"

extern char** environ;

namespace evenkeel::fakes {
namespace {

class Program : public testing::TestWithParam<const char*> {};

TEST_P(Program, StartsOnAFreePortShowsItsStateAndEnds) {
  const std::string program = std::string(FAKES_DIR) + "/fake_" + GetParam();
  const auto folder = std::filesystem::temp_directory_path() / ("evenkeel-fake-" + std::to_string(::getpid()) + "-" + GetParam());
  std::filesystem::create_directories(folder);
  std::string port_file = (folder / "port").string(), option = "--port-file", parent = "--with-parent";
  char* argv[] = {const_cast<char*>(program.c_str()), option.data(), port_file.data(), parent.data(), nullptr};
  pid_t pid = 0;
  ASSERT_EQ(::posix_spawn(&pid, program.c_str(), nullptr, nullptr, argv, environ), 0);
  int port = 0;
  for (int i = 0; i < 500 && port == 0; ++i) {
    std::ifstream(port_file) >> port;
    if (port == 0) ::usleep(10'000);
  }
  ASSERT_NE(port, 0);
  http::CurlClient client;
  const auto base = "http://127.0.0.1:" + std::to_string(port);
  const auto state = client.send({.url = base + "/__state"});
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_TRUE(json::parse(state->body).value().is_object());
  EXPECT_EQ(client.send({.method = "POST", .url = base + "/__control", .body = R"({"mode":"reject","status":418})"})->status, 204);
  EXPECT_EQ(client.send({.url = base + "/anything"})->status, 418);
  ::kill(pid, SIGTERM);
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  std::filesystem::remove_all(folder);
}
INSTANTIATE_TEST_SUITE_P(Fakes, Program, testing::Values("smtp", "pager", "chat", "pipeline", "flags", "witness"),
                         [](const auto& p) { return std::string(p.param); });

}  // namespace
}  // namespace evenkeel::fakes
