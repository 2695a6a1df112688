// Looks that are planned beforehand (15 minutes, 30 minutes, an hour): how large z must be at each, so that the chance of ever stopping
// without an effect is alpha. Lan and DeMets' spending functions with the recursive integration of Armitage, McPherson and Rowe (1969).
//
// For a fixed plan this has more power than a test that is valid at every look; it does not suit a watch that looks every minute.
#pragma once
#include <optional>
#include <span>
#include <vector>

namespace evenkeel::stats {

enum class Spending { obrien_fleming, pocock };

/// Bound for z at each look; `information`: ascending shares of what will be known at the end. sides 2: each spends alpha/2. None where
/// less than 1e-14 may be spent: one cannot stop there.
std::vector<std::optional<double>> group_sequential_bounds(std::span<const double> information, double alpha, Spending spending, int sides);

}  // namespace evenkeel::stats
