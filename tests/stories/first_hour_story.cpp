// The first hour of a newcomer: from the clone of a repository to a planned first release, by typing what is printed and nothing else.
#include <signal.h>

#include <fstream>

#include "stories/world.hpp"
#include "support/histories.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A machine on which nobody has used Evenkeel yet, with a clone.
class Newcomer {
 public:
  explicit Newcomer(const std::string& origin) {
    char name[] = "/tmp/evenkeel-story-XXXXXX";
    home = ::mkdtemp(name);
    clone = home + "/clone";
    const auto cloned = run_process({"git", "clone", "-q", origin, clone});
    if (!cloned || !cloned->ok()) throw std::runtime_error("clone failed");
  }
  ~Newcomer() {
    std::error_code ec;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(home + "/data", ec))
      if (entry.path().extension() == ".pid") {
        int pid = 0;
        std::ifstream(entry.path()) >> pid;
        if (pid > 0) ::kill(pid, SIGKILL);
      }
    if (!testing::Test::HasFailure()) std::filesystem::remove_all(home, ec);
  }
  Said type(const std::string& line) const {
    ProcessOptions options{.cwd = clone};
    options.env = {{"HOME", home},
                   {"XDG_CONFIG_HOME", home + "/config"},
                   {"XDG_DATA_HOME", home + "/data"},
                   {"EVENKEEL_ALLOW_ROOT", "1"},
                   {"EVENKEEL_PASSWORD", "a newcomer's word"},
                   {"GIT_CONFIG_GLOBAL", "/dev/null"},
                   {"PATH", std::filesystem::path(evenkeel_binary()).parent_path().string() + ":" + std::getenv("PATH")}};
    options.without = {"EVENKEEL_DB", "EVENKEEL_SERVER", "EVENKEEL_TOKEN"};
    options.deadline = std::chrono::seconds{120};
    const auto done = run_process({"bash", "-ec", line}, options);
    return done ? Said{done->exit_code, done->out, done->err} : Said{-1, "", done.error().message};
  }
  std::string home, clone;
};

/// The command behind the last "next: ".
std::string next_of(const Said& said) {
  const auto at = said.out.rfind("next: ");
  if (at == std::string::npos) return {};
  return said.out.substr(at + 6, said.out.find('\n', at) - at - 6);
}

void expect_a_first_hour(const std::string& name, const std::string& origin) {
  SCOPED_TRACE(name);
  const Newcomer newcomer{origin};
  const auto audit = newcomer.type("evenkeel audit --last 5");
  ASSERT_EQ(audit.code, 0) << audit.err;
  std::ofstream(newcomer.home + "/pasted.yaml") << audit.out.substr(audit.out.find("\nname: "));
  EXPECT_EQ(newcomer.type("evenkeel config check ../pasted.yaml").code, 0) << newcomer.type("evenkeel config check ../pasted.yaml").err;

  const auto lost = newcomer.type("evenkeel release list");
  EXPECT_EQ(lost.code, 4) << "not signed in";
  EXPECT_THAT(lost.err, HasSubstr("`evenkeel init`"));
  auto said = newcomer.type("evenkeel init");
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_EQ(newcomer.type("evenkeel config check").code, 0) << newcomer.type("evenkeel config check").err;
  EXPECT_EQ(next_of(said), "evenkeel init --start");
  said = newcomer.type(next_of(said) + " --port 0");
  ASSERT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(newcomer.type("evenkeel status").out, HasSubstr("at http://127.0.0.1:"));
  std::string typed;
  for (int i = 0; i < 5 && !typed.starts_with("evenkeel change import"); ++i) {
    typed = next_of(said);
    ASSERT_NE(typed, "") << said.out;
    said = newcomer.type(typed.starts_with("evenkeel change import") ? typed + " --yes" : typed);
    ASSERT_EQ(said.code, 0) << typed << "\n" << said.err;
  }
  EXPECT_THAT(said.out, HasSubstr("changes added"));
  const auto draft = newcomer.type("evenkeel rollback draft");
  EXPECT_EQ(draft.code, 0) << draft.err;
  EXPECT_THAT(draft.out, HasSubstr("${from_version}"));
  const auto releases = newcomer.type("evenkeel release list");
  EXPECT_EQ(releases.code, 0) << releases.err;
}

TEST(FirstHourStory, in_each_real_history_a_first_release_is_planned_by_typing_what_is_printed) {
  const int seen = testing_data::each_history([](const std::string& name, const std::string& dir) { expect_a_first_hour(name, dir); });
  if (seen == 0) GTEST_SKIP() << "no histories in " << testing_data::root();
}

/// The lines of README's "First steps", as they stand there.
std::vector<std::string> first_steps() {
  std::ifstream in(std::string(EVENKEEL_SOURCE_DIR) + "/README.md");
  std::vector<std::string> lines;
  bool there = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("## ")) there = line.starts_with("## First steps");
    if (there && line.starts_with("evenkeel ")) lines.push_back(line.substr(0, line.find("  #")));
  }
  return lines;
}

TEST(FirstHourStory, the_first_steps_of_the_readme_work_in_a_fresh_clone) {
  const testing_git::TempFolder folder;
  const auto dir = folder.path().string();
  ASSERT_TRUE(
      run_process({"bash", "-ec", "cd " + dir + R"(; git init -q -b main; git config user.name Dev; git config user.email dev@shop.test
    echo a > a; git add -A; git commit -qm 'feat: begin'; git tag v1.0.0; echo b > b; git add -A; git commit -qm 'feat: more')"})
          ->ok());
  const Newcomer newcomer{dir};
  const auto lines = first_steps();
  ASSERT_GE(lines.size(), 4u);
  for (auto line : lines) {
    if (line.contains("--start")) line += " --port 0";  // the usual one may be taken here
    const auto said = newcomer.type(line);
    EXPECT_EQ(said.code, 0) << line << "\n" << said.out << said.err;
  }
}

TEST(FirstHourStory, a_repository_that_was_never_released_gets_its_first_version) {
  const testing_git::TempFolder folder;
  const auto dir = folder.path().string();
  ASSERT_TRUE(
      run_process({"bash", "-ec", "cd " + dir + R"(; git init -q -b main; git config user.name Dev; git config user.email dev@shop.test
    mkdir -p services/pay services/find; echo a > services/pay/a; echo b > services/find/b; git add -A; git commit -qm 'feat: begin')"})
          ->ok());
  expect_a_first_hour("never released", dir);
}

TEST(FirstHourStory, a_database_that_is_declared_and_missing_is_not_replaced_by_an_empty_one) {
  const testing_git::TempFolder folder;
  const auto dir = folder.path().string();
  const auto serve =
      run_process({"bash", "-c", "EVENKEEL_DB=" + dir + "/gone.db EVENKEEL_ALLOW_ROOT=1 " + evenkeel_binary() + " serve --port 0"});
  EXPECT_EQ(serve->exit_code, 3);
  EXPECT_THAT(serve->err, HasSubstr("EVENKEEL_DB names the database"));
  EXPECT_FALSE(std::filesystem::exists(dir + "/gone.db"));
  const auto serves = [&](const std::string& words) {
    return run_process({"bash", "-c", "cd " + dir + "; HOME=" + dir + " EVENKEEL_ALLOW_ROOT=1 " + words});
  };
  const auto slip = serves("EVENKEEL_DB=" + dir + "/slip.db timeout 20 " + evenkeel_binary() + " serve --port 0");
  EXPECT_EQ(slip->exit_code, 3);
  EXPECT_THAT(slip->err, testing::AllOf(HasSubstr("it is not there"), HasSubstr("--new --db " + dir + "/slip.db")));
  std::filesystem::create_directories(dir + "/lost.db.state");
  std::ofstream(dir + "/lost.db.state/ledger.key") << "a key\n";
  const auto lost = serves("timeout 20 " + evenkeel_binary() + " serve --port 0 --db " + dir + "/lost.db");
  EXPECT_EQ(lost->exit_code, 3);
  EXPECT_THAT(lost->err, HasSubstr("was served here before"));
  EXPECT_FALSE(std::filesystem::exists(dir + "/lost.db"));
  const auto list = run_process({evenkeel_binary(), "release", "list", "--db", dir + "/slip.db"});
  EXPECT_EQ(list->exit_code, 1);
  EXPECT_THAT(list->err, HasSubstr("there is no database"));
  EXPECT_FALSE(std::filesystem::exists(dir + "/slip.db"));
}

TEST(FirstHourStory, a_sign_in_is_kept_for_its_owner_alone_and_goes_to_its_own_server) {
  World w{On::sqlite};
  const auto login = w.shell("", "unset EVENKEEL_TOKEN; evenkeel login --login ada --password 'correct horse battery'");
  ASSERT_EQ(login.code, 0) << login.err;
  EXPECT_THAT(login.out, HasSubstr("Signed in to " + w.server_url));
  const auto file = w.dir + "/config/evenkeel/servers.json";
  EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_THAT(w.shell("", "unset EVENKEEL_TOKEN EVENKEEL_SERVER; evenkeel status").out, HasSubstr("ada"));
  EXPECT_EQ(w.shell("", "unset EVENKEEL_TOKEN; EVENKEEL_SERVER=http://127.0.0.1:1 evenkeel whoami --server " + w.server_url).code, 0)
      << "a flag beats a variable";
  EXPECT_EQ(w.shell("", "unset EVENKEEL_TOKEN; evenkeel logout").code, 0);
  const auto out = w.shell("", "unset EVENKEEL_TOKEN; evenkeel whoami");
  EXPECT_EQ(out.code, 4);
  EXPECT_THAT(out.err, HasSubstr("`evenkeel login --server " + w.server_url + "`"));
  const auto token = w.token("rita");
  EXPECT_EQ(w.shell("", "unset EVENKEEL_TOKEN; echo " + token + " | evenkeel login --with-token").code, 0);
  EXPECT_THAT(w.shell("", "unset EVENKEEL_TOKEN EVENKEEL_SERVER; evenkeel status --json").json().at("login").as_string(),
              testing::StrEq("rita"));
}

}  // namespace
}  // namespace evenkeel::stories
