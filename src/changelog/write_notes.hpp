// The texts of the notes, written by rule from the entries: pure.
#pragma once
#include "changelog/entries.hpp"

namespace evenkeel::changelog {

/// An entry's line in the customers' note: its sentence, or that it needs words.
std::string customers_line(const EntryView& entry);
/// Breaking first, then security, new, better, fixed, going away, removed. Each line ends in a comment with its entry's id.
std::string customers_note(const std::vector<EntryView>& entries);
/// What goes where, then every entry with technical context, then what was merged and is not told, with the reasons.
std::string internal_note(const planning::Release& release, const std::vector<planning::Component>& components,
                          const std::vector<planning::FlagChange>& flags, const std::vector<EntryView>& entries);
/// One guide per breaking change; empty when there is none.
std::string migration_note(const std::vector<EntryView>& entries);

/// The release as CHANGELOG.md tells it: "## [1.0.0] - 2026-03-01" and its entries by type (Keep a Changelog). `date` may be empty.
std::string changelog_section(const std::string& version, const std::string& date, const std::vector<EntryView>& entries);

}  // namespace evenkeel::changelog
