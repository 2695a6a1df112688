#include "changelog/generate.hpp"

#include <fmt/format.h>

#include <set>
#include <unordered_map>

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

/// Originals that an older release than this one has picked, and what was shipped beside until it came out.
class Picks {
 public:
  void add(const gitlog::History& history, const gitlog::TaggedRelease& release) {
    for (const auto place : release.commits)
      if (auto original = gitlog::picked_from(history.commits[place].message); !original.empty()) originals_.insert(std::move(original));
  }
  void add(const Shipped& shipped) { originals_.insert(shipped.id); }
  /// Its id, or the one that it was picked from; a message may name an original by the beginning of its id.
  bool hold(const gitlog::Commit& commit) const { return holds(commit.sha) || holds(gitlog::picked_from(commit.message)); }
  std::vector<std::string> all() const { return {originals_.begin(), originals_.end()}; }

 private:
  bool holds(const std::string& id) const {
    auto at = originals_.upper_bound(id);
    return at != originals_.begin() && id.starts_with(*--at);
  }
  std::set<std::string> originals_;
};

MergedChange change_of(const gitlog::Commit& c) { return {c.sha, c.message, {}, {}, c.parents}; }

/// What the reverts of a release name outside it, and what that names in turn.
class TakenBack {
 public:
  TakenBack(const gitlog::History& history, const std::vector<gitlog::Commit>& before) : history_(history), before_(before) {
    if (before.empty()) {
      take(gitlog::find_reverts(history));
      return;
    }
    auto all = history.commits;
    all.insert(all.end(), before.begin(), before.end());
    take(gitlog::find_reverts(gitlog::make_history(std::move(all), {}), {}, history.commits.size()));
  }
  /// `out_before`: whether a commit of the history went out with an older release.
  template <class OutBefore>
  std::vector<MergedChange> older_than(const std::vector<std::size_t>& told, OutBefore out_before) const {
    const std::set<std::size_t> inside(told.begin(), told.end());
    std::set<std::size_t> found;
    auto open = told;
    const auto follow = [&](const auto& map, std::size_t place, bool back) {
      if (const auto on = map.find(place); on != map.end())
        for (const auto other : on->second)
          if (!inside.contains(other) && (!back || other >= history_.commits.size() || out_before(other)) && found.insert(other).second)
            open.push_back(other);
    };
    while (!open.empty()) {
      const auto place = open.back();
      open.pop_back();
      follow(targets_, place, false);
      follow(takers_, place, true);  // what else took it back, or gave it back, before
    }
    std::vector<MergedChange> out;
    for (const auto place : found)
      out.push_back(change_of(place < history_.commits.size() ? history_.commits[place] : before_[place - history_.commits.size()]));
    return out;
  }

 private:
  void take(const std::vector<gitlog::Revert>& reverts) {
    for (const auto& r : reverts)
      if (r.target) targets_[r.commit].push_back(*r.target), takers_[*r.target].push_back(r.commit);
  }

  const gitlog::History& history_;
  const std::vector<gitlog::Commit>& before_;
  std::unordered_map<std::size_t, std::vector<std::size_t>> targets_, takers_;
};

std::string section_of(const gitlog::History& history, const std::vector<std::size_t>& told, const Picks& older,
                       const std::vector<MergedChange>& before) {
  std::vector<MergedChange> changes;
  changes.reserve(told.size());
  for (const auto place : told)
    if (!older.hold(history.commits[place])) changes.push_back(change_of(history.commits[place]));
  std::array<std::string, 6> sections;
  for (const auto& entry : draft_entries(changes, before))
    if (entry.type)
      sections[std::size_t(*entry.type)] += fmt::format("- {}{} ({})\n", entry.breaking ? "**Breaking:** " : "",
                                                        markdown::of_plain(entry.text), entry.changes.front().substr(0, 10));
  std::string out;
  for (std::size_t type = 0; type < sections.size(); ++type)
    if (!sections[type].empty()) out += fmt::format("\n### {}\n\n{}", title_of(Type(type)), sections[type]);
  return out.empty() ? "\nNo notable changes.\n" : out;
}

}  // namespace

std::string generate_markdown(const gitlog::History& history, const std::vector<gitlog::Tag>& tags, const Beside& beside) {
  const TakenBack taken(history, beside.before);
  const auto releases = gitlog::split_into_releases(history, tags);
  std::vector<std::size_t> release_of(history.commits.size(), 0);
  for (std::size_t i = 0; i < releases.size(); ++i)
    for (const auto place : releases[i].commits) release_of[place] = i;
  std::vector<std::string> sections(releases.size());
  Picks older;
  for (auto i = releases.size(); i-- > 0;) {  // oldest first
    const auto& release = releases[i];
    sections[i] = release.tag ? fmt::format("\n## [{}] - {}\n", version_of(*release.tag), to_date(release.tag->date))
                              : std::string("\n## [Unreleased]\n");
    auto known = older;
    for (const auto& s : beside.shipped)
      if (!release.tag || s.at < release.tag->date) known.add(s);
    const auto told = told_by(releases, i);
    sections[i] += section_of(history, told, known, taken.older_than(told, [&](std::size_t place) { return release_of[place] > i; }));
    older.add(history, release);
  }
  std::string out = "# Changelog\n";
  for (const auto& section : sections) out += section;
  return out;
}

std::vector<std::string> told_with_releases(const gitlog::History& history, const std::vector<gitlog::Tag>& tags,
                                            const std::vector<Shipped>& shipped) {
  Picks picks;
  for (const auto& release : gitlog::split_into_releases(history, tags))
    if (release.tag) picks.add(history, release);
  for (const auto& s : shipped) picks.add(s);
  return picks.all();
}

Result<std::vector<Shipped>> shipped_beside(const gitlog::Repository& repository, const std::string& to,
                                            const std::vector<gitlog::Tag>& tags) {
  std::vector<Shipped> out;
  std::set<std::pair<std::string, std::string>> lines;  // family and "1.0"
  const auto line_of = [](const gitlog::TagVersion& v) {
    return std::pair(v.family, v.version.substr(0, v.version.find_first_not_of("0123456789", v.version.find('.') + 1)));
  };
  for (const auto& tag : tags)
    if (const auto version = gitlog::version_of_tag(tag.name)) lines.insert(line_of(*version));
  std::vector<gitlog::Tag> others;
  std::vector<std::string> args{"log", "-z", std::string(gitlog::log_format), "^" + to};
  for (auto& tag : TRY(repository.tags()))
    if (const auto version = gitlog::version_of_tag(tag.name); version && lines.contains(line_of(*version)))
      args.push_back(tag.target), others.push_back(std::move(tag));
  if (others.empty()) return out;
  std::vector<gitlog::Commit> commits;
  gitlog::LogParser parser([&](gitlog::Commit&& c) { return commits.push_back(std::move(c)), true; });
  parser.push(TRY(repository.ask(args)));
  TRY(parser.finish());
  const auto history = gitlog::make_history(std::move(commits), {});
  for (const auto& release : gitlog::split_into_releases(history, others))
    for (const auto place : release.tag ? release.commits : std::vector<std::size_t>{}) {
      const auto& c = history.commits[place];
      out.push_back({c.sha, release.tag->date});
      if (auto original = gitlog::picked_from(c.message); !original.empty()) out.push_back({std::move(original), release.tag->date});
    }
  return out;
}

}  // namespace evenkeel::changelog
