// Whose turn on call begins hears of it a day ahead, and once more when it begins, with what is open then (I5).
#pragma once
#include "definitions/organisation.hpp"
#include "work/work.hpp"

namespace evenkeel::jobs {

/// By mail to whoever's turn it is, and, when it begins, a line in the chat of the area. What is told stands under the area, the time and
/// the person, so that each hears of it once, and whoever takes the turn by a swap hears of it too. Ahead only outside quiet hours.
void tell_hand_overs(Work& work, const definitions::Organisation& o, const std::string& url);

}  // namespace evenkeel::jobs
