// Version numbers by Semantic Versioning 2.0.0, to the letter: no leading "v", no missing part, numbers of any length.
// Texts people write around a version ("v1.2", "release-1.2.3") are read by changelog/ and gitlog/, not here.
#pragma once
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace evenkeel {

struct SemVer {
  std::string text;                     // as written
  std::string major, minor, patch;      // decimal digits without leading zero; kept as text because the specification sets no upper limit
  std::vector<std::string> prerelease;  // identifiers between the dots; empty for a release
  std::string build;                    // after '+'; never part of the precedence
};

/// Error: invalid, with the reason in a person's words ("the minor number has a leading zero").
Result<SemVer> parse_semver(std::string_view text);

/// Precedence (clause 11): build metadata is ignored, so versions that differ only there are equivalent.
std::weak_ordering compare(const SemVer& a, const SemVer& b);
inline bool operator<(const SemVer& a, const SemVer& b) { return compare(a, b) < 0; }

enum class Bump { none, patch, minor, major };
/// The release that follows `from`, clause 6 to 8. A pre-release is followed by its own release ("2.0.0-rc.1" -> "2.0.0") when
/// that is as large a step as asked. Numbers below 1.0.0 move like the others: that a 0.x break is a minor step is a team's choice.
std::string next_version(const SemVer& from, Bump bump);

}  // namespace evenkeel
