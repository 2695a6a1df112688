// The lines of a Markdown text, each with the part it plays, as far as a changelog needs it: headings (both forms), list items,
// fenced code, raw HTML, link definitions. What stands in a fence or in raw HTML is never a heading or an item.
//
// The rules are CommonMark's for blocks (a test holds them against its own reader): containers are matched line by line, words alone go on
// with a paragraph wherever it stands, a block of raw HTML begins and ends as section 4.6 says (its seven kinds, in letters of any case),
// and whatever is open inside a list item or a quotation ends with it. Two habits of changelogs are followed against it: an underlined
// heading is its last line only, because people write "1.2.0" and the dashes straight below a paragraph; and a link definition is one
// straight below words too.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace evenkeel::changelog {

enum class LineKind : std::uint8_t { blank, text, heading, underline, item, code, comment, definition, rule };

struct Line {
  std::uint32_t start = 0;  // offset of its first byte
  std::uint32_t end = 0;    // offset behind its last byte, before the line end
  LineKind kind = LineKind::text;
  std::uint8_t level = 0;     // of a heading, 1 to 6
  std::uint16_t indent = 0;   // blanks before the text; a tab counts to the next multiple of four
  std::uint16_t content = 0;  // of an item: column where its text begins
};

/// All lines; the last one is there even when the text ends in a line end, and is empty then. Texts up to 4 GiB.
std::vector<Line> classify_lines(std::string_view text);

/// The words of a heading line: without '#' at both ends, of an underlined one as it stands.
std::string_view heading_text(std::string_view line);

}  // namespace evenkeel::changelog
