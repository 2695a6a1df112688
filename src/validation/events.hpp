// What the ledger says of checkpoints and of what was declared healthy.
#pragma once
#include "work/event.hpp"

namespace evenkeel::validation {

struct ReportMade {
  static constexpr std::string_view kind = "report.made";
  std::string checkpoint;
  bool healthy = false;
};
BOOST_DESCRIBE_STRUCT(ReportMade, (), (checkpoint, healthy))

struct DeclaredHealthy {
  static constexpr std::string_view kind = "release.declared_healthy";
  std::string report, checkpoint;
  std::optional<std::string> by;  // "person", where one did
};
BOOST_DESCRIBE_STRUCT(DeclaredHealthy, (), (report, checkpoint, by))

}  // namespace evenkeel::validation
