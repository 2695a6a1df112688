// Recurrence rules of calendars (RFC 5545, section 3.3.10), on the wall clock of one place.
//
// A rule has no memory. Its periods (years, months, weeks, days, hours) are numbered from the one its start lies in; what falls into a
// stretch of time is found by laying out the periods of that stretch alone, so a rule of ten years ago costs what one of yesterday does.
// Only COUNT is counted from the first. In a period every day is asked the same questions (month, week, day of the year, of the month, of
// the week), the days that pass get the times of day, and BYSETPOS picks from what came out.
#pragma once
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace evenkeel {

/// What a clock on the wall shows, without saying where.
using WallTime = std::chrono::local_seconds;

enum class Frequency { hourly, daily, weekly, monthly, yearly };

struct Recurrence {
  struct Weekday {
    int nth = 0;  // 0: each; -1: the last
    std::chrono::weekday day;
  };
  struct Until {
    WallTime time;  // the last moment at which it may begin
    bool utc = false;
    bool day = false;  // written as a date
  };
  Frequency frequency = Frequency::daily;
  int interval = 1;
  std::optional<std::int64_t> count;
  std::optional<Until> until;
  std::vector<int> by_month, by_week, by_year_day, by_month_day, by_hour, by_minute, by_second, by_position;
  std::vector<Weekday> by_day;
  std::chrono::weekday week_start = std::chrono::Monday;
};

/// Error: invalid, with the part that RFC 5545 forbids. Rules by the minute and by the second are refused too: nothing that is planned
/// begins so often.
Result<Recurrence> parse_recurrence(std::string_view rule);

/// When a rule that starts at `start` begins, from `from` up to and including `to`, in order. An UNTIL in UTC is not looked at: it needs
/// the zone, which the caller knows.
std::vector<WallTime> begins_of(const Recurrence& rule, WallTime start, WallTime from, WallTime to);

/// The first one at or after `from`; nothing when none comes within a hundred years.
std::optional<WallTime> first_begin(const Recurrence& rule, WallTime start, WallTime from);

}  // namespace evenkeel
