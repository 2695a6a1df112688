#include "stats/evidence_step.hpp"

#include <algorithm>
#include <cmath>

namespace evenkeel::stats {

void count_step(const PairCounts& c, double r0, std::span<const double> grid, std::span<double> out) {
  const double base = c.nc * r0;
  if (!(c.nc > 0 && c.nt > 0)) return std::fill(out.begin(), out.end(), 0.0);
  // log(pa/p0) = log a - log(D), log((1-pa)/(1-p0)) = -log(D) with D = (nc r0 a + nt)/(nc r0 + nt).
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const double log_d = std::log((base * grid[i] + c.nt) / (base + c.nt));
    out[i] = c.kc * (std::log(grid[i]) - log_d) - c.kt * log_d;
  }
}

void bernoulli_step(const PairCounts& n, double c, double r0, std::span<const double> grid, std::span<double> out) {
  const double a0 = r0 * c;
  if (!(n.nc > 0 && n.nt > 0) || !(c > 0) || a0 >= 0.995) return std::fill(out.begin(), out.end(), 0.0);
  const double odds0 = a0 / (1 - a0);
  const double furthest = a0 + 0.8 * c * (n.nt / n.nc) * (1 - a0) / (1 - c);  // keeps b >= 0.2 c
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const double odds = grid[i] * odds0;
    const double a = std::min(odds / (1 + odds), furthest);
    const double b = c - (n.nc / n.nt) * (a - a0) * (1 - c) / (1 - a0);
    out[i] = n.kc * std::log(a / a0) + (n.nc - n.kc) * std::log((1 - a) / (1 - a0)) + n.kt * std::log(b / c) +
             (n.nt - n.kt) * std::log((1 - b) / (1 - c));
  }
}

void limit_step(double k, double n, double p0, std::span<const double> grid, std::span<double> out) {
  if (!(n > 0)) return std::fill(out.begin(), out.end(), 0.0);
  const double odds0 = p0 / (1 - p0);
  for (std::size_t i = 0; i < grid.size(); ++i) {
    const double a = grid[i] * odds0 / (1 + grid[i] * odds0);
    out[i] = k * std::log(a / p0) + (n - k) * std::log((1 - a) / (1 - p0));
  }
}

}  // namespace evenkeel::stats
