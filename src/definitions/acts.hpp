// Definitions as they travel: the client reads and checks evenkeel.yaml, the server checks it again, shows the difference, applies it.
#pragma once
#include "definitions/apply.hpp"

namespace evenkeel::definitions {

struct Definitions {
  Organisation organisation;
  std::string origin = "file";
};
BOOST_DESCRIBE_STRUCT(Definitions, (), (organisation, origin))
struct Differences {
  std::int64_t current = 0;
  std::vector<Difference> differences;
};
BOOST_DESCRIBE_STRUCT(Differences, (), (current, differences))

/// Error: invalid, with every complaint at its place.
Result<void> fits_together(const Organisation& organisation);

}  // namespace evenkeel::definitions
