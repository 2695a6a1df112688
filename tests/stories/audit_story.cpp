// G1: how the last releases went, from a plain git repository, without a server.
#include <fstream>

#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class AuditStory : public testing::Test {
 protected:
  std::string dir;

  AuditStory() {
    char name[] = "/tmp/evenkeel-story-XXXXXX";
    dir = ::mkdtemp(name);
    // Three releases: the second holds a change that is reverted in the third, which follows five hours later.
    run(R"(git init -q -b main
      at() { export GIT_AUTHOR_DATE="$1 +0000" GIT_COMMITTER_DATE="$1 +0000"; }
      c() { echo "$2" >> "$1"; git add -A; git commit -qm "$3"; }
      at "2026-01-05 09:00:00"; c shop.txt lamps "feat: sell lamps"; at "2026-01-06 09:00:00"; git tag -a v1.0.0 -m 1.0.0
      at "2026-01-10 09:00:00"; c shop.txt sofas "feat: sell sofas"; at "2026-01-12 09:00:00"; c pay.txt card "feat: pay by card"
      at "2026-01-14 09:00:00"; git tag -a v1.1.0 -m 1.1.0
      at "2026-01-14 13:00:00"; git revert --no-edit HEAD >/dev/null; at "2026-01-14 14:00:00"; git tag -a v1.1.1 -m 1.1.1)");
  }
  ~AuditStory() override {
    std::error_code ec;
    std::filesystem::remove_all(dir, ec);
  }
  void run(const std::string& script) {
    ProcessOptions options{.cwd = dir};
    options.env = {{"GIT_AUTHOR_NAME", "Dev"},         {"GIT_AUTHOR_EMAIL", "dev@shop.test"},
                   {"GIT_COMMITTER_NAME", "Dev"},      {"GIT_COMMITTER_EMAIL", "dev@shop.test"},
                   {"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_CONFIG_SYSTEM", "/dev/null"}};
    const auto done = run_process({"bash", "-c", "set -e\n" + script}, options);
    if (!done || !done->ok()) throw std::runtime_error(done ? done->err : done.error().message);
  }
  Said audit(std::vector<std::string> more) {
    more.insert(more.begin(), {evenkeel_binary(), "audit", "--repo", dir, "--last", "5"});
    const auto done = run_process(more);
    return done ? Said{done->exit_code, done->out, done->err} : Said{-1, "", done.error().message};
  }
};

TEST_F(AuditStory, G1_a_plain_repository_tells_size_lead_time_reverts_and_hotfixes) {
  const auto said = audit({"--json"});
  ASSERT_EQ(said.code, 0) << said.err;
  const auto report = said.json();
  const auto& releases = report.at("releases").as_array();
  std::vector<std::string> versions;
  for (const auto& r : releases) versions.emplace_back(r.at("version").as_string());
  EXPECT_THAT(versions, ElementsAre("1.1.1", "1.1.0", "1.0.0"));
  const auto& second = releases[1];
  EXPECT_EQ(second.at("commits").as_int64(), 2);
  EXPECT_EQ(second.at("files").as_int64(), 2);
  EXPECT_EQ(second.at("lead_time_hours").at("median").to_number<double>(), 72) << "48 and 96 hours";
  EXPECT_EQ(second.at("reverted").as_array().size(), 1u);
  EXPECT_EQ(second.at("hotfix").at("version").as_string(), "1.1.1");
  EXPECT_EQ(second.at("hotfix").at("hours_after").to_number<double>(), 5);
  EXPECT_TRUE(releases[0].at("reverted").as_array().empty());
  EXPECT_TRUE(second.at("deployment").is_null()) << "git does not know deployments, and nothing is made up";
  EXPECT_THAT(json::dump(report.at("gaps")), testing::AllOf(HasSubstr("--deployments"), HasSubstr("--incidents")));
  EXPECT_FALSE(report.at("proposed_gates").as_array().empty());
}

TEST_F(AuditStory, G1_with_records_it_knows_durations_rollbacks_and_who_noticed) {
  std::ofstream(dir + "/deployments.json")
      << R"([{"id":"d1","service":"shop","version":"1.1.0","started":"2026-01-14T10:00:00Z","finished":"2026-01-14T10:30:00Z","result":"rolled_back","environment":"production"}])";
  std::ofstream(dir + "/incidents.json")
      << R"([{"id":"i1","created":"2026-01-14T10:40:00Z","resolved":"2026-01-14T12:00:00Z","service":"shop","source":"customer","deployment":"d1"}])";
  const auto report = audit({"--json", "--deployments", dir + "/deployments.json", "--incidents", dir + "/incidents.json"}).json();
  EXPECT_FALSE(report.at("releases").as_array()[1].at("deployment").is_null());
  EXPECT_THAT(json::dump(report.at("averages")), HasSubstr("30"));
  EXPECT_THAT(json::dump(report.at("gaps")),
              testing::AllOf(HasSubstr("no deployment is recorded for 1.1.1, 1.0.0"), testing::Not(HasSubstr("--incidents"))));
  EXPECT_THAT(audit({"--deployments", dir + "/deployments.json"}).out, HasSubstr("1.1.0"));
}

TEST_F(AuditStory, G1_what_is_no_repository_or_no_record_is_said) {
  std::filesystem::create_directory(dir + "/plain");
  const auto said = run_process({evenkeel_binary(), "audit", "--repo", "/proc", "--last", "5"});
  EXPECT_NE(said->exit_code, 0);
  EXPECT_THAT(said->err, HasSubstr("/proc"));
  std::ofstream(dir + "/broken.json") << R"([{"id": 7}])";
  const auto broken = audit({"--deployments", dir + "/broken.json"});
  EXPECT_EQ(broken.code, 2);
  EXPECT_THAT(broken.err, HasSubstr("broken.json"));
  EXPECT_EQ(audit({"--deployments", dir + "/absent.json"}).code, 2);
}

}  // namespace
}  // namespace evenkeel::stories
