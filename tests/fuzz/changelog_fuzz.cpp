// Any bytes are a changelog: they come back unchanged, and every edit leaves a text in which it can be found again, or is refused (what is
// above swallows it: a code fence or a comment that never ends).
#include "changelog/check.hpp"
#include "changelog/edit.hpp"

using namespace evenkeel::changelog;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = Document::parse(text);
  if (document.text() != text) __builtin_trap();
  check(document);
  document.changelog();
  if (const auto added = add_entry(document, Type::fixed, "One more\nthing", true)) {
    if (added->text.size() <= text.size() || !Document::parse(added->text).unreleased()) __builtin_trap();
  }
  if (const auto cut = cut_release(document, "9.8.7", "2031-12-24")) {
    if ((!document.find("9.8.7") && cut->text.size() < text.size()) || !Document::parse(cut->text).find("9.8.7")) __builtin_trap();
  }
  for (const auto& release : document.releases())
    if (release.heading.version && !yank_release(document, *release.heading.version)) __builtin_trap();
  return 0;
}
