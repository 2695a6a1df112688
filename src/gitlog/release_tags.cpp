#include "gitlog/release_tags.hpp"

#include <fnmatch.h>

#include <limits>

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

}  // namespace

int rank_of_tail(std::string_view tail) {
  if (const auto build = tail.find('+'); build != std::string_view::npos) tail = tail.substr(0, build);
  if (tail.empty()) return 0;
  if (tail[0] != '.' && tail[0] != '-' && tail[0] != '_') return -1;
  std::string word(tail.substr(1));
  for (auto& c : word) c = c >= 'A' && c <= 'Z' ? char(c + 32) : c;
  if (word == "final" || word == "release" || word == "ga") return 0;
  const auto digits = std::size_t(std::find_if(word.begin(), word.end(), is_digit) - word.begin());
  const bool numbered = std::all_of(word.begin() + std::ptrdiff_t(digits), word.end(), is_digit);
  const auto stem = word.substr(0, digits);
  return numbered && (stem == "sp" || stem == "post" || stem == "post.") ? 1 : -1;
}

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
      return TagVersion{std::string(family), std::string(rest), rank_of_tail(tail) < 0};
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
  const int rank_a = rank_of_tail(tail_a), rank_b = rank_of_tail(tail_b);
  if (rank_a != rank_b || rank_a == 0) return rank_a - rank_b;
  if (tail_a.empty() || tail_b.empty()) return int(tail_a.empty()) - int(tail_b.empty());
  const auto runs_a = runs(tail_a), runs_b = runs(tail_b);
  for (std::size_t i = 0; i < runs_a.size() && i < runs_b.size(); ++i)
    if (const int order = compare_runs(runs_a[i], runs_b[i])) return order;
  return int(runs_a.size()) - int(runs_b.size());
}

namespace {

std::vector<Tag> without_pointers(std::vector<Tag> tags) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> beside;  // family and commit -> versions
  for (const auto& tag : tags)
    if (const auto version = version_of_tag(tag.name)) beside[{version->family, tag.target}].push_back(version->version);
  std::erase_if(tags, [&](const Tag& tag) {
    const auto version = version_of_tag(tag.name);
    if (!version) return false;
    const auto& all = beside.at({version->family, tag.target});
    return std::any_of(all.begin(), all.end(), [&](const std::string& other) {
      const auto next = version->version.size() + 1;
      return other.starts_with(version->version + ".") && other.size() > next && is_digit(other[next]);
    });
  });
  return tags;
}

}  // namespace

std::vector<Tag> main_family(const std::vector<Tag>& tags) {
  std::map<std::string, std::vector<Tag>> families;
  for (const auto& tag : tags)
    if (const auto version = version_of_tag(tag.name)) families[version->family].push_back(tag);
  const std::vector<Tag>* largest = nullptr;
  for (const auto& [name, members] : families)  // in order of name, so a shorter one comes before those it begins
    if (!largest || members.size() > largest->size()) largest = &members;
  return largest ? without_pointers(*largest) : std::vector<Tag>{};
}

std::vector<Tag> matching(const std::vector<Tag>& tags, const std::string& glob) {
  std::vector<Tag> found;
  for (const auto& tag : tags)
    if (::fnmatch(glob.c_str(), tag.name.c_str(), 0) == 0) found.push_back(tag);
  // "one-*" asks for the family "one-", not for "one-extra-" too, as long as there is one of that name.
  auto family = glob.substr(0, glob.find_first_of("*?[\\"));
  if (family.ends_with('v')) family.pop_back();
  const auto is_of = [&](const Tag& tag) {
    const auto version = version_of_tag(tag.name);
    return version && version->family == family;
  };
  if (std::any_of(found.begin(), found.end(), is_of)) std::erase_if(found, [&](const Tag& tag) { return !is_of(tag); });
  return without_pointers(std::move(found));
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

}  // namespace evenkeel::gitlog
