// A CHANGELOG.md, read without losing a byte.
//
// A Document is the text as it was found plus an index over its lines: releases, their sections, their entries. Nothing is ever
// written from the index, so whatever the index did not understand is still there. Edits (edit.hpp) name lines of the text.
//
// What counts as a release: the file's release level is the heading level at which most headings name a version; those below a heading
// with a version and a date or a link are parts of that release, and do not count. On that level a heading with a version, "Unreleased" or
// the like is a release; on another level only one with a version and a date or a link
// ("### [1.2.1] - 2026-01-31" below "## 1.2"), or, deeper, three or more that are nothing but a version and hold a list each. A heading of
// the release level that is no release and none of the six types ends the release above it; all other headings inside a release open
// sections.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "changelog/lines.hpp"
#include "changelog/release_heading.hpp"

namespace evenkeel::changelog {

/// The six types of Keep a Changelog, in its order.
enum class Type { added, changed, deprecated, removed, fixed, security };
BOOST_DESCRIBE_ENUM(Type, added, changed, deprecated, removed, fixed, security)
/// "Added".
std::string title_of(Type type);
/// The type that a section heading names ("Added", "### FIXED:"); nothing for "Bug Fixes" and the like.
std::optional<Type> type_of_section(std::string_view name);

/// Line numbers in the index count from 0; `end` is behind the last.
struct EntryIndex {
  std::size_t line = 0, end = 0;  // without trailing blank lines
};
struct SectionIndex {
  std::string name;
  std::size_t line = 0, end = 0;  // the heading; up to the next heading
  std::size_t content = 0;        // behind the heading (and its underline)
  int level = 0;
  std::vector<EntryIndex> entries;
};
struct ReleaseIndex {
  ReleaseHeading heading;
  std::size_t line = 0, end = 0;
  std::size_t content = 0;
  int level = 0;
  std::vector<SectionIndex> sections;
  bool is(std::string_view version) const { return heading.version == version; }
  bool is_unreleased() const { return heading.unreleased && (heading.first || !heading.version); }
};

// What `changelog show --json` prints.
struct Entry {
  std::string text;  // Markdown of the item, nested lists included
  std::int64_t line = 0;
  bool breaking = false;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (text, line, breaking))
struct Section {
  std::string name;
  std::vector<Entry> entries;
};
BOOST_DESCRIBE_STRUCT(Section, (), (name, entries))
struct Release {
  std::optional<std::string> version;
  bool unreleased = false;
  std::string heading;
  std::optional<std::string> date;
  bool yanked = false;
  std::int64_t line = 0;
  std::vector<Section> sections;
  std::string text;  // Markdown outside sections
};
BOOST_DESCRIBE_STRUCT(Release, (), (version, unreleased, heading, date, yanked, line, sections, text))
struct Changelog {
  std::vector<Release> releases;
};
BOOST_DESCRIBE_STRUCT(Changelog, (), (releases))

/// A heading line as the search for releases sees it.
struct HeadingLine {
  std::size_t line;
  int level;
  std::optional<ReleaseHeading> release;
};

class Document {
 public:
  /// Any text is a changelog; one without a release has none.
  static Document parse(std::string text);

  /// The text again, put together from the lines.
  std::string text() const;
  const std::string& bytes() const& { return bytes_; }
  void bytes() const&& = delete;
  const std::vector<Line>& lines() const& { return lines_; }
  void lines() const&& = delete;
  const std::vector<ReleaseIndex>& releases() const& { return releases_; }
  void releases() const&& = delete;
  /// A line without its line end.
  std::string_view line(std::size_t number) const {
    return std::string_view(bytes_).substr(lines_[number].start, lines_[number].end - lines_[number].start);
  }
  std::string_view newline() const { return newline_; }  // the one the file uses: "\n" or "\r\n"
  int release_level() const { return release_level_; }

  /// The release of that version ("v" in front does not matter), or the one that is unreleased.
  const ReleaseIndex* find(std::string_view version) const;
  const ReleaseIndex* unreleased() const;

  Entry entry(const SectionIndex& section, const EntryIndex& entry) const;
  Release release(const ReleaseIndex& release) const;
  Changelog changelog() const;
  /// Markdown from the first to the last line of a part, blank lines at both ends left out.
  std::string markdown(std::size_t from, std::size_t to) const;

 private:
  void find_releases();
  std::set<std::size_t> deeper_releases(const std::vector<HeadingLine>& headings) const;
  std::optional<std::string> date_below(const ReleaseIndex& release) const;
  void find_sections(ReleaseIndex& release);
  void find_entries(SectionIndex& section);

  std::string bytes_;
  std::string_view newline_ = "\n";
  std::vector<Line> lines_;
  std::vector<ReleaseIndex> releases_;
  int release_level_ = 2;
};

/// Everything below the heading of a release, as Markdown, ready to be the notes of that release. Error: not_found, naming the versions
/// that are there.
Result<std::string> release_section(const Document& document, std::string_view version);
/// not_found for a version, naming the nearest that are there.
std::unexpected<Error> no_such_release(const Document& document, std::string_view version);

}  // namespace evenkeel::changelog
