#include "health/counters.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace evenkeel::health {
namespace {

/// Finer than this the look-back is not read: it would bring more samples than the watched intervals.
constexpr Millis finest_look_back = std::chrono::seconds{30};
/// So few may be all that a new series brings, whatever its process counts: at low traffic nothing can be told from its busiest time.
constexpr double few = 10;

}  // namespace

double counter_growth(double before, double after) { return after >= before ? after - before : after; }

Edges Edges::of(const IntervalRange& range) {
  const auto step = std::max({range.length, finest_look_back, Millis{1}});
  return {range, int((counter_look_back + step - Millis{1}) / step), step};
}

SysTime Edges::at(std::size_t edge) const {
  const auto i = std::int64_t(edge) - before;
  return range.from + (i < 0 ? before_step : range.length) * i;
}

std::optional<std::size_t> Edges::index_of(double ms) const {
  const double offset = ms - double(to_millis(range.from));
  const double step = double((offset < -2 ? before_step : range.length).count());
  const double nearest = std::round(offset / step);
  if (!(nearest >= -before && nearest <= range.count) || std::abs(offset - nearest * step) > 2) return std::nullopt;
  return std::size_t(std::int64_t(nearest) + before);
}

Growth::Growth(Edges edges, std::vector<Counter> totals, std::vector<Counter> events, EventsWithin within)
    : edges_(std::move(edges)), of_totals_(std::move(totals)), of_events_(std::move(events)) {
  find_processes();
  find_busiest();
  find_births(CounterOf::totals, true);
  find_births(CounterOf::events, within == EventsWithin::part);
}

void Growth::find_processes() {
  std::map<std::string, std::size_t> places;
  const auto place_of = [&](const Counter& c) {
    const auto [at, fresh] = places.try_emplace(c.process, processes_.size());
    if (fresh) processes_.push_back({std::vector<char>(edges_.size(), 0), std::vector<std::optional<std::size_t>>(edges_.size())});
    return at->second;
  };
  const auto see = [&](const Counter& c, Process& p) {
    for (std::size_t e = 0; e < edges_.size(); ++e)
      if (c.sizes[e]) p.sound[e] = 1;
  };
  for (const auto& c : of_totals_) totals_.push_back({place_of(c)}), see(c, processes_[totals_.back().process]);
  with_totals_ = processes_.size();
  for (const auto& c : of_events_) {
    events_.push_back({place_of(c)});
    if (const auto p = events_.back().process; p >= with_totals_) see(c, processes_[p]);
  }
  const auto longest = std::max(counter_look_back, edges_.range.length);
  for (auto& p : processes_) {
    std::optional<std::size_t> last;
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      if (!p.sound[e]) continue;
      if (last && edges_.at(e) - edges_.at(*last) <= longest) p.since[e] = last;
      last = e;
    }
  }
}

void Growth::find_busiest() {
  std::vector<std::vector<double>> counted(with_totals_, std::vector<double>(edges_.size(), 0));
  for (std::size_t i = 0; i < totals_.size(); ++i)
    walk(of_totals_[i].sizes, totals_[i].process, false, counter_growth,
         [&](std::size_t edge, double n) { counted[totals_[i].process][edge] += n; });
  for (std::size_t i = 0; i < with_totals_; ++i) {
    auto& p = processes_[i];
    for (std::size_t e = 0; e < edges_.size(); ++e)
      if (p.since[e]) p.busiest = std::max(p.busiest, counted[i][e] / double((edges_.at(e) - edges_.at(*p.since[e])).count()));
  }
  double all = 0;
  for (std::size_t i = 0; i < with_totals_; ++i) all += processes_[i].busiest;
  for (std::size_t i = with_totals_; i < processes_.size(); ++i) processes_[i].busiest = all;
}

bool Growth::born(const Counter& c, const Process& p, bool part) const {
  std::optional<std::size_t> first, before, hidden;
  double last = 0;
  for (std::size_t e = 0; e < edges_.size(); ++e) {
    if (c.sizes[e] && hidden && *c.sizes[e] >= last) return false;  // it comes and goes
    if (c.sizes[e]) last = *c.sizes[e];
    if (c.sizes[e] && !first) first = e;
    if (p.sound[e] && !c.sizes[e]) (first ? hidden : before) = e;
  }
  if (!first || !before) return false;
  const auto time = edges_.at(*first) - edges_.at(*before);
  return !part || *c.sizes[*first] <= std::max(few, p.busiest * double(time.count()) * (1 + 1e-9));
}

void Growth::find_births(CounterOf of, bool part) {
  auto& all = of == CounterOf::totals ? totals_ : events_;
  for (std::size_t i = 0; i < all.size(); ++i) all[i].born = born(counters(of)[i], processes_[all[i].process], part);
}

bool Growth::told(std::size_t interval) const {
  const auto edge = edges_.first() + interval + 1;
  return std::any_of(processes_.begin(), processes_.begin() + std::ptrdiff_t(with_totals_),
                     [&](const Process& p) { return p.since[edge].has_value(); });
}

std::vector<double> Growth::sums(CounterOf of) const {
  std::vector<double> out(std::size_t(edges_.range.count), 0.0);
  const auto& all = counters(of);
  for (std::size_t i = 0; i < all.size(); ++i)
    each(of, i, all[i].sizes, counter_growth, [&](std::size_t interval, double n) { out[interval] += n; });
  return out;
}

}  // namespace evenkeel::health
