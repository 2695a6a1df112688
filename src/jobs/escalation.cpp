#include "jobs/escalation.hpp"

#include "base/zone.hpp"

namespace evenkeel::jobs {
namespace {

/// "20:30" as minutes of the day; checked when the definitions are read.
std::chrono::minutes minutes_of(std::string_view text) {
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  return std::chrono::hours{number(0)} + std::chrono::minutes{number(3)};
}

}  // namespace

Level level_at(const Waiting& waiting, const definitions::EscalationDef& policy, SysTime now) {
  const bool was_due = waiting.due && *waiting.due <= waiting.told_at;
  const bool is_due = waiting.due && *waiting.due <= now && !was_due;
  auto level = is_due ? Level::owners : Level::told;
  if (waiting.seen_at) return level;
  const auto age = now - waiting.told_at;
  if (age >= policy.remind_after) level = std::max(level, Level::reminded);
  if (age >= policy.escalate_after) level = std::max(level, Level::owners);
  if (age >= 2 * policy.escalate_after) level = Level::further;
  return level;
}

bool is_quiet(const definitions::EscalationDef& policy, std::string_view zone, SysTime now) {
  if (policy.quiet_from.empty()) return false;
  const auto wall = on_the_wall(now, zone);
  const auto minute = std::chrono::floor<std::chrono::minutes>(wall - std::chrono::floor<std::chrono::days>(wall));
  const auto from = minutes_of(policy.quiet_from), until = minutes_of(policy.quiet_until);
  return from <= until ? from <= minute && minute < until : minute >= from || minute < until;
}

}  // namespace evenkeel::jobs
