// What a version, an artefact's digest, a line and a title may consist of. They travel far: into commands, addresses, file names, tables,
// Markdown, an auditor's pack. So they are names from the start, not texts that each of those places must defend itself against.
#pragma once
#include <string>

#include "base/result.hpp"

namespace evenkeel::planning {

/// Letters and digits of ASCII and ". _ + - ~", a letter or digit first, at most 100: what semver, Debian, Maven, PEP 440 and calendar
/// versions are made of. Error: invalid, naming the character.
Result<void> check_version(const std::string& version, const std::string& field);
/// An artefact's digest or a commit: as a version, with ":" and "@" too, at most 200.
Result<void> check_digest(const std::string& digest, const std::string& field);
/// One line of visible text, at most 200 bytes: no control characters, nothing that turns the direction of what follows.
Result<void> check_title(const std::string& title, const std::string& field);

}  // namespace evenkeel::planning
