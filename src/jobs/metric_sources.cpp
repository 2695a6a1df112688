#include "jobs/metric_sources.hpp"

#include "outbound/prometheus/prometheus.hpp"
#include "steps/variables.hpp"

namespace evenkeel::jobs {

MetricSources metric_sources(const definitions::Organisation& o, http::HttpClient& client) {
  MetricSources s;
  for (const auto& c : o.connections) {
    if (c.kind != definitions::ConnectionKind::prometheus) continue;
    s.owned[c.name] = std::make_unique<prometheus::PrometheusSource>(
        prometheus::PrometheusConfig{.url = c.url, .token = Secret(steps::resolve_secret(c.secret).value_or(""))}, client);
    s.named[c.name] = s.owned[c.name].get();
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
