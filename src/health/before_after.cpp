#include "health/before_after.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/mann_whitney.hpp"

namespace evenkeel::health {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int first_look = 3, looked_at = 6;
constexpr double clip = 1.5;

double median(std::vector<double>& v) {
  std::erase_if(v, [](double x) { return std::isnan(x); });
  if (v.empty()) return nan;
  const auto middle = v.begin() + long(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  if (v.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(v.begin(), middle)) / 2;
}

double median_of(std::span<const double> values) {
  std::vector<double> v(values.begin(), values.end());
  return median(v);
}

/// Logs of the stretch that a window needs, on its own scale: what comes later plays no part.
struct Logs {
  std::span<const double> values;
  double floor = 0;
  double at(std::ptrdiff_t i, double factor = 1) const {
    if (i < 0 || std::size_t(i) >= values.size() || std::isnan(values[std::size_t(i)])) return nan;
    return std::log(std::max(values[std::size_t(i)] * factor, 0.0) + floor);
  }
};

double level(const Logs& logs, std::ptrdiff_t before, int n) {
  std::vector<double> v;
  for (int i = 1; i <= n; ++i) v.push_back(logs.at(before - i));
  return median(v);
}

/// What the same clock was above its own last hour, `days` ago.
double usual(const Logs& logs, std::ptrdiff_t t, int baseline, const BeforeAfterSettings& s, const std::array<double, 3>& levels) {
  if (baseline == 0) return 0;
  std::vector<double> v;
  for (int d = 1; d <= (baseline == 1 ? 1 : 3); ++d) v.push_back(logs.at(t - std::ptrdiff_t(d) * s.day) - levels[std::size_t(d - 1)]);
  return median(v);
}

}  // namespace

std::vector<Look> looks_at(std::span<const double> values, std::size_t start, const BeforeAfterSettings& s, double factor) {
  const auto begin = std::ptrdiff_t(start);
  if (begin < s.window || start >= values.size()) return {};
  std::vector<double> sizes;
  for (auto i = std::max<std::ptrdiff_t>(0, begin - s.day); i < begin; ++i) sizes.push_back(std::abs(values[std::size_t(i)]));
  const double typical = median(sizes);
  if (std::isnan(typical)) return {};
  const Logs logs{values, typical > 0 ? 0.02 * typical : 1e-9};
  const double now = level(logs, begin, s.window);
  if (std::isnan(now)) return {};
  std::array<double, 3> levels{};
  for (int d = 1; d <= 3; ++d) levels[std::size_t(d - 1)] = level(logs, begin - std::ptrdiff_t(d) * s.day, s.window);
  std::vector<Look> out;
  std::array<std::vector<double>, 3> after, before;
  for (int b = 0; b < 3; ++b)
    for (int i = s.window; i >= 1; --i)
      if (const double e = logs.at(begin - i) - now - usual(logs, begin - i, b, s, levels); !std::isnan(e))
        before[std::size_t(b)].push_back(e);
  for (int k = 1; k <= s.window && start + std::size_t(k) <= values.size(); ++k) {
    const auto t = begin + k - 1;
    Look look{.samples = k};
    for (int b = 0; b < 3; ++b) {
      auto& a = after[std::size_t(b)];
      if (const double e = logs.at(t, factor) - now - usual(logs, t, b, s, levels); !std::isnan(e)) a.push_back(e);
      auto* score = look.score.data() + std::ptrdiff_t{3} * b;
      score[0] = score[1] = score[2] = look.median[std::size_t(b)] = nan;
      if (a.size() < std::size_t(first_look) || before[std::size_t(b)].size() < std::size_t(s.window / 2)) continue;
      const auto from = a.end() - std::min<std::ptrdiff_t>(looked_at, std::ptrdiff_t(a.size()));
      std::vector<double> last(from, a.end());
      double sum = 0;
      for (const double e : last) sum += std::clamp(e, -clip, clip);
      score[0] = sum / double(last.size());
      const double m = median_of(last);
      score[1] = look.median[std::size_t(b)] = m;
      const double z = stats::MannWhitney(a, before[std::size_t(b)]).g(0);
      score[2] = std::isnan(z) ? 0 : z * std::min(1.0, 0.2 + std::max(0.0, m) / 0.1);
    }
    if (k >= first_look) out.push_back(look);
  }
  return out;
}

std::array<double, 9> greatest(const std::vector<Look>& looks) {
  std::array<double, 9> out;
  out.fill(nan);
  for (const auto& l : looks)
    for (std::size_t i = 0; i < 9; ++i)
      if (!std::isnan(l.score[i]) && !(out[i] >= l.score[i])) out[i] = l.score[i];
  return out;
}

namespace {
std::array<double, 3> greatest_rises(const std::vector<Look>& looks) {
  std::array<double, 3> out;
  out.fill(nan);
  for (const auto& l : looks)
    for (std::size_t b = 0; b < 3; ++b)
      if (!std::isnan(l.median[b]) && !(out[b] >= l.median[b])) out[b] = l.median[b];
  return out;
}
}  // namespace

std::optional<PastWindow> past_window(std::span<const double> values, std::size_t start, const BeforeAfterSettings& s) {
  const auto looks = looks_at(values, start, s);
  if (looks.empty() || looks.back().samples < s.window) return std::nullopt;
  return PastWindow{greatest(looks), greatest(looks_at(values, start, s, 1.25)), greatest(looks_at(values, start, s, 1.5)),
                    greatest_rises(looks)};
}

std::optional<ChosenPair> choose_pair(std::span<const PastWindow> past, const BeforeAfterSettings& s) {
  std::optional<ChosenPair> best;
  for (std::size_t pair = 0; pair < 9; ++pair) {
    std::vector<double> maxima;
    for (const auto& w : past)
      if (!std::isnan(w.as_it_was[pair])) maxima.push_back(w.as_it_was[pair]);
    const auto n = maxima.size();
    if (n < std::size_t(s.least_windows)) continue;
    std::sort(maxima.begin(), maxima.end());
    const auto k = static_cast<std::size_t>(std::ceil(double(n + 1) * (1 - s.alpha) - 1e-9));
    if (k > n) continue;
    ChosenPair c{int(pair), maxima[k - 1], 0, 0, int(n)};
    for (const auto& w : past) c.power_quarter += w.risen_quarter[pair] > c.threshold, c.power_half += w.risen_half[pair] > c.threshold;
    c.power_quarter /= double(past.size()), c.power_half /= double(past.size());
    if (!best || c.power_quarter + c.power_half > best->power_quarter + best->power_half) best = c;
  }
  return best;
}

std::optional<Look> first_suspect(const std::vector<Look>& looks, const ChosenPair& c, const BeforeAfterSettings& s) {
  for (const auto& l : looks)
    if (l.score[std::size_t(c.pair)] > c.threshold && l.median[std::size_t(c.pair / 3)] >= std::log(s.least_rise)) return l;
  return std::nullopt;
}

Learned learn(std::span<const double> values, std::size_t start, const std::vector<std::pair<std::size_t, std::size_t>>& excluded,
              const BeforeAfterSettings& s) {
  const auto window = std::size_t(s.window);
  std::vector<PastWindow> past;
  for (std::size_t at = window; at + window <= start; at += std::max<std::size_t>(1, window / 2)) {
    const bool out =
        std::any_of(excluded.begin(), excluded.end(), [&](const auto& e) { return at < e.second + window && e.first < at + window; });
    if (out) continue;
    if (auto w = past_window(values, at, s)) past.push_back(*w);
  }
  Learned l{.chosen = choose_pair(past, s), .windows = int(past.size())};
  if (l.chosen)
    for (const auto& w : past)
      if (const double m = w.as_it_was[std::size_t(l.chosen->pair)]; !std::isnan(m)) {
        l.maxima.push_back(m);
        const double rise = w.rise[std::size_t(l.chosen->pair / 3)];
        l.rises.push_back(std::isnan(rise) ? 0 : rise);
      }
  return l;
}

BeforeAfter judge_by(const Learned& learned, std::span<const double> values, std::size_t start, const BeforeAfterSettings& s,
                     const std::string& metric) {
  BeforeAfter r;
  const auto& chosen = learned.chosen;
  const auto looks = looks_at(values, start, s);
  if (!chosen || looks.empty()) {
    r.windows = learned.windows;
    r.sentence = looks.empty() ? fmt::format("{}: no hour of data before it, or none after it.", metric)
                               : fmt::format("{}: {} comparable hours are known; {} are needed to compare before and after.", metric,
                                             learned.windows, s.least_windows);
    return r;
  }
  r.windows = chosen->windows, r.power_half = chosen->power_half;
  const auto found = first_suspect(looks, *chosen, s);
  const auto& shown = found ? *found : looks.back();
  const double m = shown.median[std::size_t(chosen->pair / 3)];
  r.rise = std::isnan(m) ? 1 : std::exp(m), r.after_samples = shown.samples;
  const double mine = greatest(looks)[std::size_t(chosen->pair)];
  for (std::size_t i = 0; i < learned.maxima.size(); ++i)
    r.rose_as_much +=
        learned.maxima[i] >= mine && (learned.rises.size() != learned.maxima.size() || std::isnan(m) || learned.rises[i] >= m);
  r.p = (1.0 + r.rose_as_much) / (r.windows + 1.0);
  r.suspect = found.has_value();
  r.judged = chosen->power_half >= 0.5;
  if (r.suspect)
    r.sentence = fmt::format(
        "{} rose {:.1f} times within {} samples of the release; among {} comparable hours without a release {} rose as much. The "
        "cause may be something else.",
        metric, r.rise, r.after_samples, r.windows, r.rose_as_much);
  else if (!r.judged)
    r.sentence =
        fmt::format("{} cannot be judged before against after: a rise by half would have been seen in {:.0f} % of {} earlier hours.",
                    metric, 100 * r.power_half, r.windows);
  else
    r.sentence = fmt::format("{}: no rise beyond what {} comparable hours show; a rise by half would have been seen in {:.0f} % of them.",
                             metric, r.windows, 100 * r.power_half);
  return r;
}

BeforeAfter before_after(std::span<const double> values, std::size_t start,
                         const std::vector<std::pair<std::size_t, std::size_t>>& excluded, const BeforeAfterSettings& s,
                         const std::string& metric) {
  return judge_by(learn(values, start, excluded, s), values, start, s, metric);
}

}  // namespace evenkeel::health
