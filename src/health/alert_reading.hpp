// What another system's alerts said when it was asked (capabilities/alert_source.hpp).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace evenkeel::health {

/// As it was read.
struct HeardAlert {
  std::string fingerprint, name, summary;
  std::string muted = {};  // "silenced by ada until ...: rack move"; empty: it speaks
  SysTime starts_at;
  std::optional<SysTime> ends_at = {};  // none: it fires
};
BOOST_DESCRIBE_STRUCT(HeardAlert, (), (fingerprint, name, summary, muted, starts_at, ends_at))
struct HeardSilence {
  std::string id, created_by, comment;
  SysTime starts_at, ends_at;
};
BOOST_DESCRIBE_STRUCT(HeardSilence, (), (id, created_by, comment, starts_at, ends_at))

/// One look at what fires for a service and what is silenced there. With a problem the lists say nothing.
struct AlertReading {
  std::string connection;
  SysTime at;
  std::string problem = {};
  std::vector<HeardAlert> alerts = {};      // firing ones, muted ones among them
  std::vector<HeardSilence> silences = {};  // active ones
};
BOOST_DESCRIBE_STRUCT(AlertReading, (), (connection, at, problem, alerts, silences))

}  // namespace evenkeel::health
