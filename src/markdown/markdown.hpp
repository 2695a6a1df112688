// Markdown (GitHub's flavour) to HTML, safe for pages and mails: raw HTML and script links in the text do not come through.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace evenkeel::markdown {

/// `top_heading`: the highest heading level of the result; a text's headings are moved down together to keep a page's outline.
std::string to_html(std::string_view markdown, int top_heading = 1);

/// What a text says, without how it looks: its words, code, the targets of links and images, a line for each block. Emphasis, bullets,
/// levels of headings, line breaks inside a paragraph and the spelling of links make no difference.
std::string words_of(std::string_view markdown);

/// A picture in a text: where it is, what it says to who does not see it, and its line (from 1).
struct Image {
  std::string url, text;
  int line = 0;
};
std::vector<Image> images_of(std::string_view markdown);

/// Text for HTML and XML: & < > and both quotes as entities; characters that XML 1.0 forbids are left out.
std::string escaped(std::string_view text);

}  // namespace evenkeel::markdown
