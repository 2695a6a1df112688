// The wall clock of a zone: where days and months begin and end.
#pragma once
#include <chrono>
#include <string_view>

#include "base/time.hpp"

namespace evenkeel {

/// What the clock on the wall shows in the zone at `t`; UTC where the zone is unknown.
std::chrono::local_time<Millis> on_the_wall(SysTime t, std::string_view zone);
/// The first moment of a local day.
SysTime begin_of_day(std::chrono::year_month_day day, std::string_view zone);
/// The local date, "2026-03-01".
std::string local_date(SysTime t, std::string_view zone);

}  // namespace evenkeel
