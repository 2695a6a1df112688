#include "changelog/mend.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "changelog/line_diff.hpp"

namespace evenkeel::changelog {
namespace {

struct Place {
  const ReleaseIndex* release = nullptr;
  const SectionIndex* section = nullptr;
  const EntryIndex* entry = nullptr;
};
std::optional<Place> entry_at(const Document& d, std::size_t line) {
  for (const auto& release : d.releases())
    if (line >= release.line && line < release.end)
      for (const auto& section : release.sections)
        for (const auto& entry : section.entries)
          if (line >= entry.line && line < entry.end) return Place{&release, &section, &entry};
  return {};
}
std::unexpected<Error> no_entry(std::size_t line) {
  return not_found(fmt::format("there is no entry on line {}; `evenkeel changelog show --json` gives the line of each", line + 1));
}

std::vector<std::string> lines_of(const Document& d, std::size_t from, std::size_t to) {
  std::vector<std::string> out;
  for (auto i = from; i < to; ++i) out.emplace_back(d.line(i));
  return out;
}
bool is_blank(const Document& d, std::size_t line) { return d.lines()[line].kind == LineKind::blank; }

/// One round over all findings that do not get in each other's way; the next round reads the result anew.
std::vector<Edit> round_of_fixes(const Document& d, std::vector<Finding>& fixed) {
  std::vector<Edit> edits;
  std::size_t free_from = 0;  // edits may not overlap: the rest waits for the next round
  for (const auto& finding : check(d)) {
    if (!finding.fixable) continue;
    const auto line = std::size_t(finding.line - 1);
    if (finding.rule == "no_release") {
      auto end = d.lines().size();
      while (end > 0 && is_blank(d, end - 1)) --end;
      std::vector<std::string> lines{"## [Unreleased]"};
      if (end > 0) lines.insert(lines.begin(), "");
      edits.push_back({end, 0, std::move(lines)});
      fixed.push_back(finding);
      break;
    }
    if (line < free_from) continue;
    const auto release =
        std::find_if(d.releases().begin(), d.releases().end(), [&](const ReleaseIndex& r) { return line >= r.line && line < r.end; });
    if (release == d.releases().end()) continue;
    if (finding.rule == "heading_level") {
      std::string text(d.line(line));
      const auto start = text.find('#'), end = text.find_first_not_of('#', start);
      text.replace(start, end - start, std::string(std::size_t(d.release_level()), '#'));
      edits.push_back({line, 1, {text}});
      free_from = line + 1;
    } else if (finding.rule == "date_form") {
      std::string text(d.line(line));
      const auto written = date_as_written(text);
      if (!written) continue;
      text.replace(written->first, written->second, *release->heading.date);
      edits.push_back({line, 1, {text}});
      free_from = line + 1;
    } else {
      const auto section = std::find_if(release->sections.begin(), release->sections.end(), [&](const auto& s) { return s.line == line; });
      if (section == release->sections.end()) continue;
      const auto until = section->end;
      if (finding.rule == "section_twice") {
        const auto first = std::find_if(release->sections.begin(), section,
                                        [&](const auto& s) { return type_of_section(s.name) == type_of_section(section->name); });
        auto at = first->end;
        while (at > first->content && is_blank(d, at - 1)) --at;
        if (at < free_from) continue;
        auto from = section->content, to = until;
        while (from < to && is_blank(d, from)) ++from;
        while (to > from && is_blank(d, to - 1)) --to;
        auto moved = lines_of(d, from, to);
        const bool list_goes_on = !first->entries.empty() && first->entries.back().end == at && d.lines()[from].kind == LineKind::item;
        if (!moved.empty() && !list_goes_on) moved.insert(moved.begin(), "");
        if (!moved.empty()) edits.push_back({at, 0, std::move(moved)});
      }
      edits.push_back({line, until - line, {}});
      free_from = until;
    }
    fixed.push_back(finding);
  }
  return edits;
}

/// Takes an entry out; a section that would stand empty goes with it.
Edit taken_out(const Document& d, const Place& place) {
  auto from = place.entry->line, to = place.entry->end;
  const bool alone =
      place.section->entries.size() == 1 && d.markdown(place.section->content, from).empty() && d.markdown(to, place.section->end).empty();
  if (alone) return {place.section->line, place.section->end - place.section->line, {}};
  if (to < place.section->end && is_blank(d, to) && from > 0 && is_blank(d, from - 1)) ++to;  // no two blank lines where it stood
  return {from, to - from, {}};
}

/// In its place stands one entry with these words, and the releases and sections are what they were.
bool reads_back(const Document& before, const std::string& text, const SectionIndex& section, const EntryIndex& entry,
                std::string_view words) {
  const auto after = Document::parse(text);
  if (after.releases().size() != before.releases().size() || clean_text(words) != words) return false;
  std::string wanted;
  for (const char c : words)
    if (c != '\r') wanted += c;
  while (wanted.ends_with('\n') || wanted.ends_with(' ')) wanted.pop_back();
  for (const auto& r : after.releases())
    for (const auto& s : r.sections)
      for (const auto& e : s.entries)
        if (e.line == entry.line && s.name == section.name && s.entries.size() == section.entries.size())
          return after.entry(s, e).text == wanted;
  return false;
}

}  // namespace

Fixed fix(const Document& document) {
  Fixed out;
  out.change.text = document.text();
  for (int round = 0; round < 32; ++round) {
    const auto now = Document::parse(out.change.text);
    auto edits = round_of_fixes(now, out.fixed);
    if (edits.empty()) break;
    std::stable_sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) { return a.line < b.line; });
    out.change.text = apply_edits(now, edits);
  }
  if (!out.fixed.empty()) out.change.edits = line_diff(document.bytes(), out.change.text);
  return out;
}

Result<Change> move_entry(const Document& document, const MoveEntry& move) {
  const auto place = entry_at(document, move.line);
  if (!place) return no_entry(move.line);
  const auto type = move.type ? move.type : type_of_section(place->section->name);
  if (!type) return invalid(fmt::format("the entry stands under '{}'; say with --type where it belongs", place->section->name), "type");
  const auto* target = move.release == "unreleased" ? nullptr : document.find(move.release);
  if (move.release != "unreleased" && !target) return no_such_release(document, move.release);
  if (place->release == (target ? target : document.unreleased()) && type_of_section(place->section->name) == type)
    return Change{document.text(), {}, "it stands there already"};
  const auto entry = document.entry(*place->section, *place->entry);
  const auto without = apply_edits(document, {taken_out(document, *place)});
  auto added = TRY(add_entry_to(Document::parse(without), move.release, *type, entry.text));
  Change change{std::move(added.text), {}, {}};
  change.edits = line_diff(document.bytes(), change.text);
  return change;
}

Result<Change> reword_entry(const Document& document, std::size_t line, std::string_view text) {
  const auto place = entry_at(document, line);
  if (!place) return no_entry(line);
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return invalid("an entry needs a text: what changed, for whom", "text");
  const auto old = document.line(place->entry->line);
  auto words = old.find_first_of("-*+.)");
  words = words == std::string_view::npos ? 0 : old.find_first_not_of(" \t", words + 1);
  const auto bullet = words == std::string_view::npos ? std::string(old) + " " : std::string(old.substr(0, words));
  Edit edit{place->entry->line, place->entry->end - place->entry->line, item_lines(bullet, text.substr(start), false)};
  auto after = apply_edits(document, {edit});
  if (!reads_back(document, after, *place->section, *place->entry, text.substr(start)))
    return invalid(
        "these words would not be one entry of the changelog, as they hold what Markdown reads as structure; say it in other words, or put "
        "it in `code`",
        "text");
  return Change{std::move(after), {std::move(edit)}, {}};
}

}  // namespace evenkeel::changelog
