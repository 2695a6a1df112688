#include "outbound/samples/samples.hpp"

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

/// Counters as they stood at each edge of the range.
std::vector<std::optional<double>> at_edges(const std::vector<Sample>& samples, const health::IntervalRange& range) {
  std::vector<std::optional<double>> edges(std::size_t(range.count) + 1);
  std::size_t next = 0;
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const auto edge = range.from + range.length * std::int64_t(e);
    while (next < samples.size() && samples[next].at <= edge) ++next;
    if (next > 0 && samples[next - 1].at > edge - range.length) edges[e] = samples[next - 1].value;
  }
  return edges;
}

}  // namespace

std::vector<std::optional<double>> placed(std::vector<Sample> samples, Meaning meaning, bool stamped_at_end,
                                          const health::IntervalRange& range) {
  std::vector<std::optional<double>> out(std::size_t(std::max(0, range.count)));
  std::erase_if(samples, [&](const Sample& s) { return !std::isfinite(s.value) || (meaning != Meaning::level && s.value < 0); });
  put_in_order(samples);
  if (meaning == Meaning::counters) {
    const auto edges = at_edges(samples, range);
    for (std::size_t i = 0; i < out.size(); ++i)
      if (edges[i] && edges[i + 1]) out[i] = *edges[i + 1] >= *edges[i] ? *edges[i + 1] - *edges[i] : *edges[i + 1];
    return out;
  }
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
  const auto values = [&](const std::string& query, Meaning meaning) -> std::optional<std::vector<std::optional<double>>> {
    auto answer = ask(resolve_query(query, c, side, variables));
    const bool failed = !answer.asked.problem.empty();
    out.asked.push_back(std::move(answer.asked));
    if (failed) return std::nullopt;
    return placed(std::move(answer.samples), meaning, stamped_at_end, range);
  };
  if (!c.queries.gauge.empty()) {
    const auto levels = values(c.queries.gauge, Meaning::level);
    for (std::size_t i = 0; levels && i < levels->size(); ++i)
      if ((*levels)[i]) out.intervals[i] = {.present = true, .gauge = (*levels)[i]};
    return;
  }
  const auto totals = values(c.queries.total, counts);
  const auto events = totals ? values(c.queries.events, counts) : std::nullopt;
  if (!events) return;
  for (std::size_t i = 0; i < totals->size(); ++i) {
    if (!(*totals)[i]) continue;
    const double total = *(*totals)[i], count = (*events)[i].value_or(0);
    out.intervals[i] = {
        .present = true, .total = total, .events = c.events_are == health::EventsAre::share ? std::min(count, total) : count};
  }
}

}  // namespace evenkeel::samples
