#include "health/kayenta.hpp"

#include <fmt/format.h>

#include <cmath>

#include "stats/mann_whitney.hpp"
#include "stats/samples.hpp"

namespace evenkeel::health::kayenta {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void prepare(std::vector<double>& values, const Rules& rules) {
  if (rules.nan == NanStrategy::replace)
    std::replace_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }, 0.0);
  else
    std::erase_if(values, [](double v) { return std::isnan(v); });
  if (rules.outlier_factor) values = stats::without(values, stats::outliers_by_quartiles(values, *rules.outlier_factor, true));
}

Judged begin(const Metric& m) { return {m.name, Class::Pass, false, std::nullopt, "", m.groups, m.rules.muted}; }

/// The answer when a side is empty; none when both have values.
std::optional<Judged> without_data(const Metric& m, const std::vector<double>& control, const std::vector<double>& experiment) {
  if (!control.empty() && !experiment.empty()) return std::nullopt;
  auto j = begin(m);
  if (m.rules.nan == NanStrategy::replace) return j;  // nothing was measured, and that counts as nothing happened
  j.reason = fmt::format("no data on {}", control.empty() && experiment.empty() ? "either side"
                                          : control.empty()                     ? "control"
                                                                                : "experiment");
  const bool fail = m.rules.must_have_data && !m.rules.critical;
  j.classification = fail ? Class::NodataFailMetric : Class::Nodata;
  j.critical = fail ? false : m.rules.critical;
  return j;
}

bool constant(const std::vector<double>& sorted) { return sorted.front() == sorted.back(); }

}  // namespace

Judged classify(const Metric& m, std::vector<double> control, std::vector<double> experiment, const Settings& settings) {
  const auto& r = m.rules;
  prepare(control, r), prepare(experiment, r);
  if (auto none = without_data(m, control, experiment)) return *none;
  auto j = begin(m);
  std::sort(control.begin(), control.end()), std::sort(experiment.begin(), experiment.end());
  const bool both_constant = constant(control) && constant(experiment);
  if (control == experiment || (both_constant && control.front() == experiment.front())) {
    j.deviation = 1;
    return j;
  }
  const stats::MannWhitney test(experiment, control);
  stats::MannWhitney::Shift shift;
  if (both_constant)
    shift.low = shift.high = shift.estimate = experiment.front() - control.front();
  else if (const auto found = test.solver_interval(settings.confidence))
    shift = *found;
  else {
    j.classification = Class::Error;
    j.reason = "the rank statistic is undefined for these values";
    return j;
  }
  const double effect = r.measure == Measure::cles ? test.cles() : stats::mean_ratio(experiment, control);
  const auto at_least = [&](double limit) { return std::isnan(effect) || effect >= limit; };
  const auto at_most = [&](double limit) { return std::isnan(effect) || effect <= limit; };
  const double bound = settings.tolerance * std::abs(shift.estimate);
  if (!std::isnan(effect)) j.deviation = effect;
  if (r.direction != Direction::decrease && shift.low > bound && at_least(r.allowed_increase)) {
    j.classification = Class::High;
    j.critical = r.critical && at_least(r.critical_increase);
  } else if (r.direction != Direction::increase && shift.high < -bound && at_most(r.allowed_decrease)) {
    j.classification = Class::Low;
    j.critical = r.critical && at_most(r.critical_decrease);
  }
  if (j.classification != Class::Pass)
    j.reason = fmt::format("experiment is {} than control: shift {:.4g}, {} % interval {:.4g} to {:.4g}, tolerance {:.4g}",
                           j.classification == Class::High ? "higher" : "lower", shift.estimate, settings.confidence * 100, shift.low,
                           shift.high, bound);
  return j;
}

Judged classify_by_mean(const Metric& m, std::vector<double> control, std::vector<double> experiment) {
  prepare(control, m.rules), prepare(experiment, m.rules);
  if (auto none = without_data(m, control, experiment)) return *none;
  auto j = begin(m);
  const double e = stats::summary(experiment).mean, c = stats::summary(control).mean;
  if (e > c && m.rules.direction != Direction::decrease) j.classification = Class::High;
  if (e < c && m.rules.direction != Direction::increase) j.classification = Class::Low;
  if (j.classification != Class::Pass) j.reason = fmt::format("mean {:.4g} against {:.4g}", e, c);
  const double ratio = stats::mean_ratio(experiment, control);
  if (!std::isnan(ratio)) j.deviation = ratio;
  return j;
}

Score score(std::vector<Judged> metrics, const std::map<std::string, double>& weights, const Settings& settings) {
  Score s;
  struct Count {
    double pass = 0, counted = 0;
  };
  std::map<std::string, Count> groups;
  std::size_t heard = 0, nodata = 0;
  std::string critical;
  for (const auto& m : metrics) {
    if (m.muted) continue;
    ++heard;
    nodata += m.classification == Class::Nodata;
    if (m.critical && m.classification != Class::Pass) critical += (critical.empty() ? "" : ", ") + m.name;
    for (const auto& g : m.groups) {
      auto& count = groups[g];
      const bool counts = m.classification != Class::Nodata && m.classification != Class::Error;
      count.counted += counts, count.pass += m.classification == Class::Pass;
    }
  }
  double given = 0;
  int without_weight = 0;
  for (const auto& [name, weight] : weights) given += weight;
  for (const auto& [name, count] : groups) without_weight += !weights.contains(name);
  double sum = 0;
  for (const auto& [name, count] : groups) {
    const double mine = count.counted > 0 ? 100 * count.pass / count.counted : 0;
    s.groups.push_back({name, mine});
    const auto found = weights.find(name);
    const double weight = found != weights.end() ? found->second : (100 - given) / without_weight;
    sum += (count.counted > 0 ? mine : 100) * weight / 100;  // a group without data does not lower the sum
  }
  s.score = std::round(sum * 100) / 100;
  if (!critical.empty()) {
    s.score = 0;
    s.reason = "critical metrics failed: " + critical;
  } else if (heard > 0 && double(nodata) >= 0.5 * double(heard)) {
    s.score = 0;
    s.reason = fmt::format("{} of {} metrics have no data", nodata, heard);
  }
  s.classification = s.score >= settings.pass ? "Pass" : s.score >= settings.marginal ? "Marginal" : "Fail";
  s.metrics = std::move(metrics);
  return s;
}

Score judge(const Config& config, const std::map<std::string, Pair>& data, const Settings& settings) {
  std::vector<Judged> judged;
  for (const auto& m : config.metrics) {
    const auto found = data.find(m.name);
    judged.push_back(found == data.end() ? classify(m, {}, {}, settings)
                                         : classify(m, found->second.control, found->second.experiment, settings));
  }
  return score(std::move(judged), config.group_weights, settings);
}

// ---- reading -------------------------------------------------------------------------------------------------------------

namespace {

const json::Value* member(const json::Value* v, std::string_view name) {
  return v && v->is_object() ? v->get_object().if_contains(name) : nullptr;
}
std::string text(const json::Value* v, std::string fallback = {}) { return v && v->is_string() ? std::string(v->get_string()) : fallback; }
bool truth(const json::Value* v) { return v && v->is_bool() && v->get_bool(); }
double number(const json::Value* v, double fallback) { return v && v->is_number() ? v->to_number<double>() : fallback; }

Rules read_rules(const json::Value* in) {
  Rules r;
  const auto direction = text(member(in, "direction"), "either");
  r.direction = direction == "increase" ? Direction::increase : direction == "decrease" ? Direction::decrease : Direction::either;
  if (text(member(in, "nanStrategy")) == "replace") r.nan = NanStrategy::replace;
  r.critical = truth(member(in, "critical")), r.must_have_data = truth(member(in, "mustHaveData")), r.muted = truth(member(in, "muted"));
  const auto* outliers = member(in, "outliers");
  if (text(member(outliers, "strategy")) == "remove") r.outlier_factor = number(member(outliers, "outlierFactor"), 3);
  const auto* effect = member(in, "effectSize");
  if (text(member(effect, "measure")) == "cles") {
    r.measure = Measure::cles;
    r.allowed_increase = r.allowed_decrease = r.critical_increase = r.critical_decrease = 0.5;
  }
  r.allowed_increase = number(member(effect, "allowedIncrease"), r.allowed_increase);
  r.allowed_decrease = number(member(effect, "allowedDecrease"), r.allowed_decrease);
  r.critical_increase = number(member(effect, "criticalIncrease"), r.critical_increase);
  r.critical_decrease = number(member(effect, "criticalDecrease"), r.critical_decrease);
  return r;
}

}  // namespace

Result<Config> read_config(std::string_view in) {
  const auto value = TRY(json::parse(in));
  Config config;
  config.name = text(member(&value, "name"));
  const auto* metrics = member(&value, "metrics");
  if (!metrics || !metrics->is_array()) return invalid("metrics: required, a list", "metrics");
  for (std::size_t i = 0; i < metrics->get_array().size(); ++i) {
    const auto* m = &metrics->get_array()[i];
    Metric metric{text(member(m, "name")), {}, read_rules(member(member(m, "analysisConfigurations"), "canary"))};
    if (metric.name.empty()) return invalid(fmt::format("metrics[{}].name: required", i), fmt::format("metrics[{}].name", i));
    if (const auto* groups = member(m, "groups"); groups && groups->is_array())
      for (const auto& g : groups->get_array()) metric.groups.push_back(text(&g));
    config.metrics.push_back(std::move(metric));
  }
  if (const auto* weights = member(member(&value, "classifier"), "groupWeights"); weights && weights->is_object())
    for (const auto& [name, weight] : weights->get_object()) config.group_weights[std::string(name)] = number(&weight, 0);
  return config;
}

Result<std::map<std::string, Pair>> read_data(std::string_view in) {
  const auto value = TRY(json::parse(in));
  if (!value.is_object()) return invalid("expected {\"metric\": {\"control\": [], \"experiment\": []}}");
  std::map<std::string, Pair> out;
  for (const auto& [name, sides] : value.get_object()) {
    auto& pair = out[std::string(name)];
    for (const auto& [side, values] : {std::pair{"control", &pair.control}, std::pair{"experiment", &pair.experiment}}) {
      const auto at = fmt::format("{}.{}", std::string_view(name), side);
      const auto* list = member(&sides, side);
      if (!list || !list->is_array()) return invalid(at + ": required, a list of numbers and nulls", at);
      for (std::size_t i = 0; i < list->get_array().size(); ++i) {
        const auto& v = list->get_array()[i];
        if (!v.is_null() && !v.is_number()) return invalid(fmt::format("{}[{}]: expected a number or null", at, i), at);
        values->push_back(v.is_null() ? nan : v.to_number<double>());
      }
    }
  }
  return out;
}

}  // namespace evenkeel::health::kayenta
