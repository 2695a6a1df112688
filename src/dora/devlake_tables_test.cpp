#include "dora/devlake_tables.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/git_repo.hpp"

namespace evenkeel::dora::devlake {
namespace {

TEST(DevLakeTables, AFolderOfTablesTellsAHistory) {
  const testing_git::TempFolder folder;
  const auto write = [&](const char* name, const char* text) { std::ofstream(folder.path() / name) << text; };
  write("project_mapping.csv", "project_name,table,row_id\nlamps,cicd_scopes,s1\nlamps,repos,r1\nlamps,boards,b1\n");
  write("cicd_deployment_commits.csv",
        "id,result,started_date,finished_date,cicd_deployment_id,cicd_scope_id,repo_url,environment,commit_sha\n"
        "1,SUCCESS,2026-03-02T10:00:00Z,2026-03-02T10:10:00Z,d1,s1,a,PRODUCTION,c1\n"
        "2,SUCCESS,2026-03-03T10:00:00Z,2026-03-03T10:10:00Z,d2,s1,a,PRODUCTION,c2\n"
        "3,SUCCESS,2026-03-03T10:00:00Z,2026-03-03T10:10:00Z,d2,s1,b,PRODUCTION,c9\n"
        "4,SUCCESS,2026-03-03T10:00:00Z,2026-03-03T10:10:00Z,d3,other,a,PRODUCTION,c2\n");
  write("pull_requests.csv",
        "id,base_repo_id,author_id,merge_commit_sha,created_date,merged_date\npr1,r1,ann,c2,2026-3-2 12:00:00,2026-3-2 14:00:00\n");
  write("pull_request_commits.csv", "commit_sha,pull_request_id,commit_authored_date\nx,pr1,2026-3-2 11:00:00\n");
  write("commits_diffs.csv", "old_commit_sha,new_commit_sha,commit_sha\nc1,c2,c2\n");
  write("issues.csv",
        "id,type,title,created_date,resolution_date\ni1,INCIDENT,\"a, "
        "\"\"b\"\"\",2026-03-03T11:00:00Z,2026-03-03T12:00:00Z\ni2,BUG,x,2026-03-03T11:00:00Z,\n");
  write("board_issues.csv", "board_id,issue_id\nb1,i1\nb1,i2\n");
  const auto tables = read_tables(folder.path().string(), "");
  ASSERT_TRUE(tables) << tables.error().message;
  auto h = history_of(*tables, tables->project);
  EXPECT_EQ(h.id, "lamps");
  ASSERT_EQ(h.deployments.size(), 2u);
  EXPECT_THAT(h.deployments[1].changes, testing::ElementsAre("pr1"));
  ASSERT_EQ(h.incidents.size(), 1u);
  EXPECT_EQ(h.incidents[0].deployment, "d2");
  h.window = {parse_time("2026-03-01").value(), parse_time("2026-03-15").value()};
  const auto figures = report(h, Definition::devlake_2023);
  EXPECT_EQ(figures.at("change_failure_rate").to_number<double>(), 0.5);
  EXPECT_EQ(figures.at("median_lead_time_minutes").to_number<double>(), 60 + 120 + 1210);
}

TEST(DevLakeTables, WhatCannotBeReadIsNamed) {
  const testing_git::TempFolder folder;
  EXPECT_THAT(read_tables(folder.path().string(), "").error().message, testing::HasSubstr("project_mapping.csv: missing"));
  std::ofstream(folder.path() / "project_mapping.csv") << "project_name,table,row_id\nlamps,cicd_scopes,s1\nbulbs,cicd_scopes,s2\n";
  EXPECT_THAT(read_tables(folder.path().string(), "").error().message, testing::HasSubstr("it has bulbs, lamps"));
  std::ofstream(folder.path() / "cicd_deployment_commits.csv") << "id,cicd_scope_id,finished_date\n1,s1,yesterday\n";
  EXPECT_THAT(read_tables(folder.path().string(), "lamps").error().message,
              testing::HasSubstr("cicd_deployment_commits.csv: 'yesterday' is not a time"));
  EXPECT_FALSE(read_csv("a,b\n\"x"));
}

}  // namespace
}  // namespace evenkeel::dora::devlake
