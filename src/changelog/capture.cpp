#include "changelog/capture.hpp"

#include <fmt/format.h>

#include "changelog/line_diff.hpp"
#include "gitlog/release_tags.hpp"
#include "markdown/literal.hpp"

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

namespace {

/// The document without an entry; a section that held nothing else goes with it.
std::string without(const Document& d, const Standing& standing) {
  const bool alone = standing.section->entries.size() == 1;
  const auto from = alone ? standing.section->line : standing.entry->line, to = alone ? standing.section->end : standing.entry->end;
  return apply_edits(d, {{from, to - from, {}}});
}

bool same_news(const ProposedEntry& a, const ProposedEntry& b) { return a.type == b.type && a.text == b.text; }

/// What the new changes make untrue: news of before that they took back. It goes where it still stands as it was written; else (a person
/// has reworded it) it is told that it is gone.
std::vector<ProposedEntry> take_out(std::string& text, const std::vector<ProposedEntry>& before, const std::vector<ProposedEntry>& now) {
  std::vector<ProposedEntry> told;
  for (const auto& old : before) {
    if (!old.type || std::any_of(now.begin(), now.end(), [&](const auto& e) { return same_news(e, old); })) continue;
    const auto document = Document::parse(text);
    if (const auto standing = find_entry(document, old.type, markdown::of_plain(old.text)))
      text = without(document, *standing);
    else
      told.push_back({.changes = old.changes, .type = Type::changed, .text = "Revert: " + old.text, .reverted = old.text});
  }
  return told;
}

}  // namespace

Result<Captured> capture(const Document& document, const std::vector<MergedChange>& changes, const std::string& head,
                         const std::vector<MergedChange>& earlier, const std::vector<MergedChange>& older) {
  Captured out;
  out.change.text = document.text();
  auto all = changes;
  all.insert(all.end(), earlier.begin(), earlier.end());
  const auto before = draft_entries(earlier, older);
  auto proposed = draft_entries(all, older);
  const auto gone = take_out(out.change.text, before, proposed);
  std::reverse(proposed.begin(), proposed.end());  // oldest first: each goes behind the last one
  std::set<std::string> fresh;
  for (const auto& c : changes) fresh.insert(c.id);
  for (const auto& e : gone) fresh.insert(e.changes.begin(), e.changes.end()), proposed.push_back(e);
  for (auto& entry : proposed) {
    // What was news before is there already, or is as a person left it; only what was given back comes in again.
    const bool old = std::none_of(entry.changes.begin(), entry.changes.end(), [&](const auto& id) { return fresh.contains(id); });
    if (old && (!entry.type || std::any_of(before.begin(), before.end(), [&](const auto& e) { return same_news(e, entry); }))) continue;
    if (!entry.type) {
      out.left_out.push_back(std::move(entry));
      continue;
    }
    const auto now = Document::parse(out.change.text);
    // "Revert: x" of an entry that is still to come out, word for word: both go.
    if (entry.reverted) {
      const auto taken_back = draft_entries({{"0", *entry.reverted, {}, {}}});
      if (!taken_back.empty() && taken_back[0].type)
        if (const auto standing = find_entry(now, taken_back[0].type, markdown::of_plain(taken_back[0].text))) {
          out.change.text = without(now, *standing);
          entry.not_notable_reason = "takes back what was not released yet; both are gone";
          out.left_out.push_back(std::move(entry));
          continue;
        }
    }
    const auto text = markdown::of_plain(entry.text);
    if (find_entry(now, entry.type, text)) {
      entry.not_notable_reason = "stands there already";
      out.left_out.push_back(std::move(entry));
      continue;
    }
    out.change.text = TRY(add_entry(now, *entry.type, text, entry.breaking)).text;
    out.added.push_back(std::move(entry));
  }
  if (out.change.text == document.bytes()) return out;
  out.change.text = TRY(with_mark(out.change.text, head));
  out.change.edits = line_diff(document.bytes(), out.change.text);
  return out;
}

std::string last_release(const gitlog::Repository& repository, const std::string& to) {
  if (const auto tag = repository.ask({"describe", "--tags", "--abbrev=0", "--match", "*[0-9].[0-9]*", "--end-of-options", to})) {
    auto name = *tag;
    while (name.ends_with('\n')) name.pop_back();
    if (gitlog::version_of_tag(name)) return name;
  }
  return {};
}

Result<std::string> capture_from(const gitlog::Repository& repository, const Document& document, const std::string& to) {
  if (const auto mark = captured_to(document))
    if (const auto meet = repository.ask({"merge-base", "--end-of-options", *mark, to})) {
      auto id = *meet;
      while (id.ends_with('\n')) id.pop_back();
      if (!id.empty()) return id;
    }
  return last_release(repository, to);
}

}  // namespace evenkeel::changelog
