#include "gitlog/history.hpp"

#include <algorithm>
#include <unordered_set>

namespace evenkeel::gitlog {

std::optional<std::size_t> History::find(std::string_view sha) const {
  const auto found = places.find(sha);
  if (found == places.end()) return {};
  return found->second;
}

bool History::is_ancestor(std::size_t ancestor, std::size_t commit) const {
  if (ancestor == commit || rank[ancestor] < rank[commit]) return false;
  std::vector<std::uint32_t> open = {std::uint32_t(commit)};
  std::unordered_set<std::uint32_t> seen;
  while (!open.empty()) {
    const auto place = open.back();
    open.pop_back();
    for (const auto parent : parents[place]) {
      if (parent == ancestor) return true;
      if (rank[parent] < rank[ancestor] && seen.insert(parent).second) open.push_back(parent);
    }
  }
  return false;
}

History make_history(std::vector<Commit> commits, const std::vector<Tag>& tags) {
  History history;
  history.commits = std::move(commits);
  const auto count = history.commits.size();
  history.places.reserve(count);
  for (std::size_t i = 0; i < count; ++i) history.places.emplace(history.commits[i].sha, i);
  history.parents.resize(count);
  std::vector<std::uint32_t> children(count, 0);
  for (std::size_t i = 0; i < count; ++i)
    for (const auto& sha : history.commits[i].parents)
      if (const auto parent = history.find(sha)) history.parents[i].push_back(std::uint32_t(*parent)), ++children[*parent];

  std::vector<std::uint32_t> order;  // Kahn: a commit is ready when all its children have been placed
  order.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    if (children[i] == 0) order.push_back(std::uint32_t(i));
  for (std::size_t next = 0; next < order.size(); ++next)
    for (const auto parent : history.parents[order[next]])
      if (--children[parent] == 0) order.push_back(parent);
  history.rank.assign(count, 0);
  history.age.resize(count);
  for (std::size_t i = order.size(); i-- > 0;) {
    const auto place = order[i];
    history.rank[place] = std::uint32_t(i);
    history.age[place] = history.commits[place].committed;
    for (const auto parent : history.parents[place]) history.age[place] = std::max(history.age[place], history.age[parent]);
  }
  for (const auto& tag : tags)
    if (history.find(tag.target)) history.tags.push_back(tag);
  return history;
}

Result<History> read_history(const Repository& repository, const Range& range) {
  const auto tags = TRY(repository.tags());
  return make_history(TRY(repository.commits(range)), tags);
}

}  // namespace evenkeel::gitlog
