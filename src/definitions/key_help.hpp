// What each key of evenkeel.yaml means, in a sentence: for the schema that editors complete by, `evenkeel help yaml`, the reference and the
// forms of the web. A test holds that every key has its sentence and every sentence its key.
#pragma once
#include "base/json.hpp"

namespace evenkeel::definitions {

/// Adds "description" to every key of the schema, and "default" where a key that is left out is not simply empty.
void describe_keys(json::Object& schema);

/// Sentences about keys that the schema does not have: none, a test holds.
std::vector<std::string> sentences_without_key(const json::Object& schema);

/// A key's members as a person reads them: PATH is "", "services", "services.health.criteria". Lines are folded to `width` (0: not at all).
/// Error: not_found, with the nearest key.
Result<std::string> key_help(const std::string& path, std::size_t width);
/// The whole file as a page of Markdown: docs/reference/evenkeel-yaml.md.
std::string key_reference();

}  // namespace evenkeel::definitions
