// Two kinds of definitions. What was agreed for a release (steps, criteria, procedures, checklists, gates) is that of the version it began
// with, or as it was sealed (organisation_of). What protects, and who is there (freezes, allowed windows, on-call), is in force for every
// release as it was applied last.
#pragma once
#include "planning/planning.hpp"

namespace evenkeel::planning {

inline std::shared_ptr<const definitions::Organisation> in_force(store::Tx& tx, const Release& release) {
  const auto newest = definitions::current(tx);
  return newest ? *newest : organisation_of(tx, release);
}

}  // namespace evenkeel::planning
