#include "validation/calibrate.hpp"

#include <gtest/gtest.h>

namespace evenkeel::validation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(NextNight, IsTheNextThreeOClockInTheZoneAndUpToAnHourLaterByName) {
  for (const char* service : {"checkout", "catalog", "search"})
    for (int hour = 0; hour < 48; ++hour) {
      const auto now = parse_time("2026-03-28T00:30:00Z").value() + hours{hour};  // over the change to summer time
      const auto night = next_night(now, "Europe/Berlin", service);
      EXPECT_GT(night, now);
      EXPECT_LE(night - now, hours{25});
      const auto local = to_local(night, "Europe/Berlin").value();
      EXPECT_TRUE(local.find(" 03:") != std::string::npos) << local;
    }
  const auto noon = parse_time("2026-06-01T12:00:00Z").value();
  EXPECT_EQ(next_night(noon, "UTC", "checkout") - next_night(noon, "Europe/Berlin", "checkout"), hours{2});
}

}  // namespace
}  // namespace evenkeel::validation
