// The jobs of planning.
#pragma once
#include "work/job.hpp"

namespace evenkeel::planning {

struct ReadFlags {
  static constexpr std::string_view kind = "read_flags";
  std::string release;
};
BOOST_DESCRIBE_STRUCT(ReadFlags, (), (release))

}  // namespace evenkeel::planning
