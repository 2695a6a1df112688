// The catalogue: all acts, area by area, in the order of the process.
#pragma once
#include "catalogue/act.hpp"
#include "planning/gate.hpp"

namespace evenkeel::app {

/// `gates` outlives the acts. Throws std::logic_error when the rows do not hold together.
std::vector<catalogue::Act> all_acts(const planning::Gates& gates);

}  // namespace evenkeel::app

// Each in the acts.cpp of its area.
namespace evenkeel::gonogo {
std::vector<catalogue::Act> acts(const planning::Gates& gates);
}
