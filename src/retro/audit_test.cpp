#include "retro/audit.hpp"

#include <gtest/gtest.h>

#include "definitions/config.hpp"

namespace evenkeel::retro {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const SysTime start = parse_time("2026-03-02T10:00:00Z").value();  // a Monday

/// Three releases: 1.0.0 (two commits), 1.1.0 a day later (three, one taken back by the commit after it), 1.1.1 twelve hours later.
struct Story {
  std::vector<gitlog::Tag> tags;
  gitlog::History history;
  Story() {
    const auto at = [](int h) { return start + hours{h}; };
    std::vector<gitlog::Commit> commits;
    const auto commit = [&](const char* sha, std::vector<std::string> parents, int hour, const char* author, const char* message = "m") {
      commits.insert(commits.begin(), gitlog::Commit{.sha = sha,
                                                     .parents = std::move(parents),
                                                     .author_email = author,
                                                     .authored = at(hour),
                                                     .committed = at(hour),
                                                     .message = message});
    };
    const auto tag = [&](const char* name, const char* sha, int hour) { tags.push_back({.name = name, .target = sha, .date = at(hour)}); };
    commit("aaaaaaa1", {}, 0, "ada@x");
    commit("aaaaaaa2", {"aaaaaaa1"}, 1, "Ada@X");
    tag("v1.0.0", "aaaaaaa2", 2);
    commit("bbbbbbb1", {"aaaaaaa2"}, 10, "ada@x");
    commit("bbbbbbb2", {"bbbbbbb1"}, 14, "bob@x");
    commit("bbbbbbb3", {"bbbbbbb2", "aaaaaaa1"}, 20, "cy@x");
    tag("v1.1.0-rc1", "bbbbbbb2", 15);
    tag("v1.1.0", "bbbbbbb3", 24);
    commit("ccccccc1", {"bbbbbbb3"}, 30, "ada@x", "Revert it\n\nThis reverts commit bbbbbbb2.");
    tag("v1.1.1", "ccccccc1", 36);
    tag("v1.2.0", "elsewhere", 100);
    history = gitlog::make_history(std::move(commits), tags);
  }
  AuditInput input(std::size_t last = 5) const {
    return {.history = history, .releases = releases_to_audit(history, last), .all_tags = tags, .asked = last};
  }
};

TEST(Audit, TellsSizeLeadTimeRevertsAndHotfixes) {
  const Story story;
  const auto result = audit(story.input());
  ASSERT_EQ(result.releases.size(), 3u);
  const auto& middle = result.releases[1];
  EXPECT_EQ(middle.version, "1.1.0");
  EXPECT_EQ(middle.commits, 3);  // those of its release candidate are its own
  EXPECT_EQ(middle.authors, 3);
  EXPECT_DOUBLE_EQ(middle.lead_time_hours->median, 12);  // 14 and 10 hours; the merge does not count
  EXPECT_DOUBLE_EQ(middle.lead_time_hours->p90, 13.6);
  ASSERT_EQ(middle.reverted.size(), 1u);
  EXPECT_EQ(middle.reverted[0].by, "ccccccc1");
  EXPECT_TRUE(middle.reverted[0].after_release);
  EXPECT_EQ(middle.hotfix->version, "1.1.1");
  EXPECT_DOUBLE_EQ(middle.hotfix->hours_after, 12);
  EXPECT_EQ(middle.failed_because.size(), 2u);
  EXPECT_FALSE(result.releases[2].hotfix);
  EXPECT_EQ(result.releases[2].authors, 1);
}
TEST(Audit, KeepsToTheNewestReleasesAskedFor) {
  const Story story;
  const auto result = audit(story.input(1));
  ASSERT_EQ(result.releases.size(), 1u);
  EXPECT_EQ(result.releases[0].version, "1.1.1");
  EXPECT_EQ(story.input(1).releases[0].tag_before, "v1.1.0");
}
TEST(Audit, JoinsDeploymentsAndIncidents) {
  const Story story;
  auto input = story.input();
  input.deployments = {
      {"d1", "shop", "v1.1.0", start + hours{25}, start + hours{25} + minutes{30}, DeploymentResult::rolled_back, "production"},
      {"d0", "shop", "1.1.0", start + hours{22}, {}, DeploymentResult::success, "staging"},
      {"d2", "shop", "1.1.1", start + hours{37}, start + hours{37} + minutes{10}, DeploymentResult::success, "production"}};
  input.incidents = {{"i1", start + hours{26}, {}, "shop", IncidentSource::customer, {}},
                     {"i2", start + hours{38}, {}, "other", IncidentSource::monitor, {}},
                     {"i3", start + hours{50}, {}, {}, IncidentSource::monitor, "d1"}};
  const auto result = audit(input);
  const auto& deployed = *result.releases[1].deployment;
  EXPECT_THAT(deployed.ids, testing::ElementsAre("d1"));
  EXPECT_DOUBLE_EQ(*deployed.minutes, 30);
  EXPECT_THAT(deployed.incidents, testing::ElementsAre("i1", "i3"));
  EXPECT_DOUBLE_EQ(*deployed.minutes_to_first_customer_report, 30);
  EXPECT_TRUE(result.releases[0].deployment->incidents.empty());
  EXPECT_FALSE(result.releases[2].deployment);
  EXPECT_EQ(result.averages.rolled_back, 1);
  EXPECT_DOUBLE_EQ(*result.averages.deployment_minutes, 20);
  EXPECT_DOUBLE_EQ(result.releases[1].lead_time_hours->median, 13.5);  // to the end of the deployment
  ASSERT_EQ(result.gaps.size(), 3u);                                   // fewer than five, 1.2.0 elsewhere, no deployment of 1.0.0
  EXPECT_THAT(result.gaps[1].how, testing::HasSubstr("--rev v1.2.0"));
  EXPECT_THAT(result.gaps[2].what, testing::HasSubstr("1.0.0"));
}
TEST(Audit, AVersionTakesWhatOneDeploymentTakesAndAnOlderOneAgainIsARollback) {
  const Story story;
  auto input = story.input();
  const auto record = [](const char* id, const char* version, int hour, int long_minutes, DeploymentResult result, const char* where) {
    return DeploymentRecord{id, "shop", version, start + hours{hour}, start + hours{hour} + minutes{long_minutes}, result, where};
  };
  input.deployments = {record("s1", "1.1.0", 20, 3, DeploymentResult::failure, "STAGING"),
                       record("d1", "1.1.0", 25, 10, DeploymentResult::success, "PRODUCTION"),
                       record("d2", "1.1.1", 37, 12, DeploymentResult::success, "eu-prod"),
                       record("d3", "1.1.1", 38, 14, DeploymentResult::success, "PRODUCTION"),
                       record("d4", "1.1.0", 50, 5, DeploymentResult::success, "Production")};
  input.deployments->back().environment = "PRODUCTION";
  const auto result = audit(input);
  const auto& newest = *result.releases[0].deployment;
  const auto& before = *result.releases[1].deployment;
  EXPECT_THAT(before.ids, testing::ElementsAre("d1"));
  EXPECT_DOUBLE_EQ(*before.minutes, 10);
  EXPECT_EQ(before.result, DeploymentResult::success);
  EXPECT_THAT(newest.ids, testing::ElementsAre("d2", "d3"));
  EXPECT_DOUBLE_EQ(*newest.minutes, 13) << "of one of its two deployments";
  EXPECT_THAT(newest.rolled_back_by, testing::ElementsAre("d4"));
  EXPECT_EQ(newest.result, DeploymentResult::rolled_back);
  EXPECT_THAT(result.releases[0].failed_because.front(), testing::HasSubstr("rolled back (deployment d4)"));
}

TEST(Audit, GatesAreRankedByTheFailuresTheyWouldHaveHeld) {
  const Story story;
  auto input = story.input();
  input.deployments = {{"d1", "shop", "1.1.0", start + hours{25}, {}, DeploymentResult::rolled_back, "production"}};
  const auto gates = audit(input).proposed_gates;
  ASSERT_EQ(gates.size(), 3u);
  EXPECT_EQ(gates[0].gate, "health_criteria");
  EXPECT_EQ(gates[1].gate, "changes_reversible");
  for (const auto& gate : gates) EXPECT_EQ(gate.mode, "observe");
  EXPECT_THAT(gates[0].would_have_caught, testing::ElementsAre("1.1.0"));
  EXPECT_EQ(gates[0].would_have_held_good, 0);
}
TEST(Audit, WhatHasNoSourceIsAGapWithItsFlag) {
  const Story story;
  std::string how;
  for (const auto& gap : audit(story.input(3)).gaps) how += gap.how + ";";
  EXPECT_EQ(how, "--rev v1.2.0 (or the branch you release from);--deployments FILE;--incidents FILE together with --deployments FILE;");
  const auto elsewhere = gitlog::make_history({gitlog::Commit{.sha = "a1"}}, {});
  const auto nothing = audit({.history = elsewhere, .all_tags = story.tags});
  EXPECT_THAT(nothing.gaps[0].how, testing::HasSubstr("--rev v1.2.0"));
  EXPECT_THAT(report(nothing, "x"), testing::HasSubstr("mode: observe"));
}
TEST(Audit, WhatIsToBePastedPassesTheCheck) {
  const Story story;
  const auto found = audit(story.input());
  const auto alone = report(found, "some/odd: \"name\"", false), beside = report(found, "x");
  const auto new_file = definitions::read_yaml(alone.substr(alone.find("\nname:")), "evenkeel.yaml");
  ASSERT_TRUE(new_file) << new_file.error().complaints.front().message;
  EXPECT_EQ(new_file->gates.size(), 3u);
  ASSERT_TRUE(definitions::read_yaml("name: Shop" + beside.substr(beside.find("\ngates:")), "evenkeel.yaml"));
}

}  // namespace
}  // namespace evenkeel::retro
