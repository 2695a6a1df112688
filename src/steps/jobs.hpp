// The jobs of runs.
#pragma once
#include "work/ids.hpp"
#include "work/job.hpp"

namespace evenkeel::steps {

struct DriveRun {
  static constexpr std::string_view kind = "drive_run";
  RunId run;
};
BOOST_DESCRIBE_STRUCT(DriveRun, (), (run))

}  // namespace evenkeel::steps
