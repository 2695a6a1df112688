#include "integrations/samples/samples.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace evenkeel::samples {
namespace {

constexpr int most_intervals = 10000;

/// Sorted by time, each time once, by the last word on it.
void put_in_order(std::vector<Sample>& samples) {
  std::stable_sort(samples.begin(), samples.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (kept > 0 && samples[kept - 1].at == samples[i].at)
      samples[kept - 1] = samples[i];
    else
      samples[kept++] = samples[i];
  }
  samples.resize(kept);
}

std::optional<std::size_t> interval_of(SysTime at, bool stamped_at_end, const health::IntervalRange& range) {
  const auto offset = (at - range.from).count() - (stamped_at_end ? 1 : 0);
  if (offset < 0 || at - Millis{stamped_at_end ? 1 : 0} >= range.end()) return std::nullopt;
  return std::size_t(offset / range.length.count());
}

void drop_what_is_no_count(std::vector<Sample>& samples) {
  std::erase_if(samples, [](const Sample& s) { return !std::isfinite(s.value) || s.value < 0; });
}

/// A counter as it stood at each edge, as if it had never been started again.
health::Counter at_edges(std::vector<Sample> samples, const health::Edges& edges) {
  drop_what_is_no_count(samples);
  put_in_order(samples);
  health::Counter out{"", std::vector<std::optional<double>>(edges.size())};
  double last = 0, size = 0;
  for (std::size_t e = 0, next = 0; e < edges.size(); ++e) {
    for (; next < samples.size() && samples[next].at <= edges.at(e); ++next)
      size = next == 0 ? samples[0].value : size + health::counter_growth(last, samples[next].value), last = samples[next].value;
    const auto age = e == 0 ? edges.before_step : edges.at(e) - edges.at(e - 1);
    if (next > 0 && samples[next - 1].at > edges.at(e) - age) out.sizes[e] = size;
  }
  return out;
}

}  // namespace

health::IntervalRange with_look_back(const health::IntervalRange& range) {
  const auto more = int((health::counter_look_back + range.length - Millis{1}) / range.length);
  return {range.from - range.length * more, range.length, range.count + more};
}

Counted counted(std::vector<Sample> totals, std::vector<Sample> events, health::EventsWithin within, const health::IntervalRange& range) {
  const auto edges = health::Edges::of(range);
  const health::Growth growth(edges, {at_edges(std::move(totals), edges)}, {at_edges(std::move(events), edges)}, within);
  Counted out{std::vector<std::optional<double>>(std::size_t(range.count)), growth.sums(health::CounterOf::events)};
  const auto sums = growth.sums(health::CounterOf::totals);
  for (std::size_t i = 0; i < sums.size(); ++i)
    if (growth.told(i)) out.totals[i] = sums[i];
  return out;
}

std::vector<std::optional<double>> placed(std::vector<Sample> samples, Meaning meaning, bool stamped_at_end,
                                          const health::IntervalRange& range) {
  std::vector<std::optional<double>> out(std::size_t(std::max(0, range.count)));
  if (meaning == Meaning::level)
    std::erase_if(samples, [](const Sample& s) { return !std::isfinite(s.value); });
  else
    drop_what_is_no_count(samples);
  put_in_order(samples);
  std::vector<double> n(out.size(), 0);
  for (const auto& s : samples)
    if (const auto i = interval_of(s.at, stamped_at_end, range)) out[*i] = out[*i].value_or(0) + s.value, n[*i] += 1;
  if (meaning == Meaning::level)
    for (std::size_t i = 0; i < out.size(); ++i)
      if (out[i]) *out[i] /= n[i];
  for (auto& value : out)
    if (value && !std::isfinite(*value)) value.reset();  // a sum beyond what a number holds
  return out;
}

std::optional<SysTime> time_of(double number) {
  const double size = std::abs(number);
  if (!(size < 1e20)) return std::nullopt;
  const double ms = size < 1e11 ? number * 1e3 : size < 1e14 ? number : size < 1e17 ? number / 1e3 : number / 1e6;
  return from_millis(std::llround(ms));
}

std::optional<SysTime> time_of(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  double number = 0;
  if (const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
      ec == std::errc{} && end == text.data() + text.size() && !text.empty())
    return time_of(number);
  if (const auto t = parse_time(text)) return *t;
  return std::nullopt;
}

std::optional<double> number_of(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  for (const auto* none : {"", "-", "NaN", "nan", "null", "NULL", "None", "Inf", "+Inf", "-Inf"})
    if (text == none) return std::numeric_limits<double>::quiet_NaN();
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

namespace {

Counted summed(std::vector<Sample> totals, std::vector<Sample> events, bool stamped_at_end, const health::IntervalRange& range) {
  Counted out{placed(std::move(totals), Meaning::counts, stamped_at_end, range), {}};
  for (const auto& n : placed(std::move(events), Meaning::counts, stamped_at_end, range)) out.events.push_back(n.value_or(0));
  return out;
}

}  // namespace

void fill(health::SideSeries& out, const health::Criterion& c, health::SideName side, const health::QueryVariables& variables,
          const health::IntervalRange& range, Meaning counts, bool stamped_at_end,
          const std::function<Answer(const std::string& query)>& ask) {
  out.intervals.resize(std::size_t(std::max(0, range.count)));
  if (range.count < 1 || range.count > most_intervals || range.length < Millis{1}) {
    out.asked.push_back({.problem = fmt::format("{} intervals at once; ask for 1 to {}", range.count, most_intervals)});
    return;
  }
  if (c.kind == health::MetricKind::latency) {
    out.asked.push_back({.query = c.queries.buckets, .problem = "this source has no histograms"});
    return;
  }
  const auto samples_of = [&](const std::string& query) -> std::optional<std::vector<Sample>> {
    auto answer = ask(resolve_query(query, c, side, variables));
    const bool failed = !answer.asked.problem.empty();
    out.asked.push_back(std::move(answer.asked));
    return failed ? std::nullopt : std::optional(std::move(answer.samples));
  };
  if (!c.queries.gauge.empty()) {
    auto levels = samples_of(c.queries.gauge);
    if (!levels) return;
    const auto means = placed(std::move(*levels), Meaning::level, stamped_at_end, range);
    for (std::size_t i = 0; i < means.size(); ++i)
      if (means[i]) out.intervals[i] = {.present = true, .gauge = means[i]};
    return;
  }
  auto totals = samples_of(c.queries.total);
  auto events = totals ? samples_of(c.queries.events) : std::nullopt;
  if (!events) return;
  const bool share = c.events_are == health::EventsAre::share;
  const auto all = counts == Meaning::counters ? counted(std::move(*totals), std::move(*events),
                                                         share ? health::EventsWithin::part : health::EventsWithin::apart, range)
                                               : summed(std::move(*totals), std::move(*events), stamped_at_end, range);
  for (std::size_t i = 0; i < all.totals.size(); ++i)
    if (const auto& total = all.totals[i])
      out.intervals[i] = {.present = true, .total = *total, .events = share ? std::min(all.events[i], *total) : all.events[i]};
}

}  // namespace evenkeel::samples
