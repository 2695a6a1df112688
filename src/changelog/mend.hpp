// Mending a changelog: what `check` found and a rule alone can put right, and what a person wants at another place.
//
// The words that a person wrote are never touched: fixing moves, joins and removes structure (a second "### Fixed", an empty section, a
// date in another form, a heading on another level). Entries are moved with all their lines.
#pragma once
#include "changelog/check.hpp"
#include "changelog/edit.hpp"

namespace evenkeel::changelog {

struct Fixed {
  Change change;
  std::vector<Finding> fixed;  // with the lines they had when they were fixed
};
/// Fixes every finding of check() that says `fixable`.
Fixed fix(const Document& document);

struct MoveEntry {
  std::size_t line = 0;                // any line of the entry, from 0
  std::optional<Type> type = {};       // empty: the type it has
  std::string release = "unreleased";  // a version, or "unreleased"
};
/// The entry with all its lines goes behind the last one of that type in that release. Errors: not_found (no entry on the line, no such
/// release), invalid (its section is none of the six and no type is given).
Result<Change> move_entry(const Document& document, const MoveEntry& move);

/// Puts `text` in the place of an entry's words; the bullet stays. Errors: not_found, invalid for no text.
Result<Change> reword_entry(const Document& document, std::size_t line, std::string_view text);

}  // namespace evenkeel::changelog
