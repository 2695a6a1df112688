#include "dora/devlake.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

namespace evenkeel::dora::devlake {
namespace {

bool ended(const std::string& result) { return result == "SUCCESS" || result == "FAILURE"; }

std::optional<std::int64_t> minutes(std::optional<SysTime> from, std::optional<SysTime> to) {
  if (!from || !to || *to < *from) return std::nullopt;
  return static_cast<std::int64_t>(std::ceil(double((*to - *from).count()) / 60'000));
}

}  // namespace

std::vector<DeploymentCommit> deployment_commits(const std::vector<Pipeline>& pipelines, const std::vector<Task>& tasks,
                                                 const std::vector<PipelineCommit>& commits) {
  struct OfTasks {
    bool deployment = false;
    int environment = 3;  // production, staging, testing, none
  };
  static const char* const environments[] = {"PRODUCTION", "STAGING", "TESTING", ""};
  std::unordered_map<std::string, OfTasks> of_tasks;
  for (const auto& t : tasks) {
    auto& of = of_tasks[t.pipeline];
    of.deployment = of.deployment || (t.type == "DEPLOYMENT" && ended(t.result));
    for (int e = 0; e < of.environment; ++e)
      if (t.environment == environments[e]) of.environment = e;
  }
  std::unordered_map<std::string, const Pipeline*> by_id;
  for (const auto& p : pipelines) by_id.emplace(p.id, &p);
  std::vector<DeploymentCommit> out;
  for (const auto& c : commits) {
    const auto found = by_id.find(c.pipeline);
    if (found == by_id.end()) continue;
    const auto& p = *found->second;
    const auto of = of_tasks[p.id];
    if (!ended(p.result) || (p.type != "DEPLOYMENT" && !of.deployment)) continue;
    auto started = p.started;
    if (!started && p.finished) started = *p.finished - std::chrono::seconds{p.duration_sec};
    out.push_back({p.id + ":" + c.repo_url, c.commit, p.scope, p.id, p.result, c.repo_url,
                   p.environment.empty() ? environments[of.environment] : p.environment, started, p.finished, ""});
  }
  return out;
}

void link_previous(std::vector<DeploymentCommit>& deployments) {
  std::vector<DeploymentCommit*> successful;
  for (auto& d : deployments)
    if (d.result == "SUCCESS" && d.finished && !d.environment.empty()) successful.push_back(&d);
  const auto key = [](const DeploymentCommit* d) { return std::tie(d->scope, d->repo_url, d->environment); };
  std::stable_sort(successful.begin(), successful.end(), [&](const auto* a, const auto* b) {
    return std::tuple_cat(key(a), std::tie(*a->finished)) < std::tuple_cat(key(b), std::tie(*b->finished));
  });
  for (std::size_t i = 1; i < successful.size(); ++i)
    if (key(successful[i - 1]) == key(successful[i])) successful[i]->previous = successful[i - 1]->id;
}

std::vector<PullRequestTimes> pull_request_times(const std::vector<PullRequest>& requests, const std::vector<PullRequestCommit>& commits,
                                                 const std::vector<Comment>& comments, const std::vector<DeploymentCommit>& deployments,
                                                 const std::vector<CommitsDiff>& diffs) {
  std::unordered_map<std::string, const PullRequestCommit*> first_commit;
  for (const auto& c : commits) {
    auto& first = first_commit[c.pull_request];
    if (c.authored && (!first || *c.authored < *first->authored)) first = &c;
  }
  std::unordered_map<std::string, std::vector<const Comment*>> comments_of;
  for (const auto& c : comments)
    if (c.created) comments_of[c.pull_request].push_back(&c);
  std::unordered_map<std::string, const DeploymentCommit*> by_id;
  for (const auto& d : deployments) by_id.emplace(d.id, &d);
  std::map<std::pair<std::string, std::string>, const DeploymentCommit*> between;  // (old, new): the deployment that made the step
  for (const auto& d : deployments) {
    const auto before = by_id.find(d.previous);
    if (d.result != "SUCCESS" || d.environment != "PRODUCTION" || before == by_id.end() || !d.finished) continue;
    auto& made = between[{before->second->commit, d.commit}];
    if (!made || *d.finished < *made->finished) made = &d;
  }
  std::unordered_map<std::string, const DeploymentCommit*> deployed_by;  // by merge commit
  for (const auto& diff : diffs) {
    const auto made = between.find({diff.old_commit, diff.new_commit});
    if (made == between.end()) continue;
    auto& first = deployed_by[diff.commit];
    if (!first || *made->second->finished < *first->finished) first = made->second;
  }
  std::vector<PullRequestTimes> out;
  for (const auto& pr : requests) {
    if (!pr.merged) continue;
    PullRequestTimes t{.id = pr.id, .created = pr.created, .merged = pr.merged};
    if (const auto found = first_commit.find(pr.id); found != first_commit.end() && found->second) {
      t.first_commit = found->second->commit, t.first_commit_authored = found->second->authored;
      t.coding = minutes(t.first_commit_authored, pr.created);
    }
    const Comment* review = nullptr;
    for (const auto* c : comments_of[pr.id])
      if (c->author != pr.author && (!review || *c->created < *review->created)) review = c;
    if (review) {
      t.first_review = review->id, t.first_comment = review->created;
      t.pickup = minutes(pr.created, review->created), t.review = minutes(review->created, pr.merged);
    }
    if (const auto found = deployed_by.find(pr.merge_commit); found != deployed_by.end()) {
      t.deployment = found->second->id, t.deployed = found->second->finished;
      t.deploy = minutes(pr.merged, t.deployed);
    }
    t.cycle = t.coding.value_or(0) + minutes(pr.created, pr.merged).value_or(0) + t.deploy.value_or(0);
    out.push_back(std::move(t));
  }
  return out;
}

std::map<std::string, std::string> incident_deployments(const std::vector<Incident>& incidents,
                                                        const std::vector<DeploymentCommit>& deployments) {
  std::vector<const DeploymentCommit*> reached;
  for (const auto& d : deployments)
    if (d.result == "SUCCESS" && d.environment == "PRODUCTION" && d.finished) reached.push_back(&d);
  std::stable_sort(reached.begin(), reached.end(), [](const auto* a, const auto* b) { return *a->finished < *b->finished; });
  std::map<std::string, std::string> out;
  for (const auto& i : incidents) {
    if (!i.created) continue;
    const auto after =
        std::lower_bound(reached.begin(), reached.end(), *i.created, [](const auto* d, SysTime t) { return *d->finished < t; });
    if (after != reached.begin()) out[i.id] = (*(after - 1))->deployment;
  }
  return out;
}

}  // namespace evenkeel::dora::devlake
