// Prometheus (and what speaks its HTTP API: Thanos, Mimir, VictoriaMetrics) as a metric source.
#pragma once
#include <boost/describe.hpp>

#include "base/secret.hpp"
#include "capabilities/metric_source.hpp"
#include "http/client.hpp"

namespace evenkeel::prometheus {

struct PrometheusConfig {
  std::string url;                             // "http://prometheus:9090", a path prefix is kept
  Secret token = {};                           // sent as bearer token when given
  std::string tenant = {};                     // sent as X-Scope-OrgID when given (Mimir, Cortex)
  Millis deadline = std::chrono::seconds{10};  // for one question
};

/// Never throws and never fails: what could not be had is absent, with the problem beside the query that was asked.
class PrometheusSource final : public capabilities::MetricSource {
 public:
  PrometheusSource(PrometheusConfig config, http::HttpClient& client) : config_(std::move(config)), client_(client) {}
  health::SideSeries fetch(const health::Criterion& criterion, health::SideName side, const health::QueryVariables& variables,
                           const health::IntervalRange& range, std::stop_token stop = {}) override;
  health::HostSeries fetch_hosts(const health::Criterion& criterion, const std::string& label, health::SideName side,
                                 const health::QueryVariables& variables, const health::IntervalRange& range,
                                 std::stop_token stop = {}) override;

 private:
  PrometheusConfig config_;
  http::HttpClient& client_;
};

}  // namespace evenkeel::prometheus
