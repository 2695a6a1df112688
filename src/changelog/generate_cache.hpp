// The next commit is cheap: what a history's tags have settled is kept, and only what came after them is read again.
//
// The text of released versions depends on the commits that the tags reach and on nothing else. It is kept in the repository's git folder
// (evenkeel/changelog-*.cache) with the tags and the commit that it was made for. It holds as long as that commit is an ancestor of the
// one asked for, no tag was added, moved or removed, and none of the commits in between bears one; else everything is read anew. Losing
// the file costs time only.
#pragma once
#include <string>

#include "base/result.hpp"
#include "gitlog/repository.hpp"

namespace evenkeel::changelog {

struct GenerateOptions {
  std::string to = "HEAD";
  std::string tag_pattern = {};  // empty: the family with most versions
  std::string program = {};      // what would write other words: kept text of another program is not used
};
/// The same text as generate_markdown over the whole history. `reused`, when given, says whether kept text was used.
Result<std::string> generate_cached(const gitlog::Repository& repository, const GenerateOptions& options, bool* reused = nullptr);

}  // namespace evenkeel::changelog
