// A system that alerts, asked what fires and what is silenced.
#pragma once
#include <map>
#include <stop_token>

#include "health/alert_reading.hpp"

namespace evenkeel::capabilities {

class AlertSource {
 public:
  virtual ~AlertSource() = default;
  /// The alerts that carry these labels, and the active silences on them. Never fails: what it could not be told is the problem.
  virtual health::AlertReading read(const std::map<std::string, std::string>& labels, SysTime now, std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
