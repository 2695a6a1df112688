// Editing a changelog: a new entry, a cut release, a yanked one. An edit names the lines it replaces; every other byte of the file
// stays, and what is written follows the file's own habits (bullets, heading form, blank lines, line ends).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "changelog/keep_a_changelog.hpp"

namespace evenkeel::changelog {

/// `removed` lines from `line` (from 0) on give way to `inserted`, which carry no line ends.
struct Edit {
  std::size_t line = 0;
  std::size_t removed = 0;
  std::vector<std::string> inserted;
};

struct Change {
  std::string text;         // the whole file after the change
  std::vector<Edit> edits;  // in order of lines, none overlapping
  std::string remark;       // what a person should know ("nothing stood under Unreleased"); may be empty
};

/// The text after `edits`. A last line without a line end gets one only when something follows it.
std::string apply_edits(const Document& document, const std::vector<Edit>& edits);
/// The edits as a person reads them: "-" and "+" lines with their numbers in the old and the new file.
std::string describe_edits(const Document& document, const std::vector<Edit>& edits);

/// Into Unreleased, in the section of its type, behind its last entry. A missing section is made in the order of Keep a Changelog, a
/// missing Unreleased above the newest release. Text of several lines is indented to belong to the item. Error: invalid for no text.
Result<Change> add_entry(const Document& document, Type type, std::string_view text, bool breaking);

/// The same into a release of that version ("unreleased": as above). Error: not_found for a version that is not there.
Result<Change> add_entry_to(const Document& document, std::string_view release, Type type, std::string_view text);
/// The lines of an item: what follows the first line is indented to belong to it. `bullet`: with the blank behind it.
std::vector<std::string> item_lines(const std::string& bullet, std::string_view text, bool breaking);

/// Unreleased becomes the release `version`; a fresh empty Unreleased stands above it. Link definitions (and a link in the heading)
/// are kept up where the file has them. `date` (ISO) empty: no date. Errors: conflict when the version is there already, invalid for a
/// text that could not be read back as that version.
Result<Change> cut_release(const Document& document, std::string_view version, std::string_view date);

/// Marks the heading of a release with [YANKED]. A release that has the mark stays as it is. Error: not_found.
Result<Change> yank_release(const Document& document, std::string_view version);

/// Does the newest release of the file carry a date, or none of them? Decides whether a cut without a date gets today's.
bool dates_its_releases(const Document& document);

}  // namespace evenkeel::changelog
