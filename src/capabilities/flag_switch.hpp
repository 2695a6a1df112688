// A platform where feature flags are read and set.
#pragma once
#include <optional>
#include <stop_token>
#include <string>

#include "base/json.hpp"

namespace evenkeel::capabilities {

struct FlagAnswer {
  std::optional<bool> enabled = {};  // none: it is not known
  bool missing = false;              // the platform has no such flag
  json::Object state = {};           // all that makes its state, in the platform's own members: a share, variants; with `enabled`
  std::string problem = {};          // why not, or why it was not set; no secret
  bool may_change = false;           // the same question may be answered soon: nobody answered, or the platform was busy
  int status = 0;
  std::string said = {};  // the platform's own words
};

class FlagSwitch {
 public:
  virtual ~FlagSwitch() = default;
  virtual FlagAnswer read(const std::string& flag, const std::string& environment, std::stop_token stop = {}) = 0;
  /// Sets these members of its state and reads it back: setting them twice is the same as once. `key` is the same on every attempt.
  virtual FlagAnswer set(const std::string& flag, const std::string& environment, const json::Object& wanted, const std::string& key,
                         std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
