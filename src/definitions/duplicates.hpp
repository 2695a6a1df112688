// Nothing stands twice in a list: a second one would be in force without being seen, or unseen while it looks in force.
#pragma once
#include "base/json.hpp"

namespace evenkeel::definitions {

/// What an item of a list is known by: its name (login, area, service, moment and audience), the text itself, else all that it says.
std::string key_of(const json::Value& item);

/// A complaint for every item of every list that is known by the same key as one before it. Lists in which order and repetition mean
/// something (the words of a command, a sequence of numbers) are none of these.
void complain_of_duplicates(const json::Value& organisation, std::vector<Complaint>& out);

}  // namespace evenkeel::definitions
