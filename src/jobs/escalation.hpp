// When somebody who has not acted is told again, and who then hears of it (RC7).
#pragma once
#include "definitions/organisation.hpp"

namespace evenkeel::jobs {

/// 0 told, 1 reminded, 2 the owners hear of it, 3 product and leadership.
enum class Level : int { told, reminded, owners, further };

struct Waiting {
  SysTime told_at;
  std::optional<SysTime> due, seen_at;  // seen: somebody has it in hand; then only the due time counts
};
/// The level that it has reached. What was due when it was first told climbs by its age alone.
Level level_at(const Waiting& waiting, const definitions::EscalationDef& policy, SysTime now);

/// Whether `now` lies in the quiet hours, which may cross midnight.
bool is_quiet(const definitions::EscalationDef& policy, std::string_view zone, SysTime now);

}  // namespace evenkeel::jobs
