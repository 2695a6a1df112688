#include "changelog/capture.hpp"

#include <fmt/format.h>

#include "changelog/line_diff.hpp"
#include "gitlog/release_tags.hpp"

namespace evenkeel::changelog {
namespace {

constexpr std::string_view mark_start = "<!-- evenkeel: captured to ";

std::optional<std::size_t> line_of_mark(const Document& d) {
  for (std::size_t i = 0; i < d.lines().size(); ++i)
    if (d.lines()[i].kind == LineKind::comment && d.line(i).starts_with(mark_start)) return i;
  return {};
}

bool is_commit_id(std::string_view id) {
  return id.size() >= 7 && id.size() <= 64 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// The entry of Unreleased that says exactly this under this type.
struct Standing {
  const SectionIndex* section = nullptr;
  const EntryIndex* entry = nullptr;
};
std::optional<Standing> find_entry(const Document& d, std::optional<Type> type, const std::string& text) {
  const auto* unreleased = d.unreleased();
  if (!unreleased) return {};
  for (const auto& section : unreleased->sections)
    for (const auto& entry : section.entries) {
      auto words = d.entry(section, entry).text;
      if (words.starts_with("**Breaking:** ")) words.erase(0, 14);
      if (words == text && (!type || type_of_section(section.name) == type)) return Standing{&section, &entry};
    }
  return {};
}

Result<std::string> with_mark(const std::string& text, const std::string& head) {
  const auto d = Document::parse(text);
  const auto mark = fmt::format("{}{} -->", mark_start, head);
  if (const auto line = line_of_mark(d)) return apply_edits(d, {{*line, 1, {mark}}});
  const auto* unreleased = d.unreleased();
  if (!unreleased) return text;  // nothing was ever added: nothing to remember
  return apply_edits(d, {{unreleased->content, 0, {mark}}});
}

}  // namespace

std::optional<std::string> captured_to(const Document& document) {
  const auto line = line_of_mark(document);
  if (!line) return {};
  auto id = document.line(*line).substr(mark_start.size());
  id = id.substr(0, id.find(' '));
  return is_commit_id(id) ? std::optional(std::string(id)) : std::nullopt;
}

Result<Captured> capture(const Document& document, const std::vector<MergedChange>& changes, const std::string& head) {
  Captured out;
  out.change.text = document.text();
  auto proposed = draft_entries(changes);
  std::reverse(proposed.begin(), proposed.end());  // oldest first: each goes behind the last one
  for (auto& entry : proposed) {
    if (!entry.type) {
      out.left_out.push_back(std::move(entry));
      continue;
    }
    const auto now = Document::parse(out.change.text);
    // "Revert: x" of an entry that is still to come out, word for word: both go.
    if (entry.text.starts_with("Revert: ")) {
      const auto taken_back = draft_entries({{"0", entry.text.substr(8), {}, {}}});
      if (!taken_back.empty() && taken_back[0].type)
        if (const auto standing = find_entry(now, taken_back[0].type, taken_back[0].text)) {
          const bool alone = standing->section->entries.size() == 1;
          const auto from = alone ? standing->section->line : standing->entry->line;
          const auto to = alone ? standing->section->end : standing->entry->end;
          out.change.text = apply_edits(now, {{from, to - from, {}}});
          entry.not_notable_reason = "takes back what was not released yet; both are gone";
          out.left_out.push_back(std::move(entry));
          continue;
        }
    }
    if (find_entry(now, entry.type, entry.text)) {
      entry.not_notable_reason = "stands there already";
      out.left_out.push_back(std::move(entry));
      continue;
    }
    out.change.text = TRY(add_entry(now, *entry.type, entry.text, entry.breaking)).text;
    out.added.push_back(std::move(entry));
  }
  if (out.change.text == document.bytes()) return out;
  out.change.text = TRY(with_mark(out.change.text, head));
  out.change.edits = line_diff(document.bytes(), out.change.text);
  return out;
}

Result<std::string> capture_from(const gitlog::Repository& repository, const Document& document, const std::string& to) {
  if (const auto mark = captured_to(document))
    if (const auto meet = repository.ask({"merge-base", "--end-of-options", *mark, to})) {
      auto id = *meet;
      while (id.ends_with('\n')) id.pop_back();
      if (!id.empty()) return id;
    }
  if (const auto tag = repository.ask({"describe", "--tags", "--abbrev=0", "--match", "*[0-9].[0-9]*", "--end-of-options", to})) {
    auto name = *tag;
    while (name.ends_with('\n')) name.pop_back();
    if (gitlog::version_of_tag(name)) return name;
  }
  return std::string();
}

}  // namespace evenkeel::changelog
