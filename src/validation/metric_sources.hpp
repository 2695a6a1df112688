// The organisation's metric sources, by the names of their connections.
#pragma once
#include <memory>

#include "capabilities/integration.hpp"
#include "definitions/organisation.hpp"
#include "health/source.hpp"

namespace evenkeel::validation {

struct MetricSources {
  std::map<std::string, std::shared_ptr<health::MetricSource>> owned;
  std::map<std::string, health::MetricSource*> named;
};
/// A source that cannot be opened, because its secret is not there, answers every question with that reason; nothing is asked.
MetricSources metric_sources(const definitions::Organisation& organisation, const capabilities::Connections& outside);

/// No answer, or one that says "not now", to any question that was put to a source that exists.
bool out_of_reach(const health::SampleBatch& batch);

}  // namespace evenkeel::validation
