#include "changelog/edit.hpp"

#include "base/utf8.hpp"
#include "changelog/definitions.hpp"

#include <fmt/format.h>

namespace evenkeel::changelog {
namespace {

bool is_blank(const Document& d, std::size_t line) { return d.lines()[line].kind == LineKind::blank; }

// ---- the file's habits ---------------------------------------------------------------------------------------------

/// What stands before the text of an item: the nearest example decides.
std::string bullet_style(const Document& d, const ReleaseIndex* release, const SectionIndex* section) {
  const auto of = [&](const SectionIndex& s) {
    if (s.entries.empty()) return std::string();
    const auto line = d.line(s.entries.back().line);
    const auto start = line.find_first_of("-*+");
    if (start == std::string_view::npos || start != line.find_first_not_of(" \t")) return std::string();  // numbered: not a habit to follow
    const auto text = line.find_first_not_of(" \t", start + 1);
    return std::string(text == std::string_view::npos ? line.substr(0, start + 1) : line.substr(0, text)) +
           (text == std::string_view::npos ? " " : "");
  };
  if (section)
    if (auto style = of(*section); !style.empty()) return style;
  if (release)
    for (const auto& s : release->sections)
      if (auto style = of(s); !style.empty()) return style;
  for (const auto& r : d.releases())
    for (const auto& s : r.sections)
      if (auto style = of(s); !style.empty()) return style;
  for (const auto& line : d.lines())
    if (line.kind == LineKind::item && line.indent < 4 &&
        std::string_view("-*+").find(d.bytes()[line.start + line.indent]) != std::string_view::npos)
      return std::string(1, d.bytes()[line.start + line.indent]) + " ";
  return "- ";
}

/// Level of the sections that bear one of the six names; without an example one below the releases.
int section_level(const Document& d, int release_level) {
  for (const auto& r : d.releases())
    for (const auto& s : r.sections)
      if (type_of_section(s.name)) return s.level;
  return std::min(release_level + 1, 6);
}

/// Does a blank line follow section headings here? Without an example: yes.
bool blank_after_headings(const Document& d) {
  for (const auto& r : d.releases())
    for (const auto& s : r.sections)
      if (!s.entries.empty()) return s.content < d.lines().size() && is_blank(d, s.content);
  return true;
}

std::string marks(int level) { return std::string(std::size_t(level), '#') + " "; }

/// The first release with a version: the newest, in the order of the file.
const ReleaseIndex* newest(const Document& d) {
  for (const auto& r : d.releases())
    if (r.heading.version && !r.heading.unreleased) return &r;
  return nullptr;
}

bool is_underlined(const ReleaseIndex& r) { return r.content == r.line + 2; }

/// A heading of the given words in the form of `like`: '#' marks or underlined.
std::vector<std::string> heading_lines(const Document& d, const ReleaseIndex* like, const std::string& words) {
  if (!like) return {marks(d.release_level()) + words};
  const auto line = d.line(like->line);
  const auto start = line.find_first_not_of(" \t");
  if (is_underlined(*like)) {
    const auto underline = d.line(like->line + 1);
    return {words, std::string(std::max<std::size_t>(words.size(), 3), underline[underline.find_first_of("=-")])};
  }
  return {std::string(line.substr(0, start)) + marks(like->level) + words};
}

/// First line of what belongs to a heading from above: anchors like <a name="1.2.3"></a> stand before it.
std::size_t with_anchors(const Document& d, std::size_t line) {
  while (line > 0) {
    auto above = line - 1;
    while (above > 0 && is_blank(d, above) && line - above < 2) --above;
    const auto text = d.line(above);
    if (!text.starts_with("<a ")) return line;
    line = above;
  }
  return line;
}

/// Where a first heading goes in a file without releases: behind all text, before link definitions at the end.
std::size_t end_of_text(const Document& d) {
  auto end = d.lines().size();
  while (end > 0 && (d.lines()[end - 1].kind == LineKind::blank || d.lines()[end - 1].kind == LineKind::definition)) --end;
  return end;
}

void append(std::vector<std::string>& lines, std::vector<std::string> more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Change finish(const Document& d, std::vector<Edit> edits, std::string remark = {}) {
  std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.line < b.line; });
  auto text = apply_edits(d, edits);
  return {std::move(text), std::move(edits), std::move(remark)};
}

/// The words of the new heading, in the form of the newest release's: "[1.2.0] - 2026-01-31", "v1.2.0 / 2026-01-31", "Cargo 1.2
/// (2026-01-31)".
std::string release_words(const Document& d, const ReleaseIndex* last, std::string_view version, std::string_view date) {
  if (!last) return date.empty() ? fmt::format("[{}]", version) : fmt::format("[{}] - {}", version, date);
  std::string words(heading_text(d.line(last->line)));
  const auto at = words.find(*last->heading.version);
  if (at == std::string::npos) return date.empty() ? std::string(version) : fmt::format("{} - {}", version, date);
  auto end = at + last->heading.version->size();
  auto before = words.substr(0, at);
  std::string behind;
  if (words.substr(end).starts_with("](")) {  // a link of its own: move it on to this version
    const auto close = words.find(')', end);
    const auto url = close == std::string::npos
                         ? std::string()
                         : address_moved(words.substr(end + 2, close - end - 2), version_before(d, last), *last->heading.version, version);
    const auto open = before.rfind('[');
    if (url.empty() || open == std::string::npos)
      before.erase(open == std::string::npos ? before.size() : open, 1);
    else
      behind = "](" + url + ")";
    end = close == std::string::npos ? words.size() : close + 1;
  } else if (end < words.size() && words[end] == ']')
    behind = "]", ++end;
  if (find_date(before)) before.clear();  // "2026-01-31, Version 1.2.0": the date leads, which is not worth imitating
  auto text = before + std::string(version) + behind;
  if (date.empty()) return text;
  const auto rest = words.substr(end);
  if (rest.starts_with(" (")) return fmt::format("{} ({})", text, date);
  if (rest.starts_with(" / ")) return fmt::format("{} / {}", text, date);
  if (rest.starts_with("/")) return fmt::format("{}/{}", text, date);
  if (rest.starts_with(" \xe2\x80\x94 ") || rest.starts_with(" \xe2\x80\x93 ")) return fmt::format("{}{}{}", text, rest.substr(0, 5), date);
  if (rest.size() > 1 && rest[0] == ' ' && std::isdigit(static_cast<unsigned char>(rest[1]))) return fmt::format("{} {}", text, date);
  return fmt::format("{} - {}", text, date);
}

/// The line behind the last line of `from`..`end` that says something.
std::size_t behind_text(const Document& d, std::size_t from, std::size_t end) {
  while (end > from && is_blank(d, end - 1)) --end;
  return end;
}

/// The first list item above all releases that is news: under a heading of its own, or straight below the title. A list behind words of
/// introduction explains the file.
std::optional<std::size_t> entries_above(const Document& d) {
  const auto end = d.releases().empty() ? d.lines().size() : d.releases().front().line;
  bool news = true;
  for (std::size_t i = 0; i < end; ++i) {
    const auto& line = d.lines()[i];
    if (line.kind == LineKind::heading) news = true;
    if (line.kind == LineKind::text || line.kind == LineKind::comment) news = false;
    if (line.kind == LineKind::item && news) return i;
  }
  return {};
}

/// "[1.2.0] - TBD", "1.2.0 (unreleased)": what says that it is still to come gives way to the date; where that cannot be read back, the
/// heading is written in the form of the newest release's.
std::vector<std::string> announced_heading(const Document& d, const ReleaseIndex& there, const ReleaseIndex* last, std::string_view version,
                                           std::string_view date) {
  const auto reads_back = [&](std::string_view heading) {
    const auto read = read_release_heading(heading_text(heading));
    return read && read->version == version && !read->unreleased && read->date.value_or("") == date;
  };
  const std::string line(d.line(there.line));
  auto low = line;
  std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  if (const auto at = low.find("unreleased"); at != std::string::npos) {
    auto named = line;
    named.replace(at, 10, date.empty() ? "released" : std::string(date));
    if (reads_back(named)) return {named};
  }
  const auto behind = line.find(version);
  for (auto at = behind == std::string::npos ? line.size() : behind + version.size(); at < line.size() && !date.empty();) {
    const auto from = std::min(line.find_first_not_of(" ()[]/:,", at), line.size());
    const auto to = std::min(line.find_first_of(" ()[]:,", from), line.size());
    const bool last_word = line.find_first_not_of(" )]#", to) == std::string::npos;
    const bool in_brackets =
        from > 0 && to < line.size() && ((line[from - 1] == '(' && line[to] == ')') || (line[from - 1] == '[' && line[to] == ']'));
    auto named = line;
    named.replace(from, to - from, date);
    const bool several_words = line.find_first_of("abcdefghijklmnopqrstuvwxyz", behind + version.size()) < from;
    if (from < to && (in_brackets || (last_word && !several_words)) && reads_back(named)) return {named};
    at = to;
  }
  auto lines = heading_lines(d, last ? last : &there, release_words(d, last, version, date));
  if (is_underlined(there) && lines.size() == 2) return lines;
  return {lines.front()};
}

Edit new_section(const Document& d, const ReleaseIndex& release, Type type, std::vector<std::string> item) {
  const SectionIndex* next = nullptr;  // the first section whose type comes later
  for (const auto& section : release.sections)
    if (const auto other = type_of_section(section.name); other && *other > type && !next) next = &section;
  const auto level = section_level(d, release.level);
  std::vector<std::string> lines = {marks(level) + title_of(type)};
  if (blank_after_headings(d)) lines.push_back("");
  append(lines, std::move(item));
  if (next) {
    lines.push_back("");
    return {next->line, 0, std::move(lines)};
  }
  const auto at = behind_text(d, release.content, release.end);
  lines.insert(lines.begin(), "");
  if (at < d.lines().size() && !is_blank(d, at)) lines.push_back("");
  return {at, 0, std::move(lines)};
}

Edit new_unreleased(const Document& d, Type type, std::vector<std::string> item) {
  const auto* last = newest(d);
  const bool brackets = !last || last->heading.linked;
  auto lines = heading_lines(d, last, brackets ? "[Unreleased]" : "Unreleased");
  lines.push_back("");
  lines.push_back(marks(section_level(d, d.release_level())) + title_of(type));
  if (blank_after_headings(d)) lines.push_back("");
  append(lines, std::move(item));
  if (!d.releases().empty()) {
    const auto at = with_anchors(d, d.releases().front().line);
    lines.push_back("");
    if (at > 0 && !is_blank(d, at - 1)) lines.insert(lines.begin(), "");
    return {at, 0, std::move(lines)};
  }
  const auto at = end_of_text(d);
  if (at > 0) lines.insert(lines.begin(), "");
  if (at < d.lines().size() && !is_blank(d, at)) lines.push_back("");
  return {at, 0, std::move(lines)};
}

}  // namespace

std::string apply_edits(const Document& document, const std::vector<Edit>& edits) {
  const auto& bytes = document.bytes();
  const auto& lines = document.lines();
  const auto start_of = [&](std::size_t line) {
    return line == 0 ? 0 : line < lines.size() ? std::size_t(lines[line].start) : bytes.size();
  };
  std::string out;
  out.reserve(bytes.size() + 256);
  const auto newline = document.newline();
  std::size_t copied = 0;
  for (const auto& edit : edits) {
    const auto at = start_of(edit.line);
    out.append(bytes, copied, at - copied);
    if (edit.line == 0 && bytes.starts_with("\xef\xbb\xbf")) out += "\xef\xbb\xbf";
    if (!out.empty() && out.back() != '\n' && edit.line > 0) out += newline;
    const auto next = edit.line + edit.removed;
    copied = start_of(next);
    const bool file_ended_open = copied == bytes.size() && !bytes.empty() && bytes.back() != '\n' && edit.removed > 0;
    for (std::size_t i = 0; i < edit.inserted.size(); ++i) {
      out += edit.inserted[i];
      if (!(file_ended_open && i + 1 == edit.inserted.size())) {
        // a replaced line keeps its own line end
        const auto old = edit.line + i;
        const bool keeps = i < edit.removed && old + 1 < lines.size();
        out += keeps ? std::string_view(bytes).substr(lines[old].end, lines[old + 1].start - lines[old].end) : newline;
      }
    }
    if (edit.line == 0 && edit.removed == 0 && bytes.starts_with("\xef\xbb\xbf")) copied = 3;
  }
  out.append(bytes, copied);
  return out;
}

std::string describe_edits(const Document& document, const std::vector<Edit>& edits) {
  std::string out;
  std::ptrdiff_t shift = 0;
  for (const auto& edit : edits) {
    out += fmt::format("@@ -{},{} +{},{} @@\n", edit.line + 1, edit.removed, std::ptrdiff_t(edit.line) + shift + 1, edit.inserted.size());
    for (std::size_t i = 0; i < edit.removed; ++i) out += fmt::format("-{}\n", document.line(edit.line + i));
    for (const auto& line : edit.inserted) out += fmt::format("+{}\n", line);
    shift += std::ptrdiff_t(edit.inserted.size()) - std::ptrdiff_t(edit.removed);
  }
  return out;
}

std::vector<std::string> item_lines(const std::string& bullet, std::string_view text, bool breaking) {
  std::vector<std::string> lines;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
  while (true) {
    const auto end = text.find('\n');
    auto part = text.substr(0, end);
    if (part.ends_with('\r')) part.remove_suffix(1);
    if (lines.empty())
      lines.push_back(bullet + (breaking ? "**Breaking:** " : "") + std::string(part));
    else
      lines.push_back(part.empty() ? std::string() : std::string(bullet.size(), ' ') + std::string(part));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

namespace {

/// A code fence or a comment that never ends takes in whatever is written below it.
std::unexpected<Error> swallowed(const Document& document) {
  auto begins = document.lines().size();
  const auto is_inside = [&](std::size_t i) {
    const auto kind = document.lines()[i].kind;
    return kind == LineKind::code || kind == LineKind::comment || kind == LineKind::blank;
  };
  while (begins > 0 && is_inside(begins - 1)) --begins;
  while (begins + 1 < document.lines().size() && document.lines()[begins].kind == LineKind::blank) ++begins;
  return invalid(
      fmt::format("what stands in the changelog swallows what is written below it: a code fence or a comment that begins at line {} "
                  "never ends; end it first",
                  begins + 1));
}

/// Whatever the text, it is one entry that reads as it was given, and the releases and sections stay what they were.
bool reads_back(const Document& before, const Change& change, Type type, std::string_view text, bool breaking) {
  const auto after = Document::parse(change.text);
  std::string wanted((breaking ? "**Breaking:** " : ""));
  for (const char c : text)
    if (c != '\r') wanted += c;
  while (wanted.ends_with('\n') || wanted.ends_with(' ')) wanted.pop_back();
  const auto count = [](const Document& d) {
    std::size_t n = 0;
    for (const auto& r : d.releases())
      for (const auto& s : r.sections) n += s.entries.size();
    return n;
  };
  const auto more = before.unreleased() ? 0u : 1u;
  if (after.releases().size() > before.releases().size() + more || count(after) != count(before) + 1) return false;
  for (const auto& r : after.releases())
    for (const auto& s : r.sections)
      for (const auto& e : s.entries)
        if (type_of_section(s.name) == type && after.entry(s, e).text == wanted) return true;
  return false;
}

Result<Change> add_into(const Document& document, const ReleaseIndex* release, Type type, std::string_view text, bool breaking) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return invalid("an entry needs a text: what changed, for whom", "text");
  text.remove_prefix(start);
  const SectionIndex* section = nullptr;
  if (release)
    for (const auto& s : release->sections)
      if (!section && type_of_section(s.name) == type) section = &s;
  auto item = item_lines(bullet_style(document, release, section), text, breaking);
  if (!release) return finish(document, {new_unreleased(document, type, std::move(item))});
  if (!section) return finish(document, {new_section(document, *release, type, std::move(item))});
  if (!section->entries.empty()) return finish(document, {{section->entries.back().end, 0, std::move(item)}});
  const auto at = behind_text(document, section->content, section->end);
  if (blank_after_headings(document) || at > section->content) item.insert(item.begin(), "");
  if (at < document.lines().size() && !is_blank(document, at)) item.push_back("");
  return finish(document, {{at, 0, std::move(item)}});
}
}  // namespace

Result<Change> add_entry(const Document& document, Type type, std::string_view text, bool breaking) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos) text.remove_prefix(first);
  if (clean_text(text) != text ||
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 && c != '\n' && c != '\r' && c != '\t'; }))
    return invalid("the text of an entry is UTF-8 without control characters", "text");
  auto change = TRY(add_into(document, document.unreleased(), type, text, breaking));
  if (!Document::parse(change.text).unreleased()) return swallowed(document);
  if (!reads_back(document, change, type, text, breaking))
    return invalid(
        "this text would not be one entry of the changelog, as it holds what Markdown reads as structure (a rule, a heading, a fence or "
        "comment that never ends); say it in other words, or put it in `code`",
        "text");
  return change;
}

Result<Change> add_entry_to(const Document& document, std::string_view release, Type type, std::string_view text) {
  if (release == "unreleased") return add_entry(document, type, text, false);
  const auto* found = document.find(release);
  if (!found) return no_such_release(document, release);
  return add_into(document, found, type, text, false);
}

bool dates_its_releases(const Document& document) {
  bool any_version = false;
  for (const auto& release : document.releases()) {
    if (release.heading.date) return true;
    any_version |= release.heading.version && !release.heading.unreleased;
  }
  return !any_version;
}

namespace {

Result<Change> cut_into(const Document& document, std::string_view version, std::string_view date) {
  const auto read_back = read_release_heading(fmt::format("[{}] - 2000-01-01", version));
  if (!read_back || read_back->version != version)
    return invalid(fmt::format("'{}' cannot stand as a version in a changelog; expected a text such as 1.2.0", version), "version");
  if (!date.empty() && find_date(date) != date)
    return invalid(fmt::format("'{}' is not a date; expected YEAR-MONTH-DAY, such as 2026-01-31", date), "date");
  const auto* there = document.find(version);
  if (there && there->is_unreleased()) there = nullptr;  // "[Unreleased] (1.2.0)" is Unreleased
  if (there && !there->heading.unreleased)
    return conflict(fmt::format("release {} is in the changelog already (line {})", version, there->line + 1));

  const auto* last = newest(document);
  std::vector<Edit> edits;
  std::string remark;
  if (there) {
    auto lines = announced_heading(document, *there, last, version, date);
    edits.push_back({there->line, is_underlined(*there) && lines.size() == 2 ? 2u : 1u, std::move(lines)});
    edit_definitions(document, last, version, edits);
    return finish(document, std::move(edits));
  }

  const auto* unreleased = document.unreleased();
  if (unreleased && !unreleased->is_unreleased()) unreleased = nullptr;
  const auto* form = last ? last : unreleased;
  const bool brackets_only = !last && unreleased;
  auto words = brackets_only ? (unreleased->heading.linked ? fmt::format("[{}]", version) : std::string(version)) +
                                   (date.empty() ? "" : fmt::format(" - {}", date))
                             : release_words(document, last, version, date);
  auto lines = heading_lines(document, form, words);
  if (unreleased) {
    std::string heading(document.line(unreleased->line));
    // A link in the heading compares with the last release; it moves on.
    if (const auto open = heading.find("]("); open != std::string::npos && last) {
      const auto close = heading.find(')', open);
      const auto pair = comparison_moved(heading.substr(open + 2, close - open - 2), *last->heading.version, version);
      if (pair && close != std::string::npos) {
        heading.replace(open + 2, close - open - 2, *pair);
        edits.push_back({unreleased->line, 1, {heading}});
      }
    }
    if (unreleased->heading.version)  // the version that was expected stands in the release's own heading now
      edits.push_back(
          {unreleased->line, 1, {heading_lines(document, unreleased, unreleased->heading.linked ? "[Unreleased]" : "Unreleased").front()}});
    lines.insert(lines.begin(), "");
    const bool nothing = behind_text(document, unreleased->content, unreleased->end) == unreleased->content;
    if (nothing) remark = "nothing stood under Unreleased; the release is empty";
    for (const auto& other : document.releases())
      if (&other != unreleased && other.is_unreleased() && behind_text(document, other.content, other.end) > other.content)
        remark += fmt::format("{}entries under another Unreleased (line {}) were left there", remark.empty() ? "" : "; ", other.line + 1);
    edits.push_back({unreleased->content, 0, std::move(lines)});
  } else if (const auto* announced = document.unreleased(); announced && announced->heading.version) {
    return conflict(fmt::format("{} stands there as the version that comes next (line {}); cut {}, or give that heading another version",
                                *announced->heading.version, announced->line + 1, *announced->heading.version));
  } else if (const auto stray = entries_above(document)) {
    return conflict(
        fmt::format("entries stand above the newest release (line {}), but under no Unreleased; put '## [Unreleased]' above them, or "
                    "they would belong to no release",
                    *stray + 1));
  } else {
    remark = "the changelog had no Unreleased section; the release is empty";
    if (!document.releases().empty()) {
      const auto at = with_anchors(document, document.releases().front().line);
      lines.push_back("");
      if (at > 0 && !is_blank(document, at - 1)) lines.insert(lines.begin(), "");
      edits.push_back({at, 0, std::move(lines)});
    } else {
      const auto at = end_of_text(document);
      if (at > 0) lines.insert(lines.begin(), "");
      if (at < document.lines().size() && !is_blank(document, at)) lines.push_back("");
      edits.push_back({at, 0, std::move(lines)});
    }
  }
  edit_definitions(document, last, version, edits);
  return finish(document, std::move(edits), std::move(remark));
}

}  // namespace

Result<Change> cut_release(const Document& document, std::string_view version, std::string_view date) {
  if (version.size() > 1 && (version[0] == 'v' || version[0] == 'V') && std::isdigit(static_cast<unsigned char>(version[1])))
    version.remove_prefix(1);
  auto change = TRY(cut_into(document, version, date));
  if (!Document::parse(change.text).find(version)) return swallowed(document);
  return change;
}

Result<Change> yank_release(const Document& document, std::string_view version) {
  const auto* release = document.find(version);
  if (!release) return no_such_release(document, version);
  if (release->heading.yanked) return finish(document, {}, fmt::format("release {} is marked as yanked already", version));
  std::string line(document.line(release->line));
  auto end = line.find_last_not_of(" \t") + 1;
  if (line.find_first_not_of(" \t") == line.find('#')) {  // closing marks stay at the end
    auto closing = end;
    while (closing > 0 && line[closing - 1] == '#') --closing;
    if (closing < end && closing > 0 && line[closing - 1] == ' ') end = line.find_last_not_of(" \t", closing - 1) + 1;
  }
  line.insert(end, " [YANKED]");
  return finish(document, {{release->line, 1, {line}}});
}

}  // namespace evenkeel::changelog
