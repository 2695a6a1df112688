#include "health/validation_watch.hpp"

#include <cmath>

#include "health/buckets.hpp"
#include "health/error_budget.hpp"
#include "health/events.hpp"
#include "health/jobs.hpp"
#include "health/page_words.hpp"
#include "health/plain.hpp"
#include "health/signal.hpp"

namespace evenkeel::health {
namespace {

constexpr std::chrono::hours first_stretch{1};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

Millis fine(const Watch& w) { return std::chrono::seconds{w.criteria.interval_seconds}; }
std::int64_t fine_intervals(const Watch& w) { return std::chrono::duration_cast<Millis>(first_stretch) / fine(w); }

bool is_limit(const Criterion& c) { return c.kind == MetricKind::absolute; }
/// Judged by its own word, not against the past.
bool is_absolute(const Criterion& c) { return is_limit(c) || c.kind == MetricKind::slo_burn; }

std::string compared_as(const Watch& w, const Criterion& c, const MetricPast& past) {
  auto name = fmt::format("{} of {}", c.name, w.service);
  if (c.kind == MetricKind::latency && past.slow_from_ms) name += fmt::format(" (requests slower than {:g} ms)", *past.slow_from_ms);
  if (c.direction == Direction::decrease) name += " (requests for each event)";
  return name;
}

/// The bound nearest above nine tenths of all requests; none when they have no finite one.
std::optional<double> slow_from(const SideSeries& history) {
  std::vector<double> sums(history.bounds_ms.size(), 0);
  double total = 0;
  for (const auto& i : history.intervals)
    for (std::size_t b = 0; b < i.buckets.size() && b < sums.size(); ++b) sums[b] += i.buckets[b], total += i.buckets[b];
  double below = 0;
  for (std::size_t b = 0; b + 1 < sums.size(); ++b) {
    below += sums[b];
    if (total > 0 && below >= 0.9 * total) return history.bounds_ms[b];
  }
  return std::nullopt;
}

/// One sample as the value that is compared: its rise is bad, so a share of good events is turned upside down.
std::optional<double> value_of(const Criterion& c, const IntervalSample& s, const std::vector<double>& bounds_ms,
                               const std::optional<double>& slow_from_ms) {
  const auto level = level_of(c, s, bounds_ms, slow_from_ms);
  if (!level || !c.queries.gauge.empty() || c.direction == Direction::increase) return level;
  return s.total / std::max(s.events, 0.5);
}

/// Intervals put together into one past_sample; absent when most of them are.
IntervalSample together(const std::vector<const IntervalSample*>& parts) {
  IntervalSample sum;
  int present = 0, gauges = 0;
  double gauge = 0;
  for (const auto* p : parts) {
    if (!p->present) continue;
    ++present;
    sum.total += p->total, sum.events += p->events;
    if (p->gauge) gauge += *p->gauge, ++gauges;
    sum.buckets.resize(std::max(sum.buckets.size(), p->buckets.size()), 0);
    for (std::size_t b = 0; b < p->buckets.size(); ++b) sum.buckets[b] += p->buckets[b];
  }
  if (gauges > 0) sum.gauge = gauge / gauges;
  sum.present = 2 * present > int(parts.size());
  return sum;
}

/// The time after the deployment in past_samples, as far as it has passed.
std::vector<double> after_of(const Watch& w, std::size_t criterion, const MetricPast& past, const std::vector<StoredSample>& samples) {
  std::vector<double> values;
  const auto passed = std::int64_t(samples.size());
  for (std::int64_t at = 0, each = 1; at < passed; at += each) {
    each = at < fine_intervals(w) ? std::max<std::int64_t>(1, past_sample / fine(w)) : 1;
    if (at + each > passed) break;
    SideSeries stretch;
    for (auto i = at; i < at + each; ++i) append(stretch, samples[std::size_t(i)].canary.at(criterion));
    std::vector<const IntervalSample*> parts;
    parts.reserve(stretch.intervals.size());
    for (const auto& sample : stretch.intervals) parts.push_back(&sample);
    const auto value = value_of(w.criteria.criteria[criterion], together(parts), stretch.bounds_ms, past.slow_from_ms);
    values.push_back(value.value_or(nan));
  }
  return values;
}

int silent_for(const std::vector<StoredSample>& samples, std::size_t criterion) {
  int n = 0;
  for (auto s = samples.rbegin(); s != samples.rend() && !s->canary.at(criterion).intervals.at(0).present; ++s) ++n;
  return n;
}

/// The mean of the last hour before the deployment, when most of it is known.
std::optional<double> last_hour(const MetricPast& past) {
  double sum = 0;
  int n = 0;
  for (std::size_t i = past.tail.size() - std::min<std::size_t>(12, past.tail.size()); i < past.tail.size(); ++i)
    if (past.tail[i]) sum += *past.tail[i], ++n;
  return n >= 6 ? std::optional(sum / n) : std::nullopt;
}

bool beyond(const Criterion& c, double value) { return c.direction == Direction::increase ? value > *c.limit : value < *c.limit; }

/// Said when the limit was broken before anything was deployed: the release is not to blame for it.
std::optional<std::string> broken_before(const Criterion& c, const MetricPast& past) {
  const auto was = last_hour(past);
  // A share of good events is kept upside down (see value_of).
  const auto value = was && c.queries.gauge.empty() && c.direction == Direction::decrease ? std::optional(1 / *was) : was;
  if (value && c.kind == MetricKind::slo_burn) {
    const double bad = c.direction == Direction::increase ? *value : 1 - *value, rate = bad / (1 - *c.objective);
    const auto windows = burn_windows(c);
    if (std::none_of(windows.begin(), windows.end(), [&](const auto& b) { return rate >= b.factor; })) return std::nullopt;
    return fmt::format("the error budget of {} burned {:.3g} times too fast before the deployment already", c.name, rate);
  }
  if (!value || !beyond(c, *value)) return std::nullopt;
  const auto in_unit = [&](double v) { return c.queries.gauge.empty() ? fmt::format("{:.4g} %", 100 * v) : fmt::format("{:.4g}", v); };
  return fmt::format("{} was beyond its limit of {} before the deployment already ({} in the hour before)", c.name, in_unit(*c.limit),
                     in_unit(*value));
}

/// Whether an objective that was broken has held again, with data, for `held_for`; silence ends no breach.
bool held_again(const Watch& w, std::size_t criterion, const std::vector<StoredSample>& samples) {
  const auto& c = w.criteria.criteria[criterion];
  Millis looked{0};
  double bad = 0, total = 0;
  for (auto i = samples.size(); looked < held_for; --i) {
    if (i == 0) return false;
    const auto& s = samples[i - 1].canary.at(criterion).intervals.at(0);
    if (!s.present || (!c.queries.gauge.empty() && (!s.gauge || beyond(c, *s.gauge)))) return false;
    looked += validation_interval(w, std::int64_t(i) - 1).length;
    bad += bad_events(c, s.events, s.total), total += s.total;
  }
  if (!c.queries.gauge.empty()) return true;
  const double accepted = c.kind == MetricKind::slo_burn ? 1 - *c.objective : c.direction == Direction::increase ? *c.limit : 1 - *c.limit;
  return total > 0 && bad <= accepted * total;
}

/// The judge over the limits alone, past the warm-up. Each hour is judged for itself, at its share of alpha: a fault that begins late is
/// found as fast as an early one, and the promise holds for the whole. A breach stays; else the newest hour speaks.
Verdict judge_limits(const Watch& w, const std::vector<std::size_t>& limits, const std::vector<StoredSample>& samples) {
  CriteriaSet set = w.criteria;
  set.criteria.clear();
  set.expected_canary_share.reset();
  const auto warm = std::size_t(std::exchange(set.burn_in_intervals, 0));
  set.criteria.reserve(limits.size());
  for (const auto c : limits) set.criteria.push_back(w.criteria.criteria[c]);
  const auto first = std::size_t(fine_intervals(w)), later = std::size_t(first_stretch / past_sample);
  const auto all = std::size_t(w.criteria.window_intervals);
  set.alpha /= double(1 + (all > first ? (all - first + later - 1) / later : 0));
  std::vector<Observation> row(limits.size());
  std::optional<Verdict> newest;
  for (std::size_t from = 0; from < std::max<std::size_t>(samples.size(), 1); from += from == 0 ? first : later) {
    const auto to = std::min(samples.size(), from == 0 ? first : from + later);
    Judge judge{set, {}, to_iso(validation_interval(w, std::int64_t(from)).from).substr(11, 5)};
    for (std::size_t i = std::max(from, warm); i < to; ++i) {
      for (std::size_t k = 0; k < limits.size(); ++k) {
        const auto& s = samples[i].canary.at(limits[k]).intervals.at(0);
        row[k] = {{s.present, s.total, s.events, s.gauge.value_or(nan), s.buckets}, {}, {}};
      }
      judge.step(row);
    }
    newest = judge.verdict();
    if (newest->first_breach) *newest->first_breach += int(from);
    if (newest->first_breach) break;
  }
  return *newest;
}

/// The error budget since the deployment, warm-up left out.
MetricVerdict burned(const Watch& w, std::size_t i, const std::vector<StoredSample>& samples) {
  const auto& c = w.criteria.criteria[i];
  MetricVerdict m{.name = c.name, .kind = c.kind, .critical = c.critical};
  ErrorBudget budget(c, samples.size());
  for (std::size_t k = 0; k < samples.size(); ++k) {
    const auto& s = samples[k].canary.at(i).intervals.at(0);
    const bool counts = s.present && k >= std::size_t(w.criteria.burn_in_intervals);
    budget.add(validation_interval(w, std::int64_t(k)).length, counts, bad_events(c, s.events, s.total), s.total);
    if (m.breached_at) continue;
    if (const auto burn = budget.burning()) m.breached_at = int(k), m.detail = words_of(*burn, budget);
  }
  m.canary_events = budget.bad(), m.canary_total = budget.total(), m.intervals = budget.with_data();
  m.state = m.breached_at                                                                       ? MetricState::breach
            : budget.with_data() >= c.minimum.intervals && budget.total() >= c.minimum.requests ? MetricState::no_harm_seen
                                                                                                : MetricState::insufficient;
  if (m.detail.empty())
    m.detail = fmt::format("{:.2g} % of the error budget of {} went since the deployment", 100 * budget.spent(), c.name);
  return m;
}

const MetricPast& past_named(const std::vector<MetricPast>& pasts, const std::string& criterion) {
  static const MetricPast unknown;
  for (const auto& p : pasts)
    if (p.criterion == criterion) return p;
  return unknown;
}

/// Half of the error budget is the first hour's, see later_hours.hpp.
constexpr BeforeAfterSettings in_first_hour{.alpha = share_of_alpha};

struct HeldAgainst {
  BeforeAfter first;
  LaterHours later;
};
HeldAgainst held_against(const Watch& w, std::size_t i, const MetricPast& past, const std::vector<StoredSample>& samples) {
  if (!past.problem.empty()) return {{.sentence = past.problem}, {}};
  std::vector<double> values;
  values.reserve(past.tail.size() + 300);
  for (const auto& v : past.tail) values.push_back(v.value_or(nan));
  const auto start = values.size();
  const auto after = after_of(w, i, past, samples);
  values.insert(values.end(), after.begin(), after.end());
  const auto name = compared_as(w, w.criteria.criteria[i], past);
  const auto hour = std::min<std::size_t>(values.size(), start + std::size_t(first_stretch / past_sample));
  return {judge_by(past.learned, std::span(values).first(hour), start, in_first_hour, name),
          judge_later(past.later, values, start, {}, name)};
}

/// Whether what rose has been as usual again for `held_for`: no newer value lies further above the hour before the deployment, or above the
/// same clock on the day before where that was higher, than nobody's concern. Silence ends no suspicion.
bool as_usual_again(const MetricPast& past, const std::vector<double>& after) {
  constexpr auto newest = std::size_t(held_for / past_sample);
  const std::size_t day = std::chrono::days{1} / past_sample;
  const auto before = last_hour(past);
  if (!before || after.size() < newest) return false;
  for (std::size_t k = after.size() - newest; k < after.size(); ++k) {
    double usual = *before;
    if (k < day && past.tail.size() >= day)
      if (const auto& yesterday = past.tail[past.tail.size() - day + k]) usual = std::max(usual, *yesterday);
    if (std::isnan(after[k]) || after[k] > in_first_hour.least_rise * usual) return false;
  }
  return true;
}

MetricVerdict compared(const Watch& w, std::size_t i, const MetricPast& past, const std::vector<StoredSample>& samples) {
  const auto& c = w.criteria.criteria[i];
  MetricVerdict m{.name = c.name, .kind = c.kind, .critical = c.critical};
  const auto [first, later] = held_against(w, i, past, samples);
  m.intervals = first.after_samples;
  m.figure = fmt::format("{} rose {:.1f} times", c.name, first.suspect || !later.suspect ? first.rise : later.rise);
  m.detail = first.suspect || !(later.suspect || later.judged) ? first.sentence : later.sentence;
  m.state = first.suspect || later.suspect ? MetricState::suspect
            : first.judged || later.judged ? MetricState::no_harm_seen
                                           : MetricState::insufficient;
  if (m.state == MetricState::suspect && as_usual_again(past, after_of(w, i, past, samples))) {
    m.state = MetricState::watch;  // what was seen stays seen
    m.detail += fmt::format(" It has been as usual again for {}.", to_words(held_for));
  }
  return m;
}

/// The time before, in the measure of plain_of.
Usual usual_of(const Criterion& c, const MetricPast& past) {
  auto level = last_hour(past);
  // A share of good events is kept upside down (see value_of).
  if (level && c.queries.gauge.empty() && c.direction == Direction::decrease) level = *level > 0 ? std::optional(1 / *level) : std::nullopt;
  return {level, past.slow_from_ms};
}

/// What was plain in the course of the watch.
struct PlainCourse {
  std::optional<Plain> first, last, now;  // outage or limit, of the first time and of the newest; what broke stays in the record
  SysTime last_seen = {};                 // end of the newest interval in which it was plain
  bool goes_on = false;                   // within the last `held_for`
};
PlainCourse plain_course(const Watch& w, std::size_t i, const MetricPast& past, const std::vector<StoredSample>& samples) {
  PlainCourse course;
  const auto& c = w.criteria.criteria[i];
  if (is_limit(c) && broken_before(c, past)) return course;
  std::vector<const SideSeries*> sides;
  sides.reserve(samples.size());
  for (const auto& s : samples) sides.push_back(&s.canary.at(i));
  const auto usual = usual_of(c, past);
  const auto end = samples.empty() ? w.started_at : validation_interval(w, std::int64_t(samples.size()) - 1).end();
  for (std::size_t k = 1; k <= sides.size(); ++k) {
    course.now = plain_of(c, std::span(sides).first(k), usual);
    const bool warm = k <= std::size_t(w.criteria.burn_in_intervals);  // takes no part in limits
    if (!course.now || course.now->kind == PlainKind::silent || (warm && course.now->kind == PlainKind::limit)) continue;
    const auto seen = validation_interval(w, std::int64_t(k) - 1).end();
    if (!course.first) course.first = course.now;
    if (!course.last || seen - course.last_seen > held_for) course.last = course.now;  // another time, with figures of its own
    course.last_seen = seen;
    course.goes_on = end - seen < held_for;
  }
  return course;
}

std::string clock_of(SysTime at) { return to_iso(at).substr(11, 5) + "Z"; }
/// The newest time that it broke, and whether that is over.
std::string sentence_of(const PlainCourse& course, const Criterion& c, const Watch& w) {
  const auto& p = *course.last;
  return fmt::format("{} of {}: {}{} since {}{}.", c.name, w.service, p.figure, p.limit.empty() ? "" : " (" + p.limit + ")",
                     clock_of(validation_interval(w, std::int64_t(p.since)).from),
                     course.goes_on ? "" : "; it has held again since " + clock_of(course.last_seen));
}

/// The first of the metrics in this state, critical ones first.
const MetricVerdict* worst(const Verdict& v, MetricState state) {
  const MetricVerdict* found = nullptr;
  for (const auto& m : v.metrics)
    if (m.state == state && (!found || (m.critical && !found->critical))) found = &m;
  return found;
}

/// See compared(); a limit in this state is near its breach.
bool is_no_longer_suspect(const MetricVerdict& m) {
  return m.state == MetricState::watch && m.kind != MetricKind::absolute && m.kind != MetricKind::slo_burn;
}

std::string sentence_of(const Verdict& v, const Watch& w) {
  std::string text;
  if (const auto* m = worst(v, MetricState::breach))
    text = m->detail;
  else if (const auto* suspect = worst(v, MetricState::suspect))
    text = "Suspect: " + suspect->detail;
  else if (const auto over = std::ranges::find_if(v.metrics, is_no_longer_suspect); over != v.metrics.end())
    text = "No longer suspect: " + over->detail;
  else if (const auto* silent = worst(v, MetricState::no_data))
    text = fmt::format("{} of {}: {}. Check that it runs and is scraped.", silent->name, w.service, silent->detail);
  else {
    const auto stretch = fmt::format("the {}{} after the deployment", v.over ? "" : "first ",
                                     to_words(std::chrono::duration_cast<Millis>(
                                         validation_interval(w, std::max<std::int64_t>(v.intervals, 1) - 1).end() - w.started_at)));
    const auto* unknown = worst(v, MetricState::insufficient);
    if (!unknown || !unknown->critical || worst(v, MetricState::no_harm_seen))
      return fmt::format("No harm seen in {}{}.", stretch, v.over ? "" : "; the watch goes on");
    text = fmt::format("Too little is known to judge {}: {}", stretch,
                       unknown->detail.empty() ? unknown->name + " has no past." : unknown->detail);
    if (!text.ends_with('.')) text += '.';
    if (!v.over) text += " The watch goes on.";
  }
  if (!v.circumstances.empty()) text += fmt::format(" In the same window: {}.", fmt::join(v.circumstances, "; "));
  return text;
}

ReleaseVerdict outcome(const Verdict& v, bool newly_broken, const Surrounding& s) {
  const auto any = [&](MetricState state) {
    return std::any_of(v.metrics.begin(), v.metrics.end(), [&](const auto& m) { return m.critical && m.state == state; });
  };
  const bool suspect = any(MetricState::suspect);
  if (s.in_validation && (newly_broken || (suspect && s.rollback_on_suspect))) return ReleaseVerdict::rollback_recommended;
  if (newly_broken) return ReleaseVerdict::hold;
  if (suspect) return ReleaseVerdict::suspect;
  if (any(MetricState::no_data) || any(MetricState::disturbed) || !v.over) return ReleaseVerdict::hold;
  return any(MetricState::no_harm_seen) ? ReleaseVerdict::no_harm_seen : ReleaseVerdict::hold;
}

std::string hash_of(const std::vector<StoredSample>& samples, const Watch& w) {
  std::string hashes;
  for (std::size_t i = 0; i < samples.size(); ++i)
    hashes += as_bytes(SampleBatch{validation_interval(w, std::int64_t(i)), samples[i].canary, samples[i].control}.hash());
  return to_hex(sha256(hashes));
}

StoredSample stored(const SampleBatch& batch) { return {storable(batch.canary), std::vector<SideSeries>(batch.canary.size())}; }

}  // namespace

MetricPast past_of(const Criterion& c, const SideSeries& history) {
  MetricPast past{.criterion = c.name};
  if (c.kind == MetricKind::latency) past.slow_from_ms = slow_from(history);
  std::vector<double> values;
  values.reserve(history.intervals.size());
  for (const auto& i : history.intervals) values.push_back(value_of(c, i, history.bounds_ms, past.slow_from_ms).value_or(nan));
  if (!is_absolute(c))
    past.learned = learn(values, values.size(), {}, in_first_hour), past.later = learn_later(values, values.size(), {}, {});
  const auto tail = std::min<std::size_t>(values.size(), 3 * 288 + 24);
  for (auto v = values.end() - std::ptrdiff_t(tail); v != values.end(); ++v)
    past.tail.push_back(std::isnan(*v) ? std::optional<double>{} : std::optional(*v));
  if (std::none_of(past.tail.begin(), past.tail.end(), [](const auto& v) { return v.has_value(); }))
    past.problem = fmt::format("{}: nothing is known of it before the deployment: {}", c.name, history.problem());
  return past;
}

Watch start_validation_watch(Work& work, const NewValidationWatch& order) {
  if (const auto known =
          store::one<Watch>(work.tx, "watch", "WHERE run_id = $1 AND service = $2 AND phase = 'validation'", {order.run_id, order.service}))
    return *known;
  auto set = order.criteria;
  const auto own = std::chrono::seconds{set.interval_seconds};
  set.interval_seconds = own <= std::chrono::seconds{60} ? 60 : 300;
  set.burn_in_intervals =
      int((own * set.burn_in_intervals + std::chrono::seconds{set.interval_seconds - 1}) / std::chrono::seconds{set.interval_seconds});
  Watch w{.id = work.new_id("wch"),
          .release_id = order.release_id,
          .run_id = order.run_id,
          .step_id = {},
          .service = order.service,
          .phase = WatchPhase::validation,
          .criteria_hash = to_hex(criteria_hash(order.criteria)),
          .criteria = set,
          .sentence = "watching since " + to_iso(order.from),
          .started_at = order.from};
  const auto hour = std::min<Millis>(order.how_long, first_stretch);
  const auto up = [](Millis whole, Millis part) { return (whole + part - Millis{1}) / part; };
  w.criteria.window_intervals = int(std::max<std::int64_t>(1, up(hour, fine(w)) + up(order.how_long - hour, past_sample)));
  store::insert(work.tx, "watch", w);
  enqueue(work, WatchValidation{w.id},
          {.at = order.from + fine(w), .key = "watch:" + w.id, .release = w.release_id, .tries = Tries::until_done});
  record(work, WatchStarted{.service = w.service, .phase = w.phase, .criteria = w.criteria_hash},
         {.subject = w.id, .release = w.release_id});
  return w;
}

IntervalRange validation_interval(const Watch& w, std::int64_t i) {
  const auto n = fine_intervals(w);
  if (i < n) return {w.started_at + fine(w) * i, fine(w), 1};
  return {w.started_at + fine(w) * n + past_sample * (i - n), past_sample, 1};
}

std::int64_t validation_intervals_passed(const Watch& w, SysTime now) {
  std::int64_t n = w.next_interval;
  while (n < w.criteria.window_intervals && validation_interval(w, n).end() <= now) ++n;
  return n;
}

std::vector<AgainstPast> against_past(const Watch& w, const std::vector<MetricPast>& pasts, std::vector<StoredSample> samples,
                                      Millis up_to) {
  std::size_t seen = 0;
  while (seen < samples.size() && validation_interval(w, std::int64_t(seen)).end() <= w.started_at + up_to) ++seen;
  samples.resize(seen);
  std::vector<AgainstPast> all;
  for (std::size_t i = 0; i < w.criteria.criteria.size(); ++i) {
    const auto& c = w.criteria.criteria[i];
    if (is_absolute(c)) continue;
    const auto [b, later] = held_against(w, i, past_named(pasts, c.name), samples);
    all.push_back({w.service, c.name, c.critical, b.judged, b.suspect, b.rise, b.p, b.power_half, b.windows, b.rose_as_much,
                   b.after_samples, b.sentence});
    if (!later.sentence.empty())
      all.push_back({w.service, c.name, c.critical, later.judged, later.suspect, later.rise, later.p, later.power_half, later.windows,
                     later.rose_as_much, std::int64_t{later.hours} * (std::chrono::hours{1} / past_sample), later.sentence, later.hours});
  }
  return all;
}

std::vector<MetricPast> pasts_of(store::Tx& tx, const WatchId& watch_id) {
  return store::all<MetricPast>(tx, "metric_past", "WHERE watch_id = $1", {watch_id});
}

ValidationJudgement judge_validation(const Watch& w, const std::vector<MetricPast>& pasts, const std::vector<StoredSample>& samples,
                                     const Surrounding& s) {
  ValidationJudgement out;
  auto& v = out.verdict;
  v.intervals = int(samples.size()), v.over = v.intervals >= w.criteria.window_intervals;
  v.criteria_hash = w.criteria_hash, v.circumstances = s.circumstances;
  std::vector<std::size_t> limits;
  int windows = 0;
  bool newly_broken = false;
  for (std::size_t i = 0; i < w.criteria.criteria.size(); ++i) {
    const auto& c = w.criteria.criteria[i];
    const auto& past = past_named(pasts, c.name);
    if (!is_absolute(c)) {
      v.metrics.push_back(compared(w, i, past, samples));
      windows = std::max(windows, past.learned.windows);
    } else if (const auto broken = broken_before(c, past))
      v.metrics.push_back({.name = c.name, .kind = c.kind, .critical = c.critical, .state = MetricState::disturbed, .detail = *broken});
    else if (c.kind == MetricKind::slo_burn) {
      v.metrics.push_back(burned(w, i, samples));
      if (auto& m = v.metrics.back(); m.state == MetricState::breach) {
        m.detail = fmt::format("{} of {}: {}.", c.name, w.service, m.detail);
        newly_broken |= m.critical;
        out.breach_goes_on |= m.critical && !held_again(w, i, samples);
      }
    } else {
      limits.push_back(i);
      v.metrics.push_back({.name = c.name, .kind = c.kind, .critical = c.critical});
    }
    auto& m = v.metrics.back();
    const auto plain = plain_course(w, i, past, samples);
    if (plain.first) {
      m.state = MetricState::breach, m.detail = sentence_of(plain, c, w);
      m.figure = plain.last->figure + (plain.last->limit.empty() ? "" : " (" + plain.last->limit + ")");
      m.breached_at = int(plain.first->since), m.since = int(plain.last->since);
      newly_broken |= c.critical;
      out.breach_goes_on |= c.critical && plain.goes_on;
    }
    if (plain.now && plain.now->kind == PlainKind::silent && m.state != MetricState::suspect && m.state != MetricState::breach) {
      const bool breaks = c.silence == Silence::breach;
      m.state = breaks ? MetricState::breach : MetricState::no_data;
      m.detail = fmt::format("no sample for {} intervals", silent_for(samples, i)), m.figure = plain.now->figure;
      m.since = int(plain.now->since);
      if (breaks) m.detail = fmt::format("{} of {}: {}. Check that it runs and is scraped.", c.name, w.service, m.detail);
      newly_broken |= breaks && c.critical;
      out.breach_goes_on |= breaks && c.critical;
      out.silent |= c.critical;
    }
    if (m.state == MetricState::disturbed) v.circumstances.push_back(m.detail);
  }
  if (!limits.empty() && !samples.empty()) {
    const auto judged = judge_limits(w, limits, samples);
    for (std::size_t k = 0; k < limits.size(); ++k) {
      auto& m = v.metrics[limits[k]];
      if (m.state == MetricState::breach) continue;  // it was plain
      if (m.state == MetricState::no_data && judged.metrics[k].state != MetricState::breach) continue;
      m = judged.metrics[k];
      if (m.state != MetricState::breach) continue;
      m.detail = judged.sentence;
      newly_broken |= m.critical;
      out.breach_goes_on |= m.critical && !held_again(w, limits[k], samples);
    }
    v.log_e = judged.log_e, v.threshold = judged.threshold, v.first_breach = judged.first_breach, v.cause = judged.cause;
  }
  if (windows > 0) v.level = CalibrationLevel::calibrated;
  v.label = windows > 0 ? fmt::format("before and after: calibrated on {} earlier hours", windows) : "uncalibrated";
  out.held_again = newly_broken && !out.breach_goes_on;
  out.suspect =
      std::any_of(v.metrics.begin(), v.metrics.end(), [](const auto& m) { return m.critical && m.state == MetricState::suspect; });
  v.verdict = outcome(v, newly_broken, s);
  v.sentence = sentence_of(v, w);
  if (newly_broken && !s.in_validation) v.sentence += " The release has shipped: the next one, or a flag, mends it.";
  return out;
}

Result<Watch> take_validation_interval(Work& work, const WatchId& watch_id, std::int64_t index, const SampleBatch& batch,
                                       const std::vector<MetricPast>& pasts, const Surrounding& s) {
  work.tx.lock("watch", watch_id);
  auto found = find_watch(work.tx, watch_id);
  if (!found) return not_found("there is no watch " + watch_id);
  auto& w = *found;
  if (w.state == WatchState::ended || w.next_interval != index) return w;  // another runner was faster: nothing is judged twice
  if (index == 0)
    for (auto past : pasts) {
      past.id = work.new_id("mpa"), past.watch_id = w.id;
      store::insert(work.tx, "metric_past", past);
    }
  store::insert(work.tx, "judged_interval", JudgedInterval{work.new_id("jdg"), w.id, index, stored(batch), "", work.now});
  ++w.next_interval;
  std::vector<StoredSample> samples;
  for (auto& i : intervals_of(work.tx, w.id)) samples.push_back(std::move(i.samples));
  auto judged = judge_validation(w, pasts_of(work.tx, w.id), samples, s);
  judged.breach_goes_on |= heed_signals(work.tx, w, s.in_validation, judged.verdict);
  const auto& v = judged.verdict;
  const bool over_again = judged.held_again && !judged.breach_goes_on;  // a signal from outside may still speak
  const auto before = std::exchange(w.verdict, v.verdict);
  w.sentence = v.sentence;
  w.detail = json::to_value(v);
  if (v.over) {
    w.state = WatchState::ended;
    w.ended_at = work.now;
    w.may_proceed = v.verdict == ReleaseVerdict::no_harm_seen;
  }
  const bool suspects = v.verdict == ReleaseVerdict::suspect && before != v.verdict;  // at any hour: who can mend it is woken
  const bool recommends = v.verdict == ReleaseVerdict::rollback_recommended && before != v.verdict;
  if (before != v.verdict || v.over) {
    const auto id = seal_verdict(work, w, hash_of(samples, w));
    if (recommends) recommend(work, w, s.act, id);
  }
  if (judged.breach_goes_on || judged.silent || suspects || recommends) {
    raise(work, w.release_id, {w.id, w.service, page_words(w, v, s.version, validation_interval(w, worst_since(v)).from), work.now});
  } else if (over_again)
    lower_breach(work, w.release_id, w.id, fmt::format("the objective has held again for {}", to_words(held_for)));
  else if (!judged.suspect && before == ReleaseVerdict::suspect)
    lower_breach(work, w.release_id, w.id, fmt::format("what rose has been as usual again for {}", to_words(held_for)));
  else if (v.over || !judged.suspect)
    lower(work, w.release_id, w.id);
  store::update(work.tx, "watch", w);
  return w;
}

}  // namespace evenkeel::health
