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

/// The counts of all intervals that are there, bucket by bucket.
std::vector<double> buckets_of(const SideSeries& series) {
  std::vector<double> buckets(series.bounds_ms.size(), 0);
  for (const auto& i : series.intervals)
    for (std::size_t b = 0; i.present && b < i.buckets.size() && b < buckets.size(); ++b) buckets[b] += i.buckets[b];
  return buckets;
}
std::optional<Percentiles> percentiles_of(const SideSeries& series) {
  const auto buckets = buckets_of(series);
  double total = 0;
  for (const double b : buckets) total += b;
  if (!(total > 0)) return {};
  const auto& bounds = series.bounds_ms;
  const auto at = [&](double share) -> std::optional<double> {
    double below = 0;
    for (std::size_t b = 0; b < buckets.size(); ++b)
      if (below += buckets[b]; below >= share * total) return std::isfinite(bounds[b]) ? std::optional(bounds[b]) : std::nullopt;
    return {};
  };
  Percentiles p{.p50 = at(0.5), .p95 = at(0.95), .p99 = at(0.99)};
  for (std::size_t b = 0; b < buckets.size(); ++b)
    if (std::isfinite(bounds[b]))
      p.last_bound_ms = bounds[b];
    else
      p.above_last += buckets[b] / total;
  return p;
}
std::string text_of(const Percentiles& p) {
  std::string out;
  for (const auto& [name, value] : {std::pair{"p50", p.p50}, {"p95", p.p95}, {"p99", p.p99}})
    out += fmt::format("{}{} {} ms", out.empty() ? "" : ", ", name,
                       value ? fmt::format("{:g}", *value) : fmt::format("above {:g}", p.last_bound_ms));
  if (p.above_last >= 0.0005) out += fmt::format("; {:.2g} % lie above the last boundary ({:g} ms)", 100 * p.above_last, p.last_bound_ms);
  return out;
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
  const auto buckets = buckets_of(series);
  for (const auto& i : series.intervals) {
    if (!i.present) continue;
    ++covered;
    events += c.kind == MetricKind::slo_burn ? bad_events(c, i.events, i.total) : i.events;
    total += i.total;
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
  if (slow_from && !std::isfinite(*slow_from)) return {};  // slower than any boundary: nothing can be seen of it
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

/// Latency in milliseconds beside the share of slow requests, and what cannot be seen of it.
void add_percentiles(CheckpointRow& row, const SideSeries& before, const SideSeries& after, const std::optional<double>& slow_from) {
  row.before_ms = percentiles_of(before), row.after_ms = percentiles_of(after);
  const auto beside = [&](std::string& text, const std::optional<Percentiles>& p) {
    if (!p) return;
    const auto share = text == "no data" ? "slow ones cannot be told"
                       : slow_from       ? fmt::format("{} slower than {:g} ms", text, *slow_from)
                                         : text;
    text = fmt::format("{}; {}", text_of(*p), share);
  };
  beside(row.before, row.before_ms);
  beside(row.after, row.after_ms);
}
/// A limit in the unit of the value that stands beside it.
std::string limit_text(const Criterion& c) {
  const auto* side = c.direction == Direction::increase ? "at most" : "at least";
  return c.queries.gauge.empty() ? fmt::format("{} {:g} %", side, 100 * *c.limit) : fmt::format("{} {:g}", side, *c.limit);
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
  if (c.kind == MetricKind::latency) add_percentiles(row, before, after, slow_from);
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
  if (c.limit) row.limit = limit_text(c);
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

namespace {

/// "checkout's error rate ...: 52 % of 1,204 requests fail since 14:05Z", without its stop.
std::string bare(std::string sentence) {
  while (sentence.ends_with('.')) sentence.pop_back();
  return sentence;
}
std::string clock_of(SysTime at) { return to_iso(at).substr(11, 5) + "Z"; }
CellState own_state(const CheckpointRow& row) { return row.by_figures.value_or(row.state); }
/// What a watch, or the comparison with its own past, said of a row makes its state no better than that.
void tell_the_worst(CheckpointReport& r) {
  for (auto& row : r.rows) {
    const auto own = own_state(row);
    row.state = own, row.said.reset(), row.said_at.reset();
    const auto is_of = [&](const auto& said) { return said.service == row.service && said.criterion == row.criterion; };
    for (const auto& a : r.against)
      if (is_of(a) && a.suspect && row.state != CellState::worse) row.state = CellState::suspect, row.said = bare(a.sentence);
    if (r.broken)
      for (const auto& b : *r.broken)
        if (is_of(b)) row.state = CellState::worse, row.said = bare(b.sentence), row.said_at = b.at;
    row.by_figures = row.state == own ? std::nullopt : std::optional(own);
  }
}

}  // namespace

void conclude(CheckpointReport& r, bool to_be_declared) {
  std::string worst;
  bool unknown = r.rows.empty();  // a critical criterion has no data
  for (const auto& row : r.rows) {
    const auto state = own_state(row);
    unknown |= row.critical && state == CellState::no_data;
    if ((state == CellState::worse || state == CellState::suspect) && row.critical) {
      const bool first = worst.empty() || (state == CellState::worse && !r.worse);
      (state == CellState::worse ? r.worse : r.suspect) = true;
      if (first) worst = fmt::format("{} of {} is {} against {} before", row.criterion, row.service, row.after, row.before);
    }
  }
  for (const auto& a : r.against)
    if ((to_be_declared || a.later_hours) && a.critical && a.suspect) {
      r.suspect = true;
      if (worst.empty()) worst = fmt::format("{} of {} is {:.2g} times what its own past makes likely", a.criterion, a.service, a.rise);
    }
  const SaidOfCriterion* broken = nullptr;
  if (r.broken)
    for (const auto& b : *r.broken)
      if (b.critical && !broken) broken = &b;
  if (broken) worst = bare(broken->sentence);
  tell_the_worst(r);
  const auto count = [&](CellState state) { return std::ranges::count(r.rows, state, &CheckpointRow::state); };
  const auto no_data = count(CellState::no_data);
  r.healthy = !r.worse && !r.suspect && !broken && !unknown;
  if (r.rolled_back_at)
    r.outcome = fmt::format("Rolled back at {}: nothing of {} runs at {}{}", clock_of(*r.rolled_back_at), r.version, r.checkpoint,
                            worst.empty() ? "" : "; before that: " + worst);
  else if (r.worse || broken)
    r.outcome = fmt::format("Worse at {}: {}", r.checkpoint, worst);
  else if (r.suspect)
    r.outcome = fmt::format("Suspect at {}: {}; before against after cannot say what caused it", r.checkpoint, worst);
  else if (r.healthy) {
    r.outcome = fmt::format("Held at {}: {} of {} criteria as before the deployment{}", r.checkpoint, count(CellState::holds),
                            r.rows.size(), no_data ? fmt::format(", {} without data", no_data) : "");
    if (const auto answered = count(CellState::suspect))
      r.outcome += fmt::format(", {} suspect before and answered by a person or only shown", answered);
  } else
    r.outcome = r.rows.empty() ? fmt::format("Nothing could be said at {}: no health criteria are set", r.checkpoint)
                               : fmt::format("Unknown at {}: {} of {} criteria have no data", r.checkpoint, no_data, r.rows.size());
  if (!r.circumstances.empty()) r.outcome += fmt::format(". In the same time: {}", fmt::join(r.circumstances, "; "));
}

namespace {

std::string state_words(CellState state) {
  switch (state) {
    case CellState::holds:
      return "holds";
    case CellState::suspect:
      return "suspect";
    case CellState::worse:
      return "worse";
    case CellState::no_data:
      break;
  }
  return "no data";
}
}  // namespace

std::string to_letter(const CheckpointReport& r) {
  using markdown::of_plain;
  auto out = of_plain(bare(r.outcome)) + ".\n";
  for (const auto& row : r.rows)
    out += fmt::format("\n- **{}**: {}{}\n  - now {}\n  - before {}\n  - accepted: {}\n{}",
                       of_plain(fmt::format("{}, {}", row.service, row.criterion)), state_words(row.state),
                       row.said_at ? " at " + clock_of(*row.said_at) : "", row.after, row.before, row.limit,
                       row.said ? fmt::format("  - {}.\n", of_plain(*row.said)) : "");
  if (r.pages && !r.pages->empty()) {
    out += "\nPages:\n\n";
    for (const auto& page : *r.pages) out += fmt::format("- {}\n", of_plain(page));
  }
  if (r.closing) out += fmt::format("\n{}\n", of_plain(*r.closing));
  return out;
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
                       row.said_at ? fmt::format("{} at {}", state_words(row.state), clock_of(*row.said_at)) : state_words(row.state));
  const auto list = [&](std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out += fmt::format("\n## {}\n\n", title);
    for (const auto& line : lines) out += fmt::format("- {}\n", of_plain(line));
  };
  std::vector<std::string> said;
  for (const auto& row : r.rows)
    if (row.said) said.push_back(*row.said + ".");
  list("Why a state is worse than its figures", said);
  list("Pages", r.pages.value_or(std::vector<std::string>{}));
  list("What the watches said", r.canaries);
  list("Against its own past", r.before_after);
  list("What else went on", r.circumstances);
  if (r.closing) out += fmt::format("\n{}\n", of_plain(*r.closing));
  return out + fmt::format("\nMethod: {}.\n", r.method);
}

}  // namespace evenkeel::health
