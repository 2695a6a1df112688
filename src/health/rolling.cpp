#include "health/rolling.hpp"

#include <algorithm>

namespace evenkeel::health {
namespace {

bool any(std::span<const Observation> row, SideSample Observation::* side) {
  return std::any_of(row.begin(), row.end(), [&](const Observation& o) { return (o.*side).present; });
}

/// Nothing was found amiss, but some critical criterion has too little to say even that.
bool is_too_short(const Verdict& v) {
  const auto has = [&](MetricState state) {
    return std::any_of(v.metrics.begin(), v.metrics.end(), [&](const auto& m) { return m.critical && m.state == state; });
  };
  return v.verdict == ReleaseVerdict::hold && has(MetricState::insufficient) && !has(MetricState::no_data) &&
         !has(MetricState::disturbed) && !has(MetricState::watch);
}

}  // namespace

bool told_by_version(const CriteriaSet& set) {
  return std::any_of(set.criteria.begin(), set.criteria.end(),
                     [](const Criterion& c) { return c.sides.control.find("$from_version") != std::string::npos; });
}

bool SideBySide::takes(std::span<const Observation> row) {
  const bool fresh = any(row, &Observation::canary), old = any(row, &Observation::control);
  if (fresh && old) return ++together_, alone_ = 0, true;
  if (together_ == 0) return false;
  if (!fresh) return true;
  ++alone_;
  return false;
}

std::string rolling_sentence(const Verdict& v, const CriteriaSet& set, int together, const std::string& never) {
  if (v.verdict == ReleaseVerdict::rollback_recommended) return v.sentence;
  if (together == 0)
    return v.over ? fmt::format("The two versions were never seen side by side{}", never.empty() ? "." : ": " + never + ".")
                  : "The two versions have not been seen side by side yet.";
  const auto how_long = to_words(std::chrono::seconds{std::int64_t{set.interval_seconds} * together});
  if (!v.over) return v.sentence;
  return fmt::format("Both versions ran together for {}{} {}", how_long, is_too_short(v) ? ": too short to judge." : ".", v.sentence);
}

}  // namespace evenkeel::health
