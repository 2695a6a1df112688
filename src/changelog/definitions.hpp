// Link definitions of a changelog, and how they go on with a release.
//
// "[Unreleased]: https://host/compare/v1.1.0...HEAD" compares the last release with the head. The rule: behind "compare/" stands the tag
// of the last release, whose version may have any prefix (slashes and @ included), then the dots, and the head is all behind them. A
// title behind the address is no part of it; the address may stand on the next line. A new definition has the form of the last release's.
#pragma once
#include "changelog/edit.hpp"

namespace evenkeel::changelog {

/// Edits to the definitions for a release `version` behind `last` (null: it is the first of all).
void edit_definitions(const Document& document, const ReleaseIndex* last, std::string_view version, std::vector<Edit>& edits);

/// "compare last with the head" -> "compare version with the head"; nothing when the address compares nothing.
std::optional<std::string> comparison_moved(const std::string& url, std::string_view last, std::string_view version);

/// "compare/v1.0.0...v1.1.0" or "releases/tag/v1.1.0" of the last release, moved one release on; empty when it names no version.
std::string address_moved(const std::string& url, std::string_view previous, std::string_view last, std::string_view version);

/// The version before the newest, as the file has it.
std::string version_before(const Document& document, const ReleaseIndex* last);

}  // namespace evenkeel::changelog
