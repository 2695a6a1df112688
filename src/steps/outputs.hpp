// What commands print may tell more of the machine than its release: it is for those who run, judge and audit releases of that area.
#pragma once
#include "work/actor.hpp"

namespace evenkeel::steps {

bool may_read_outputs(const Actor& actor, const std::string& area);

}  // namespace evenkeel::steps
