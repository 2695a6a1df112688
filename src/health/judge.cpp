#include "health/judge.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/json.hpp"
#include "health/metric_watch.hpp"
#include "health/sentence.hpp"

namespace evenkeel::health {
namespace {

double total_weight(const CriteriaSet& set) {
  double sum = 0;
  for (const auto& c : set.criteria) sum += c.critical ? c.weight : 0;
  return sum;
}

/// Traffic as a criterion: the planned share is the exposure, requests are the events, and too few of them are bad.
Criterion traffic_criterion(const CriteriaSet& set) {
  Criterion c{.name = "traffic share",
              .kind = MetricKind::rate,
              .direction = Direction::decrease,
              .events_are = EventsAre::per_unit,
              .tolerated_ratio = 1.25};
  double n = 0;
  for (const auto& other : set.criteria) n += other.critical ? 1 : 0;
  c.weight = n > 0 ? total_weight(set) / n : 1;
  c.minimum.requests = 0;
  return c;
}

Observation traffic_of(const Observation& o, double share) {
  Observation t = o;
  t.canary.events = o.canary.present ? o.canary.total : 0, t.control.events = o.control.total;
  t.canary.total = share, t.control.total = 1 - share;
  t.canary.present = o.control.present;  // a canary without requests is the very thing looked for
  t.bounds = {}, t.canary.buckets = {}, t.control.buckets = {};
  return t;
}

}  // namespace

double tolerance_of(CalibrationLevel level) {
  return level == CalibrationLevel::calibrated ? 1.0 : level == CalibrationLevel::modelled ? 1.1 : 1.25;
}

int windows_wanted(double alpha) { return int(std::ceil(3 / alpha - 1e-9)) - 1; }

namespace {

/// The k-th smallest, so that one more window like them exceeds it with a chance of at most alpha; infinite when there are too few.
double exceeded_at(std::vector<double>& past, double alpha) {
  std::sort(past.begin(), past.end());
  // (n + 1 - k) / (n + 1) is the chance of an alarm; where the grid of n lets it come to within a tenth of alpha, one window more.
  auto k = static_cast<std::size_t>(std::ceil(double(past.size() + 1) * (1 - alpha) - 1e-9));
  const bool enough = past.size() >= std::size_t(windows_wanted(alpha));
  if (double(past.size() + 1 - std::min(k, past.size())) > 0.9 * alpha * double(past.size() + 1) && enough) ++k;
  return k >= 1 && k <= past.size() ? past[k - 1] : std::numeric_limits<double>::infinity();
}

}  // namespace

double calibrated_threshold(std::vector<double> past, double alpha) {
  const double strict = std::log(1 / alpha), floor = std::log(1 / (4 * alpha));
  const double q = exceeded_at(past, alpha);
  if (double(past.size()) < 1 / alpha - 1 - 1e-9) return strict;
  if (past.size() < std::size_t(windows_wanted(alpha))) return std::max(strict, std::isfinite(q) ? q : past.back());
  return std::max(floor, q);
}

std::optional<double> automatic_threshold(std::vector<double> past, double alpha) {
  const double sure = std::min(alpha, automatic_alpha);
  const double q = exceeded_at(past, sure);
  return std::isfinite(q) ? std::optional(std::max(std::log(1 / sure), q)) : std::nullopt;
}

std::optional<double> gauge_threshold(std::vector<double> past, double alpha) {
  if (past.size() < std::size_t(windows_wanted(alpha))) return std::nullopt;
  const double q = exceeded_at(past, alpha);
  return std::isfinite(q) ? std::optional(q) : std::nullopt;
}

bool strong_enough_to_act_alone(const Verdict& v) {
  return v.verdict == ReleaseVerdict::rollback_recommended && v.level == CalibrationLevel::calibrated && !v.noisier &&
         v.automatic_threshold && v.log_e >= *v.automatic_threshold;
}

struct Judge::State {
  CriteriaSet set;
  Calibration calibration;
  std::string start;
  std::string hash;
  std::vector<MetricWatch> metrics;
  /// The same comparisons at the level of a service without history, from when the day was found to be noisier than its history; none for
  /// the other kinds, and none where no spread is known.
  std::vector<std::optional<MetricWatch>> strict;
  std::optional<double> noisier;
  std::optional<int> noisier_since;
  std::optional<std::size_t> traffic;  // index of the traffic criterion, when a share was planned
  std::optional<std::size_t> traffic_from;
  double threshold = 0;
  int intervals = 0;
  double log_sum = 0, max_sum = 0, strict_sum = 0;
  std::optional<int> first_breach;
  std::string cause;

  /// A release that nothing speaks against, of which too little has been seen, is watched on. Evidence holds at every look (Ville's
  /// inequality has no last interval), so the promise about false alarms is the same.
  bool over() const { return intervals >= last_interval(set) || (intervals >= set.window_intervals && !(lacks_events() && !first_breach)); }
  bool lacks_events() const;
  double strict_threshold() const { return std::max(threshold, std::log(1 / set.alpha)); }
  void note_noise();
  bool evidence_of(std::size_t i) const;
};

bool Judge::State::lacks_events() const {
  return std::ranges::any_of(metrics, [](const auto& m) { return m.criterion().critical && m.state(true) == MetricState::insufficient; });
}

/// A day that is noisier than its history is only noticed before anything was found: what was found on an ordinary day stands.
void Judge::State::note_noise() {
  if (noisier || first_breach) return;
  double times = 1;
  for (const auto& m : metrics)
    if (m.criterion().critical) times = std::max(times, m.spread_today());
  if (times <= noisy_day) return;
  noisier = times, noisier_since = intervals;
  for (std::size_t i = 0; i < metrics.size(); ++i)
    if (metrics[i].knows_spread() && metrics[i].compares())
      strict[i] = metrics[i].more_careful(tolerance_of(CalibrationLevel::uncalibrated));
}

/// The criterion's own evidence is enough. On a noisy day the calibrated evidence and the strict one must both be, over the whole window:
/// no threshold is lowered and no evidence begun anew in mid-watch, so whatever is found here would have been found without the change of
/// level too, and the chance of a false alarm can only be smaller.
bool Judge::State::evidence_of(std::size_t i) const {
  if (!metrics[i].evidence_reaches(threshold)) return false;
  return !noisier || (strict[i] ? *strict[i] : metrics[i]).evidence_reaches(strict_threshold());
}

int last_interval(const CriteriaSet& set) { return std::max(set.window_intervals, set.extend_until); }

Judge::Judge(CriteriaSet set, Calibration calibration, std::string start) : state_(std::make_unique<State>()) {
  auto& s = *state_;
  s.hash = to_hex(criteria_hash(set));
  s.set = std::move(set), s.calibration = std::move(calibration), s.start = std::move(start);
  s.threshold = s.calibration.threshold.value_or(std::log(1 / s.set.alpha));
  auto criteria = s.set.criteria;
  for (std::size_t i = 0; i < criteria.size() && !s.traffic_from; ++i)
    if (criteria[i].kind == MetricKind::rate) s.traffic_from = i;
  if (s.set.expected_canary_share && s.traffic_from) s.traffic = criteria.size(), criteria.push_back(traffic_criterion(s.set));
  double all = 0;
  for (const auto& c : criteria) all += c.critical ? c.weight : 0;
  const StartPlan plan{s.set.burn_in_intervals, s.set.restart_every, s.set.window_intervals, last_interval(s.set)};
  for (const auto& c : criteria) {
    MetricFrame frame{.plan = plan,
                      .alpha = s.set.alpha,
                      .weight = c.critical && all > 0 ? c.weight / all : 1,
                      .tolerance = tolerance_of(s.calibration.level),
                      .interval = std::chrono::seconds{s.set.interval_seconds},
                      .windows = s.calibration.windows};
    if (const auto known = s.calibration.gauges.find(c.name); known != s.calibration.gauges.end()) frame.gauge_threshold = known->second;
    if (const auto omega = s.calibration.omega.find(c.name); omega != s.calibration.omega.end()) frame.omega = omega->second;
    s.metrics.emplace_back(c, frame);
  }
  s.strict.resize(s.metrics.size());
}
Judge::~Judge() = default;
Judge::Judge(Judge&&) noexcept = default;
Judge& Judge::operator=(Judge&&) noexcept = default;

void Judge::step(std::span<const Observation> observations) {
  auto& s = *state_;
  if (s.over()) return;
  for (std::size_t i = 0; i < s.metrics.size(); ++i) {
    const bool traffic = s.traffic && i == *s.traffic;
    const std::size_t from = traffic ? *s.traffic_from : i;
    const Observation o = from < observations.size() ? observations[from] : Observation{};
    const auto seen = traffic ? traffic_of(o, *s.set.expected_canary_share) : o;
    s.metrics[i].step(s.intervals, seen);
    if (s.strict[i]) s.strict[i]->step(s.intervals, seen);
  }
  s.note_noise();
  double counted = stats::minus_infinity, strictly = stats::minus_infinity;
  s.log_sum = s.strict_sum = stats::minus_infinity;
  for (std::size_t i = 0; i < s.metrics.size(); ++i) {
    const auto& m = s.metrics[i];
    if (!m.criterion().critical) continue;
    const auto& careful = s.strict[i] ? *s.strict[i] : m;
    s.log_sum = stats::log_add(s.log_sum, m.log_e() + m.log_weight());
    s.strict_sum = stats::log_add(s.strict_sum, careful.log_e() + m.log_weight());
    counted = stats::log_add(counted, m.counted_log_e() + m.log_weight());
    strictly = stats::log_add(strictly, careful.counted_log_e() + m.log_weight());
  }
  s.max_sum = std::max(s.max_sum, s.log_sum);
  const std::string* cause = nullptr;
  for (std::size_t i = 0; i < s.metrics.size(); ++i) {
    auto& m = s.metrics[i];
    if (!m.breaches_without_evidence() && !s.evidence_of(i)) continue;
    m.latch(s.intervals);
    if (m.criterion().critical && !cause) cause = &m.criterion().name;
  }
  const bool jointly = counted >= s.threshold && (!s.noisier || strictly >= s.strict_threshold());
  if (!s.first_breach && (cause || jointly)) {
    s.first_breach = s.intervals;
    s.cause = cause ? *cause : "jointly";
  }
  ++s.intervals;
}

namespace {

/// What the criteria say together at the end, of those that must be heard.
struct Together {
  bool all_healthy = true, some_lack_events = false, one_stands_against = false;
};
Together together(const std::vector<MetricVerdict>& metrics) {
  Together t;
  for (const auto& m : metrics) {
    if (!m.critical && m.state != MetricState::breach) continue;
    t.all_healthy = t.all_healthy && m.state == MetricState::healthy;
    t.some_lack_events = t.some_lack_events || m.state == MetricState::insufficient;
    t.one_stands_against = t.one_stands_against || (m.state != MetricState::healthy && m.state != MetricState::no_harm_seen &&
                                                    m.state != MetricState::insufficient);
  }
  return t;
}

ReleaseVerdict outcome(const Together& t, bool breached, bool over, OnTooFew on_too_few) {
  if (breached) return ReleaseVerdict::rollback_recommended;
  if (!over || t.one_stands_against) return ReleaseVerdict::hold;
  if (t.some_lack_events && on_too_few != OnTooFew::proceed) return ReleaseVerdict::hold;
  return t.all_healthy ? ReleaseVerdict::healthy : ReleaseVerdict::no_harm_seen;
}

std::string label_of(const Calibration& c, int interval_seconds, bool noisier) {
  std::string label =
      c.level == CalibrationLevel::calibrated ? fmt::format("calibrated on {} windows", c.windows) : std::string(json::enum_text(c.level));
  if (!c.note.empty()) label += fmt::format(" ({})", c.note);
  if (noisier) label += fmt::format("; today is noisier than the {} windows before: strict level", c.windows);
  if (interval_seconds != 60) label += fmt::format("; intervals of {} s", interval_seconds);
  return label;
}

}  // namespace

Verdict Judge::verdict(bool ended) const {
  const auto& s = *state_;
  Verdict v;
  v.intervals = s.intervals, v.over = s.over() || ended, v.level = s.calibration.level;
  v.noisier = s.noisier, v.noisier_since = s.noisier_since;
  v.label = label_of(s.calibration, s.set.interval_seconds, s.noisier.has_value());
  v.criteria_hash = s.hash, v.log_e = s.noisier ? s.strict_sum : s.log_sum, v.threshold = s.noisier ? s.strict_threshold() : s.threshold;
  v.first_breach = s.first_breach, v.cause = s.cause;
  if (!s.noisier) v.automatic_threshold = s.calibration.automatic_threshold;
  v.calibration = s.calibration.id;
  const bool ends = v.over || s.intervals >= s.set.window_intervals;  // while it is watched on, what is missing is said as at the end
  for (const auto& m : s.metrics) v.metrics.push_back(m.verdict(ends));
  const auto said = together(v.metrics);
  v.too_few = v.over && !v.first_breach && said.some_lack_events && !said.one_stands_against;
  v.verdict = outcome(said, v.first_breach.has_value(), v.over, s.set.on_too_few);
  v.sentence =
      sentence_of(v, {s.set.interval_seconds, s.start, s.set.alpha, s.calibration.windows, s.set.window_intervals, last_interval(s.set)});
  return v;
}

int Judge::intervals() const { return state_->intervals; }
bool Judge::over() const { return state_->over(); }
std::optional<int> Judge::first_breach() const { return state_->first_breach; }
double Judge::max_log_e() const { return state_->max_sum; }
std::map<std::string, double> Judge::gauge_scores() const {
  std::map<std::string, double> scores;
  for (const auto& m : state_->metrics)
    if (m.criterion().kind == MetricKind::gauge && std::isfinite(m.gauge_score())) scores[m.criterion().name] = m.gauge_score();
  return scores;
}
const CriteriaSet& Judge::criteria() const { return state_->set; }

}  // namespace evenkeel::health
