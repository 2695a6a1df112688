// Histograms whose buckets are not the same: another version may have other buckets, a native histogram grows coarser while it runs.
//
// A boundary that both have divides both exactly; at any other, one of them would have to be guessed. So what is compared or added is
// first brought to the boundaries they have in common. Nothing is interpolated, and no count is lost: it moves to the next common
// boundary above it.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "health/source.hpp"

namespace evenkeel::health {

/// The boundaries that are in both, ascending. Both end in infinity, so the result does.
std::vector<double> common_bounds(std::span<const double> a, std::span<const double> b);
/// Counts per bucket of `from`, put together into the buckets of `to`, whose boundaries are all in `from`.
std::vector<double> in_bounds(std::span<const double> counts, std::span<const double> from, std::span<const double> to);
/// How many took longer than `ms`; none when that is no boundary of theirs.
std::optional<double> slower_than(double ms, std::span<const double> counts, std::span<const double> bounds);

/// Both series in the boundaries they have in common. One without any is left as it is.
void to_common_bounds(SideSeries& a, SideSeries& b);
/// The intervals of `more` after those of `to`, in the boundaries they have in common.
void append(SideSeries& to, SideSeries more);

}  // namespace evenkeel::health
