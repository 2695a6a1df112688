// A note's text on its way to readers: comments out, hints, HTML, escaping.
#include <cstdint>
#include <cstdlib>

#include "changelog/note_text.hpp"
#include "changelog/plain.hpp"
#include "markdown/markdown.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  (void)evenkeel::changelog::plain_language(text);
  (void)evenkeel::changelog::entries_named(text);
  (void)evenkeel::changelog::customer_sentence(evenkeel::changelog::Type::added, text);
  (void)evenkeel::changelog::meaning_hash(text);
  const auto published = evenkeel::changelog::without_marks(text);
  const auto html = evenkeel::markdown::to_html(published, 3);
  if (html.find("<script") != std::string::npos) std::abort();
  if (evenkeel::markdown::escaped(text).find('<') != std::string::npos) std::abort();
  return 0;
}
