// Whose turn it is: the one person, or whoever the rota names. Turns are counted on the wall clock of the organisation's zone: what is
// handed over on Monday at nine is handed over at nine in summer and in winter. A hand-over at a local time that is skipped takes place
// when the clock has gone on, one at a time that comes twice at the first of them.
#pragma once
#include "definitions/organisation.hpp"

namespace evenkeel::definitions {

struct Turn {
  std::string person, deputy;    // logins; deputy empty: there is none
  std::optional<SysTime> until;  // when it is handed over; none: never
};
/// Nothing when the rota has not begun by then. The definitions were checked.
std::optional<Turn> turn_at(const OnCallDef& def, std::string_view zone, SysTime at);
/// When the first turn begins; none: it has no beginning.
std::optional<SysTime> begin_of_rota(const OnCallDef& def, std::string_view zone);

/// What the fields of one entry say wrongly, each with its path below `path`.
void complain_of_rota(const OnCallDef& def, const std::string& path, std::vector<Complaint>& complaints);

}  // namespace evenkeel::definitions
