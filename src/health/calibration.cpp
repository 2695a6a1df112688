#include "health/calibration.hpp"

#include <cmath>
#include <numeric>

#include "health/buckets.hpp"
#include "health/error_budget.hpp"
#include "health/events.hpp"
#include "stats/overdispersion.hpp"

namespace evenkeel::health {
namespace {

constexpr std::chrono::hours least_history{24};  // of both sides, before a spread is believed
constexpr std::size_t longest_block = 15;        // stats::historic_spread: blocks must not reach over two windows

bool is_compared(const Criterion& c) {
  return c.kind == MetricKind::rate || c.kind == MetricKind::business || c.kind == MetricKind::latency;
}

/// Events of interval i as the judge counts them: of good ones what is missing, or where they are `rare` the events themselves; latency:
/// requests slower than `slow_from_ms`.
std::pair<double, double> counts_of(const Criterion& c, const SideSeries& side, std::size_t i, double slow_from_ms, bool rare) {
  const auto& s = side.intervals[i];
  if (c.kind != MetricKind::latency)
    return {c.events_are == EventsAre::share && !rare ? bad_events(c, s.events, s.total) : s.events, s.total};
  const auto slow = slower_than(slow_from_ms, s.buckets, side.bounds_ms);
  return slow ? std::pair{*slow, std::accumulate(s.buckets.begin(), s.buckets.end(), 0.0)} : std::pair{0.0, 0.0};
}

bool has_both(const CutWindow& w, std::size_t criterion, std::size_t i) {
  const auto &a = w.batch.canary[criterion].intervals, &b = w.batch.control[criterion].intervals;
  return i < a.size() && i < b.size() && a[i].present && b[i].present;
}

/// Whether the judge compares good events as they are (see MetricWatch::choose_what_is_compared): by all windows together here.
bool are_rare(const Criterion& c, std::size_t criterion, const std::vector<CutWindow>& windows) {
  if (c.direction != Direction::decrease || c.kind == MetricKind::latency) return false;
  double events = 0, total = 0;
  for (const auto& w : windows)
    for (const auto* side : {&w.batch.canary[criterion], &w.batch.control[criterion]})
      for (const auto& i : side->intervals) events += i.events, total += i.total;
  return 2 * events < total;
}

std::vector<stats::PairCounts> history_of(const Criterion& c, std::size_t criterion, const std::vector<CutWindow>& windows,
                                          double slow_from_ms) {
  std::vector<stats::PairCounts> history;
  const bool rare = are_rare(c, criterion, windows);
  for (const auto& w : windows) {
    const auto& canary = w.batch.canary[criterion].intervals;
    for (std::size_t i = 0; i < canary.size(); ++i) {
      stats::PairCounts p;
      if (has_both(w, criterion, i)) {
        std::tie(p.kc, p.nc) = counts_of(c, w.batch.canary[criterion], i, slow_from_ms, rare);
        std::tie(p.kt, p.nt) = counts_of(c, w.batch.control[criterion], i, slow_from_ms, rare);
      }
      history.push_back(p);
    }
    while (history.size() % longest_block != 0) history.push_back({});
  }
  return history;
}

/// The boundaries nearest above the percentiles that are judged, over all windows.
std::vector<double> slow_bounds(const Criterion& c, std::size_t criterion, const std::vector<CutWindow>& windows) {
  SideSeries all;
  for (const auto& w : windows) append(all, w.batch.control[criterion]);
  std::vector<double> sums(all.bounds_ms.size(), 0);
  double total = 0;
  for (const auto& s : all.intervals)
    for (std::size_t b = 0; b < s.buckets.size() && b < sums.size(); ++b) sums[b] += s.buckets[b], total += s.buckets[b];
  std::vector<double> found;
  for (const double q : c.percentiles.empty() ? std::vector<double>{0.5, 0.9, 0.99} : c.percentiles) {
    double below = 0;
    for (std::size_t b = 0; b + 1 < sums.size(); ++b) {
      below += sums[b];
      if (below < q * total) continue;
      if (std::find(found.begin(), found.end(), all.bounds_ms[b]) == found.end()) found.push_back(all.bounds_ms[b]);
      break;
    }
  }
  return found;
}

/// How much more the criterion's events vary between like hosts than independent requests would; none: nothing to learn it from.
std::optional<double> omega_of(const Criterion& c, std::size_t criterion, const std::vector<CutWindow>& windows) {
  if (!is_compared(c) || c.events_are == EventsAre::per_unit) return std::nullopt;
  const auto slow = c.kind == MetricKind::latency ? slow_bounds(c, criterion, windows) : std::vector<double>{0};
  std::optional<double> omega;
  for (const double s : slow)
    if (const auto spread = stats::historic_spread(history_of(c, criterion, windows, s)); spread.intervals > 0)
      omega = std::max(omega.value_or(0), spread.omega);
  return omega;
}

/// The critical comparison that has too little of this window, if any.
std::optional<std::size_t> lacking(const CriteriaSet& set, const CutWindow& w) {
  for (std::size_t c = 0; c < set.criteria.size(); ++c) {
    if (!set.criteria[c].critical || !is_compared(set.criteria[c])) continue;
    int with_data = 0;
    for (std::size_t i = 0; i < std::size_t(w.batch.range.count); ++i) with_data += has_both(w, c, i);
    if (2 * with_data < w.batch.range.count) return c;
  }
  return std::nullopt;
}

PastRelease judged(CriteriaSet set, const Calibration& calibration, const CutWindow& w) {
  if (set.expected_canary_share && w.share > 0) set.expected_canary_share = std::clamp(w.share, 0.0001, 0.9999);
  Judge judge{std::move(set), calibration};
  std::vector<Observation> row;
  for (int i = 0; i < w.batch.range.count; ++i) {
    w.batch.row(i, row);
    judge.step(row);
  }
  return {w.batch.range.from, w.canary, judge.max_log_e(), judge.gauge_scores()};
}

std::string why_nothing(const SampleBatch& batch, std::size_t criterion) {
  for (const auto* side : {&batch.canary, &batch.control})
    for (const auto& a : side->at(criterion).asked)
      if (!a.problem.empty()) return ": " + a.problem;
  return "";
}

}  // namespace

std::vector<std::string> hosts_in_turn(const std::vector<std::string>& hosts, std::int64_t turn, int count) {
  std::vector<std::string> names;
  if (count < 1 || hosts.size() <= std::size_t(count)) return names;
  const auto n = std::int64_t(hosts.size());
  for (int i = 0; i < count; ++i) names.push_back(hosts[std::size_t(((turn * count + i) % n + n) % n)]);
  return names;
}

SideSeries sum_of(const HostSeries& all, const std::vector<std::string>& names, std::size_t first, std::size_t count) {
  SideSeries sum{.intervals = std::vector<IntervalSample>(count), .asked = all.asked};
  if (!all.problem.empty() && sum.asked.empty()) sum.asked.push_back({.problem = all.problem});
  std::vector<int> gauges(count, 0);
  for (const auto& name : names) {
    const auto host = all.hosts.find(name);
    if (host == all.hosts.end()) continue;
    const auto& h = host->second;
    if (sum.bounds_ms.empty()) sum.bounds_ms = h.bounds_ms;
    if (h.bounds_ms != sum.bounds_ms) continue;  // another layout of buckets is another metric
    for (std::size_t i = 0; i < count && first + i < h.intervals.size(); ++i) {
      const auto& from = h.intervals[first + i];
      if (!from.present) continue;
      auto& to = sum.intervals[i];
      to.present = true, to.total += from.total, to.events += from.events;
      if (from.gauge) to.gauge = (to.gauge.value_or(0) * gauges[i] + *from.gauge) / (gauges[i] + 1), ++gauges[i];
      to.buckets.resize(std::max(to.buckets.size(), from.buckets.size()), 0);
      for (std::size_t b = 0; b < from.buckets.size(); ++b) to.buckets[b] += from.buckets[b];
    }
  }
  return sum;
}

CalibrationBody learn_from(const CriteriaSet& set, const std::vector<CutWindow>& cut, std::int64_t left_out) {
  CalibrationBody body{.left_out = left_out};
  std::vector<CutWindow> windows;
  std::map<std::string, std::int64_t> lacks;
  for (const auto& w : cut) {
    const auto c = lacking(set, w);
    if (!c) {
      windows.push_back(w);
      continue;
    }
    ++body.without_data;
    ++lacks[set.criteria[*c].name + why_nothing(w.batch, *c)];
  }
  for (const auto& [what, times] : lacks)
    body.missing.push_back(fmt::format("{} window{} had too little of {}", times, times == 1 ? "" : "s", what));
  const auto n = int(windows.size()), wanted = windows_wanted(set.alpha);
  const auto seen = std::chrono::seconds{std::int64_t(set.interval_seconds) * set.window_intervals} * n;
  auto& learned = body.learned;
  if (n >= wanted)
    learned.level = CalibrationLevel::calibrated;
  else if (seen >= least_history)
    learned.level = CalibrationLevel::modelled;
  if (n < wanted)
    body.missing.push_back(fmt::format("{} of {} windows that are needed to be calibrated at 1 in {:.0f}", n, wanted, 1 / set.alpha));
  if (learned.level == CalibrationLevel::uncalibrated) {
    body.missing.push_back(fmt::format("{} of the {} of history that a spread needs", to_words(seen), to_words(least_history)));
    return body;
  }
  learned.windows = n;
  for (std::size_t c = 0; c < set.criteria.size(); ++c)
    if (const auto omega = omega_of(set.criteria[c], c, windows)) learned.omega[set.criteria[c].name] = *omega;
  std::vector<double> evidence;
  std::map<std::string, std::vector<double>> gauges;
  for (const auto& w : windows) {
    body.windows.push_back(judged(set, learned, w));
    evidence.push_back(body.windows.back().evidence);
    for (const auto& [name, score] : body.windows.back().gauges) gauges[name].push_back(score);
  }
  learned.threshold = calibrated_threshold(evidence, set.alpha);
  if (learned.level == CalibrationLevel::calibrated) {
    learned.automatic_threshold = automatic_threshold(evidence, set.alpha);
    if (!learned.automatic_threshold)
      body.missing.push_back(fmt::format("{} of {:.0f} windows that an act without a person needs", n,
                                         std::ceil(1 / std::min(set.alpha, automatic_alpha) - 1e-9) - 1));
  }
  for (const auto& c : set.criteria) {
    if (c.kind != MetricKind::gauge) continue;
    const auto threshold = gauge_threshold(gauges[c.name], set.alpha);
    if (threshold)
      learned.gauges[c.name] = *threshold;
    else
      body.missing.push_back(fmt::format("{}: {} of {} windows with values on both sides", c.name, gauges[c.name].size(), wanted));
  }
  return body;
}

std::string sentence_of(const CalibrationBody& b, const CriteriaSet& set) {
  const auto length = json::duration_text(std::chrono::seconds{std::int64_t(set.interval_seconds) * set.window_intervals});
  const auto stretch = fmt::format("windows of {} from {} to {}", length, to_date(b.from), to_date(b.until));
  std::string text;
  switch (b.learned.level) {
    case CalibrationLevel::calibrated:
      text = fmt::format("Calibrated on {} {}: {} of them went beyond what a recommendation needs", b.learned.windows, stretch,
                         std::count_if(b.windows.begin(), b.windows.end(),
                                       [&](const auto& w) { return w.evidence >= b.learned.threshold.value_or(1e300); }));
      text += b.learned.automatic_threshold ? "; enough for an act without a person where it is allowed."
                                            : "; too few for an act without a person.";
      break;
    case CalibrationLevel::modelled:
      text =
          fmt::format("Modelled on {} {}: the spread between hosts is known, the threshold is the strict one.", b.learned.windows, stretch);
      break;
    case CalibrationLevel::uncalibrated:
      text = fmt::format("Uncalibrated: the {} taught too little.", stretch);
  }
  if (b.left_out > 0) text += fmt::format(" {} touched a deployment or an incident and were left out.", b.left_out);
  return text;
}

StoredCalibration store_calibration(Work& work, const std::string& service, const std::string& environment, const CriteriaSet& set,
                                    CalibrationBody body) {
  work.tx.lock("calibration", service);
  const auto hash = to_hex(criteria_hash(set));
  if (auto known = newest_calibration(work.tx, service, environment, hash);
      known && known->body.until == body.until && known->method_version == calibration_method && known->windows >= body.learned.windows)
    return *known;
  StoredCalibration c{.id = work.new_id("cal"),
                      .service = service,
                      .environment = environment,
                      .criteria_hash = hash,
                      .method_version = std::string(calibration_method),
                      .level = body.learned.level,
                      .windows = body.learned.windows,
                      .sentence = sentence_of(body, set),
                      .body = {},
                      .at = work.now};
  body.learned.id = c.id;
  c.body = std::move(body);
  store::insert(work.tx, "calibration", c);
  record(work, HealthCalibrated{.service = service, .level = c.level, .windows = c.windows, .criteria = hash},
         {.subject = c.id, .seals = {{"calibration", c.id}}});
  return c;
}

std::optional<StoredCalibration> newest_calibration(store::Tx& tx, const std::string& service, const std::string& environment,
                                                    const std::string& hash) {
  if (hash.empty())
    return store::one<StoredCalibration>(tx, "calibration", "WHERE service = $1 AND environment = $2 ORDER BY at DESC, id DESC LIMIT 1",
                                         {service, environment});
  return store::one<StoredCalibration>(tx, "calibration",
                                       "WHERE service = $1 AND environment = $2 AND criteria_hash = $3 ORDER BY at DESC, id DESC LIMIT 1",
                                       {service, environment, hash});
}

Calibration calibration_for(store::Tx& tx, const std::string& service, const std::string& environment, const CriteriaSet& set,
                            SysTime now) {
  Calibration none;
  if (set.calibrate.by.empty()) return none;
  const auto c = newest_calibration(tx, service, environment, to_hex(criteria_hash(set)));
  if (!c) {
    const auto other = newest_calibration(tx, service, environment);
    none.note = other ? fmt::format("the criteria changed since the calibration of {}", to_date(other->at)) : "never calibrated so far";
    return none;
  }
  if (c->method_version != calibration_method)
    none.note = fmt::format("the calibration of {} was made by another method", to_date(c->at));
  else if (now - c->at > std::chrono::days{set.calibrate.good_for_days})
    none.note = fmt::format("the calibration of {} is {} days old", to_date(c->at),
                            std::chrono::duration_cast<std::chrono::days>(now - c->at).count());
  else if (c->level == CalibrationLevel::uncalibrated)
    none.note = c->body.missing.empty() ? "too little history" : c->body.missing.back();
  else
    return c->body.learned;
  return none;
}

}  // namespace evenkeel::health
