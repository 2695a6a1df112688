#include "health/error_budget.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.hpp"

namespace evenkeel::health {

double bad_events(const Criterion& c, double events, double total) {
  return c.direction == Direction::increase ? events : std::max(0.0, total - events);
}

ErrorBudget::ErrorBudget(const Criterion& c, std::size_t intervals)
    : windows_(burn_windows(c)), minimum_(c.minimum), allowed_(1 - c.objective.value_or(0.999)), period_(c.budget_period) {
  std::sort(windows_.begin(), windows_.end(), [](const auto& a, const auto& b) { return a.factor > b.factor; });
  sums_.reserve(intervals + 1);
  sums_.push_back({});
}

void ErrorBudget::add(Millis length, bool present, double bad, double total) {
  auto next = sums_.back();
  next.end += length;
  if (present && total > 0) next.bad += bad, next.total += total, ++with_data_;
  sums_.push_back(next);
}

ErrorBudget::Sum ErrorBudget::since(Millis window) const {
  const auto& now = sums_.back();
  // The last end at or before the window's begin: a window holds whole intervals, and at least as much as it says.
  const auto begin = std::upper_bound(sums_.begin(), sums_.end(), now.end - window, [](Millis at, const Sum& s) { return at < s.end; });
  const auto& before = begin == sums_.begin() ? sums_.front() : *(begin - 1);
  return {now.end - before.end, now.bad - before.bad, now.total - before.total};
}

std::optional<Burn> ErrorBudget::burning(double least_factor) const {
  for (const auto& w : windows_) {
    if (w.factor < least_factor) continue;
    if (sums_.back().end < w.short_window || with_data_ < minimum_.intervals) continue;
    const auto longer = since(w.long_window), shorter = since(w.short_window);
    if (longer.total < minimum_.requests || longer.bad < minimum_.events || shorter.total <= 0) continue;
    const Burn b{w, longer.bad / longer.total / allowed_, shorter.bad / shorter.total / allowed_, longer.bad, longer.total};
    if (b.long_rate >= w.factor && b.short_rate >= w.factor) return b;
  }
  return std::nullopt;
}

double ErrorBudget::spent() const {
  const auto& all = sums_.back();
  if (all.total <= 0) return 0;
  return all.bad / all.total / allowed_ * double(all.end.count()) / double(period_.count());
}

std::string words_of(const Burn& b, const ErrorBudget& budget) {
  return fmt::format(
      "the error budget burns {:.3g} times too fast over {} ({:.2f} % of {:.0f} requests) and {:.3g} times over the last {}; {:.3g} times "
      "is accepted, and {:.2g} % of the whole budget went since the start",
      b.long_rate, json::duration_text(b.window.long_window), 100 * b.bad / b.total, b.total, b.short_rate,
      json::duration_text(b.window.short_window), b.window.factor, 100 * budget.spent());
}

}  // namespace evenkeel::health
