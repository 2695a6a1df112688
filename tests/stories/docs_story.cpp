// Notes for a documentation site (CL7): as a commit on a branch, and as a pull request.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DocsStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram mail{"smtp"}, host{"github"};

  std::string shop() {
    return watched_shop({}, metrics, mail) +
           fmt::format("  - {{name: hub, kind: github, url: \"{}\", secret: \"${{file:@DIR@/token}}\"}}\n", host.url()) +
           R"yaml(channels:
  - {name: branch, kind: docs, path: "@DIR@/repo#docs:notes"}
  - {name: request, kind: docs, connection: hub, path: "acme/docs#main:releases", format: html}
audiences:
  - {name: customers, kind: customers, channels: [branch, request]}
)yaml";
  }
  static void announce(World& w) {
    w.deploy();
    std::ofstream(w.dir + "/token") << "host-token";
    ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
    ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
    w.advance("65m");
  }
  static std::string git(World& w, const std::string& words) { return w.shell("ada", "git -C repo " + words).out; }
};

TEST_P(DocsStory, CL7_notes_arrive_on_a_branch_and_as_one_pull_request_however_often_answers_get_lost) {
  World w{GetParam(), shop()};
  announce(w);
  w.advance("6h");
  EXPECT_EQ(w.stage(), "review");
  EXPECT_THAT(git(w, "show docs:notes/1.0.0.md"), AllOf(HasSubstr("version: \"1.0.0\""), HasSubstr("aster search")));
  EXPECT_THAT(git(w, "log -1 --format=%an/%B refs/heads/docs"),
              AllOf(HasSubstr("Evenkeel/Notes of 1.0.0"), HasSubstr("Evenkeel-Communication: com_")));
  EXPECT_THAT(git(w, "ls-tree --name-only docs"), Not(HasSubstr("src"))) << "a branch of its own";
  EXPECT_THAT(git(w, "status --porcelain"), Not(HasSubstr("notes"))) << "the work tree is somebody else's";
  const auto state = host.state();
  ASSERT_EQ(state.at("pulls").as_array().size(), 1u);
  const auto& pull = state.at("pulls").as_array()[0];
  EXPECT_EQ(pull.at("title").as_string(), "Notes of 1.0.0");
  EXPECT_EQ(pull.at("base").as_string(), "main");
  ASSERT_EQ(state.at("files").as_array().size(), 1u);
  const auto& file = state.at("files").as_array()[0];
  EXPECT_EQ(file.at("path").as_string(), "releases/1.0.0.html");
  EXPECT_EQ(file.at("branch").as_string(), pull.at("head").as_string());
  EXPECT_THAT(std::string(file.at("text").as_string()), AllOf(HasSubstr("<!doctype html>"), HasSubstr("aster search")));
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0/communications").out, HasSubstr("https://git.test/acme/docs/pull/1"));
  for (const auto* log : {"/server.log"})
    EXPECT_THAT(w.shell("ada", fmt::format("cat {}{}", w.dir, log)).out, Not(HasSubstr("host-token")));
  ASSERT_EQ(w.as("alex", {"comms", "withdraw", "1.0.0", "--because", "prices are wrong"}).code, 0);
  w.advance("1m");
  EXPECT_THAT(git(w, "show docs:notes/1.0.0.md"), AllOf(HasSubstr("withdrawn: true"), Not(HasSubstr("aster search"))));
  const auto after = host.state();
  ASSERT_EQ(after.at("pulls").as_array().size(), 2u);
  EXPECT_EQ(after.at("pulls").as_array()[1].at("title").as_string(), "Take back the notes of 1.0.0");
}

TEST_P(DocsStory, CL7_a_repository_that_refuses_is_a_failed_communication_with_the_reason_and_no_secret) {
  World w{GetParam(), shop()};
  w.deploy();
  std::ofstream(w.dir + "/token") << "another-token";
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  w.advance("65m");
  EXPECT_EQ(w.stage(), "communication");
  EXPECT_THAT(std::string(w.gate("communications_done").at("value").as_string()), HasSubstr("over request: failed"));
  const auto jobs = w.as("ada", {"jobs", "list"});
  EXPECT_THAT(jobs.out, AllOf(HasSubstr("HTTP 401"), Not(HasSubstr("another-token")))) << jobs.err;
}

INSTANTIATE_TEST_SUITE_P(On, DocsStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
