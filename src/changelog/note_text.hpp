// A note's text: pure rules over its Markdown.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace evenkeel::changelog {

/// The text without HTML comments, in which a note's lines name their entries: what a reader gets.
std::string without_comments(std::string_view body);
/// Ids of the entries that the comments name, in order.
std::vector<std::string> entries_named(std::string_view body);
/// SHA-256 of what the text says, hexadecimal: comments out, white space as one blank.
std::string meaning_hash(std::string_view body);
/// "${name}" as its value; a value is not read again, and a name that is unknown stays.
std::string with_variables(std::string_view text, const std::map<std::string, std::string, std::less<>>& values);
/// What stands behind the version where a release is named: ": title", or nothing when the title only says the version again.
std::string title_behind(const std::string& version, const std::string& title);

}  // namespace evenkeel::changelog
