// One interval's evidence that one side's event rate is above a tolerated multiple of the other side's.
//
// A step is a list of log likelihood ratios, one for each alternative of a grid. Under the null "in this interval, given the
// past, each request of a side fails independently, and pc <= r0 * pt" the expectation of exp(step) is at most 1, whatever the
// shared rate does. So running products are e-processes: the chance that one of them ever reaches 1/alpha is at most alpha,
// however often one looks (Ville's inequality).
//
// Count step (rare events). With p0 = nc r0 / (nc r0 + nt) and pa the same at r0 a, f = pa/p0 > 1, g = (1-pa)/(1-p0) < 1, the
// step is f^kc g^kt. For independent Bernoulli requests E f^kc <= exp(nc pc (f-1)) and E g^kt <= exp(nt pt (g-1)); with
// pc <= r0 pt the exponents sum to at most pt (nc r0 + nt) ((pa-p0) - (pa-p0)) = 0. It needs no rare-event assumption; it is
// only weak when events are common. (After Lindon and Malek, NeurIPS 2022, with a grid in place of the Dirichlet mixture.)
//
// Bernoulli step (common events: slower than the median). With c the control's share believed before the interval, a0 = r0 c,
// an alternative a > a0 for the canary and b = c - (nc/nt)(a - a0)(1-c)/(1-a0) for the control, the step is
// (a/a0)^kc ((1-a)/(1-a0))^(nc-kc) (b/c)^kt ((1-b)/(1-c))^(nt-kt). Its expectation is (1+u)^nc (1+v)^nt with
// u = (pc-a0)(a-a0)/(a0(1-a0)) and v = (pt-c)(b-c)/(c(1-c)); log(1+x) <= x, and at pc = r0 pt the choice of b makes
// nc u + nt v = 0; a smaller pc lowers u. Exact for every share, moving or not.
//
// "A decrease is bad" and "the ratio is at least r1" are the same steps with the sides exchanged and 1/r as the tolerance.
#pragma once
#include <array>
#include <cstddef>
#include <span>

namespace evenkeel::stats {

/// Events among requests (or an exposure) of both sides in one interval. For exchanged roles swap the members.
struct PairCounts {
  double kc = 0, nc = 0;  // canary: events, requests
  double kt = 0, nt = 0;  // control
  PairCounts swapped() const { return {kt, nt, kc, nc}; }
};

inline constexpr std::array<double, 12> count_grid = {1.15, 1.3, 1.5, 1.75, 2, 2.5, 3, 4, 6, 10, 20, 50};  // alternatives: times r0
inline constexpr std::array<double, 7> odds_grid = {1.1, 1.2, 1.35, 1.5, 2, 3, 5};                         // alternatives: odds times
inline constexpr std::size_t max_grid = count_grid.size();

/// Log steps of the count test into `out` (one per alternative of `grid`). All zero when a side has no requests.
void count_step(const PairCounts& counts, double r0, std::span<const double> grid, std::span<double> out);

/// Log steps of the Bernoulli test for the odds `grid`; `share` is the control's share of events as believed before this
/// interval, in (0,1). All zero when a side has no requests, or when r0 * share leaves no room (>= 0.995).
void bernoulli_step(const PairCounts& counts, double share, double r0, std::span<const double> grid, std::span<double> out);

/// Log steps of a single arm against the limit p0: (a/p0)^k ((1-a)/(1-p0))^(n-k), a from odds o*p0/(1-p0).
/// Exact for independent requests with p <= p0.
void limit_step(double k, double n, double p0, std::span<const double> grid, std::span<double> out);

}  // namespace evenkeel::stats
