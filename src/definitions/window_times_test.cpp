#include "definitions/window_times.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace evenkeel::definitions {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SysTime at(const char* iso) { return parse_time(iso).value(); }
std::vector<std::string> told(const FreezeDef& f, const char* from, const char* to) {
  const auto found = occurrences(f, {at(from), at(to)});
  if (!found) return {found.error().message};
  std::vector<std::string> out;
  for (const auto& i : *found) out.push_back(to_iso(i.start).substr(0, 16) + " " + to_iso(i.end).substr(0, 16));
  return out;
}
FreezeDef recurring(std::string zone, std::string from, std::string rule, std::string duration) {
  return {.name = "Odd",
          .zone = std::move(zone),
          .from = std::move(from),
          .until = "",
          .rrule = std::move(rule),
          .duration = std::move(duration)};
}
std::string complaint(const FreezeDef& f) {
  std::vector<Complaint> all;
  complain_of_times(f, "f", all);
  return all.empty() ? "" : all.front().field + ": " + all.front().message;
}

TEST(WindowTimes, a_day_is_a_whole_day_over_clock_changes_and_hours_are_exact) {
  const auto day = recurring("Europe/Berlin", "2026-12-06 00:00", "FREQ=WEEKLY;BYDAY=SU", "1d");
  EXPECT_THAT(told(day, "2027-03-28T12:00Z", "2027-03-28T13:00Z"), ElementsAre("2027-03-27T23:00 2027-03-28T22:00"));
  EXPECT_THAT(told(day, "2027-10-31T12:00Z", "2027-10-31T13:00Z"), ElementsAre("2027-10-30T22:00 2027-10-31T23:00"));
  const auto hours = recurring("Europe/Berlin", "2026-12-06 00:00", "FREQ=WEEKLY;BYDAY=SU", "24h");
  EXPECT_THAT(told(hours, "2027-10-31T12:00Z", "2027-10-31T13:00Z"), ElementsAre("2027-10-30T22:00 2027-10-31T22:00"));
  const auto mixed = recurring("Europe/Berlin", "2026-12-05 20:00", "FREQ=WEEKLY;BYDAY=SA", "1d6h");  // Saturday 20:00, then six hours more
  EXPECT_THAT(told(mixed, "2027-03-28T12:00Z", "2027-03-28T13:00Z"), ElementsAre("2027-03-27T19:00 2027-03-29T00:00"));
  const auto weeks = recurring("Europe/Berlin", "2026-10-25 00:00", "FREQ=YEARLY", "2w");
  EXPECT_THAT(told(weeks, "2027-11-01T00:00Z", "2027-11-02T00:00Z"), ElementsAre("2027-10-24T22:00 2027-11-07T23:00"));
}

TEST(WindowTimes, an_end_may_be_a_time_of_the_clock) {
  auto weekend = recurring("Europe/Berlin", "2026-12-04 18:00", "FREQ=WEEKLY;BYDAY=FR", "");
  weekend.ends = "Monday 08:00";
  EXPECT_THAT(told(weekend, "2027-03-27T00:00Z", "2027-03-27T01:00Z"), ElementsAre("2027-03-26T17:00 2027-03-29T06:00"));
  EXPECT_THAT(told(weekend, "2027-10-30T00:00Z", "2027-10-30T01:00Z"), ElementsAre("2027-10-29T16:00 2027-11-01T07:00"));
  auto night = recurring("UTC", "2026-12-01 22:00", "FREQ=DAILY", "");
  night.ends = "06:00";
  EXPECT_THAT(told(night, "2026-12-05T00:00Z", "2026-12-05T01:00Z"), ElementsAre("2026-12-04T22:00 2026-12-05T06:00"));
  FreezeDef once{.name = "Once", .from = "2026-12-04 18:00", .ends = "mon 08:00"};
  EXPECT_THAT(told(once, "2026-12-05T00:00Z", "2026-12-05T01:00Z"), ElementsAre("2026-12-04T18:00 2026-12-07T08:00"));
}

TEST(WindowTimes, an_until_in_utc_is_a_moment) {
  const auto count = [&](const char* zone, const char* from, const char* rule) {
    return told(recurring(zone, from, rule, "2h"), "2026-11-01T00:00Z", "2027-02-01T00:00Z").size();
  };
  EXPECT_EQ(count("Europe/Berlin", "2026-12-01 18:00", "FREQ=DAILY;UNTIL=20261205T170000Z"), 5u);
  EXPECT_EQ(count("Europe/Berlin", "2026-12-01 18:00", "FREQ=DAILY;UNTIL=20261205T165959Z"), 4u);
  EXPECT_EQ(count("America/Los_Angeles", "2026-12-01 20:00", "FREQ=DAILY;UNTIL=20261206T035959Z"), 4u);
  EXPECT_EQ(count("Asia/Tokyo", "2026-12-01 06:00", "FREQ=DAILY;UNTIL=20261204T210000Z"), 5u);
}

TEST(WindowTimes, a_local_time_that_the_clock_skips_is_read_with_the_offset_before) {
  FreezeDef f{.name = "Gap", .zone = "Europe/Berlin", .from = "2027-03-28 02:30", .until = "2027-03-28 06:00"};
  EXPECT_THAT(told(f, "2027-03-28T00:00Z", "2027-03-29T00:00Z"), ElementsAre("2027-03-28T01:30 2027-03-28T04:00"));
  FreezeDef twice{.name = "Twice", .zone = "Europe/Berlin", .from = "2027-10-31 02:30", .until = "2027-10-31 06:00"};
  EXPECT_THAT(told(twice, "2027-10-31T00:00Z", "2027-11-01T00:00Z"), ElementsAre("2027-10-31T00:30 2027-10-31T05:00"));
  // In Havana summer time begins at midnight: the day begins at one.
  FreezeDef day{.name = "Day", .zone = "America/Havana", .from = "2027-03-14", .until = "2027-03-15"};
  EXPECT_THAT(told(day, "2027-03-14T00:00Z", "2027-03-16T00:00Z"), ElementsAre("2027-03-14T05:00 2027-03-15T04:00"));
  // Hour by hour, two local times are one moment there, and one occurrence.
  EXPECT_EQ(told(recurring("Europe/Berlin", "2026-12-01 00:00", "FREQ=HOURLY", "5m"), "2027-03-27T23:00Z", "2027-03-28T22:00Z").size(),
            23u);
}

TEST(WindowTimes, single_occurrences_fall_out_by_day_or_time) {
  auto f = recurring("Europe/Berlin", "2026-12-22 09:00", "FREQ=DAILY;BYHOUR=9,17", "1h");
  f.exdate = {"2026-12-24", "2026-12-25 17:00"};
  EXPECT_THAT(told(f, "2026-12-23T12:00Z", "2026-12-26T00:00Z"),
              ElementsAre("2026-12-23T16:00 2026-12-23T17:00", "2026-12-25T08:00 2026-12-25T09:00"));
  EXPECT_EQ(complaint(f), "");
  f.exdate = {"2026-12-24 12:00"};
  EXPECT_EQ(complaint(f), "f.exdate: no occurrence begins at 2026-12-24 12:00");
}

TEST(WindowTimes, a_field_that_would_be_passed_over_is_refused) {
  auto both = recurring("UTC", "2026-12-01 00:00", "FREQ=DAILY", "1h");
  both.until = "2026-12-05 00:00";
  EXPECT_THAT(complaint(both), HasSubstr("f.until: ends a window that comes once; when a rule ends stands in the rule: "
                                         "\"FREQ=DAILY;UNTIL=20261205T000000Z\""));
  auto two = recurring("UTC", "2026-12-01 00:00", "FREQ=DAILY", "1h");
  two.ends = "08:00";
  EXPECT_THAT(complaint(two), HasSubstr("f.ends: `duration` says when it ends already"));
  EXPECT_THAT(complaint({.name = "o", .from = "2026-12-01", .until = "2026-12-05", .duration = "1h"}),
              HasSubstr("f.duration: `until` says"));
  EXPECT_THAT(complaint({.name = "o", .from = "2026-12-01", .until = "2026-12-05", .exdate = {"2026-12-02"}}),
              HasSubstr("f.exdate: takes"));
  EXPECT_THAT(complaint({.name = "o", .from = "2026-12-01"}), HasSubstr("f.until: required unless"));
  EXPECT_THAT(complaint({.name = "o", .from = "2026-12-24", .until = "2026-12-24"}), HasSubstr("must lie after `from`"));
  EXPECT_THAT(complaint({.name = "o", .from = "2026-12-01 24:30", .until = "2026-12-05"}), HasSubstr("not a local date and time"));
  EXPECT_EQ(complaint({.name = "o", .from = "2026-12-01 24:00", .until = "2026-12-05"}), "");
  EXPECT_EQ(complaint({.name = "o", .from = "2026-12-01", .duration = "1d"}), "");
}

TEST(WindowTimes, a_rule_that_never_comes_or_is_not_of_the_standard_is_refused) {
  const auto why = [&](const char* from, const char* rule) { return complaint(recurring("Europe/Berlin", from, rule, "2h")); };
  EXPECT_THAT(why("2026-12-01 18:00", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), HasSubstr("never comes"));
  EXPECT_THAT(why("2026-07-31 18:00", "FREQ=YEARLY;BYMONTH=9"), HasSubstr("never comes"));
  EXPECT_THAT(why("2026-12-01 18:00", "FREQ=DAILY;UNTIL=20200101T000000Z"), HasSubstr("it ends before `from`"));
  EXPECT_THAT(why("2026-12-01 18:00", "FREQ=WEEKLY;BYDAY=5FR"), HasSubstr("f.rrule: 'FREQ=WEEKLY;BYDAY=5FR' is not a recurrence rule"));
  EXPECT_THAT(why("2026-12-01 18:00", "FREQ=DAILY;UNTIL=20261205"), HasSubstr("write UNTIL=20261205T225959Z"));
  EXPECT_THAT(why("2026-12-01 18:00", "FREQ=DAILY;UNTIL=20261205T180000"), HasSubstr("write UNTIL=20261205T170000Z"));
  EXPECT_EQ(why("2015-01-01 00:00", "FREQ=DAILY"), "");
}

TEST(WindowTimes, a_rule_that_has_ended_is_named_when_the_day_is_known) {
  Organisation o;
  o.freezes = {recurring("UTC", "2020-01-01 00:00", "FREQ=DAILY;COUNT=10", "1d"), recurring("UTC", "2020-01-01 00:00", "FREQ=DAILY", "1d")};
  const auto all = complaints_of_ended(o, at("2026-12-01"));
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all.front().field, "freezes[0].rrule");
  EXPECT_THAT(complaints_of_ended(o, at("2020-01-10T12:00Z")), IsEmpty());
}

}  // namespace
}  // namespace evenkeel::definitions
