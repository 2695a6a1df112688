// Commits of a range with their graph.
#pragma once
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "gitlog/repository.hpp"

namespace evenkeel::gitlog {

/// Commits of a range with their graph. A place is an index into `commits`; parents outside the range are left out.
struct History {
  std::vector<Commit> commits;                               // newest first, as git orders them
  std::unordered_map<std::string_view, std::size_t> places;  // by id
  std::vector<Tag> tags;                                     // those that point into `commits`
  std::vector<std::vector<std::uint32_t>> parents;           // places
  std::vector<std::uint32_t> rank;                           // position in an order in which every commit stands before its parents
  std::vector<SysTime> age;                                  // committer time, never older than a parent's

  std::optional<std::size_t> find(std::string_view sha) const;
  /// Is `ancestor` reached from `commit` over parents (and not `commit` itself)? Looks no further back than it must.
  bool is_ancestor(std::size_t ancestor, std::size_t commit) const;
};
/// Builds the graph over commits that were read (also by a test).
History make_history(std::vector<Commit> commits, const std::vector<Tag>& tags);
Result<History> read_history(const Repository& repository, const Range& range);

}  // namespace evenkeel::gitlog
