#include "changelog/generate.hpp"

#include <fmt/format.h>

#include "changelog/draft.hpp"
#include "gitlog/reverts.hpp"
#include "markdown/literal.hpp"

namespace evenkeel::changelog {
namespace {

std::string version_of(const gitlog::Tag& tag) {
  const auto version = gitlog::version_of_tag(tag.name);
  return version ? version->version : tag.name;
}

}  // namespace

GeneratedChangelog generate(const gitlog::History& history, const std::vector<gitlog::Tag>& tags) {
  GeneratedChangelog all;
  for (const auto& release : gitlog::split_into_releases(history, tags)) {
    GeneratedRelease told;
    if (release.tag) told.version = version_of(*release.tag), told.tag = release.tag->name, told.date = to_date(release.tag->date);
    told.commits.reserve(release.commits.size());
    for (const auto place : release.commits) told.commits.push_back(history.commits[place].sha);
    all.releases.push_back(std::move(told));
  }
  for (const auto& revert : gitlog::find_reverts(history))
    if (revert.found == gitlog::RevertFound::by_id)
      all.reverts.push_back({history.commits[revert.commit].sha,
                             revert.target ? std::optional(history.commits[*revert.target].sha) : std::nullopt, revert.target.has_value()});
  return all;
}

namespace {

bool is_final(const gitlog::TaggedRelease& release) {
  const auto version = release.tag ? gitlog::version_of_tag(release.tag->name) : std::nullopt;
  return version && !version->prerelease;
}

/// The commits that a release tells: its own, or, where its candidates took them all, theirs.
std::vector<std::size_t> told_by(const std::vector<gitlog::TaggedRelease>& releases, std::size_t i) {
  auto told = releases[i].commits;
  if (!told.empty() || !is_final(releases[i])) return told;
  for (auto older = i + 1; older < releases.size() && releases[older].tag && !is_final(releases[older]); ++older)
    told.insert(told.end(), releases[older].commits.begin(), releases[older].commits.end());
  return told;
}

/// Originals that an older release than this one has picked.
class Picks {
 public:
  explicit Picks(const std::vector<std::string>& originals) : originals_(originals.begin(), originals.end()) {}
  void add(const gitlog::History& history, const gitlog::TaggedRelease& release) {
    for (const auto place : release.commits)
      if (auto original = gitlog::picked_from(history.commits[place].message); !original.empty()) originals_.insert(std::move(original));
  }
  /// The message may name the original by the beginning of its id.
  bool hold(const std::string& id) const {
    auto at = originals_.upper_bound(id);
    return at != originals_.begin() && id.starts_with(*--at);
  }
  std::vector<std::string> all() const { return {originals_.begin(), originals_.end()}; }

 private:
  std::set<std::string> originals_;
};

std::string section_of(const gitlog::History& history, const std::vector<std::size_t>& told, const Picks& older) {
  std::vector<MergedChange> changes;
  changes.reserve(told.size());
  for (const auto place : told) {
    const auto& c = history.commits[place];
    if (!older.hold(c.sha)) changes.push_back({c.sha, c.message, {}, {}, c.parents});
  }
  std::array<std::string, 6> sections;
  for (const auto& entry : draft_entries(changes))
    if (entry.type)
      sections[std::size_t(*entry.type)] += fmt::format("- {}{} ({})\n", entry.breaking ? "**Breaking:** " : "",
                                                        markdown::of_plain(entry.text), entry.changes.front().substr(0, 10));
  std::string out;
  for (std::size_t type = 0; type < sections.size(); ++type)
    if (!sections[type].empty()) out += fmt::format("\n### {}\n\n{}", title_of(Type(type)), sections[type]);
  return out.empty() ? "\nNo notable changes.\n" : out;
}

}  // namespace

std::string generate_markdown(const gitlog::History& history, const std::vector<gitlog::Tag>& tags,
                              const std::vector<std::string>& picked) {
  const auto releases = gitlog::split_into_releases(history, tags);
  std::vector<std::string> sections(releases.size());
  Picks older(picked);
  for (auto i = releases.size(); i-- > 0;) {  // oldest first
    const auto& release = releases[i];
    sections[i] = release.tag ? fmt::format("\n## [{}] - {}\n", version_of(*release.tag), to_date(release.tag->date))
                              : std::string("\n## [Unreleased]\n");
    sections[i] += section_of(history, told_by(releases, i), older);
    older.add(history, release);
  }
  std::string out = "# Changelog\n";
  for (const auto& section : sections) out += section;
  return out;
}

std::vector<std::string> picked_for_releases(const gitlog::History& history, const std::vector<gitlog::Tag>& tags) {
  Picks picks({});
  for (const auto& release : gitlog::split_into_releases(history, tags))
    if (release.tag) picks.add(history, release);
  return picks.all();
}

}  // namespace evenkeel::changelog
