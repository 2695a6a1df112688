#include <gmock/gmock.h>

#include <set>

#include "dora/devlake.hpp"
#include "dora/events.hpp"
#include "support/data.hpp"

namespace evenkeel::dora {
namespace {

namespace data = testing_data;
using Row = std::map<std::string, std::string>;

std::vector<Row> table(const std::filesystem::path& path) {
  std::istringstream in(data::read(path));
  std::vector<std::string> names;
  std::vector<Row> rows;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> cells;
    for (std::size_t from = 0; from <= line.size();) {
      const auto comma = std::min(line.find(',', from), line.size());
      cells.push_back(line.substr(from, comma - from));
      from = comma + 1;
    }
    if (names.empty()) {
      names = cells;
      continue;
    }
    Row row;
    for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

/// "2023-4-10 6:51:47" and RFC 3339.
std::optional<SysTime> time(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (const auto t = parse_time(text)) return *t;
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d", &y, &mo, &d, &h, &mi, &s) != 6) throw std::runtime_error("time " + text);
  return parse_time(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", y, mo, d, h, mi, s)).value();
}
std::string shown(const std::optional<SysTime>& t) { return t ? to_iso(*t) : ""; }
std::string shown(const std::optional<std::int64_t>& n) { return n ? std::to_string(*n) : ""; }

std::vector<devlake::DeploymentCommit> deployments_in(const std::vector<Row>& rows) {
  std::vector<devlake::DeploymentCommit> out;
  for (auto r : rows)
    out.push_back({r["id"], r["commit_sha"], r["cicd_scope_id"], r["cicd_deployment_id"], r["result"], r["repo_url"], r["environment"],
                   time(r["started_date"]), time(r["finished_date"]), r["prev_success_deployment_commit_id"]});
  return out;
}
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
      EXPECT_EQ(found->second[name], is_time ? shown(time(cell)) : cell) << w.at("id") << " " << name;
    }
  }
}

/// Rows of the project's scopes; DevLake's tables hold those of all projects.
std::set<std::string> mapped(const std::filesystem::path& folder, const std::string& project, const std::string& table_name) {
  std::set<std::string> out;
  for (auto r : table(folder / "input/project_mapping.csv"))
    if (r["project_name"] == project && r["table"] == table_name) out.insert(r["row_id"]);
  return out;
}

TEST(IntakeConformance, DevLakeTablesAgree) {
  std::error_code ec;
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(data::root() / "data/health/devlake", ec)) {
    const auto folder = entry.path();
    if (!std::filesystem::exists(folder / "case.json")) continue;
    SCOPED_TRACE(folder.filename().string());
    const auto about = json::parse(data::read(folder / "case.json")).value();
    const auto in = [&](const char* name) { return table(folder / "input" / (std::string(name) + ".csv")); };
    const auto want = table(folder / "expected" / (data::text_of(about.at("expected")) + ".csv"));
    const auto step = data::text_of(about.at("subtask")), project = data::text_of(about.at("project"));
    const auto scopes = mapped(folder, project, "cicd_scopes");
    if (step == "generateDeploymentCommits") {
      std::vector<devlake::Pipeline> pipelines;
      std::vector<devlake::Task> tasks;
      std::vector<devlake::PipelineCommit> commits;
      for (auto r : in("cicd_pipelines"))
        if (scopes.contains(r["cicd_scope_id"]))
          pipelines.push_back({r["id"], r["result"], r["type"], r["environment"], r["cicd_scope_id"], time(r["started_date"]),
                               time(r["finished_date"]), std::atoll(r["duration_sec"].c_str())});
      for (auto r : in("cicd_tasks")) tasks.push_back({r["pipeline_id"], r["result"], r["type"], r["environment"]});
      for (auto r : in("cicd_pipeline_commits")) commits.push_back({r["pipeline_id"], r["commit_sha"], r["repo_url"]});
      same(rows_of(devlake::deployment_commits(pipelines, tasks, commits)), want);
    } else if (step == "enrichPrevSuccessDeploymentCommits") {
      auto all = deployments_in(in("cicd_deployment_commits"));
      std::vector<devlake::DeploymentCommit> mine, others;
      for (auto& d : all) (scopes.contains(d.scope) ? mine : others).push_back(std::move(d));
      devlake::link_previous(mine);
      mine.insert(mine.end(), others.begin(), others.end());
      same(rows_of(mine), want);
    } else if (step == "calculateChangeLeadTime") {
      const auto repos = mapped(folder, project, "repos");
      std::vector<devlake::PullRequest> requests;
      std::vector<devlake::PullRequestCommit> commits;
      std::vector<devlake::Comment> comments;
      std::vector<devlake::CommitsDiff> diffs;
      for (auto r : in("pull_requests"))
        if (repos.contains(r["base_repo_id"]))
          requests.push_back({r["id"], r["author_id"], r["merge_commit_sha"], time(r["created_date"]), time(r["merged_date"])});
      for (auto r : in("pull_request_commits")) commits.push_back({r["pull_request_id"], r["commit_sha"], time(r["commit_authored_date"])});
      for (auto r : in("pull_request_comments"))
        comments.push_back({r["id"], r["pull_request_id"], r["account_id"], time(r["created_date"])});
      for (auto r : in("commits_diffs")) diffs.push_back({r["old_commit_sha"], r["new_commit_sha"], r["commit_sha"]});
      auto deployments = deployments_in(in("cicd_deployment_commits"));
      std::erase_if(deployments, [&](const auto& d) { return !scopes.contains(d.scope); });
      std::vector<Row> got;
      for (const auto& t : devlake::pull_request_times(requests, commits, comments, deployments, diffs))
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
    } else
      ADD_FAILURE() << "nothing computes " << step;
    ++seen;
  }
  if (seen == 0) GTEST_SKIP() << "no data folder";
}

std::map<std::string, std::string> texts(const json::Value& in) {
  std::map<std::string, std::string> out;
  if (in.is_object())
    for (const auto& [name, value] : in.get_object())
      if (value.is_string()) out[std::string(name)] = std::string(value.get_string());
  return out;
}

TEST(IntakeConformance, FourKeysEventsAgree) {
  int seen = 0;
  for (const auto& [name, file] : data::json_with("data/health/fourkeys", "cases"))
    for (const auto& value : file.at("cases").as_array()) {
      const auto& c = value.as_object();
      SCOPED_TRACE(data::text_of(c.at("id")));
      const auto* expected = c.if_contains("expected");
      if (!expected || !expected->is_object()) continue;
      const auto& want = expected->get_object();
      ++seen;
      if (c.contains("sample")) {
        const auto got = read_incident_issue(c.at("sample"));
        if (want.contains("is_incident")) { EXPECT_EQ(got.is_incident, want.at("is_incident").as_bool()); }
        if (want.contains("incident_id")) { EXPECT_EQ(got.id, data::text_of(want.at("incident_id"))); }
        if (want.contains("root_cause")) { EXPECT_EQ(got.root_cause, data::text_of(want.at("root_cause"))); }
        continue;
      }
      const auto got = parse_event(texts(c.at("attributes_headers")), texts(c.at("other_attributes")), c.at("payload"));
      ASSERT_TRUE(got) << got.error().message;
      const json::Object row{{"source", got->source},
                             {"event_type", got->event_type},
                             {"id", got->id},
                             {"time_created", got->time_created},
                             {"signature", got->signature},
                             {"msg_id", "foobar"}};
      for (const auto& [key, v] : want) {
        if (key == "signature" && (got->source == "argocd" || got->source == "pagerduty")) continue;  // hashes of the transport's message
        EXPECT_EQ(row.at(key), v) << key;
      }
    }
  if (seen == 0) GTEST_SKIP() << "no data folder";
}

}  // namespace
}  // namespace evenkeel::dora
