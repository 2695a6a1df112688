// The jobs of validation.
#pragma once
#include "work/ids.hpp"
#include "work/job.hpp"

namespace evenkeel::validation {

struct HealthCheckpoint {
  static constexpr std::string_view kind = "health_checkpoint";
  ReleaseId release;
  std::int64_t after_ms = 0;
};
BOOST_DESCRIBE_STRUCT(HealthCheckpoint, (), (release, after_ms))

}  // namespace evenkeel::validation
