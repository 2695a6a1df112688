#include "base/time.hpp"

#include <gtest/gtest.h>

namespace evenkeel {
namespace {

TEST(Time, IsoTextsRoundTrip) {
  for (const auto* text : {"2026-03-01T14:00:00Z", "1970-01-01T00:00:00Z", "2024-02-29T23:59:59.250Z"})
    EXPECT_EQ(to_iso(parse_time(text).value()), text);
}
TEST(Time, OffsetsAreTakenAwayAndATimeWithoutZoneIsRefused) {
  EXPECT_EQ(to_iso(parse_time("2026-03-01T14:00:00+02:00").value()), "2026-03-01T12:00:00Z");
  EXPECT_THAT(parse_time("2026-03-01T14:00:00").error().message, testing::HasSubstr("zone"));
  EXPECT_THAT(parse_time("2026-02-30").error().message, testing::HasSubstr("no such day"));
}
TEST(Time, DurationsReadAndPrint) {
  EXPECT_EQ(parse_duration("1h30m").value(), std::chrono::minutes{90});
  EXPECT_EQ(to_words(std::chrono::minutes{90}), "1h 30m");
  EXPECT_EQ(to_words(std::chrono::seconds{5}), "5s");
  for (const auto* bad : {"", "5", "h", "-5m", "5 m"}) EXPECT_FALSE(parse_duration(bad)) << bad;
}
TEST(Time, LocalTimesKnowDaylightSaving) {
  EXPECT_EQ(to_iso(from_local("2026-07-01 14:00", "Europe/Berlin").value()), "2026-07-01T12:00:00Z");
  EXPECT_EQ(to_iso(from_local("2026-03-29 02:30", "Europe/Berlin").value()), "2026-03-29T01:30:00Z");  // skipped: by the offset before
  EXPECT_EQ(to_local(parse_time("2026-07-01T12:00:00Z").value(), "Europe/Berlin").value(), "Wed 1 Jul 2026 14:00 Europe/Berlin");
  EXPECT_FALSE(from_local("2026-07-01 14:00", "Europe/Atlantis"));
}

}  // namespace
}  // namespace evenkeel
