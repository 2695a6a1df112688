// Any bytes are a changelog: they come back unchanged, and every edit leaves a text in which it can be found again.
#include "changelog/check.hpp"
#include "changelog/edit.hpp"

using namespace evenkeel::changelog;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = Document::parse(text);
  if (document.text() != text) __builtin_trap();
  check(document);
  document.changelog();
  const auto added = add_entry(document, Type::fixed, "One more\nthing", true);
  if (!added || added->text.size() <= text.size()) __builtin_trap();
  Document::parse(added->text);
  if (const auto cut = cut_release(document, "9.8.7", "2031-12-24")) {
    if (cut->text.size() < text.size()) __builtin_trap();
    Document::parse(cut->text);
  }
  for (const auto& release : document.releases())
    if (release.heading.version && !yank_release(document, *release.heading.version)) __builtin_trap();
  return 0;
}
