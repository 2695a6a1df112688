#include "capabilities/metric_source.hpp"

#include <fmt/format.h>

namespace evenkeel::capabilities {

health::HostSeries MetricSource::fetch_hosts(const health::Criterion& c, const std::string&, health::SideName,
                                             const health::QueryVariables&, const health::IntervalRange&, std::stop_token) {
  return {.hosts = {}, .problem = fmt::format("the metric source '{}' does not tell hosts apart", c.queries.source)};
}

}  // namespace evenkeel::capabilities
