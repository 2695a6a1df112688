// Unreleased kept current by the pipeline of every merge, by a request that stays open until a person merges it (P3). No server is needed.
#include <fstream>

#include "stories/fakes.hpp"
#include "support/git_repo.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A repository at its host, and the folder in which its pipeline runs.
class CaptureStory : public testing::Test {
 protected:
  testing_git::TempFolder folder;
  std::string dir = folder.path().string();

  ProcessOutput shell(const std::string& words, std::map<std::string, std::string> env = {}) {
    env.merge(std::map<std::string, std::string>{
        {"GIT_AUTHOR_NAME", "Dev"},
        {"GIT_AUTHOR_EMAIL", "dev@x.test"},
        {"GIT_COMMITTER_NAME", "Dev"},
        {"GIT_COMMITTER_EMAIL", "dev@x.test"},
        {"PATH", std::filesystem::path(evenkeel_binary()).parent_path().string() + ":" + std::getenv("PATH")}});
    return run_process({"sh", "-c", words}, {.cwd = dir, .env = env, .deadline = Millis{60'000}}).value();
  }
  void SetUp() override {
    ASSERT_TRUE(shell("git init -q --bare -b main host.git && git -C host.git config receive.advertisePushOptions true && "
                      "git clone -q host.git work && cd work && git checkout -q -B main && evenkeel changelog init && git add . && "
                      "git commit -qm 'chore: begin' && git tag v1.0.0 && git push -q origin main v1.0.0")
                    .ok());
  }
  void merge(const std::string& title) {
    ASSERT_TRUE(shell("cd work && git pull -q origin main && echo x >> app && git add . && git commit -qm '" + title +
                      "' && git push -q origin main")
                    .ok());
  }
  ProcessOutput capture(std::map<std::string, std::string> env = {}, const std::string& more = "") {
    return shell("cd work && git pull -q origin main && evenkeel changelog capture --pull-request " + more, std::move(env));
  }
  std::string at_host(const std::string& what) { return shell("git -C host.git " + what).out; }
};

TEST_F(CaptureStory, P3_on_github_one_pull_request_stays_current_until_a_person_merges_it) {
  FakeProgram host{"github"};
  const std::map<std::string, std::string> pipeline{
      {"GITHUB_REPOSITORY", "acme/shop"}, {"GITHUB_API_URL", host.url()}, {"GITHUB_TOKEN", "host-token"}};
  merge("feat: gift cards");
  auto first = capture(pipeline);
  EXPECT_NE(first.exit_code, 0) << "the answer to the first asking got lost";
  EXPECT_THAT(first.err, AllOf(HasSubstr("running again goes on from here"), Not(HasSubstr("host-token"))));
  first = capture(pipeline);
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("https://git.test/acme/shop/pull/1"));
  EXPECT_THAT(at_host("show evenkeel/unreleased:CHANGELOG.md"), HasSubstr("- Gift cards"));
  EXPECT_THAT(at_host("show main:CHANGELOG.md"), Not(HasSubstr("Gift cards"))) << "nothing reaches main by itself";
  merge("fix: prices round up");
  EXPECT_THAT(capture(pipeline).out, HasSubstr("pull/1"));
  ASSERT_EQ(host.state().at("pulls").as_array().size(), 1u);
  EXPECT_THAT(at_host("show evenkeel/unreleased:CHANGELOG.md"), AllOf(HasSubstr("- Gift cards"), HasSubstr("- Prices round up")));
  EXPECT_EQ(at_host("diff --name-only main evenkeel/unreleased"), "CHANGELOG.md\n");
  // A person merges it, and it brings no entry of its own.
  ASSERT_TRUE(shell("cd work && git pull -q origin main && git fetch -q origin evenkeel/unreleased && git merge -q --squash FETCH_HEAD && "
                    "git commit -qm 'chore(changelog): what merged since the last release (#1)' && git push -q origin main")
                  .ok());
  EXPECT_THAT(capture(pipeline).out, Not(HasSubstr("pull/2")));
  ASSERT_EQ(host.state().at("pulls").as_array().size(), 1u);
}

TEST_F(CaptureStory, P3_on_gitlab_the_push_asks_for_the_merge_request) {
  std::ofstream(dir + "/host.git/hooks/post-receive")
      << "#!/bin/sh\ni=0; while [ $i -lt ${GIT_PUSH_OPTION_COUNT:-0} ]; do eval echo \\$GIT_PUSH_OPTION_$i >> options; i=$((i+1)); done\n";
  ASSERT_TRUE(shell("chmod +x host.git/hooks/post-receive").ok());
  merge("feat: gift cards");
  const auto done = capture({{"CI_PROJECT_PATH", "acme/shop"}});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(shell("cat host.git/options").out, AllOf(HasSubstr("merge_request.create"), HasSubstr("merge_request.target=main")));
}

TEST_F(CaptureStory, P3_pipelines_of_merges_close_together_bring_each_entry_once) {
  for (const auto* name : {"one", "two", "three"}) {
    merge(fmt::format("feat: {} thing", name));
    ASSERT_TRUE(shell(fmt::format("git clone -q host.git {0} && git -C {0} checkout -q HEAD", name)).ok());
  }
  const auto all = shell(
      "for at in one two three; do (cd $at && evenkeel changelog capture --pull-request --json > ../$at.json 2> ../$at.err) & done; wait; "
      "cat *.json *.err");
  EXPECT_THAT(all.out, AllOf(HasSubstr("\"behind\""), HasSubstr("\"moved\""))) << "only the newest writes";
  const auto text = at_host("show evenkeel/unreleased:CHANGELOG.md");
  for (const auto* words : {"- One thing", "- Two thing", "- Three thing"}) {
    const auto at = text.find(words);
    EXPECT_NE(at, std::string::npos) << words;
    EXPECT_EQ(text.find(words, at + 1), std::string::npos) << words;
  }
}

TEST_F(CaptureStory, P3_bad_words_are_answered_with_what_to_do) {
  merge("feat: gift cards");
  EXPECT_THAT(capture({}, "--host bitbucket").err, HasSubstr("github, gitlab or none"));
  EXPECT_THAT(capture({}, "--remote nowhere").err, HasSubstr("nowhere"));
  EXPECT_THAT(capture({}, "--repository acme/shop").err, HasSubstr("GITHUB_TOKEN"));
  EXPECT_THAT(capture({}, "--base trunk").err, HasSubstr("--base"));
  EXPECT_EQ(at_host("branch --list evenkeel/*"), "") << "nothing was pushed";
  const auto part = shell("git clone -q --depth 1 file://$PWD/host.git part && cd part && evenkeel changelog capture --pull-request");
  EXPECT_THAT(part.err, HasSubstr("fetch-depth: 0"));
  EXPECT_THAT(capture({}, "--dry-run").out, HasSubstr("Gift cards"));
  EXPECT_THAT(capture({}, "").out, HasSubstr("it goes to main by a request"));
}

}  // namespace
}  // namespace evenkeel::stories
