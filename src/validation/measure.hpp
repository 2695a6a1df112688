// What the metric sources say at a checkpoint: each criterion after the deployment beside before it, yesterday and a week ago.
#pragma once
#include "capabilities/integration.hpp"
#include "validation/facts.hpp"

namespace evenkeel::validation {

/// The report but for its conclusion. Asks outside, so no transaction is open; `alive` is called between two questions.
health::CheckpointReport measure(CheckpointFacts& facts, const capabilities::Connections& outside, SysTime now,
                                 const std::function<void()>& alive, const std::stop_token& stop);

}  // namespace evenkeel::validation
