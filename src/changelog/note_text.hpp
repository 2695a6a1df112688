// A note's text: pure rules over its Markdown.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace evenkeel::changelog {

/// What a reader gets: the text without our own marks (<!-- ent_... -->, in which a note's lines name their entries). A mark in code is
/// code, and any other comment is text.
std::string without_marks(std::string_view body);
/// The same with blanks in the marks' places, so that lines and columns stay.
std::string marks_blanked(std::string_view body);
/// Ids of the entries that the marks name, in order.
std::vector<std::string> entries_named(std::string_view body);
/// "- Add the field <!-- ent_7 needs words: Add the field -->": the line of a draft where no rule could write the sentence. What stands
/// there are the words of whoever made the change, for who writes it; the mark alone says that other words are needed.
std::string line_without_words(const std::string& entry, std::string_view about);
/// The entries whose lines have such a mark, with the line (from 1) and what the mark tells, in order.
struct NeedsWords {
  std::int64_t line = 0;
  std::string entry, about;
};
std::vector<NeedsWords> needing_words(std::string_view body);
/// The text with this line in the place of the entry's line without words; unchanged where it has none.
std::string with_words(std::string_view body, const std::string& entry, std::string_view line);
/// SHA-256 of all that any channel shows of the text, hexadecimal. An approval is of this. Neutral are only white space, the signs of
/// bullets and of emphasis, and our own marks outside code; whatever else changes, be it only in the source (which mails and files show
/// too), is another text.
std::string meaning_hash(std::string_view body);
/// "${name}" as its value; a value is not read again, and a name that is unknown stays.
std::string with_variables(std::string_view text, const std::map<std::string, std::string, std::less<>>& values);
/// What stands behind the version where a release is named: ": title", or nothing when the title only says the version again.
std::string title_behind(const std::string& version, const std::string& title);

}  // namespace evenkeel::changelog
