#include "dora/devlake_tables.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "base/files.hpp"

namespace evenkeel::dora::devlake {

Result<std::vector<Row>> read_csv(std::string_view text) {
  std::vector<std::vector<std::string>> lines(1);
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
      cell += text[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (quoted || (c != ',' && c != '\n' && c != '\r'))
      cell += c;
    else if (c != '\r') {
      lines.back().push_back(std::move(cell));
      cell.clear();
      if (c == '\n') lines.emplace_back();
    }
  }
  if (quoted) return invalid("a quote is not closed");
  if (!cell.empty() || !lines.back().empty()) lines.back().push_back(std::move(cell));
  std::vector<Row> rows;
  for (std::size_t n = 1; n < lines.size(); ++n) {
    if (lines[n].empty()) continue;
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < lines[0].size() && i < lines[n].size(); ++i) row[lines[0][i]] = lines[n][i];
  }
  return rows;
}

namespace {

/// Reads one folder for one project.
class Reader {
 public:
  Reader(std::string folder, std::string project) : folder_(std::move(folder)), project_(std::move(project)) {}

  Result<Tables> read() {
    TRY(find_project());
    const auto scopes = mapped("cicd_scopes"), repos = mapped("repos"), boards = mapped("boards");
    Tables t{.project = project_};
    for (auto r : TRY(rows("cicd_pipelines")))
      if (scopes.contains(r["cicd_scope_id"]))
        t.pipelines.push_back({r["id"], r["result"], r["type"], r["environment"], r["cicd_scope_id"], time(r["started_date"]),
                               time(r["finished_date"]), std::atoll(r["duration_sec"].c_str())});
    for (auto r : TRY(rows("cicd_tasks"))) t.tasks.push_back({r["pipeline_id"], r["result"], r["type"], r["environment"]});
    for (auto r : TRY(rows("cicd_pipeline_commits"))) t.pipeline_commits.push_back({r["pipeline_id"], r["commit_sha"], r["repo_url"]});
    for (auto r : TRY(rows("cicd_deployment_commits")))
      if (scopes.contains(r["cicd_scope_id"]))
        t.deployments.push_back({r["id"], r["commit_sha"], r["cicd_scope_id"], r["cicd_deployment_id"], r["result"], r["repo_url"],
                                 r["environment"], time(r["started_date"]), time(r["finished_date"]),
                                 r["prev_success_deployment_commit_id"]});
    for (auto r : TRY(rows("pull_requests")))
      if (repos.contains(r["base_repo_id"]))
        t.requests.push_back({r["id"], r["author_id"], r["merge_commit_sha"], time(r["created_date"]), time(r["merged_date"])});
    for (auto r : TRY(rows("pull_request_commits")))
      t.request_commits.push_back({r["pull_request_id"], r["commit_sha"], time(r["commit_authored_date"])});
    for (auto r : TRY(rows("pull_request_comments")))
      t.comments.push_back({r["id"], r["pull_request_id"], r["account_id"], time(r["created_date"])});
    for (auto r : TRY(rows("commits_diffs"))) t.diffs.push_back({r["old_commit_sha"], r["new_commit_sha"], r["commit_sha"]});
    TRY(incidents(boards, t));
    if (!problem_.empty()) return invalid(problem_);
    return t;
  }

 private:
  Result<std::vector<Row>> rows(const std::string& name) {
    const auto path = folder_ + "/" + name + ".csv";
    if (std::error_code ec; !std::filesystem::exists(path, ec)) return std::vector<Row>{};
    table_ = name;
    auto read = read_csv(TRY(read_file(path)));
    if (!read) return invalid(fmt::format("{}: {}", path, read.error().message));
    return read;
  }
  Result<void> find_project() {
    std::set<std::string> projects;
    for (auto& r : TRY(rows("project_mapping"))) projects.insert(r["project_name"]), mapping_.push_back(r);
    if (mapping_.empty()) return invalid(fmt::format("{}/project_mapping.csv: missing; it says which rows are of which project", folder_));
    if (project_.empty() && projects.size() == 1) project_ = *projects.begin();
    if (projects.contains(project_)) return {};
    return invalid(fmt::format("there is no project '{}' in project_mapping.csv; it has {}", project_, fmt::join(projects, ", ")),
                   "project");
  }
  std::set<std::string> mapped(const std::string& table) {
    std::set<std::string> out;
    for (auto& r : mapping_)
      if (r["project_name"] == project_ && r["table"] == table) out.insert(r["row_id"]);
    return out;
  }
  std::optional<SysTime> time(const std::string& text) {
    if (text.empty()) return {};
    if (const auto t = parse_time(text)) return *t;
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d", &y, &mo, &d, &h, &mi, &s) == 6)
      if (const auto t = parse_time(fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", y, mo, d, h, mi, s))) return *t;
    if (problem_.empty()) problem_ = fmt::format("{}/{}.csv: '{}' is not a time", folder_, table_, text.substr(0, 60));
    return {};
  }
  /// Newer exports have a table of incidents with their scope; older ones mark issues and tie them to boards.
  Result<void> incidents(const std::set<std::string>& boards, Tables& t) {
    std::set<std::string> on_board;
    for (auto r : TRY(rows("board_issues")))
      if (boards.contains(r["board_id"])) on_board.insert(r["issue_id"]);
    const auto take = [&](Row r) {
      const bool ours = on_board.contains(r["id"]) || boards.contains(r["scope_id"]);
      if (ours) t.incidents.push_back({.id = r["id"], .created = time(r["created_date"]), .resolved = time(r["resolution_date"])});
    };
    for (const auto& r : TRY(rows("incidents"))) take(r);
    for (auto r : TRY(rows("issues")))
      if (r["type"] == "INCIDENT") take(r);
    return {};
  }

  std::string folder_, project_, table_, problem_;
  std::vector<Row> mapping_;
};

}  // namespace

Result<Tables> read_tables(const std::string& folder, const std::string& project) { return Reader(folder, project).read(); }

History history_of(Tables t, const std::string& id) {
  if (t.deployments.empty()) t.deployments = deployment_commits(t.pipelines, t.tasks, t.pipeline_commits);
  link_previous(t.deployments);
  History h{.id = id};
  std::map<std::string, std::size_t> place;  // one deployment of several repositories is one
  std::map<std::string, std::string> deployment_of;
  for (const auto& d : t.deployments) {
    deployment_of[d.id] = d.deployment;
    if (place.emplace(d.deployment, h.deployments.size()).second)
      h.deployments.push_back(
          {.id = d.deployment, .finished = d.finished, .result = d.result, .environment = d.environment, .started = d.started});
  }
  for (const auto& pr : pull_request_times(t.requests, t.request_commits, t.comments, t.deployments, t.diffs)) {
    h.changes.push_back({pr.id, pr.first_commit_authored, pr.created, pr.merged});
    if (!pr.deployment.empty()) h.deployments[place.at(deployment_of.at(pr.deployment))].changes.push_back(pr.id);
  }
  const auto tied = incident_deployments(t.incidents, t.deployments);
  for (auto& i : t.incidents) {
    const auto found = tied.find(i.id);
    i.deployment = found == tied.end() ? "" : found->second;
    h.incidents.push_back(i);
  }
  return h;
}

}  // namespace evenkeel::dora::devlake
