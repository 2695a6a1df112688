#include "changelog/keep_a_changelog.hpp"

#include <fmt/format.h>

namespace evenkeel::changelog {
namespace {

std::string lowered(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return out;
}

/// "**Breaking:** ...", "[BREAKING] ...", "BREAKING CHANGE: ..."; the word must stand at the beginning or in brackets.
bool says_breaking(std::string_view text) {
  const auto low = lowered(text.substr(0, 400));
  if (low.find("[breaking]") != std::string::npos || low.find("(breaking)") != std::string::npos) return true;
  const auto start = low.find_first_not_of("*_[(! \t");
  if (start == std::string::npos || low.compare(start, 8, "breaking") != 0) return false;
  const auto rest = std::string_view(low).substr(start + 8);
  return rest.starts_with(":") || rest.starts_with("*") || rest.starts_with("]") || rest.starts_with("_") || rest.starts_with(" change");
}

/// The level at which most headings name a release; among equals the one seen first. Versions decide before "Unreleased". What stands
/// deeper than a heading that surely is a release ("## [2.0.0] - 2026-02-01", then "### Python 3.12") is part of it.
int level_of_releases(const std::vector<HeadingLine>& headings) {
  int best = 0;
  for (const bool versions : {true, false}) {
    std::array<int, 7> count{};
    int within = 7;
    for (const auto& h : headings) {
      if (!h.release || h.release->version.has_value() != versions) continue;
      if (h.release->strong()) within = h.level;
      count[std::size_t(h.level)] += h.release->strong() || h.level <= within;
    }
    for (const auto& h : headings)
      if (h.release && count[std::size_t(h.level)] > (best ? count[std::size_t(best)] : 0)) best = h.level;
    if (best) return best;
  }
  return 0;
}

}  // namespace

std::string title_of(Type type) {
  std::string title(json::enum_text(type));
  title[0] = char(title[0] - 32);
  return title;
}

std::optional<Type> type_of_section(std::string_view name) {
  auto low = lowered(name);
  for (std::size_t open = 0; (open = low.find(':', open)) != std::string::npos;) {  // a picture: ":sparkles: Added"
    const auto close = std::min(low.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_+-", open + 1), low.size());
    if (close > open + 1 && close < low.size() && low[close] == ':')
      low.erase(open, close - open + 1);
    else
      ++open;
  }
  std::erase_if(low, [](unsigned char c) { return c == ':' || c == '*' || c == '_' || c == '#' || c == ' ' || c >= 0x80; });
  const auto type = json::enum_from<Type>(low);
  return type ? std::optional(*type) : std::nullopt;
}

Document Document::parse(std::string text) {
  Document document;
  document.bytes_ = std::move(text);
  document.lines_ = classify_lines(document.bytes_);
  std::size_t with_return = 0;
  for (const auto& line : document.lines_) with_return += line.end < document.bytes_.size() && document.bytes_[line.end] == '\r';
  if (with_return * 2 >= document.lines_.size()) document.newline_ = "\r\n";
  document.find_releases();
  return document;
}

std::string Document::text() const {
  std::string out;
  out.reserve(bytes_.size());
  std::size_t from = 0;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const auto next = i + 1 < lines_.size() ? lines_[i + 1].start : bytes_.size();
    out.append(bytes_, from, next - from);
    from = next;
  }
  return out;
}

/// Lines of headings below the release level that are nothing but a version, where a level has three or more and each holds a list.
std::set<std::size_t> Document::deeper_releases(const std::vector<HeadingLine>& headings) const {
  std::map<int, std::set<std::size_t>> found;
  std::set<int> doubtful;
  for (std::size_t k = 0; k < headings.size(); ++k) {
    const auto& h = headings[k];
    if (!h.release || !h.release->version || h.level <= release_level_) continue;
    auto words = heading_text(line(h.line));
    for (const char open : {'[', 'v', 'V'})
      if (words.starts_with(open)) words.remove_prefix(1);
    if (words.ends_with(']')) words.remove_suffix(1);
    if (words != *h.release->version) continue;
    const auto end = k + 1 < headings.size() ? headings[k + 1].line : lines_.size();
    const bool holds_list = std::any_of(lines_.begin() + std::ptrdiff_t(h.line), lines_.begin() + std::ptrdiff_t(end),
                                        [](const Line& l) { return l.kind == LineKind::item; });
    holds_list ? void(found[h.level].insert(h.line)) : void(doubtful.insert(h.level));
  }
  std::set<std::size_t> out;
  for (const auto& [level, places] : found)
    if (places.size() >= 3 && !doubtful.contains(level)) out.insert(places.begin(), places.end());
  return out;
}

void Document::find_releases() {
  std::vector<HeadingLine> headings;
  bool dates_alone = true;
  for (std::size_t i = 0; i < lines_.size(); ++i)
    if (lines_[i].kind == LineKind::heading) {
      headings.push_back({i, lines_[i].level, read_release_heading(heading_text(line(i)))});
      const auto& release = headings.back().release;
      dates_alone &= !(release && release->version);
    }
  for (auto& h : headings)  // a date alone is a release only where no release has a version
    if (h.release && !h.release->version && !h.release->unreleased && !dates_alone) h.release.reset();
  release_level_ = level_of_releases(headings);
  const auto deeper = deeper_releases(headings);
  if (release_level_ == 0) return void(release_level_ = 2);
  bool seen_version = false;
  for (const auto& h : headings) {
    bool is_release = h.release && (h.level == release_level_ || h.release->strong() || deeper.contains(h.line));
    if (h.release && h.release->unreleased && (h.release->first || !h.release->version))
      is_release = h.level <= release_level_ || !seen_version;
    if (is_release) {
      seen_version |= h.release->version.has_value();
      if (!releases_.empty() && releases_.back().end == 0) releases_.back().end = h.line;
      const bool underlined = h.line + 1 < lines_.size() && lines_[h.line + 1].kind == LineKind::underline;
      releases_.push_back({.heading = *h.release, .line = h.line, .content = h.line + 1 + underlined, .level = h.level});
    } else if (!releases_.empty() && releases_.back().end == 0 &&
               (h.level < release_level_ || (h.level == release_level_ && !type_of_section(heading_text(line(h.line))))))
      releases_.back().end = h.line;
  }
  if (releases_.empty()) return;
  if (releases_.back().end == 0) {  // the definitions at the end of the file are nobody's
    auto end = lines_.size();
    while (end > releases_.back().content && (lines_[end - 1].kind == LineKind::blank || lines_[end - 1].kind == LineKind::definition))
      --end;
    while (end < lines_.size() && lines_[end].kind == LineKind::blank && end > releases_.back().content) ++end;
    releases_.back().end = end;
  }
  for (auto& release : releases_) {
    find_sections(release);
    if (release.heading.version && !release.heading.date) release.heading.date = date_below(release);
  }
}

/// A quotation or emphasis below the heading that is nothing but a date ("> 20 January 2021") is the release's.
std::optional<std::string> Document::date_below(const ReleaseIndex& release) const {
  for (auto i = release.content; i < release.end; ++i) {
    if (lines_[i].kind == LineKind::blank) continue;
    auto words = line(i);
    words = words.substr(std::min(words.find_first_not_of(' '), words.size()));
    if (!words.starts_with('>') && !words.starts_with('_') && !words.starts_with('*')) return {};
    const auto written = date_as_written(words);
    if (!written) return {};
    const auto rest = std::string(words.substr(0, written->first)) + std::string(words.substr(written->first + written->second));
    return rest.find_first_not_of(" >_*.") == std::string::npos ? find_date(words) : std::nullopt;
  }
  return {};
}

void Document::find_sections(ReleaseIndex& release) {
  for (auto i = release.content; i < release.end; ++i) {
    if (lines_[i].kind != LineKind::heading) continue;
    if (!release.sections.empty()) release.sections.back().end = i;
    const bool underlined = i + 1 < release.end && lines_[i + 1].kind == LineKind::underline;
    release.sections.push_back({.name = std::string(heading_text(line(i))),
                                .line = i,
                                .end = release.end,
                                .content = i + 1 + underlined,
                                .level = lines_[i].level});
  }
  for (auto& section : release.sections) find_entries(section);
}

void Document::find_entries(SectionIndex& section) {
  bool open = false, blank_before = false;
  std::uint16_t content = 0;
  for (auto i = section.content; i < section.end; ++i) {
    const auto& line = lines_[i];
    if (line.kind == LineKind::blank) {
      blank_before = true;
      continue;
    }
    const bool inside = open && line.indent >= content;
    if (line.kind == LineKind::item && !inside && (open || line.indent < 4)) {
      section.entries.push_back({i, i + 1});
      content = line.content;
      open = true;
    } else if (open) {
      const bool ends = line.kind == LineKind::definition || line.kind == LineKind::rule ||
                        (!inside && (blank_before || line.kind == LineKind::comment || line.kind == LineKind::code) &&
                         lines_[i - 1].kind != LineKind::code);
      if (ends)
        open = false;
      else
        section.entries.back().end = i + 1;
    }
    blank_before = false;
  }
}

const ReleaseIndex* Document::find(std::string_view version) const {
  for (const auto& release : releases_)
    if (release.is(version)) return &release;
  const bool prefixed = version.size() > 1 && (version[0] == 'v' || version[0] == 'V');
  return prefixed ? find(version.substr(1)) : nullptr;
}

const ReleaseIndex* Document::unreleased() const {
  for (const auto& release : releases_)
    if (release.is_unreleased()) return &release;
  for (const auto& release : releases_)
    if (release.heading.unreleased) return &release;
  return nullptr;
}

std::string Document::markdown(std::size_t from, std::size_t to) const {
  while (from < to && lines_[from].kind == LineKind::blank) ++from;
  while (to > from && lines_[to - 1].kind == LineKind::blank) --to;
  std::string text;
  for (auto i = from; i < to; ++i) (text += i > from ? "\n" : "") += line(i);
  return text;
}

Entry Document::entry(const SectionIndex& section, const EntryIndex& index) const {
  Entry entry{.line = std::int64_t(index.line + 1)};
  const std::size_t content = lines_[index.line].content;
  for (auto i = index.line; i < index.end; ++i) {
    auto words = line(i);
    if (i == index.line)
      words = words.substr(std::min(words.size(), std::max<std::size_t>(words.find_first_of("-*+.)") + 1, 1)));
    else
      entry.text += '\n';
    std::size_t blanks = 0;
    while (blanks < words.size() && (i == index.line || blanks < content) && (words[blanks] == ' ' || words[blanks] == '\t')) ++blanks;
    entry.text += words.substr(blanks);
  }
  const auto section_name = lowered(section.name);
  entry.breaking = section_name.find("breaking") != std::string::npos || says_breaking(entry.text);
  return entry;
}

Release Document::release(const ReleaseIndex& index) const {
  Release release{.version = index.heading.version,
                  .unreleased = index.heading.unreleased,
                  .heading = std::string(heading_text(line(index.line))),
                  .date = index.heading.date,
                  .yanked = index.heading.yanked,
                  .line = std::int64_t(index.line + 1),
                  .text = markdown(index.content, index.sections.empty() ? index.end : index.sections.front().line)};
  for (const auto& section : index.sections) {
    release.sections.push_back({.name = section.name});
    for (const auto& item : section.entries) release.sections.back().entries.push_back(entry(section, item));
  }
  return release;
}

Changelog Document::changelog() const {
  Changelog all;
  for (const auto& index : releases_) all.releases.push_back(release(index));
  return all;
}

std::unexpected<Error> no_such_release(const Document& document, std::string_view version) {
  std::string known;
  std::size_t named = 0;
  for (const auto& release : document.releases())
    if (release.heading.version && named++ < 5) known += (known.empty() ? "" : ", ") + *release.heading.version;
  if (known.empty()) return not_found(fmt::format("there is no release {} in the changelog; it has none at all", version));
  return not_found(fmt::format("there is no release {} in the changelog; it has {}{}", version, known,
                               named > 5 ? fmt::format(" and {} older", named - 5) : ""));
}

Result<std::string> release_section(const Document& document, std::string_view version) {
  const auto* release = version == "unreleased" || version == "Unreleased" ? document.unreleased() : document.find(version);
  if (!release) return no_such_release(document, version);
  return document.markdown(release->content, release->end);
}

}  // namespace evenkeel::changelog
