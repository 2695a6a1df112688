#include "validation/measure.hpp"

#include "validation/metric_sources.hpp"

namespace evenkeel::validation {
namespace {

struct Stretch {
  DeploymentSpan deployed;
  Millis length;
  int interval_seconds;
};
/// The criterion from as long before the deployment as after it, and the same clock a day and a week earlier.
health::Chart chart_of(health::MetricSource& source, const health::Criterion& criterion, const health::QueryVariables& old,
                       const std::string& version, const Stretch& around, const health::CheckpointRow& row, std::stop_token stop) {
  const auto from = around.deployed.started - around.length;
  const auto parts = health::parts_of(from, around.length, around.interval_seconds);
  auto fresh = old;
  fresh.version = version;
  const auto after = int((around.deployed.finished + around.length - around.deployed.started) / parts.length);
  const auto values = [&](const health::QueryVariables& v, SysTime begin, int count) {
    return health::chart_values(criterion, source.fetch(criterion, health::SideName::control, v, {begin, parts.length, count}, stop),
                                row.slow_from_ms);
  };
  health::Chart chart{.service = old.service,
                      .criterion = criterion.name,
                      .share = criterion.queries.gauge.empty(),
                      .from = from,
                      .deployed_from = around.deployed.started,
                      .deployed_to = around.deployed.finished,
                      .step_ms = parts.length.count(),
                      .now = values(old, from, parts.count),
                      .limit = criterion.limit};
  const auto later = values(fresh, from + parts.length * parts.count, after);
  chart.now.insert(chart.now.end(), later.begin(), later.end());
  const auto all = parts.count + after;
  chart.yesterday = values(old, from - std::chrono::days{1}, all);
  chart.last_week = values(old, from - std::chrono::days{7}, all);
  if (std::none_of(chart.now.begin(), chart.now.end(), [](const auto& v) { return v.has_value(); })) chart.now.clear();
  return chart;
}

/// One criterion of one component: its row, and its chart where there is something to draw.
void look_at(health::CheckpointReport& report, const CheckpointFacts& facts, health::MetricSource& source,
             const planning::Component& component, const health::Criterion& criterion, const Stretch& around, const std::stop_token& stop) {
  const auto side = [&](SysTime from, const std::string& version) {
    return source.fetch(criterion, health::SideName::control, {component.service, version, facts.release.environment},
                        health::parts_of(from, around.length, around.interval_seconds), stop);
  };
  constexpr auto day = std::chrono::days{1};
  report.rows.push_back(health::compare(component.service, criterion, side(facts.span.started - around.length, component.from_version),
                                        side(facts.span.finished, component.version),
                                        {{"yesterday", side(facts.span.finished - day, component.from_version)},
                                         {"a week ago", side(facts.span.finished - 7 * day, component.from_version)}}));
  const health::QueryVariables old{component.service, component.from_version, facts.release.environment};
  auto chart = chart_of(source, criterion, old, component.version, around, report.rows.back(), stop);
  chart.markers = facts.markers;
  if (!chart.now.empty()) report.charts.push_back(std::move(chart));
}

/// How long what is reported of this component lasts: to the checkpoint, or until it was deployed again.
Millis stretch_of(const CheckpointFacts& facts, const std::string& service) {
  const auto until = facts.until.find(service);
  return until == facts.until.end() ? facts.after : std::min<Millis>(facts.after, until->second - facts.span.finished);
}

/// What a watch found broken up to the checkpoint, by the same judgement that paged.
void tell_what_broke(health::CheckpointReport& report, const CheckpointFacts& facts) {
  std::vector<health::SaidOfCriterion> broken;
  for (const auto& c : facts.watches) {
    auto samples = c.samples;
    std::size_t seen = 0;
    while (seen < samples.size() && health::validation_interval(c.watch, std::int64_t(seen)).end() <= c.watch.started_at + facts.after)
      ++seen;
    samples.resize(seen);
    for (const auto& m : health::judge_validation(c.watch, c.pasts, samples, {}).verdict.metrics)
      if (m.state == health::MetricState::breach)
        broken.push_back({c.watch.service, m.name, m.critical,
                          health::validation_interval(c.watch, std::max(m.breached_at.value_or(0), m.since)).from, m.detail});
  }
  if (!broken.empty()) report.broken = std::move(broken);
}

/// The last look of all says how the watch ended.
std::string closing_of(const CheckpointFacts& facts) {
  const auto pages = facts.pages.empty()    ? std::string("Nobody was paged.")
                     : facts.pages_open > 0 ? std::string("A page is still open.")
                                            : fmt::format("On call was paged {}; nothing of it goes on.",
                                                          facts.pages.size() == 1   ? std::string("once")
                                                          : facts.pages.size() == 2 ? std::string("twice")
                                                                                    : fmt::format("{} times", facts.pages.size()));
  return fmt::format("This is the last report of {}: its watch ends here. {}", facts.release.version, pages);
}

void compare_with_past(health::CheckpointReport& report, CheckpointFacts& facts) {
  for (auto& c : facts.watches)
    for (auto& against : health::against_past(c.watch, c.pasts, std::move(c.samples), facts.after)) {
      report.before_after.push_back(against.sentence);
      report.against.push_back(std::move(against));
    }
}

}  // namespace

health::CheckpointReport measure(CheckpointFacts& facts, const capabilities::Connections& outside, SysTime now,
                                 const std::function<void()>& alive, const std::stop_token& stop) {
  health::CheckpointReport report{.release = facts.release.id,
                                  .version = facts.release.version,
                                  .area = facts.release.area,
                                  .checkpoint = json::duration_text(facts.after),
                                  .deployed = facts.span.finished,
                                  .taken = now};
  report.canaries = facts.canaries;
  report.circumstances = facts.circumstances;
  if (!facts.pages.empty()) report.pages = facts.pages;
  report.rolled_back_at = facts.all_gone_at;
  if (facts.last) report.closing = closing_of(facts);
  tell_what_broke(report, facts);
  compare_with_past(report, facts);
  const auto sources = metric_sources(*facts.organisation, outside);
  for (const auto& component : facts.components) {
    const auto* service = definitions::find_service(*facts.organisation, component.service);
    if (!service || facts.gone.contains(service->name)) continue;
    const Stretch around{facts.span, stretch_of(facts, service->name), service->health.interval_seconds};
    if (around.length < std::chrono::seconds{around.interval_seconds}) continue;
    for (const auto& criterion : service->health.criteria) {
      const auto source = sources.named.find(criterion.queries.source);
      if (source == sources.named.end()) continue;
      look_at(report, facts, *source->second, component, criterion, around, stop);
      alive();
    }
  }
  return report;
}

}  // namespace evenkeel::validation
