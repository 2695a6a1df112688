// A changelog from a history alone: what `changelog generate` prints. A draft to be edited, not a record.
#pragma once
#include <string>
#include <vector>

#include "base/json.hpp"
#include "gitlog/release_tags.hpp"

namespace evenkeel::changelog {

struct GeneratedRelease {
  std::optional<std::string> version;  // none: not released yet
  std::optional<std::string> tag;
  std::optional<std::string> date;
  std::vector<std::string> commits;  // newest first
};
BOOST_DESCRIBE_STRUCT(GeneratedRelease, (), (version, tag, date, commits))
struct GeneratedRevert {
  std::string commit;
  std::optional<std::string> target;
  bool resolved = false;
};
BOOST_DESCRIBE_STRUCT(GeneratedRevert, (), (commit, target, resolved))
struct GeneratedChangelog {
  std::vector<GeneratedRelease> releases;
  std::vector<GeneratedRevert> reverts;
};
BOOST_DESCRIBE_STRUCT(GeneratedChangelog, (), (releases, reverts))

/// `tags` are those that make releases (one family, or a pattern's).
GeneratedChangelog generate(const gitlog::History& history, const std::vector<gitlog::Tag>& tags);
/// A commit that went out with a release of another line, or whose pick did: it is no news of what is released later.
struct Shipped {
  std::string id;  // as the pick names it, or whole
  SysTime at = {};
};
/// What is known beside a history.
struct Beside {
  std::vector<Shipped> shipped;
  std::vector<gitlog::Commit> before;  // what its reverts name outside it (gitlog::named_before)
};
/// What later releases of the lines that `to` comes from have shipped: those of its releases' family that it does not contain, of a major
/// and minor version that one of its own has ("1.0.1" beside 1.0.0). A release of a newer line says nothing about an older one: what is
/// picked back to that is news there. `tags`: of the releases that `to` contains.
Result<std::vector<Shipped>> shipped_beside(const gitlog::Repository& repository, const std::string& to,
                                            const std::vector<gitlog::Tag>& tags);

/// The same as Markdown in Keep a Changelog form; each entry ends in its short commit id. A final release on the commit of its candidate
/// tells what is new since the last final one. What an older release shipped as a pick, on this line or another, is not new again.
std::string generate_markdown(const gitlog::History& history, const std::vector<gitlog::Tag>& tags, const Beside& beside = {});
/// All that is no news any more once the releases are out: the originals of their picks, and what was shipped beside.
std::vector<std::string> told_with_releases(const gitlog::History& history, const std::vector<gitlog::Tag>& tags,
                                            const std::vector<Shipped>& shipped);

}  // namespace evenkeel::changelog
