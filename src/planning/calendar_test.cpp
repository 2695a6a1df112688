#include "planning/calendar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::planning {
namespace {

using testing::HasSubstr;
using testing::Not;

SysTime at(const char* iso) { return parse_time(iso).value(); }

TEST(Calendar, a_window_becomes_an_event_in_utc_that_keeps_its_uid_when_it_moves) {
  CalendarItem item{.id = "rel_1",
                    .title = "Deploy Shop 1.4.0",
                    .note = "catalog 1.4.0",
                    .release = "1.4.0",
                    .start = at("2026-12-01T14:00:00Z"),
                    .end = at("2026-12-01T16:00:00Z"),
                    .revision = 3};
  const auto text = icalendar_of({item}, "Releases");
  for (const auto* line : {"BEGIN:VCALENDAR\r\n", "VERSION:2.0\r\n", "UID:window-rel_1@evenkeel\r\n", "DTSTART:20261201T140000Z\r\n",
                           "DTEND:20261201T160000Z\r\n", "SEQUENCE:0\r\n", "SUMMARY:Deploy Shop 1.4.0\r\n", "STATUS:CONFIRMED\r\n",
                           "X-WR-CALNAME:Releases\r\n"})
    EXPECT_THAT(text, HasSubstr(line));
  item.start += std::chrono::hours{24}, item.end += std::chrono::hours{24}, item.cancelled = true;
  const auto moved = icalendar_of({item}, "Releases");
  EXPECT_THAT(moved, HasSubstr("UID:window-rel_1@evenkeel\r\n"));
  EXPECT_THAT(moved, HasSubstr("STATUS:CANCELLED\r\n"));
}

TEST(Calendar, text_is_escaped_and_long_lines_are_folded) {
  const CalendarItem item{.kind = CalendarKind::freeze,
                          .id = "x",
                          .title = "Freeze: sales; \"black\" week, again",
                          .note = std::string(200, 'n') + "\nsecond",
                          .start = at("2026-12-01T00:00:00Z"),
                          .end = at("2026-12-02T00:00:00Z")};
  const auto text = icalendar_of({item}, "Releases");
  EXPECT_THAT(text, HasSubstr("sales\\; \"black\" week\\, again"));
  EXPECT_THAT(text, HasSubstr("\\nsecond"));
  for (std::size_t from = 0, to; (to = text.find("\r\n", from)) != std::string::npos; from = to + 2) EXPECT_LE(to - from, 75u);
}

TEST(Calendar, a_deadline_takes_no_time) {
  const CalendarItem item{.kind = CalendarKind::scope_freeze,
                          .id = "rel_1",
                          .title = "Feature freeze",
                          .start = at("2026-12-01T00:00:00Z"),
                          .end = at("2026-12-01T00:00:00Z")};
  EXPECT_THAT(icalendar_of({item}, "Releases"), Not(HasSubstr("DTEND")));
}

}  // namespace
}  // namespace evenkeel::planning
