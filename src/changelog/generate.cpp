#include "changelog/generate.hpp"

#include <fmt/format.h>

#include "changelog/draft.hpp"

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
    all.reverts.push_back({history.commits[revert.commit].sha,
                           revert.target ? std::optional(history.commits[*revert.target].sha) : std::nullopt, revert.target.has_value()});
  return all;
}

std::string generate_markdown(const gitlog::History& history, const std::vector<gitlog::Tag>& tags) {
  std::string out = "# Changelog\n";
  for (const auto& release : gitlog::split_into_releases(history, tags)) {
    out += release.tag ? fmt::format("\n## [{}] - {}\n", version_of(*release.tag), to_date(release.tag->date))
                       : std::string("\n## [Unreleased]\n");
    std::vector<MergedChange> changes;
    changes.reserve(release.commits.size());
    for (const auto place : release.commits) changes.push_back({history.commits[place].sha, history.commits[place].message});
    std::array<std::string, 6> sections;
    for (const auto& entry : draft_entries(changes))
      if (entry.type)
        sections[std::size_t(*entry.type)] +=
            fmt::format("- {}{} ({})\n", entry.breaking ? "**Breaking:** " : "", entry.text, entry.changes.front().substr(0, 10));
    bool any = false;
    for (std::size_t type = 0; type < sections.size(); ++type)
      if (!sections[type].empty()) any = true, out += fmt::format("\n### {}\n\n{}", title_of(Type(type)), sections[type]);
    if (!any) out += "\nNo notable changes.\n";
  }
  return out;
}

}  // namespace evenkeel::changelog
