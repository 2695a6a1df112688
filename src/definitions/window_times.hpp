// When a freeze or an allowed window holds.
//
// Its times are read on the wall clock of its zone and become moments last: what begins at 9 begins at 9 in summer and in winter. A local
// time that the clock skips is read with the offset from before, one that comes twice is the first (RFC 5545, section 3.3.5). Of a
// duration, days and weeks are those of the calendar and hours are exact (section 3.3.6): `1d` is a whole day, also of 23 or 25 hours,
// `24h` is not; `ends` follows the clock.
#pragma once
#include "definitions/organisation.hpp"

namespace evenkeel::definitions {

struct Interval {
  SysTime start, end;
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// Occurrences that touch `within`, in order. Error: invalid for a window that cannot be read.
Result<std::vector<Interval>> occurrences(const FreezeDef& freeze, Interval within);

/// What the window's own fields say wrongly, each with its path below `path`: times, rules that RFC 5545 forbids or that never come, and
/// fields that would be passed over.
void complain_of_times(const FreezeDef& freeze, const std::string& path, std::vector<Complaint>& complaints);

/// A complaint for each of the recurring windows that has no occurrence from `now` on any more.
std::vector<Complaint> complaints_of_ended(const Organisation& organisation, SysTime now);

}  // namespace evenkeel::definitions
