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
/// The same as Markdown in Keep a Changelog form; each entry ends in its short commit id. A final release on the commit of its candidate
/// tells what is new since the last final one. What an older release shipped as a pick is not new again; `picked`: originals of such picks
/// in releases that are not in this history.
std::string generate_markdown(const gitlog::History& history, const std::vector<gitlog::Tag>& tags,
                              const std::vector<std::string>& picked = {});
/// The ids that picks in releases name as their originals.
std::vector<std::string> picked_for_releases(const gitlog::History& history, const std::vector<gitlog::Tag>& tags);

}  // namespace evenkeel::changelog
