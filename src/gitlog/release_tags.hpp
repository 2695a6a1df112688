// Which tags are releases, and which release shipped each commit.
//
// A tag is a version tag when its name ends in a dotted number, whatever stands before it: "v1.2.3", "1.2", "release-2.0.0-rc1",
// "@scope/name@1.0.0". What stands before, without a final "v", is the tag's family: a repository may hold several (one per package),
// and a project that began with "0.1.0" and went on with "v0.2.0" has one. Tags of other families never end a release of this one.
//
// A tag whose version another tag of its family on the same commit goes on with ("v1.2" beside "v1.2.3") is a pointer that moves, and no
// release. "1.0.0.Final", ".RELEASE", ".GA", ".SP1" and ".post1" are releases; any other tail makes a pre-release.
//
// A commit belongs to the oldest release that contains it. Oldest is by the committer time of the tagged commit, corrected so that no
// commit is older than its parents (clocks go wrong); the commits are then handed out by one walk over the parents, each visited once:
// the whole is linear in commits and tags.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "gitlog/history.hpp"

namespace evenkeel::gitlog {

struct TagVersion {
  std::string family;   // "", "release-", "@scope/name@"
  std::string version;  // "1.2.3-rc1", as written
  bool prerelease = false;
};
/// Place of a version's tail: below zero a pre-release, zero the release, above it a later edition of it.
int rank_of_tail(std::string_view tail);
/// Nothing when the name holds no version ("nightly", "v1").
std::optional<TagVersion> version_of_tag(std::string_view name);

/// Order of two version texts: numbers by value, a pre-release before its release; for texts that SemVer accepts, exactly its order.
int compare_versions(std::string_view a, std::string_view b);

/// The tags of the family with most versions in this history; among equals the shorter name. Empty when no tag is a version.
std::vector<Tag> main_family(const std::vector<Tag>& tags);
/// The tags whose name fits a shell pattern ("v*", "api/v*"); of several families, the one whose name stands before the first sign of it.
std::vector<Tag> matching(const std::vector<Tag>& tags, const std::string& glob);

struct TaggedRelease {
  std::optional<Tag> tag;            // none: commits after the newest tag
  std::vector<std::size_t> commits;  // places in History::commits, newest first
};
/// Newest release first; the commits that no tag contains lead, when there are any.
std::vector<TaggedRelease> split_into_releases(const History& history, const std::vector<Tag>& tags);

}  // namespace evenkeel::gitlog
