#include "health/source.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "health/buckets.hpp"

namespace evenkeel::health {
namespace {

std::string label_value(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

void replace_all(std::string& text, std::string_view name, const std::string& value) {
  for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size()) text.replace(at, name.size(), value);
}

SideSample sample_of(const SideSeries& series, int i) {
  if (i < 0 || std::size_t(i) >= series.intervals.size()) return {};
  const auto& s = series.intervals[std::size_t(i)];
  return {s.present, s.total, s.events, s.gauge.value_or(std::numeric_limits<double>::quiet_NaN()), s.buckets};
}

void put(std::string& bytes, std::string_view field) {
  const auto n = static_cast<std::uint32_t>(field.size());
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(n >> shift));
  bytes.append(field);
}
void put(std::string& bytes, double number) { put(bytes, std::string_view(fmt::format("{}", number == 0 ? 0.0 : number))); }

void put(std::string& bytes, const SideSeries& side) {
  put(bytes, double(side.bounds_ms.size()));
  for (const double b : side.bounds_ms) put(bytes, b);
  put(bytes, double(side.intervals.size()));
  for (const auto& s : side.intervals) {
    put(bytes, s.present ? "present" : "absent");
    if (!s.present) continue;
    put(bytes, s.total), put(bytes, s.events);
    s.gauge ? put(bytes, *s.gauge) : put(bytes, std::string_view{});
    put(bytes, double(s.buckets.size()));
    for (const double b : s.buckets) put(bytes, b);
  }
}

}  // namespace

std::string SideSeries::problem() const {
  const bool missing = std::any_of(intervals.begin(), intervals.end(), [](const auto& s) { return !s.present; });
  if (!missing && !intervals.empty()) return "";
  for (const auto& a : asked)
    if (!a.problem.empty()) return a.problem;
  return asked.empty() ? "nothing was asked" : "no samples for " + asked.front().query;
}

std::optional<double> level_of(const Criterion& c, const IntervalSample& s, const std::vector<double>& bounds_ms,
                               const std::optional<double>& slow_from_ms) {
  if (!s.present) return std::nullopt;
  double part = s.events, whole = s.total;
  if (!c.queries.gauge.empty()) {
    part = s.gauge.value_or(std::numeric_limits<double>::quiet_NaN()), whole = 1;
  } else if (c.kind == MetricKind::latency) {
    const auto slow = slow_from_ms ? slower_than(*slow_from_ms, s.buckets, bounds_ms) : std::nullopt;
    if (!slow) return std::nullopt;
    part = *slow, whole = 0;
    for (const double b : s.buckets) whole += b;
  }
  return whole > 0 && std::isfinite(part) ? std::optional(part / whole) : std::nullopt;
}

std::string resolve_query(const std::string& query, const Criterion& criterion, SideName side, const QueryVariables& variables) {
  std::string out = query;
  const auto& value = side == SideName::canary ? criterion.sides.canary : criterion.sides.control;
  const bool all = variables.from_version.empty() && value.find("$from_version") != std::string::npos;
  replace_all(out, "$side", fmt::format("{}{}\"{}\"", criterion.sides.label, all ? "!=" : "=", all ? "" : label_value(value)));
  replace_all(out, "$from_version", label_value(variables.from_version));
  replace_all(out, "$service", label_value(variables.service));
  replace_all(out, "$version", label_value(variables.version));
  replace_all(out, "$environment", label_value(variables.environment));
  return out;
}

void SampleBatch::row(int i, std::vector<Observation>& out) const {
  out.resize(canary.size());
  for (std::size_t c = 0; c < canary.size(); ++c) {
    const auto& bounds = canary[c].bounds_ms.empty() ? control[c].bounds_ms : canary[c].bounds_ms;
    out[c] = {sample_of(canary[c], i), sample_of(control[c], i), bounds};
  }
}

Hash SampleBatch::hash() const {
  std::string bytes;
  put(bytes, "evenkeel-health-samples-1");
  put(bytes, std::to_string(to_millis(range.from))), put(bytes, std::to_string(range.length.count())),
      put(bytes, std::to_string(range.count));
  for (std::size_t c = 0; c < canary.size(); ++c) put(bytes, canary[c]), put(bytes, control[c]);
  return sha256(bytes);
}

namespace {

SideSeries fetch_side(const Criterion& c, SideName side, const std::map<std::string, MetricSource*>& sources,
                      const QueryVariables& variables, const IntervalRange& range, const std::stop_token& stop) {
  const auto source = sources.find(c.queries.source);
  if (source != sources.end() && source->second) return source->second->fetch(c, side, variables, range, stop);
  return {.intervals = std::vector<IntervalSample>(std::size_t(range.count)),
          .asked = {{.problem = fmt::format("no metric source is called '{}'", c.queries.source)}}};
}

}  // namespace

SampleBatch fetch_batch(const CriteriaSet& set, const std::map<std::string, MetricSource*>& sources, const QueryVariables& variables,
                        const IntervalRange& range, std::stop_token stop) {
  SampleBatch batch{.range = range};
  for (const auto& c : set.criteria) {
    batch.canary.push_back(fetch_side(c, SideName::canary, sources, variables, range, stop));
    batch.control.push_back(fetch_side(c, SideName::control, sources, variables, range, stop));
    to_common_bounds(batch.canary.back(), batch.control.back());
  }
  return batch;
}

SampleBatch fetch_batch(const CriteriaSet& set, const std::map<std::string, MetricSource*>& sources, const QueryVariables& variables,
                        const IntervalRange& range, SideName side, std::stop_token stop) {
  SampleBatch batch{.range = range};
  for (const auto& c : set.criteria) batch.canary.push_back(fetch_side(c, side, sources, variables, range, stop));
  batch.control.resize(batch.canary.size());
  return batch;
}

}  // namespace evenkeel::health
