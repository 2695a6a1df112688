#include "stats/overdispersion.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace evenkeel::stats {

Split split_of(const PairCounts& c, double ratio, bool exposure) {
  if (!(c.nc > 0 && c.nt > 0)) return {};
  const double k = c.kc + c.kt;
  const double p0 = c.nc * ratio / (c.nc * ratio + c.nt);
  const double room = exposure ? 1 : std::max(0.0, 1 - k / (c.nc + c.nt));
  return {c.kc - k * p0, k * p0 * (1 - p0) * room};
}

void RunningPhi::add(const PairCounts& c) {
  if (!(c.nc > 0 && c.nt > 0)) return;
  total_.kc += c.kc, total_.nc += c.nc, total_.kt += c.kt, total_.nt += c.nt;
  const double expected = total_.kt * total_.nc / total_.nt;
  const Split split = split_of(c, (total_.kc + 1) / (expected + 1), exposure_);
  for (auto& b : blocks_) {
    b.open.x += split.x, b.open.v += split.v;
    if (++b.filled < b.length) continue;
    if (b.open.v >= least_v) b.sum += b.open.x * b.open.x / b.open.v, b.n += 1, b.v += b.open.v;
    b.open = {}, b.filled = 0;
  }
}

double RunningPhi::phi() const {
  double phi = 1;
  for (const auto& b : blocks_) {
    const double n0 = prior_intervals / b.length;
    const double prior = std::max(prior_phi, b.n > 0 ? 1 + prior_omega_ * b.v / b.n : 0);
    phi = std::max(phi, (n0 * prior + b.sum) / (n0 + b.n));
  }
  return phi;
}

void SpreadToday::add(const PairCounts& c, double phi) {
  if (!(c.nc > 0 && c.nt > 0)) return;
  const double expected = before_.nt > 0 ? before_.kt * before_.nc / before_.nt : 0;
  const Split split = split_of(c, (before_.kc + 1) / (expected + 1), exposure_);
  const double v = split.v * phi;
  if (v >= least_v) sum_ += std::min(most, split.x * split.x / v), n_ += 1;
  before_ = {fading * before_.kc + c.kc, fading * before_.nc + c.nc, fading * before_.kt + c.kt, fading * before_.nt + c.nt};
}

HistoricSpread historic_spread(std::span<const PairCounts> history) {
  PairCounts total;
  HistoricSpread spread;
  for (const auto& c : history)
    if (c.nc > 0 && c.nt > 0) total.kc += c.kc, total.nc += c.nc, total.kt += c.kt, total.nt += c.nt, ++spread.intervals;
  if (spread.intervals == 0 || total.kt <= 0 || total.kc <= 0) return spread;
  const double ratio = (total.kc / total.nc) / (total.kt / total.nt);
  double mean_v = 0;
  for (const auto& c : history) mean_v += split_of(c, ratio).v / double(spread.intervals);
  std::vector<double> scores;
  for (const std::size_t length : {1u, 5u, 15u}) {
    if (mean_v * double(length) < 5) continue;
    scores.clear();
    for (std::size_t at = 0; at + length <= history.size(); at += length) {
      Split block;
      for (std::size_t i = at; i < at + length; ++i) {
        const Split s = split_of(history[i], ratio);
        block.x += s.x, block.v += s.v;
      }
      if (block.v > 0) scores.push_back(block.x * block.x / block.v);
    }
    const std::size_t kept = scores.size() * 9 / 10;
    if (kept == 0) continue;
    std::nth_element(scores.begin(), scores.begin() + std::ptrdiff_t(kept), scores.end());
    double sum = 0;
    for (std::size_t i = 0; i < kept; ++i) sum += scores[i];
    spread.phi = std::max(spread.phi, sum / double(kept) / 0.623);
  }
  if (mean_v > 0) spread.omega = (spread.phi - 1) / mean_v;
  return spread;
}

}  // namespace evenkeel::stats
