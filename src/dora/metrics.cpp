#include "dora/metrics.hpp"

#include <fmt/format.h>

#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "dora/facts.hpp"

namespace evenkeel::dora {
namespace {

using Values = std::vector<double>;
using Period = Facts::Period;

double minutes(SysTime from, SysTime to) { return double((to - from).count()) / 60000; }

Figure text(std::string key, json::Value value, std::int64_t n) { return {std::move(key), std::move(value), n}; }

json::Value whole(std::optional<double> value) { return value ? json::Value(std::int64_t(*value)) : json::Value(nullptr); }
json::Value number(std::optional<double> value) { return value ? json::Value(*value) : json::Value(nullptr); }

Figure lower(std::string key, Values v) {
  std::sort(v.begin(), v.end());
  return {std::move(key), whole(stats::lower_median(v)), std::int64_t(v.size()), stats::median_interval(v)};
}
Figure interpolated(std::string key, Values v) {
  std::sort(v.begin(), v.end());
  return {std::move(key), number(stats::quantile_r7(v, 0.5)), std::int64_t(v.size()), stats::median_interval(v)};
}
Figure share(std::string key, double k, std::int64_t n) {
  Figure f{std::move(key), n > 0 ? json::Value(k / double(n)) : json::Value(nullptr), n};
  if (n > 0 && k <= double(n)) f.interval = stats::wilson(k, double(n));
  return f;
}
double value_of(const Figure& f) { return f.value.is_null() ? NAN : f.value.to_number<double>(); }

/// The first name whose bound is not passed; null without a value. A level is never printed without its n beside it.
Figure level(std::string key, const Figure& of, bool inclusive, std::initializer_list<std::pair<const char*, double>> bounds) {
  Figure f{std::move(key), nullptr, of.n};
  if (of.value.is_null()) return f;
  f.value = "low";
  for (const auto& [name, bound] : bounds)
    if (inclusive ? value_of(of) <= bound : value_of(of) < bound) {
      f.value = name;
      break;
    }
  return f;
}

// ---- devlake-2023 ---------------------------------------------------------------------------------------------------------

double part(std::optional<SysTime> from, std::optional<SysTime> to) {
  return from && to ? std::max(0.0, std::ceil(minutes(*from, *to))) : 0;
}

std::vector<Figure> devlake(const Facts& facts) {
  Values lead, recovery, restore;
  for (const auto& run : facts.runs) {
    if (!run.in_window || !run.success) continue;
    for (const auto number : facts.changes_of(run)) {
      const auto& fate = facts.fate(number);
      const auto* c = fate.record;
      if (!c || fate.first != &run) continue;
      lead.push_back(part(c->first_commit, c->pr_created) + part(c->pr_created, c->merged) + part(c->merged, run.finished));
    }
  }
  json::Object links;
  std::unordered_set<const Facts::Run*> failed;
  for (const auto& i : facts.incidents) {
    if (!i.created) continue;
    if (i.resolved && facts.within(*i.created)) restore.push_back(std::ceil(minutes(*i.created, *i.resolved)));
    const auto* run = facts.last_before(*i.created, true);
    if (!run) continue;
    links[i.id] = run->id;
    if (!run->in_window) continue;
    failed.insert(run);
    if (i.resolved) recovery.push_back(std::ceil(minutes(run->finished, *i.resolved)));
  }
  const auto n = facts.in_window;
  const auto linked = std::int64_t(links.size());
  const auto week = lower("median_deployment_days_per_week", facts.days_per(Period::week_from_monday));
  const auto month = lower("median_deployment_days_per_month", facts.days_per(Period::month));
  const double per_week = week.n ? value_of(week) : 0, per_month = month.n ? value_of(month) : 0;
  const auto cfr = share("change_failure_rate", double(failed.size()), n);
  const auto lead_time = lower("median_lead_time_minutes", std::move(lead));
  const auto recover = lower("median_failed_deployment_recovery_minutes", std::move(recovery));
  return {text("deployments", n, n),
          week,
          month,
          text("deployment_frequency_level_2023",
               per_week >= 5    ? "elite"
               : per_week >= 1  ? "high"
               : per_month >= 1 ? "medium"
                                : "low",
               n),
          text("incident_to_deployment", std::move(links), linked),
          cfr,
          level("change_failure_rate_level_2023", cfr, true, {{"elite", 0.05}, {"high", 0.10}, {"medium", 0.15}}),
          lead_time,
          level("lead_time_level_2023", lead_time, false, {{"elite", 24 * 60.0}, {"high", 7 * 24 * 60.0}, {"medium", 30 * 24 * 60.0}}),
          recover,
          level("failed_deployment_recovery_level_2023", recover, false, {{"elite", 60.0}, {"high", 24 * 60.0}, {"medium", 7 * 24 * 60.0}}),
          lower("median_time_to_restore_minutes_2021", std::move(restore))};
}

// ---- fourkeys ---------------------------------------------------------------------------------------------------------

std::vector<Figure> fourkeys(const Facts& facts) {
  Values lead, restore;
  for (const auto& run : facts.runs) {
    if (!run.in_window || !run.success) continue;
    for (const auto number : facts.changes_of(run)) {
      const auto* c = facts.fate(number).record;
      const double took = c && c->first_commit ? std::floor(minutes(*c->first_commit, run.finished)) : 0;
      if (took > 0) lead.push_back(took);
    }
  }
  double rows = 0;
  for (const auto& i : facts.incidents) {
    if (!i.created) continue;
    auto start = *i.created;
    if (const auto* fate = i.root_cause_change ? facts.fate(*i.root_cause_change) : nullptr) {
      rows += fate->in_window;
      start = std::min(start, fate->earliest_in_window);
    }
    if (i.resolved && facts.within(*i.created)) restore.push_back(std::floor(minutes(start, *i.resolved) / 60));
  }
  auto days = interpolated("median_days_with_deployments_per_week", facts.days_per(Period::week_from_sunday));
  Values weeks_with;
  for (const double d : facts.days_per(Period::week_from_sunday)) weeks_with.push_back(d > 0 ? 1 : 0);
  const auto n = facts.in_window;
  const bool daily = days.n > 0 && value_of(days) >= 3, weekly = stats::quantile_r7(weeks_with, 0.5).value_or(0) >= 1;
  return {days,
          text("daily", daily, days.n),
          text("weekly", weekly, days.n),
          interpolated("median_lead_time_minutes", std::move(lead)),
          interpolated("median_time_to_restore_hours", std::move(restore)),
          share("change_failure_rate", rows, n)};
}

// ---- dora-2025 --------------------------------------------------------------------------------------------------------

/// Byar's approximation to the exact Poisson interval (Breslow and Day 1987, p. 69), 95%.
stats::Interval poisson_interval(double k) {
  const double z = 1.959963984540054;
  const auto cube = [](double x) { return x * x * x; };
  const double low = k > 0 ? k * cube(1 - 1 / (9 * k) - z / (3 * std::sqrt(k))) : 0, more = k + 1;
  return {std::max(0.0, low), more * cube(1 - 1 / (9 * more) + z / (3 * std::sqrt(more)))};
}

}  // namespace

Causes::Causes(const Facts& facts) : facts_(facts) {
  for (const auto& i : facts.incidents)
    if (i.deployment) by_id_.emplace(*i.deployment, nullptr);
  if (by_id_.empty()) return;
  for (const auto& run : facts.runs)
    if (const auto named = by_id_.find(run.id); named != by_id_.end() && !named->second) named->second = &run;
}

const Facts::Run* Causes::of(const Incident& i) const {
  if (i.deployment) {
    const auto found = by_id_.find(*i.deployment);
    return found == by_id_.end() ? nullptr : found->second;
  }
  if (i.root_cause_change)
    if (const auto* fate = facts_.fate(*i.root_cause_change); fate && fate->first_of_all) return fate->first_of_all;
  return i.created ? facts_.newest_started(i.service, *i.created) : nullptr;
}

Measured measured(const Facts& facts) {
  Measured out;
  const auto add = [](std::vector<Made>& to, SysTime from, SysTime until, const Facts::Run* of) {
    if (until >= from) to.push_back({minutes(from, until) / 60, of});
  };
  std::unordered_map<const Facts::Run*, std::optional<SysTime>> rolled_back;  // and when its first incident began
  for (const auto& run : facts.runs) {
    if (!run.in_window) continue;
    if (run.restored) rolled_back.emplace(&run, std::nullopt);
    if (!run.success) out.failed.insert(&run);
    if (!run.success) continue;
    for (const auto number : facts.changes_of(run)) {
      const auto& fate = facts.fate(number);
      if (fate.record && fate.record->first_commit && fate.first == &run) add(out.lead, *fate.record->first_commit, run.finished, &run);
    }
  }
  const Causes causes(facts);
  for (const auto& i : facts.incidents) {
    const auto* run = causes.of(i);
    if (!run || !run->in_window) continue;
    out.failed.insert(run);
    if (const auto back = rolled_back.find(run); back != rolled_back.end()) {
      if (i.created) back->second = back->second ? std::min(*back->second, *i.created) : *i.created;
    } else if (i.resolved)
      add(out.recovery, run->finished, *i.resolved, run);
  }
  for (const auto& run : facts.runs)
    if (const auto back = rolled_back.find(&run); back != rolled_back.end())
      add(out.recovery, back->second.value_or(run.started.value_or(run.finished)), *run.restored, &run);
  return out;
}

std::vector<double> hours_of(const std::vector<Made>& made) {
  std::vector<double> out;
  out.reserve(made.size());
  for (const auto& m : made) out.push_back(m.hours);
  return out;
}

namespace {

std::vector<Figure> dora2025(const Facts& facts) {
  std::int64_t n = 0, rework = 0, marked = 0;
  for (const auto& run : facts.runs) {
    if (!run.in_window) continue;
    ++n;
    if (run.unplanned) ++marked, rework += *run.unplanned;
  }
  const auto of = measured(facts);
  const double weeks = minutes(facts.window.from, facts.window.to) / (7 * 24 * 60);
  Figure per_week{"deployments_per_week", weeks > 0 ? json::Value(double(n) / weeks) : json::Value(nullptr), n};
  if (weeks > 0) {
    const auto i = poisson_interval(double(n));
    per_week.interval = stats::Interval{i.low / weeks, i.high / weeks};
  }
  return {interpolated("change_lead_time_hours_median", hours_of(of.lead)), per_week,
          interpolated("failed_deployment_recovery_hours_median", hours_of(of.recovery)),
          share("change_fail_rate", double(of.failed.size()), n), share("deployment_rework_rate", double(rework), marked)};
}

}  // namespace

Result<Definition> definition_from(std::string_view name) {
  for (const auto d : {Definition::devlake_2023, Definition::fourkeys, Definition::dora_2025})
    if (name_of(d) == name) return d;
  return invalid(fmt::format("'{}' is not a definition; use devlake-2023, fourkeys or dora-2025", name.substr(0, 60)));
}

std::string_view name_of(Definition d) {
  return d == Definition::devlake_2023 ? "devlake-2023" : d == Definition::fourkeys ? "fourkeys" : "dora-2025";
}

std::vector<Figure> compute(const History& history, Definition definition) { return compute(Facts(history), definition); }

std::vector<Figure> compute(const Facts& facts, Definition definition) {
  switch (definition) {
    case Definition::devlake_2023:
      return devlake(facts);
    case Definition::fourkeys:
      return fourkeys(facts);
    case Definition::dora_2025:
      return dora2025(facts);
  }
  return {};
}

std::string nothing_counts(const History& h, Definition definition) {
  std::int64_t elsewhere = 0, no_success = 0, rolled_back = 0, unfinished = 0, outside = 0;
  for (const auto& d : h.deployments) {
    if (d.environment != "PRODUCTION")
      ++elsewhere;
    else if (d.result == "FAILURE")
      ++no_success;
    else if (d.result == "ROLLED_BACK" && definition != Definition::dora_2025)
      ++rolled_back;
    else if (!d.finished)
      ++unfinished;
    else if (*d.finished < h.window.from || *d.finished > h.window.to)
      ++outside;
    else
      return "";
  }
  if (h.deployments.empty()) return "";
  std::string why;
  for (const auto& [n, what] :
       {std::pair{elsewhere, "in another environment than production"}, std::pair{no_success, "that did not succeed"},
        std::pair{rolled_back, "rolled back, which this definition leaves out"}, std::pair{unfinished, "without `finished`"},
        std::pair{outside, "outside the window"}})
    if (n > 0) why += fmt::format("{}{} {}", why.empty() ? "" : ", ", n, what);
  return fmt::format("none of {} deployments of {} counts: {}", h.deployments.size(), h.id, why);
}

json::Object report(const History& history, Definition definition) {
  json::Object out{{"id", history.id}}, n, intervals;
  for (auto& f : compute(history, definition)) {
    n[f.key] = f.n;
    intervals[f.key] = f.interval ? json::Value(json::Array{f.interval->low, f.interval->high}) : json::Value(nullptr);
    out[f.key] = std::move(f.value);
  }
  out["definition"] = name_of(definition), out["zone"] = history.zone;
  if (const auto said = nothing_counts(history, definition); !said.empty()) out["said"] = said;
  out["n"] = std::move(n), out["interval"] = std::move(intervals);
  return out;
}

}  // namespace evenkeel::dora
