// What a pack says in words: the release's entries as a story, and which controls they serve. Pure, from the entries alone, so that whoever
// verifies a pack writes both again and compares: words that the entries do not say are found.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "ledger/entry.hpp"

namespace evenkeel::ledger {

/// What the signed manifest says beside entries and files.
struct PackHead {
  std::string organisation, release, title, exported;  // exported: ISO 8601
};
using IndexedEntry = std::pair<std::int64_t, Entry>;

/// Markdown. Words of people (title, facts) stand in code spans, on one line, without control characters: they are no markup.
std::string story_of(const PackHead& head, const std::vector<IndexedEntry>& entries);
/// Markdown: each kind of entry once, with the control it serves (SOC 2 CC8.1, ISO/IEC 27001:2022 A.8.32).
std::string controls_of(const std::vector<IndexedEntry>& entries);

}  // namespace evenkeel::ledger
