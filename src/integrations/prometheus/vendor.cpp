// Prometheus, and what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics), as a connection.
#include <fmt/format.h>

#include "integrations/common/probe.hpp"
#include "integrations/prometheus/prometheus.hpp"

namespace evenkeel::integrations {
namespace {

struct PrometheusSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "Address of its API, as http://prometheus:9090; a path in front of /api/v1 is kept"},
                                  {"secret", "A bearer token, as ${env:NAME} or ${file:PATH}; never the token itself"}};
  std::string url;
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(PrometheusSettings, (), (url, secret))

/// https://prometheus.io/docs/prometheus/latest/querying/api/: asks for a number that is in no series.
Tested test(const PrometheusSettings& s, const Wire& wire, const TestAsk& ask) {
  http::ClientRequest request{.url = base_of(s.url) + "/api/v1/query?query=1"};
  if (!s.secret.empty()) request.headers.set("Authorization", "Bearer " + s.secret);
  auto found = probe(wire, std::move(request), !s.secret.empty(), ask.stop);
  if (!found.ok()) return found.tested;
  const auto body = json::parse(found.answer.body);
  const auto* status = body && body->is_object() ? body->get_object().if_contains("status") : nullptr;
  if (status && *status == "success")
    found.tested.may = {"ask queries"};
  else
    found.tested.problem = "what answers there is no Prometheus",
    found.tested.next_step = fmt::format("write the address of Prometheus, without /api/v1, as `url` of connection {}", wire.name);
  return found.tested;
}

Result<Integration> open(const PrometheusSettings& s, const Wire& wire) {
  struct Held {
    Wire wire;
    prometheus::PrometheusSource source;
  };
  const auto held = std::make_shared<Held>(Held{wire, prometheus::PrometheusSource{{.url = s.url, .token = Secret{s.secret}}, *wire.http}});
  return Integration{.metric_source = {held, &held->source}, .test = [s, wire](const TestAsk& ask) { return test(s, wire, ask); }};
}

}  // namespace

Vendors prometheus_vendors() { return {vendor_of("prometheus", {Ability::metric_source, Ability::histograms}, open)}; }

}  // namespace evenkeel::integrations
