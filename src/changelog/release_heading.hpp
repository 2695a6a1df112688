// What the heading of a release says: its version, its date, whether it was yanked or is still to come. Written for how people write
// them: "## [1.2.3] - 2026-01-31 [YANKED]", "v1.2.3 / 2026-01-31", "Cargo 1.100 (2026-11-12)", "0.7.5 (24. March, 2024)",
// "2022-06-01, Version 17.9.1 (Current), @who", "<small>[9.1.2](url) (2026-06-18)</small>", "next / unreleased".
//
// The rules: a heading whose first word is Unreleased is that, whatever follows; a version with a placeholder for its date ("TBD",
// "YYYY-MM-DD"), or with words that say that it is still to come, is unreleased too. A version has a dot; a short identifier with a digit
// and no dot ("r34", "12", "2026a", "Release 7") needs a date or a link beside it, or an "r" or "v" before.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace evenkeel::changelog {

struct ReleaseHeading {
  std::optional<std::string> version;  // as written, without a leading "v"
  std::optional<std::string> date;     // ISO
  bool unreleased = false;             // says so; a version may stand beside it
  bool first = false;                  // Unreleased is its first word: a version beside it is a guess, and the section is Unreleased
  bool yanked = false;
  bool linked = false;  // the version stands in brackets
  bool strong() const { return version && (date || linked); }
};

/// Nothing when the text names no release. A date alone is one (version empty, unreleased false); the caller decides if that counts.
std::optional<ReleaseHeading> read_release_heading(std::string_view text);

/// The first date in a text, ISO or by month name, as ISO.
std::optional<std::string> find_date(std::string_view text);
/// Where it stands: offset and length.
std::optional<std::pair<std::size_t, std::size_t>> date_as_written(std::string_view text);

}  // namespace evenkeel::changelog
