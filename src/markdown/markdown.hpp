// Markdown (GitHub's flavour) to HTML, safe for pages and mails: raw HTML and script links in the text do not come through.
#pragma once
#include <string>
#include <string_view>

namespace evenkeel::markdown {

/// `top_heading`: the highest heading level of the result; a text's headings are moved down together to keep a page's outline.
std::string to_html(std::string_view markdown, int top_heading = 1);

/// Text for HTML and XML: & < > and both quotes as entities; characters that XML 1.0 forbids are left out.
std::string escaped(std::string_view text);

}  // namespace evenkeel::markdown
