#include "gitlog/release_tags.hpp"

#include <fnmatch.h>

#include "base/semver.hpp"

namespace evenkeel::gitlog {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_version_char(char c) { return is_digit(c) || is_alpha(c) || c == '.' || c == '-' || c == '+' || c == '_'; }

/// Length of "12.3.4" at the start of `text`; 0 without a dot.
std::size_t dotted_number(std::string_view text) {
  std::size_t end = 0;
  for (bool dotted = false;; dotted = true) {
    std::size_t digits = end;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits == end) return dotted ? end - 1 : 0;  // a dot without a number behind it
    end = digits;
    if (end == text.size() || text[end] != '.') return dotted ? end : 0;
    ++end;
  }
}

bool starts_a_version(std::string_view name, std::size_t at, bool after_letters) {
  if (!is_digit(name[at]) || (at > 0 && (is_digit(name[at - 1]) || name[at - 1] == '.'))) return false;
  if (after_letters || at == 0 || !is_alpha(name[at - 1])) return true;
  return (name[at - 1] == 'v' || name[at - 1] == 'V') && (at == 1 || !is_alpha(name[at - 2]));
}

/// Letters and digits of a version's tail in runs: "rc10" is "rc", "10".
std::vector<std::string_view> runs(std::string_view text) {
  std::vector<std::string_view> all;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    if (is_digit(text[i]))
      while (end < text.size() && is_digit(text[end])) ++end;
    else if (is_alpha(text[i]))
      while (end < text.size() && is_alpha(text[end])) ++end;
    if (is_digit(text[i]) || is_alpha(text[i])) all.push_back(text.substr(i, end - i));
    i = end;
  }
  return all;
}

int compare_runs(std::string_view a, std::string_view b) {
  if (is_digit(a[0]) && is_digit(b[0])) {
    while (a.size() > 1 && a[0] == '0') a.remove_prefix(1);
    while (b.size() > 1 && b[0] == '0') b.remove_prefix(1);
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  }
  return a.compare(b);
}

std::vector<std::string> ids_after(std::string_view text) {
  std::vector<std::string> ids;
  while (true) {
    const auto start = text.find_first_not_of(" \t\r\n,");
    if (start == std::string_view::npos) return ids;
    text.remove_prefix(start);
    if (text.starts_with("and ")) text.remove_prefix(4);
    auto end = text.find_first_not_of("0123456789abcdefABCDEF");
    if (end == std::string_view::npos) end = text.size();
    if (end < 7 || end > 64 || (end < text.size() && (is_alpha(text[end]) || text[end] == '_'))) return ids;
    std::string id(text.substr(0, end));
    std::transform(id.begin(), id.end(), id.begin(), [](char c) { return c >= 'A' && c <= 'F' ? char(c + 32) : c; });
    ids.push_back(std::move(id));
    text.remove_prefix(end);
  }
}

/// The ids that a message says it takes back.
std::vector<std::string> reverted_ids(const Commit& commit) {
  static constexpr std::string_view says = "This reverts commit";
  std::vector<std::string> ids;
  for (std::size_t at = 0; (at = commit.message.find(says, at)) != std::string::npos;) {
    at += says.size();
    const bool several = at < commit.message.size() && commit.message[at] == 's';
    auto named = ids_after(std::string_view(commit.message).substr(at + several));
    if (!several && named.size() > 1) named.resize(1);
    ids.insert(ids.end(), named.begin(), named.end());
  }
  if (!ids.empty() || !(commit.message.starts_with("revert:") || commit.message.starts_with("revert("))) return ids;
  for (const auto& trailer : trailers(commit.message))
    if (trailer.token == "Refs")
      for (auto& id : ids_after(trailer.value)) ids.push_back(std::move(id));
  return ids;
}

/// Looks up whole and shortened ids; sorts the ids only when a shortened one asks for it.
class IdLookup {
 public:
  explicit IdLookup(const History& history) : history_(history) {}
  std::optional<std::size_t> find(const std::string& id) {
    if (id.size() >= 40) return history_.find(id);
    if (sorted_.empty()) {
      for (const auto& commit : history_.commits) sorted_.push_back(commit.sha);
      std::sort(sorted_.begin(), sorted_.end());
    }
    const auto first = std::lower_bound(sorted_.begin(), sorted_.end(), id);
    if (first == sorted_.end() || !first->starts_with(id)) return {};
    if (first + 1 != sorted_.end() && (first + 1)->starts_with(id)) return {};
    return history_.find(*first);
  }

 private:
  const History& history_;
  std::vector<std::string_view> sorted_;
};

}  // namespace

std::optional<TagVersion> version_of_tag(std::string_view name) {
  for (const bool after_letters : {false, true})
    for (std::size_t i = 0; i < name.size(); ++i) {
      if (!starts_a_version(name, i, after_letters)) continue;
      const auto rest = name.substr(i);
      const auto core = dotted_number(rest);
      if (core == 0 || !std::all_of(rest.begin(), rest.end(), is_version_char)) continue;
      auto family = name.substr(0, i);
      if (family.ends_with('v') || family.ends_with('V')) family.remove_suffix(1);
      const auto tail = rest.substr(core);
      return TagVersion{std::string(family), std::string(rest), !tail.empty() && tail[0] != '+'};
    }
  return {};
}

int compare_versions(std::string_view a, std::string_view b) {
  const auto semver_a = parse_semver(a), semver_b = parse_semver(b);
  if (semver_a && semver_b) {
    const auto order = compare(*semver_a, *semver_b);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  const auto core_a = dotted_number(a), core_b = dotted_number(b);
  const auto numbers_a = runs(a.substr(0, core_a)), numbers_b = runs(b.substr(0, core_b));
  for (std::size_t i = 0; i < std::max(numbers_a.size(), numbers_b.size()); ++i)
    if (const int order = compare_runs(i < numbers_a.size() ? numbers_a[i] : "0", i < numbers_b.size() ? numbers_b[i] : "0")) return order;
  const auto tail_a = a.substr(core_a), tail_b = b.substr(core_b);
  if (tail_a.empty() || tail_b.empty()) return int(tail_a.empty()) - int(tail_b.empty());
  const auto runs_a = runs(tail_a), runs_b = runs(tail_b);
  for (std::size_t i = 0; i < runs_a.size() && i < runs_b.size(); ++i)
    if (const int order = compare_runs(runs_a[i], runs_b[i])) return order;
  return int(runs_a.size()) - int(runs_b.size());
}

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

std::vector<Tag> main_family(const std::vector<Tag>& tags) {
  std::map<std::string, std::vector<Tag>> families;
  for (const auto& tag : tags)
    if (const auto version = version_of_tag(tag.name)) families[version->family].push_back(tag);
  const std::vector<Tag>* largest = nullptr;
  for (const auto& [name, members] : families)  // in order of name, so a shorter one comes before those it begins
    if (!largest || members.size() > largest->size()) largest = &members;
  return largest ? *largest : std::vector<Tag>{};
}

std::vector<Tag> matching(const std::vector<Tag>& tags, const std::string& glob) {
  std::vector<Tag> found;
  for (const auto& tag : tags)
    if (::fnmatch(glob.c_str(), tag.name.c_str(), 0) == 0) found.push_back(tag);
  return found;
}

std::vector<TaggedRelease> split_into_releases(const History& history, const std::vector<Tag>& tags) {
  struct Mark {
    const Tag* tag;
    std::size_t place;
    std::string version;
  };
  std::vector<Mark> marks;
  for (const auto& tag : tags)
    if (const auto place = history.find(tag.target)) {
      const auto version = version_of_tag(tag.name);
      marks.push_back({&tag, *place, version ? version->version : tag.name});
    }
  std::sort(marks.begin(), marks.end(), [&](const Mark& a, const Mark& b) {
    if (history.age[a.place] != history.age[b.place]) return history.age[a.place] < history.age[b.place];
    if (a.place != b.place) return history.rank[a.place] > history.rank[b.place];
    const int order = compare_versions(a.version, b.version);
    return order ? order < 0 : a.tag->name < b.tag->name;
  });

  constexpr auto nobody = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> owner(history.commits.size(), nobody), open;
  for (std::size_t release = 0; release < marks.size(); ++release) {
    if (owner[marks[release].place] != nobody) continue;
    owner[marks[release].place] = std::uint32_t(release);
    open.push_back(std::uint32_t(marks[release].place));
    while (!open.empty()) {
      const auto place = open.back();
      open.pop_back();
      for (const auto parent : history.parents[place])
        if (owner[parent] == nobody) owner[parent] = std::uint32_t(release), open.push_back(parent);
    }
  }

  std::vector<TaggedRelease> releases(marks.size() + 1);  // newest first: the untagged, then the marks from the last to the first
  for (std::size_t i = 0; i < marks.size(); ++i) releases[marks.size() - i].tag = *marks[i].tag;
  for (std::size_t place = 0; place < owner.size(); ++place)
    releases[owner[place] == nobody ? 0 : marks.size() - owner[place]].commits.push_back(place);
  if (releases.front().commits.empty()) releases.erase(releases.begin());
  return releases;
}

std::vector<Revert> find_reverts(const History& history) {
  std::vector<Revert> reverts;
  IdLookup lookup(history);
  for (std::size_t place = 0; place < history.commits.size(); ++place)
    for (auto& id : reverted_ids(history.commits[place])) {
      auto target = lookup.find(id);
      if (target && !history.is_ancestor(*target, place)) target.reset();
      reverts.push_back({place, target, std::move(id)});
    }
  return reverts;
}

std::unordered_map<std::size_t, std::size_t> reverted_by(const std::vector<Revert>& reverts) {
  std::unordered_map<std::size_t, std::size_t> by;
  std::unordered_multimap<std::size_t, std::size_t> taken_back;  // by a reverting commit
  for (auto revert = reverts.rbegin(); revert != reverts.rend(); ++revert) {
    if (!revert->target) continue;
    const auto [first, last] = taken_back.equal_range(*revert->target);
    for (auto given_back = first; given_back != last; ++given_back)
      if (const auto entry = by.find(given_back->second); entry != by.end() && entry->second == *revert->target) by.erase(entry);
    by[*revert->target] = revert->commit;
    taken_back.emplace(revert->commit, *revert->target);
  }
  return by;
}

}  // namespace evenkeel::gitlog
