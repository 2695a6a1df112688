// The organisation's metric sources, by the names of their connections.
#pragma once
#include <memory>

#include "definitions/organisation.hpp"
#include "health/source.hpp"
#include "http/client.hpp"

namespace evenkeel::jobs {

struct MetricSources {
  std::map<std::string, std::unique_ptr<health::MetricSource>> owned;
  std::map<std::string, health::MetricSource*> named;
};
/// A source whose secret cannot be resolved is asked without it, and says so itself.
MetricSources metric_sources(const definitions::Organisation& organisation, http::HttpClient& client);

/// No answer, or one that says "not now", to any question that was put to a source that exists.
bool out_of_reach(const health::SampleBatch& batch);

}  // namespace evenkeel::jobs
