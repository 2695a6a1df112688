#include "health/criteria.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "base/json.hpp"

namespace evenkeel::health {
namespace {

using Complaints = std::vector<Complaint>;

bool looks_at(const Criterion& c, Coverage what) {
  switch (what) {
    case Coverage::error_rate:
      return c.kind == MetricKind::rate || c.kind == MetricKind::slo_burn || (c.kind == MetricKind::absolute && !c.queries.total.empty());
    case Coverage::latency:
      return c.kind == MetricKind::latency;
    case Coverage::business:
      return c.kind == MetricKind::business;
  }
  return false;
}

const char* words(Coverage what) {
  switch (what) {
    case Coverage::error_rate:
      return "an error rate";
    case Coverage::latency:
      return "a latency percentile";
    case Coverage::business:
      return "a business metric";
  }
  return "";
}

void check_coverage(const CriteriaSet& set, Complaints& all) {
  for (const auto what : {Coverage::error_rate, Coverage::latency, Coverage::business}) {
    const bool seen = std::any_of(set.criteria.begin(), set.criteria.end(), [&](const auto& c) { return looks_at(c, what); });
    const bool excused = std::any_of(set.not_applicable.begin(), set.not_applicable.end(), [&](const auto& n) { return n.covers == what; });
    if (!seen && !excused)
      all.push_back(
          {"criteria", fmt::format("no criterion looks at {}; add one, or say under not_applicable why it does not apply", words(what))});
  }
  for (std::size_t i = 0; i < set.not_applicable.size(); ++i)
    if (set.not_applicable[i].because.empty())
      all.push_back({fmt::format("not_applicable[{}].because", i), "say why it does not apply; an empty reason is not one"});
}

void check_between(Complaints& all, std::string field, double value, double low, double high) {
  if (!(value >= low && value <= high))
    all.push_back({std::move(field), fmt::format("is {}; must be between {} and {}", value, low, high)});
}

void check_queries(const Criterion& c, const std::string& at, Complaints& all) {
  const auto need = [&](const std::string& query, const char* field) {
    if (query.empty()) all.push_back({at + ".queries." + field, fmt::format("a {} criterion needs this query", json::enum_text(c.kind))});
  };
  const auto side = [&](const std::string& query, const char* field) {
    if (!query.empty() && query.find("$side") == std::string::npos)
      all.push_back(
          {at + ".queries." + field, "has no $side, so canary and control would be the same series; put $side between the braces"});
  };
  switch (c.kind) {
    case MetricKind::rate:
    case MetricKind::business:
    case MetricKind::slo_burn:
      need(c.queries.total, "total"), need(c.queries.events, "events");
      break;
    case MetricKind::latency:
      need(c.queries.buckets, "buckets");
      break;
    case MetricKind::gauge:
      need(c.queries.gauge, "gauge");
      break;
    case MetricKind::absolute:
      if (c.queries.gauge.empty()) need(c.queries.total, "total"), need(c.queries.events, "events");
      break;
  }
  side(c.queries.total, "total"), side(c.queries.events, "events"), side(c.queries.buckets, "buckets"), side(c.queries.gauge, "gauge");
}

void check_burn(const Criterion& c, const std::string& at, Complaints& all) {
  if (c.kind != MetricKind::slo_burn) {
    if (c.objective) all.push_back({at + ".objective", "only a slo_burn criterion has an objective"});
    if (!c.burn.empty()) all.push_back({at + ".burn", "only a slo_burn criterion has burn windows"});
    return;
  }
  if (!c.objective)
    all.push_back({at + ".objective", "a slo_burn criterion needs its objective, such as 0.999"});
  else
    check_between(all, at + ".objective", *c.objective, 0.001, 0.999999);
  if (c.budget_period < std::chrono::hours{1} || c.budget_period > std::chrono::days{366})
    all.push_back({at + ".budget_period", "must be between 1h and 366d"});
  if (c.burn.size() > 6) all.push_back({at + ".burn", "at most 6 pairs of windows"});
  if (c.events_are == EventsAre::per_unit) all.push_back({at + ".events_are", "a budget is a share of the total; use share"});
  for (std::size_t i = 0; i < c.burn.size(); ++i) {
    const auto& b = c.burn[i];
    const auto pair = fmt::format("{}.burn[{}]", at, i);
    if (b.short_window < std::chrono::seconds{1} || b.long_window <= b.short_window || b.long_window > c.budget_period)
      all.push_back({pair, "short_window must be shorter than long_window, and that no longer than budget_period"});
    check_between(all, pair + ".factor", b.factor, 0.1, 1e6);
    if (c.objective && b.factor * (1 - *c.objective) >= 1)
      all.push_back({pair + ".factor", fmt::format("could never be reached: {:g} times a budget of {:g} is more than every event", b.factor,
                                                   1 - *c.objective)});
  }
}

void check_criterion(const Criterion& c, const std::string& at, Complaints& all) {
  if (c.name.empty()) all.push_back({at + ".name", "required"});
  if (c.tolerated_ratio) check_between(all, at + ".tolerated_ratio", *c.tolerated_ratio, 1, 10);
  if (c.healthy_ratio) check_between(all, at + ".healthy_ratio", *c.healthy_ratio, 1.01, 100);
  check_between(all, at + ".weight", c.weight, 0.001, 1000);
  check_between(all, at + ".minimum.intervals", c.minimum.intervals, 1, 100000);
  check_between(all, at + ".minimum.events", c.minimum.events, 0, 1e9);
  check_between(all, at + ".minimum.requests", c.minimum.requests, 1, 1e12);
  if (c.percentiles.size() > 6) all.push_back({at + ".percentiles", "at most 6 percentiles"});
  for (const double p : c.percentiles) check_between(all, at + ".percentiles", p, 0.01, 0.9999);
  if (!c.percentiles.empty() && c.kind != MetricKind::latency)
    all.push_back({at + ".percentiles", "only a latency criterion has percentiles"});
  if (c.kind == MetricKind::absolute) {
    if (!c.limit)
      all.push_back({at + ".limit", "an absolute criterion needs its limit"});
    else if (c.queries.gauge.empty())
      check_between(all, at + ".limit", *c.limit, 1e-9, 0.999);
    else if (!std::isfinite(*c.limit))
      all.push_back({at + ".limit", "must be a finite number"});
  } else if (c.limit) {
    all.push_back({at + ".limit", "only an absolute criterion has a limit"});
  }
  if (c.kind == MetricKind::gauge && c.critical)
    all.push_back({at + ".critical",
                   "a gauge is compared with earlier windows and holds at worst; say critical: false, or make it absolute with a limit"});
  if (c.direction == Direction::decrease && c.kind == MetricKind::latency)
    all.push_back({at + ".direction", "less latency is not a harm; use increase"});
  if (c.sides.canary == c.sides.control)
    all.push_back({at + ".sides", "canary and control have the same label value '" + c.sides.canary + "'"});
  check_burn(c, at, all);
  check_queries(c, at, all);
}

// ---- canonical bytes ---------------------------------------------------------------------------------------------------

/// Fields as 4-byte big-endian length and bytes. Lists are preceded by their count as a field.
struct Canon {
  std::string bytes;
  void put(std::string_view field) {
    const auto n = static_cast<std::uint32_t>(field.size());
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(n >> shift));
    bytes.append(field);
  }
  void put(double number) { put(fmt::format("{}", number == 0 ? 0.0 : number)); }  // shortest text that reads back; no negative zero
  void count(std::size_t n) { put(std::to_string(n)); }
  void put(const std::optional<double>& number) { number ? put(*number) : put(std::string_view{}); }
};

constexpr std::string_view format_version = "evenkeel-health-criteria-1", with_calibration_and_burn = "evenkeel-health-criteria-2",
                           with_extension = "evenkeel-health-criteria-3";

bool needs_second_version(const CriteriaSet& set) {
  return !set.calibrate.by.empty() ||
         std::any_of(set.criteria.begin(), set.criteria.end(), [](const auto& c) { return c.kind == MetricKind::slo_burn; });
}

bool needs_third_version(const CriteriaSet& set) { return set.extend_until != 0 || set.on_too_few != OnTooFew::hold; }

std::string_view canon_name(MetricKind kind) {
  constexpr std::string_view names[] = {"rate", "latency", "gauge", "absolute", "business", "slo_burn"};
  return names[std::size_t(kind)];
}

void put_burn(Canon& out, const Criterion& c) {
  out.put(c.objective), out.put(std::to_string(c.budget_period.count()));
  out.count(c.burn.size());
  for (const auto& b : c.burn)
    out.put(std::to_string(b.long_window.count())), out.put(std::to_string(b.short_window.count())), out.put(b.factor);
}

void put_criterion(Canon& out, const Criterion& c) {
  constexpr std::string_view silences[] = {"no_data", "breach", "ignore"};
  out.put(c.name), out.put(canon_name(c.kind));
  out.put(c.queries.source), out.put(c.queries.total), out.put(c.queries.events), out.put(c.queries.buckets), out.put(c.queries.gauge);
  out.put(c.sides.label), out.put(c.sides.canary), out.put(c.sides.control);
  out.put(c.direction == Direction::increase ? "increase" : "decrease");
  out.put(c.events_are == EventsAre::share ? "share" : "per_unit");
  out.put(c.tolerated_ratio), out.put(c.healthy_ratio), out.put(c.critical ? "critical" : "shown"), out.put(c.weight);
  out.put(double(c.minimum.intervals)), out.put(c.minimum.events), out.put(c.minimum.requests);
  out.put(silences[std::size_t(c.silence)]);
  out.count(c.percentiles.size());
  for (const double p : c.percentiles) out.put(p);
  out.put(c.limit);
}

}  // namespace

std::vector<BurnWindow> burn_windows(const Criterion& c) {
  if (!c.burn.empty()) return c.burn;
  std::vector<BurnWindow> pairs;
  for (const auto& [hours, share] : {std::pair{1, 0.02}, std::pair{6, 0.05}, std::pair{72, 0.1}}) {
    const Millis window = std::chrono::hours{hours};
    if (window * 4 > c.budget_period) continue;
    const double factor = std::max(1.0, share * double(c.budget_period.count()) / double(window.count()));
    if (!c.objective || factor * (1 - *c.objective) < 1) pairs.push_back({window, window / 12, factor});
  }
  return pairs;
}

CriteriaSet default_criteria() {
  CriteriaSet set{.name = "default"};
  Criterion errors{.name = "error rate"};
  errors.queries.total = "http_requests_total{service=\"$service\",environment=\"$environment\",$side}";
  errors.queries.events = "http_requests_total{service=\"$service\",environment=\"$environment\",code=~\"5..\",$side}";
  Criterion latency{.name = "latency", .kind = MetricKind::latency};
  latency.queries.buckets = "http_request_duration_seconds_bucket{service=\"$service\",environment=\"$environment\",$side}";
  latency.percentiles = {0.5, 0.9, 0.99};
  set.criteria = {errors, latency};
  set.not_applicable = {{Coverage::business, "no criteria were given; the default set knows no business metric"}};
  return set;
}

std::vector<Complaint> complaints_of(const CriteriaSet& set) {
  Complaints all;
  if (set.name.empty()) all.push_back({"name", "required"});
  check_between(all, "interval_seconds", set.interval_seconds, 1, 3600);
  check_between(all, "window_intervals", set.window_intervals, 1, 20000);
  if (set.extend_until != 0) check_between(all, "extend_until", set.extend_until, set.window_intervals, 20000);
  check_between(all, "burn_in_intervals", set.burn_in_intervals, 0, set.window_intervals - 1);
  check_between(all, "restart_every", set.restart_every, 1, 20000);
  check_between(all, "alpha", set.alpha, 1e-6, 0.5);
  if (set.expected_canary_share) check_between(all, "expected_canary_share", *set.expected_canary_share, 0.0001, 0.9999);
  if (set.criteria.empty()) all.push_back({"criteria", "there is none; a release without health criteria cannot be judged"});
  if (set.criteria.size() > 100) all.push_back({"criteria", "at most 100 criteria"});
  std::set<std::string> names;
  for (std::size_t i = 0; i < set.criteria.size(); ++i) {
    const auto at = fmt::format("criteria[{}]", i);
    check_criterion(set.criteria[i], at, all);
    if (!names.insert(set.criteria[i].name).second) all.push_back({at + ".name", "'" + set.criteria[i].name + "' is used twice"});
  }
  if (!set.criteria.empty() && std::none_of(set.criteria.begin(), set.criteria.end(), [](const auto& c) { return c.critical; }))
    all.push_back({"criteria", "none is critical, so nothing could ever stop this release"});
  check_between(all, "calibrate.hosts", set.calibrate.hosts, 1, 1000);
  check_between(all, "calibrate.days", set.calibrate.days, 1, 60);
  check_between(all, "calibrate.good_for_days", set.calibrate.good_for_days, 1, 90);
  check_coverage(set, all);
  return all;
}

Result<CriteriaSet> checked(CriteriaSet set) {
  auto all = complaints_of(set);
  if (all.empty()) return set;
  Error error{ErrorKind::invalid,
              fmt::format("health criteria '{}': {}: {}", set.name, all.front().field, all.front().message),
              all.front().field,
              std::move(all),
              {}};
  return std::unexpected(std::move(error));
}

Result<CriteriaSet> read_criteria(std::string_view text) { return checked(TRY(json::read_text<CriteriaSet>(text, json::Unknown::refuse))); }

std::string canonical_bytes(const CriteriaSet& set) {
  Canon out;
  const bool third = needs_third_version(set), second = third || needs_second_version(set);
  out.put(third ? with_extension : second ? with_calibration_and_burn : format_version), out.put(set.name);
  out.put(double(set.interval_seconds)), out.put(double(set.window_intervals)), out.put(double(set.burn_in_intervals)),
      out.put(double(set.restart_every));
  out.put(set.alpha), out.put(set.expected_canary_share);
  out.count(set.criteria.size());
  for (const auto& c : set.criteria) put_criterion(out, c);
  out.count(set.not_applicable.size());
  for (const auto& n : set.not_applicable) {
    constexpr std::string_view names[] = {"error_rate", "latency", "business"};
    out.put(names[std::size_t(n.covers)]), out.put(n.because);
  }
  if (second) {
    for (const auto& c : set.criteria) put_burn(out, c);
    const auto& past = set.calibrate;
    out.put(past.by), out.put(double(past.hosts)), out.put(double(past.days)), out.put(double(past.good_for_days));
  }
  if (third) {
    constexpr std::string_view names[] = {"hold", "proceed", "fail"};
    out.put(double(set.extend_until)), out.put(names[std::size_t(set.on_too_few)]);
  }
  return std::move(out.bytes);
}

Hash criteria_hash(const CriteriaSet& set) { return sha256(canonical_bytes(set)); }

}  // namespace evenkeel::health
