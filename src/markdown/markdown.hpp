// Markdown (GitHub's flavour) to HTML, safe for pages and mails: raw HTML in the text is shown as text, script links do not come through.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace evenkeel::markdown {

/// `top_heading`: the highest heading level of the result; a text's headings are moved down together to keep a page's outline.
std::string to_html(std::string_view markdown, int top_heading = 1);

/// For readers without Markdown, as the text part of a mail: no signs of emphasis, headings or code; the address behind a link's words.
/// Raw HTML stands there as words.
std::string to_text(std::string_view markdown);

/// What a text shows, block by block: its words and code, raw HTML as words, what is struck out, headings with their levels, numbers of
/// lists, targets and titles of links and images, the shape of tables. Emphasis, bullets and line breaks inside a paragraph make no
/// difference.
std::string shown_by(std::string_view markdown);

/// All code in a text, spans and blocks.
std::string code_of(std::string_view markdown);

/// A picture in a text: where it is, what it says to who does not see it, and its line (from 1).
struct Image {
  std::string url, text;
  int line = 0;
};
std::vector<Image> images_of(std::string_view markdown);

/// Text for HTML and XML: & < > and both quotes as entities; characters that XML 1.0 forbids are left out.
std::string escaped(std::string_view text);

}  // namespace evenkeel::markdown
