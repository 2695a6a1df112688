// DevLake's domain tables as CSV exports in a folder, one file a table: what an organisation brings along to get the numbers it knows.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "dora/devlake.hpp"
#include "dora/metrics.hpp"

namespace evenkeel::dora::devlake {

using Row = std::map<std::string, std::string>;

/// RFC 4180 with a header line. Error: invalid, for a quote that is not closed.
Result<std::vector<Row>> read_csv(std::string_view text);

/// One project's rows of the tables that are there. Times are RFC 3339, or "2023-4-10 6:51:47" in UTC.
struct Tables {
  std::string project;
  std::vector<Pipeline> pipelines;
  std::vector<Task> tasks;
  std::vector<PipelineCommit> pipeline_commits;
  std::vector<DeploymentCommit> deployments;  // cicd_deployment_commits of the project's scopes
  std::vector<PullRequest> requests;
  std::vector<PullRequestCommit> request_commits;
  std::vector<Comment> comments;
  std::vector<CommitsDiff> diffs;
  std::vector<Incident> incidents;  // of the project's boards
};
/// `project` empty: the only one of project_mapping. Error: invalid (no mapping, several projects, a time that cannot be read).
Result<Tables> read_tables(const std::string& folder, const std::string& project);

/// The history that the tables tell: deployments as they stand there, else out of pipelines; a pull request is a change of the deployment
/// that brought it to production; an incident names the deployment that DevLake's own step ties it to.
History history_of(Tables tables, const std::string& id);

}  // namespace evenkeel::dora::devlake
