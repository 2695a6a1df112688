#include <gmock/gmock.h>

#include <set>

#include "dora/devlake_tables.hpp"
#include "support/data.hpp"

namespace evenkeel::dora {
namespace {

namespace data = testing_data;
using devlake::Row;

std::vector<Row> table(const std::filesystem::path& path) { return devlake::read_csv(data::read(path)).value(); }

/// As an expected table writes it.
std::string canonical(const std::string& text) {
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (const auto t = parse_time(text)) return to_iso(*t);
  if (std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d", &y, &mo, &d, &h, &mi, &s) != 6) return text;
  return to_iso(parse_time(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", y, mo, d, h, mi, s)).value());
}
std::string shown(const std::optional<SysTime>& t) { return t ? to_iso(*t) : ""; }
std::string shown(const std::optional<std::int64_t>& n) { return n ? std::to_string(*n) : ""; }

std::vector<Row> rows_of(const std::vector<devlake::DeploymentCommit>& all) {
  std::vector<Row> rows;
  for (const auto& d : all)
    rows.push_back({{"id", d.id},
                    {"commit_sha", d.commit},
                    {"cicd_scope_id", d.scope},
                    {"cicd_deployment_id", d.deployment},
                    {"result", d.result},
                    {"repo_url", d.repo_url},
                    {"environment", d.environment},
                    {"started_date", shown(d.started)},
                    {"finished_date", shown(d.finished)},
                    {"prev_success_deployment_commit_id", d.previous}});
  return rows;
}

Row in_canonical_times(Row row) {
  for (auto& [name, cell] : row)
    if (name.ends_with("_date") && !cell.empty()) cell = canonical(cell);
  return row;
}

/// "connectIncidentToDeployment", however it is spelt.
bool is_about_incidents(std::string step) {
  std::transform(step.begin(), step.end(), step.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return step.find("incident") != std::string::npos && step.find("deployment") != std::string::npos;
}

/// By id, in every column that the expected table has and we compute.
void same(const std::vector<Row>& got, const std::vector<Row>& want, const std::set<std::string>& unknown = {}) {
  std::map<std::string, Row> by_id;
  for (const auto& r : got) by_id[r.at("id")] = r;
  EXPECT_EQ(got.size(), want.size());
  for (const auto& w : want) {
    const auto found = by_id.find(w.at("id"));
    if (found == by_id.end()) {
      ADD_FAILURE() << "missing row " << w.at("id");
      continue;
    }
    for (const auto& [name, cell] : w) {
      if (unknown.contains(name)) continue;
      const bool is_time = name.ends_with("_date");
      EXPECT_EQ(found->second[name], is_time && !cell.empty() ? canonical(cell) : cell) << w.at("id") << " " << name;
    }
  }
}

TEST(IntakeConformance, DevLakeTablesAgree) {
  std::error_code ec;
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data::root() / "data/health/devlake", ec)) {
    const auto folder = entry.path();
    if (!std::filesystem::exists(folder / "case.json")) continue;
    SCOPED_TRACE(folder.filename().string());
    const auto about = json::parse(data::read(folder / "case.json")).value();
    const auto want = table(folder / "expected" / (data::text_of(about.at("expected")) + ".csv"));
    const auto step = data::text_of(about.at("subtask")), project = data::text_of(about.at("project"));
    auto read = devlake::read_tables((folder / "input").string(), project);
    ASSERT_TRUE(read) << read.error().message;
    if (step == "generateDeploymentCommits") {
      same(rows_of(devlake::deployment_commits(read->pipelines, read->tasks, read->pipeline_commits)), want);
    } else if (step == "enrichPrevSuccessDeploymentCommits") {
      devlake::link_previous(read->deployments);
      auto got = rows_of(read->deployments);
      std::set<std::string> mine;
      for (const auto& row : got) mine.insert(row.at("id"));
      for (const auto& row : table(folder / "input/cicd_deployment_commits.csv"))  // of other projects: as they were
        if (!mine.contains(row.at("id"))) got.push_back(in_canonical_times(row));
      same(got, want);
    } else if (step == "calculateChangeLeadTime") {
      std::vector<Row> got;
      for (const auto& t :
           devlake::pull_request_times(read->requests, read->request_commits, read->comments, read->deployments, read->diffs))
        got.push_back({{"id", t.id},
                       {"project_name", project},
                       {"first_commit_sha", t.first_commit},
                       {"pr_coding_time", shown(t.coding)},
                       {"first_review_id", t.first_review},
                       {"pr_pickup_time", shown(t.pickup)},
                       {"pr_review_time", shown(t.review)},
                       {"deployment_commit_id", t.deployment},
                       {"pr_deploy_time", shown(t.deploy)},
                       {"pr_cycle_time", std::to_string(t.cycle)},
                       {"first_commit_authored_date", shown(t.first_commit_authored)},
                       {"first_comment_date", shown(t.first_comment)},
                       {"pr_created_date", shown(t.created)},
                       {"pr_merged_date", shown(t.merged)},
                       {"pr_deployed_date", shown(t.deployed)}});
      same(got, want);
    } else if (is_about_incidents(step)) {
      std::vector<Row> got;
      for (const auto& [incident, deployment] : devlake::incident_deployments(read->incidents, read->deployments))
        got.push_back({{"id", incident}, {"project_name", project}, {"deployment_id", deployment}});
      same(got, want);
    } else
      ADD_FAILURE() << "nothing computes " << step;
    ++seen;
  }
  SKIP_UNLESS(seen > 0);
}

}  // namespace
}  // namespace evenkeel::dora
