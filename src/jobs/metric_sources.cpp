#include "jobs/metric_sources.hpp"

#include "outbound/prometheus/prometheus.hpp"
#include "outbound/samples/source.hpp"
#include "steps/variables.hpp"

namespace evenkeel::jobs {

namespace {

using definitions::ConnectionKind;

samples::SourceConfig samples_config(const definitions::ConnectionDef& c) {
  samples::SourceConfig config{
      .url = c.url,
      .times = c.times.empty() ? "time" : c.times,
      .values = c.values,
      .counts = c.samples == definitions::SamplesAre::counters ? samples::Meaning::counters : samples::Meaning::counts,
      .stamped_at_end = c.stamped == definitions::StampedAt::end,
      .csv = c.format == definitions::TableFormat::by_name ? !c.url.ends_with(".jsonl") : c.format == definitions::TableFormat::csv};
  auto headers = c.headers;
  if (!c.secret.empty()) headers.emplace("Authorization", "Bearer " + c.secret);
  for (const auto& [name, text] : headers) {
    std::vector<std::string> secrets;
    auto value = steps::substitute(text, {}, secrets);
    if (value)
      config.headers.emplace_back(name, Secret(std::move(*value)));
    else if (config.missing.empty())
      config.missing = fmt::format("header {} of connection {}: {}", name, c.name, value.error().message);
  }
  return config;
}

std::unique_ptr<health::MetricSource> source_of(const definitions::ConnectionDef& c, http::HttpClient& client) {
  if (c.kind == ConnectionKind::prometheus) {
    auto token = steps::resolve_secret(c.secret);
    prometheus::PrometheusConfig config{.url = c.url};
    if (token)
      config.token = Secret(std::move(*token));
    else
      config.missing = fmt::format("the secret of connection {}: {}", c.name, token.error().message);
    return std::make_unique<prometheus::PrometheusSource>(std::move(config), client);
  }
  if (c.kind == ConnectionKind::json) return std::make_unique<samples::JsonSource>(samples_config(c), client);
  if (c.kind == ConnectionKind::table) return std::make_unique<samples::TableSource>(samples_config(c), client);
  return nullptr;
}

}  // namespace

MetricSources metric_sources(const definitions::Organisation& o, http::HttpClient& client) {
  MetricSources s;
  for (const auto& c : o.connections) {
    auto source = source_of(c, client);
    if (!source) continue;
    s.named[c.name] = source.get();
    s.owned[c.name] = std::move(source);
  }
  return s;
}

bool out_of_reach(const health::SampleBatch& batch) {
  const auto any = [](const std::vector<health::SideSeries>& side) {
    return std::any_of(side.begin(), side.end(), [](const auto& s) {
      return std::any_of(s.asked.begin(), s.asked.end(),
                         [](const auto& a) { return !a.url.empty() && (a.status == 0 || a.status == 429 || a.status >= 500); });
    });
  };
  return any(batch.canary) || any(batch.control);
}

}  // namespace evenkeel::jobs
