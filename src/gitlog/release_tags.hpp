// Which tags are releases, and which release shipped each commit.
//
// A tag is a version tag when its name ends in a dotted number, whatever stands before it: "v1.2.3", "1.2", "release-2.0.0-rc1",
// "@scope/name@1.0.0". What stands before, without a final "v", is the tag's family: a repository may hold several (one per package),
// and a project that began with "0.1.0" and went on with "v0.2.0" has one. Tags of other families never end a release of this one.
//
// A commit belongs to the oldest release that contains it. Oldest is by the committer time of the tagged commit, corrected so that no
// commit is older than its parents (clocks go wrong); the commits are then handed out by one walk over the parents, each visited once:
// the whole is linear in commits and tags.
#pragma once
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "gitlog/repository.hpp"

namespace evenkeel::gitlog {

struct TagVersion {
  std::string family;   // "", "release-", "@scope/name@"
  std::string version;  // "1.2.3-rc1", as written
  bool prerelease = false;
};
/// Nothing when the name holds no version ("nightly", "v1").
std::optional<TagVersion> version_of_tag(std::string_view name);

/// Order of two version texts: numbers by value, a pre-release before its release; for texts that SemVer accepts, exactly its order.
int compare_versions(std::string_view a, std::string_view b);

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

/// The tags of the family with most versions in this history; among equals the shorter name. Empty when no tag is a version.
std::vector<Tag> main_family(const std::vector<Tag>& tags);
/// The tags whose name fits a shell pattern ("v*", "api/v*").
std::vector<Tag> matching(const std::vector<Tag>& tags, const std::string& glob);

struct TaggedRelease {
  std::optional<Tag> tag;            // none: commits after the newest tag
  std::vector<std::size_t> commits;  // places in History::commits, newest first
};
/// Newest release first; the commits that no tag contains lead, when there are any.
std::vector<TaggedRelease> split_into_releases(const History& history, const std::vector<Tag>& tags);

struct Revert {
  std::size_t commit;                 // place in History::commits
  std::optional<std::size_t> target;  // the commit taken back; nothing when the id names none, more than one, or no ancestor
  std::string named;                  // the id as the message gives it
};
/// Every "This reverts commit ID" of the history, and the Refs of `revert:` commits; newest first.
std::vector<Revert> find_reverts(const History& history);
/// Of each commit, the one that took it back for good: a revert of the revert gives it back. Places in History::commits.
std::unordered_map<std::size_t, std::size_t> reverted_by(const std::vector<Revert>& reverts);

}  // namespace evenkeel::gitlog
