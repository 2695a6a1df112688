// Words that must not be read as markup.
//
// The rule: outside code a reader sees the words that were written. A plain text (a commit's subject, with its code spans) becomes Markdown
// that reads as exactly that; raw HTML in a Markdown text is text. So nothing runs, and nothing is dropped.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace evenkeel::markdown {

/// A line of plain text as Markdown: what Markdown would read outside code spans is escaped, line ends become blanks and control characters
/// go. Addresses in angle brackets (<https://...>) stay links.
std::string of_plain(std::string_view words);

/// The same for a cell of a table, which a "|" would end.
std::string of_cell(std::string_view words);

/// Markdown in which no raw HTML is left: each "<" outside code that begins no address is escaped. Reads the same otherwise.
std::string without_html(std::string_view markdown);

/// Markdown for who reads its source (a mail's text part): the escapes outside code are taken off again.
std::string for_plain_readers(std::string_view markdown);

/// Which of these stretches (begin, end) of a text lie in code.
std::vector<bool> in_code(std::string_view markdown, const std::vector<std::pair<std::size_t, std::size_t>>& stretches);

}  // namespace evenkeel::markdown
