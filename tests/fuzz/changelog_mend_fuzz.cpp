// Whatever the bytes: fixing, moving and gathering keep every word of every entry.
#include <algorithm>

#include "changelog/fragments.hpp"
#include "changelog/line_diff.hpp"
#include "changelog/mend.hpp"

using namespace evenkeel::changelog;

namespace {
/// Lines that say something, sorted: what mending may not lose. Headings and dates may change their form.
std::vector<std::string> entry_lines(const Document& d) {
  std::vector<std::string> all;
  for (const auto& release : d.releases())
    for (const auto& section : release.sections)
      for (const auto& entry : section.entries)
        for (auto i = entry.line; i < entry.end; ++i)
          if (d.lines()[i].kind != LineKind::blank) all.emplace_back(d.line(i));
  std::sort(all.begin(), all.end());
  return all;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = Document::parse(text);
  const auto fixed = fix(document);
  if (fixed.fixed.empty() && fixed.change.text != text) __builtin_trap();
  const auto after = Document::parse(fixed.change.text);
  for (const auto& line : entry_lines(document))
    if (fixed.change.text.find(line) == std::string::npos) __builtin_trap();
  (void)after.changelog();
  if (!document.releases().empty() && !document.releases()[0].sections.empty() && !document.releases()[0].sections[0].entries.empty()) {
    const auto& entry = document.releases()[0].sections[0].entries[0];
    auto words = document.entry(document.releases()[0].sections[0], entry).text;
    words = words.substr(0, words.find('\n'));
    while (!words.empty() && (words.back() == ' ' || words.back() == '\t' || words.back() == '\r'))
      words.pop_back();  // blanks at the end are no words
    if (const auto moved = move_entry(document, {.line = entry.line, .type = Type::security}); moved && !words.empty())
      if (moved->text.find(words) == std::string::npos) __builtin_trap();
    (void)reword_entry(document, entry.line, "Other words");
  }
  if (const auto fragment = read_fragment("1.fixed.md", text)) {
    const auto gathered = gather(document, {*fragment});
    if (gathered && gather(Document::parse(gathered->change.text), {*fragment})->change.text.size() < gathered->change.text.size())
      __builtin_trap();
  }
  (void)diff_parts(text, fixed.change.text);
  return 0;
}
