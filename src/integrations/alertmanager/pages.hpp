// A page of ours as an alert there.
#pragma once
#include "capabilities/pager.hpp"
#include "integrations/alertmanager/alertmanager.hpp"

namespace evenkeel::alertmanager {

/// As it is posted at `now`. Its labels are the same for its whole life; an open one ends `outlives` from now.
PostableAlert postable(const capabilities::Page& page, SysTime now);

}  // namespace evenkeel::alertmanager
