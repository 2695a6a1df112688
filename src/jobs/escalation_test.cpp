#include "jobs/escalation.hpp"

#include <gtest/gtest.h>

namespace evenkeel::jobs {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr SysTime start{Millis{1'772'000'000'000}};
const definitions::EscalationDef policy{.mail = true, .remind_after = hours{4}, .escalate_after = hours{24}};

TEST(Silence, silence_climbs_level_by_level) {
  const Waiting waiting{start, {}, {}};
  for (const auto& [after, level] : {std::pair{Millis{0}, Level::told},
                                     {hours{4} - Millis{1}, Level::told},
                                     {hours{4}, Level::reminded},
                                     {hours{24} - Millis{1}, Level::reminded},
                                     {hours{24}, Level::owners},
                                     {hours{48} - Millis{1}, Level::owners},
                                     {hours{48}, Level::further}})
    EXPECT_EQ(level_at(waiting, policy, start + after), level) << after.count();
}

TEST(Silence, what_falls_due_goes_to_the_owners_at_once) {
  const Waiting waiting{start, start + hours{1}, {}};
  EXPECT_EQ(level_at(waiting, policy, start + hours{1} - Millis{1}), Level::told);
  EXPECT_EQ(level_at(waiting, policy, start + hours{1}), Level::owners);
}

TEST(Silence, what_was_due_when_it_began_climbs_by_its_age) {
  const Waiting waiting{start, start, {}};
  EXPECT_EQ(level_at(waiting, policy, start), Level::told);
  EXPECT_EQ(level_at(waiting, policy, start + hours{4}), Level::reminded);
}

TEST(Silence, who_has_it_in_hand_is_not_reminded_until_it_is_due) {
  const Waiting waiting{start, start + hours{72}, start + hours{1}};
  EXPECT_EQ(level_at(waiting, policy, start + hours{71}), Level::told);
  EXPECT_EQ(level_at(waiting, policy, start + hours{72}), Level::owners);
}

TEST(Silence, quiet_hours_cross_midnight_on_the_wall_of_the_zone) {
  auto quiet = policy;
  EXPECT_FALSE(is_quiet(quiet, "Europe/Berlin", start));
  quiet.quiet_from = "20:00", quiet.quiet_until = "07:30";
  const auto berlin = [](const char* utc) { return parse_time(utc).value(); };
  EXPECT_FALSE(is_quiet(quiet, "Europe/Berlin", berlin("2026-01-15T18:59:00Z")));
  EXPECT_TRUE(is_quiet(quiet, "Europe/Berlin", berlin("2026-01-15T19:00:00Z")));
  EXPECT_TRUE(is_quiet(quiet, "Europe/Berlin", berlin("2026-01-16T06:29:00Z")));
  EXPECT_FALSE(is_quiet(quiet, "Europe/Berlin", berlin("2026-01-16T06:30:00Z")));
  EXPECT_TRUE(is_quiet(quiet, "Europe/Berlin", berlin("2026-07-15T18:00:00Z")));  // summer time: 20:00
  quiet.quiet_from = "12:00", quiet.quiet_until = "13:00";
  EXPECT_TRUE(is_quiet(quiet, "UTC", berlin("2026-01-15T12:30:00Z")));
  EXPECT_FALSE(is_quiet(quiet, "UTC", berlin("2026-01-15T13:00:00Z")));
}

}  // namespace
}  // namespace evenkeel::jobs
