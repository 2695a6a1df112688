#include "changelog/write_notes.hpp"

#include "changelog/note_text.hpp"
#include "markdown/literal.hpp"

namespace evenkeel::changelog {
namespace {

struct Part {
  Type type;
  std::string_view title;
};
constexpr Part parts[] = {{Type::security, "Safer"},        {Type::added, "New"},      {Type::changed, "Better"}, {Type::fixed, "Fixed"},
                          {Type::deprecated, "Going away"}, {Type::removed, "Removed"}};

/// A line of a list; further lines of the text belong to it.
std::string item(std::string_view text, const EntryId& entry) {
  std::string out = "- ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out + fmt::format(" <!-- {} -->\n", entry);
}
std::string below(std::string_view text) {
  std::string out = "\n  ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out + "\n";
}
/// What insiders are told of an entry.
std::string internal_item(const EntryView& e) {
  return item(e.internal_text, e.id) +
         (e.flag.empty() ? "" : below(fmt::format("Dark until flag {} is on: customers hear of it then.", e.flag)));
}
void add_part(std::string& out, std::string_view title, const std::string& lines) {
  if (!lines.empty()) out += fmt::format("{}### {}\n\n{}", out.empty() ? "" : "\n", title, lines);
}

}  // namespace

std::string customers_line(const EntryView& e) {
  return e.lacks_words() ? line_without_words(e.id, markdown::for_plain_readers(e.text)) : item(e.customer_text, e.id);
}

std::string customers_note(const std::vector<EntryView>& entries) {
  std::string out, breaking;
  for (const auto& e : entries)
    if (e.notable && e.breaking) breaking += customers_line(e) + (e.migration_text.empty() ? "" : below(e.migration_text));
  add_part(out, "You may need to act", breaking);
  for (const auto& part : parts) {
    std::string lines;
    for (const auto& e : entries)
      if (e.notable && !e.breaking && e.type == part.type) lines += customers_line(e);
    add_part(out, part.title, lines);
  }
  return out.empty() ? "This release changes nothing that you can see.\n" : out;
}

std::string internal_note(const planning::Release& release, const std::vector<planning::Component>& components,
                          const std::vector<planning::FlagChange>& flags, const std::vector<EntryView>& entries) {
  std::string out = fmt::format("Release {}{}.\n", release.version, markdown::of_plain(title_behind(release.version, release.title))),
              lines;
  for (const auto& c : components)
    lines += fmt::format("- {} {}{}\n", c.service, c.version, c.from_version.empty() ? "" : fmt::format(" (before: {})", c.from_version));
  for (const auto& f : flags)
    lines += fmt::format("- flag {}: {} to {}{}\n", markdown::of_plain(f.flag), markdown::of_plain(f.value_before),
                         markdown::of_plain(f.value_after), f.after_service.empty() ? "" : ", once " + f.after_service + " is out");
  add_part(out, "What goes out", lines);
  lines.clear();
  for (const auto& e : entries)
    if (e.notable && e.breaking)
      lines += internal_item(e) + below(e.migration_text.empty() ? "No migration guide is written yet." : e.migration_text);
  add_part(out, "Breaking: expect questions", lines);
  for (const auto& part : parts) {
    lines.clear();
    for (const auto& e : entries)
      if (e.notable && !e.breaking && e.type == part.type) lines += internal_item(e);
    add_part(out, part.title, lines);
  }
  lines.clear();
  for (const auto& e : entries)
    if (!e.notable) lines += fmt::format("- {}: {}\n", markdown::of_plain(e.title), markdown::of_plain(e.not_notable_because));
  add_part(out, "Also merged, not told to customers", lines);
  return out;
}

std::string migration_note(const std::vector<EntryView>& entries) {
  std::string out;
  for (const auto& e : entries)
    if (e.notable && e.breaking)
      out += fmt::format("{}### {}\n\n<!-- {} -->\n{}\n", out.empty() ? "" : "\n", e.text, e.id,
                         e.migration_text.empty() ? "No guide is written yet." : e.migration_text);
  return out;
}

std::string changelog_section(const std::string& version, const std::string& date, const std::vector<EntryView>& entries) {
  auto out = fmt::format("## [{}]{}\n", version, date.empty() ? "" : " - " + date);
  for (const auto type : {Type::added, Type::changed, Type::deprecated, Type::removed, Type::fixed, Type::security}) {
    std::string lines;
    for (const auto& e : entries)
      if (e.notable && e.type.value_or(Type::changed) == type)
        lines += fmt::format("- {}{}\n", e.breaking ? "**Breaking:** " : "", markdown::without_html(e.text));
    if (!lines.empty()) out += fmt::format("\n### {}\n\n{}", title_of(type), lines);
  }
  return out;
}

}  // namespace evenkeel::changelog
