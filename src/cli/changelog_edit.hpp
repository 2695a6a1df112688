// What commands that edit a changelog have in common.
#pragma once
#include "changelog/edit.hpp"
#include "cli/cli.hpp"

namespace evenkeel::cli {

/// A changelog as it begins.
inline constexpr std::string_view first_changelog =
    "# Changelog\n\nWhat changed in each release, for the people who use it; the newest release comes first.\nThe format is [Keep a "
    "Changelog 1.1.0](https://keepachangelog.com/en/1.1.0/),\n"
    "versions are [semantic](https://semver.org/spec/v2.0.0.html).\n\n## [Unreleased]\n";

/// Writes a change to the file named by `file` and says which lines it touched; with --dry-run nothing is written. From standard input the
/// new file goes to standard output.
Result<int> finish_edit(const Args& args, const changelog::Document& document, const changelog::Change& change);

}  // namespace evenkeel::cli
