#include "health/sentence.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/time.hpp"

namespace evenkeel::health {
namespace {

std::string span(int intervals, const SentenceFrame& f) {
  const long seconds = long(intervals) * f.interval_seconds;
  if (f.interval_seconds == 60) return fmt::format("{} minute{}", intervals, intervals == 1 ? "" : "s");
  return fmt::format("{} ({} intervals of {} s)", to_words(std::chrono::seconds{seconds}), intervals, f.interval_seconds);
}

std::string since(int interval, const SentenceFrame& f) {
  int hour = 0, minute = 0;
  if (std::sscanf(f.start.c_str(), "%d:%d", &hour, &minute) == 2) {
    const int at = hour * 60 + minute + interval * f.interval_seconds / 60;
    return fmt::format("since {:02}:{:02}", at / 60 % 24, at % 60);
  }
  if (interval == 0) return "since the start";
  return f.interval_seconds == 60 ? fmt::format("since minute {}", interval)
                                  : fmt::format("since {} after the start", to_words(std::chrono::seconds{interval * f.interval_seconds}));
}

/// "today is noisier (3.1 times) than the 76 windows before: strict level".
std::string noisy(const Verdict& v, const SentenceFrame& f) {
  return fmt::format("today is noisier ({:.1f} times) than the {} windows before: strict level", *v.noisier, f.windows);
}

/// "at most 1 of 20 healthy releases"; for the combination of levels and what the promise rests on.
std::string promise(const Verdict& v, const SentenceFrame& f) {
  const auto share = fmt::format("Evenkeel says so wrongly in at most 1 of {:.0f} healthy releases", 1 / f.alpha);
  if (v.noisier) return share + fmt::format(", if requests fail independently apart from the spread seen today ({})", noisy(v, f));
  switch (v.level) {
    case CalibrationLevel::calibrated:
      return share + fmt::format(", as measured on {} earlier ones", f.windows);
    case CalibrationLevel::modelled:
      return share + ", if requests fail independently apart from the spread seen before";
    case CalibrationLevel::uncalibrated:
      break;
  }
  return share + ", if requests fail independently apart from the spread seen so far (uncalibrated: no earlier releases to compare with)";
}

std::string what_happens(const MetricVerdict& m, double times) {
  if (m.kind == MetricKind::latency) return fmt::format("The new version is {} {:.1f} times as often as the old one", m.part, times);
  if (m.kind == MetricKind::business)
    return fmt::format("On the new version '{}' goes wrong {:.1f} times as often as on the old one", m.name, times);
  return fmt::format("The new version fails {:.1f} times as often as the old one", times);
}

/// Good events that are compared as they are: "orders are 0.48 times as many".
std::string fewer(const MetricVerdict& m, double times, const Verdict& v, const SentenceFrame& f) {
  const auto most = m.ratio.high && *m.ratio.high < 1 ? fmt::format("; at most {:.2f} times", std::ceil(*m.ratio.high * 100) / 100) : "";
  return fmt::format(
      "On the new version '{}' comes only {:.2f} times as often as on the old one ({} of {} against {} of {} requests {}{}); {}.", m.name,
      times, grouped(m.canary_events), grouped(m.canary_total), grouped(m.control_events), grouped(m.control_total), since(m.since, f),
      most, promise(v, f));
}

std::string breach(const MetricVerdict& m, const Verdict& v, const SentenceFrame& f) {
  if (!m.detail.empty()) return fmt::format("{}: {}.{}", m.name, m.detail, m.critical ? " Roll back." : "");
  if (m.kind == MetricKind::absolute)
    return fmt::format("{} is at {:.2f}% bad events ({} of {} requests), above its limit; {}.", m.name,
                       100 * m.canary_events / m.canary_total, grouped(m.canary_events), grouped(m.canary_total), promise(v, f));
  if (m.name == "traffic share")
    return fmt::format(
        "The canary got {} requests against {} of the control {}, too few for its planned share; it may be failing before it can answer.",
        grouped(m.canary_events), grouped(m.control_events), since(m.since, f));
  const double control = m.control_events > 0 ? m.control_events : 1;
  const double times = m.canary_events / m.canary_total / (control / m.control_total);
  if (m.fewer_is_worse.value_or(false)) return fewer(m, times, v, f);
  const auto least = m.ratio.low && *m.ratio.low > 1 ? fmt::format("; at least {:.1f} times", std::floor(*m.ratio.low * 10) / 10) : "";
  const auto name = m.kind == MetricKind::rate && m.name != "error rate" ? " (" + m.name + ")" : "";
  return fmt::format("{}{} ({} of {} against {} of {} requests {}{}); {}.", what_happens(m, times), name, grouped(m.canary_events),
                     grouped(m.canary_total), grouped(m.control_events), grouped(m.control_total), since(m.since, f), least, promise(v, f));
}

const MetricVerdict* worst(const Verdict& v, MetricState state) {
  for (const auto& m : v.metrics)
    if (m.critical && m.state == state) return &m;
  for (const auto& m : v.metrics)
    if (m.state == state) return &m;
  return nullptr;
}

/// The largest of the smallest ratios excluded, over the critical comparisons; of good events, how many times fewer.
std::optional<double> excluded_everywhere(const Verdict& v) {
  std::optional<double> most;
  for (const auto& m : v.metrics) {
    const bool compared = m.kind == MetricKind::rate || m.kind == MetricKind::business || m.kind == MetricKind::latency;
    if (!m.critical || !compared || m.name == "traffic share") continue;
    const bool fewer = m.fewer_is_worse.value_or(false);
    const auto& end = fewer ? m.ratio.low : m.ratio.high;
    if (!end) return std::nullopt;
    most = std::max(most.value_or(1), fewer ? 1 / *end : *end);
  }
  return most;
}

std::string quiet_end(const Verdict& v, const SentenceFrame& f) {
  const auto limited = [](const auto& m) { return m.critical && (m.kind == MetricKind::absolute || m.kind == MetricKind::slo_burn); };
  if (!v.metrics.empty() && std::all_of(v.metrics.begin(), v.metrics.end(), [&](const auto& m) { return !m.critical || limited(m); }))
    return fmt::format("No harm seen in {}: the limits were kept; nothing was compared with the old version.", span(v.intervals, f));
  const auto most = excluded_everywhere(v);
  if (!most) return fmt::format("No harm seen in {}, but with so few events no ratio is excluded.", span(v.intervals, f));
  const auto times = std::ceil(*most * 10) / 10;
  if (v.verdict == ReleaseVerdict::healthy)
    return fmt::format(
        "Healthy after {}: a rise to {:.1f} times or more is excluded on average over the window, and the last 15 intervals are quiet; a "
        "smaller one is not excluded.",
        span(v.intervals, f), times);
  return fmt::format(
      "No harm seen in {}; a rise above {:.1f} times is excluded on average over the window, a smaller or just starting one is not.",
      span(v.intervals, f), times);
}

/// Behind what is missing, once the window has passed.
std::string watched_on(const Verdict& v, const SentenceFrame& f) {
  if (v.intervals < f.window_intervals || f.last_interval <= f.window_intervals) return {};
  return v.over ? fmt::format("; watched for {}, as long as its criteria allow", span(v.intervals, f))
                : fmt::format("; it is watched on, for {} at most", span(f.last_interval, f));
}

std::string holding(const Verdict& v, const SentenceFrame& f) {
  if (const auto* m = worst(v, MetricState::breach)) return fmt::format("Not critical, but broken: {}", breach(*m, v, f));
  if (const auto* m = worst(v, MetricState::disturbed))
    return fmt::format("{}: both sides degraded since the release; the comparison cannot clear or blame it. Page the owner of the service.",
                       m->name);
  if (const auto* m = worst(v, MetricState::no_data))
    return fmt::format("{}: {}. Check that the canary runs and is scraped.", m->name, m->detail);
  if (const auto* m = worst(v, MetricState::watch); m && m->kind == MetricKind::gauge) return fmt::format("{}: {}.", m->name, m->detail);
  if (const auto* m = worst(v, MetricState::watch))
    return fmt::format("{} looks worse on the canary ({} of {} against {} of {}), not yet by enough to act.", m->name,
                       grouped(m->canary_events), grouped(m->canary_total), grouped(m->control_events), grouped(m->control_total));
  if (const auto* m = worst(v, MetricState::insufficient))
    return fmt::format("{}: not enough to judge: {}{}.", m->name, m->detail.empty() ? "too few events" : m->detail, watched_on(v, f));
  if (v.over) return "The window is over and the criteria do not agree.";
  return fmt::format("No harm seen in the first {}; the window is still open.", span(v.intervals, f));
}

}  // namespace

std::string grouped(double count) {
  auto text = fmt::format("{:.0f}", count);
  for (auto at = std::ptrdiff_t(text.size()) - 3; at > (text[0] == '-' ? 1 : 0); at -= 3) text.insert(std::size_t(at), ",");
  return text;
}

std::string sentence_of(const Verdict& v, const SentenceFrame& f) {
  if (v.verdict == ReleaseVerdict::rollback_recommended) {
    for (const auto& m : v.metrics)
      if (m.name == v.cause) return breach(m, v, f);
    std::string names;
    const MetricVerdict* loudest = nullptr;
    for (const auto& m : v.metrics) {
      if (!m.critical || m.log_e <= 0) continue;
      names += (names.empty() ? "" : ", ") + m.name;
      if (!loudest || m.log_e > loudest->log_e) loudest = &m;
    }
    const auto most = !loudest || loudest->control_total <= 0
                          ? ""
                          : fmt::format(", most of all {} ({} of {} against {} of {})", loudest->name, grouped(loudest->canary_events),
                                        grouped(loudest->canary_total), grouped(loudest->control_events), grouped(loudest->control_total));
    return fmt::format("Several criteria together ({}) are worse on the new version than chance explains{}; {}.", names, most,
                       promise(v, f));
  }
  auto text = v.verdict == ReleaseVerdict::hold ? holding(v, f) : quiet_end(v, f);
  if (v.noisier) text += fmt::format(" T{}.", noisy(v, f).substr(1));
  return text;
}

}  // namespace evenkeel::health
