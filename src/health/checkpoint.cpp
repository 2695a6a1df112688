#include "health/checkpoint.hpp"

#include <cmath>

#include "base/json.hpp"
#include "health/buckets.hpp"
#include "health/error_budget.hpp"
#include "markdown/literal.hpp"
#include "stats/intervals.hpp"

namespace evenkeel::health {
namespace {

struct Share {
  double events = 0, total = 0, value = 0, low = 0, high = 1;
  bool known = false, gauge = false;
};

/// With its 95 % Wilson interval; a value above 1 (per-unit counts) has a plain Poisson interval.
Share share_of(double events, double total) {
  Share s{events, total};
  if (!(total > 0) || !std::isfinite(events)) return s;
  constexpr double z = 1.96;  // 95 %
  const double p = events / total;
  s.known = true;
  s.value = p;
  if (p > 1) {
    s.low = std::max(0.0, (events - z * std::sqrt(events)) / total);
    s.high = (events + z * std::sqrt(events)) / total;
    return s;
  }
  const auto interval = stats::wilson(events, total);
  s.low = interval.low;
  s.high = interval.high;
  return s;
}

/// The mean of a gauge; samples that are alike tell no interval.
Share level_of_gauge(const SideSeries& series) {
  Share s{.gauge = true};
  for (const auto& i : series.intervals)
    if (i.present && i.gauge && std::isfinite(*i.gauge)) s.events += *i.gauge, s.total += 1;
  if (s.total > 0) s.known = true, s.value = s.low = s.high = s.events / s.total;
  return s;
}

/// What the criterion counts over the whole range. Latency: requests slower than the bound nearest above the before-side's p99.
Share measure(const Criterion& c, const SideSeries& series, std::optional<double>& slow_from) {
  double events = 0, total = 0;
  std::size_t covered = 0;
  std::vector<double> buckets(series.bounds_ms.size(), 0);
  for (const auto& i : series.intervals) {
    if (!i.present) continue;
    ++covered;
    events += c.kind == MetricKind::slo_burn ? bad_events(c, i.events, i.total) : i.events;
    total += i.total;
    for (std::size_t b = 0; b < i.buckets.size() && b < buckets.size(); ++b) buckets[b] += i.buckets[b];
  }
  if (2 * covered < series.intervals.size()) return {};  // a glimpse is no report
  if (!c.queries.gauge.empty()) return level_of_gauge(series);
  if (c.kind != MetricKind::latency) return share_of(events, total);
  total = 0;
  for (const double b : buckets) total += b;
  if (!slow_from) {
    double below = 0;
    for (std::size_t b = 0; b < buckets.size(); ++b) {
      below += buckets[b];
      if (total > 0 && below >= 0.99 * total) {
        slow_from = series.bounds_ms[b];
        break;
      }
    }
  }
  const auto slow = slow_from ? slower_than(*slow_from, buckets, series.bounds_ms) : std::nullopt;
  return slow ? share_of(*slow, total) : Share{};
}

/// The budget over the whole stretch: worse than the fastest burn that is accepted at all is `worse`, than the slowest `suspect`.
CheckpointRow by_budget(const Criterion& c, CheckpointRow row, const Share& before, const Share& after) {
  const double allowed = 1 - *c.objective;
  double least = 1e300, most = 0;
  for (const auto& b : burn_windows(c)) least = std::min(least, b.factor), most = std::max(most, b.factor);
  row.limit = fmt::format("objective {:g} %: bad at most {:.3g} %", 100 * *c.objective, 100 * allowed);
  if (!after.known) return row;
  const bool fast = after.low > most * allowed, slow = after.low > least * allowed;
  const bool was = before.known && before.low > (fast ? most : least) * allowed;
  if (slow && was) row.limit += ", burning before the deployment already";
  row.state = fast && !was ? CellState::worse : slow ? CellState::suspect : CellState::holds;
  return row;
}

std::string text_of(const Share& s) {
  if (s.known && s.gauge) return fmt::format("{:.4g}", s.value);
  return s.known ? fmt::format("{:.2f} % ({:.2f} to {:.2f})", s.value * 100, s.low * 100, s.high * 100) : "no data";
}

}  // namespace

CheckpointRow compare(const std::string& service, const Criterion& c, SideSeries before, SideSeries after,
                      const std::vector<std::pair<std::string, SideSeries>>& same_clock) {
  to_common_bounds(before, after);
  CheckpointRow row{service, c.name, c.critical, CellState::no_data, "", "", "", 0, 0, after.asked};
  const auto present = std::count_if(after.intervals.begin(), after.intervals.end(), [](const auto& i) { return i.present; });
  if (!after.intervals.empty()) row.coverage = double(present) / double(after.intervals.size());
  std::optional<double> slow_from;
  const auto old_share = measure(c, before, slow_from);
  const auto new_share = measure(c, after, slow_from);
  if (slow_from && std::isfinite(*slow_from) && *slow_from < 1e300) row.slow_from_ms = slow_from;
  row.before = text_of(old_share);
  row.after = text_of(new_share);
  row.n_before = static_cast<std::int64_t>(old_share.total);
  row.n_after = static_cast<std::int64_t>(new_share.total);
  const double ratio = c.healthy_ratio.value_or(2);
  std::size_t known = 0, as_high = 0;
  for (const auto& [when, series] : same_clock) {
    const auto then = measure(c, series, slow_from);
    row.same_clock.push_back({when, text_of(then), static_cast<std::int64_t>(then.total), {}});
    if (!then.known || !new_share.known) continue;
    if (then.value > 0) row.same_clock.back().times = new_share.value / then.value;
    ++known;
    as_high += c.direction == Direction::increase ? new_share.low <= ratio * then.high : new_share.high >= then.low / ratio;
  }
  if (c.direction == Direction::increase)
    row.limit = fmt::format("at most {:g} times before", ratio);
  else
    row.limit = fmt::format("at least 1/{:g} of before", ratio);
  if (c.kind == MetricKind::latency && slow_from && std::isfinite(*slow_from))
    row.limit += fmt::format(", slower than {:g} ms", *slow_from);
  if (c.limit) row.limit = fmt::format("{} {:g}", c.direction == Direction::increase ? "at most" : "at least", *c.limit);
  if (c.kind == MetricKind::slo_burn) return by_budget(c, std::move(row), old_share, new_share);
  if (!new_share.known) return row;
  const auto beyond = [&](const Share& s) { return c.direction == Direction::increase ? s.low > *c.limit : s.high < *c.limit; };
  const bool over_limit = c.limit && beyond(new_share);
  const bool was_over = over_limit && old_share.known && beyond(old_share);
  const bool worse = !c.limit && old_share.known &&
                     (c.direction == Direction::increase ? new_share.low > ratio * old_share.high : new_share.high < old_share.low / ratio);
  const bool usual = worse && known > 0 && as_high == known;
  if (usual) row.limit += ", as at the same clock on other days";
  if (was_over) row.limit += ", exceeded before the deployment already";
  row.state = over_limit && !was_over ? CellState::worse : (worse && !usual) || was_over ? CellState::suspect : CellState::holds;
  return row;
}

IntervalRange parts_of(SysTime from, Millis stretch, int interval_seconds) {
  const auto count = std::clamp<std::int64_t>(stretch / std::chrono::seconds{std::max(interval_seconds, 1)}, 1, 60);
  return {from, stretch / count, static_cast<int>(count)};
}

void conclude(CheckpointReport& r, bool to_be_declared) {
  std::size_t holds = 0, no_data = 0;
  std::string worst;
  for (const auto& row : r.rows) {
    holds += row.state == CellState::holds;
    no_data += row.state == CellState::no_data;
    if ((row.state == CellState::worse || row.state == CellState::suspect) && row.critical) {
      const bool first = worst.empty() || (row.state == CellState::worse && !r.worse);
      (row.state == CellState::worse ? r.worse : r.suspect) = true;
      if (first) worst = fmt::format("{} of {} is {} against {} before", row.criterion, row.service, row.after, row.before);
    }
  }
  for (const auto& a : r.against)
    if ((to_be_declared || a.later_hours) && a.critical && a.suspect) {
      r.suspect = true;
      if (worst.empty()) worst = fmt::format("{} of {} is {:.2g} times what its own past makes likely", a.criterion, a.service, a.rise);
    }
  r.healthy = !r.worse && !r.suspect && !r.rows.empty() &&
              std::none_of(r.rows.begin(), r.rows.end(), [](const auto& row) { return row.critical && row.state == CellState::no_data; });
  if (r.worse)
    r.outcome = fmt::format("Worse at {}: {}", r.checkpoint, worst);
  else if (r.suspect)
    r.outcome = fmt::format("Suspect at {}: {}; before against after cannot say what caused it", r.checkpoint, worst);
  else if (r.healthy)
    r.outcome = fmt::format("Held at {}: {} of {} criteria as before the deployment{}", r.checkpoint, holds, r.rows.size(),
                            no_data ? fmt::format(", {} without data", no_data) : "");
  else
    r.outcome = r.rows.empty() ? fmt::format("Nothing could be said at {}: no health criteria are set", r.checkpoint)
                               : fmt::format("Unknown at {}: {} of {} criteria have no data", r.checkpoint, no_data, r.rows.size());
  if (!r.circumstances.empty()) r.outcome += fmt::format(". In the same time: {}", fmt::join(r.circumstances, "; "));
}

std::string to_markdown(const CheckpointReport& r) {
  using markdown::of_cell, markdown::of_plain;  // names of criteria and titles are words of people
  auto out = fmt::format("# Health of {} {} at {}\n\n{}.\n\nDeployed {}; seen {}.\n\n", r.area, r.version, r.checkpoint,
                         of_plain(r.outcome), to_iso(r.deployed), to_iso(r.taken));
  out += "| Component | Criterion | Before | After | Yesterday | A week ago | Accepted | Data | State |\n";
  out += "| --- | --- | --- | --- | --- | --- | --- | ---: | --- |\n";
  const auto then = [](const CheckpointRow& row, std::size_t i) { return i < row.same_clock.size() ? row.same_clock[i].value : "-"; };
  for (const auto& row : r.rows)
    out += fmt::format("| {} | {}{} | {} | {} | {} | {} | {} | {:.0f} % | {} |\n", of_cell(row.service), of_cell(row.criterion),
                       row.critical ? "" : " (shown)", row.before, row.after, then(row, 0), then(row, 1), row.limit, row.coverage * 100,
                       json::enum_text(row.state));
  const auto list = [&](std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out += fmt::format("\n## {}\n\n", title);
    for (const auto& line : lines) out += fmt::format("- {}\n", of_plain(line));
  };
  list("What the watches said", r.canaries);
  list("Against its own past", r.before_after);
  list("What else went on", r.circumstances);
  return out + fmt::format("\nMethod: {}.\n", r.method);
}

}  // namespace evenkeel::health
