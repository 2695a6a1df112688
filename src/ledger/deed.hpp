// What an entry tells, as people say it.
#pragma once
#include <string>
#include <string_view>

#include "ledger/entry.hpp"

namespace evenkeel::ledger {

/// What somebody did, to stand behind their name: "rolled catalog 1.1.0 back to 1.0.0", "moved the release from assessment to changelog: 5
/// of 5 gates hold". Without ids and hashes; times as ISO 8601. A kind that nobody has written a sentence for: its words, and its facts.
std::string deed_of(const Entry& entry);
/// The sentence of a kind as it is written in the table, or empty: for the test that holds it against the facts of the event.
std::string_view deed_pattern(std::string_view kind);

}  // namespace evenkeel::ledger
