// Apache DevLake's DORA steps over its own tables, so that an organisation can bring its DevLake history along and get the numbers it
// knows: deployments out of pipelines, each one's predecessor, the times of each pull request, and the deployment behind each incident.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "dora/metrics.hpp"

namespace evenkeel::dora::devlake {

struct Pipeline {
  std::string id, result, type, environment, scope;
  std::optional<SysTime> started, finished;
  std::int64_t duration_sec = 0;
};
struct Task {
  std::string pipeline, result, type, environment;
};
struct PipelineCommit {
  std::string pipeline, commit, repo_url;
};
struct DeploymentCommit {
  std::string id, commit, scope, deployment, result, repo_url, environment;
  std::optional<SysTime> started, finished;
  std::string previous;  // id of the one before it that succeeded; empty: none
};

/// A pipeline is a deployment when it says so, or when one of its tasks is a deployment that succeeded or failed; its own result must be
/// success or failure. Environment: the pipeline's, else production, staging or testing, the first that a task has.
std::vector<DeploymentCommit> deployment_commits(const std::vector<Pipeline>& pipelines, const std::vector<Task>& tasks,
                                                 const std::vector<PipelineCommit>& commits);
/// Each successful deployment's predecessor in its scope, repository and environment, by the time of finishing.
void link_previous(std::vector<DeploymentCommit>& deployments);

struct PullRequest {
  std::string id, author, merge_commit;
  std::optional<SysTime> created, merged;
};
struct PullRequestCommit {
  std::string pull_request, commit;
  std::optional<SysTime> authored;
};
struct Comment {
  std::string id, pull_request, author;
  std::optional<SysTime> created;
};
/// The commits that lie between two deployed ones.
struct CommitsDiff {
  std::string old_commit, new_commit, commit;
};
/// Whole minutes, rounded up; a negative part is none and counts nothing.
struct PullRequestTimes {
  std::string id, first_commit, first_review, deployment;
  std::optional<std::int64_t> coding, pickup, review, deploy;
  std::int64_t cycle = 0;
  std::optional<SysTime> first_commit_authored, first_comment, created, merged, deployed;
};
/// Merged pull requests only. Deployed: by the first successful production deployment whose difference to its predecessor holds the merge.
std::vector<PullRequestTimes> pull_request_times(const std::vector<PullRequest>& requests, const std::vector<PullRequestCommit>& commits,
                                                 const std::vector<Comment>& comments, const std::vector<DeploymentCommit>& deployments,
                                                 const std::vector<CommitsDiff>& diffs);

/// By the incident's id the id of the deployment it is tied to: the successful one to production that finished last before it was created;
/// where there is none, it is not in the map.
std::map<std::string, std::string> incident_deployments(const std::vector<Incident>& incidents,
                                                        const std::vector<DeploymentCommit>& deployments);

}  // namespace evenkeel::dora::devlake
