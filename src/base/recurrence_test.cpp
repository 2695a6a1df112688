#include "base/recurrence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/time.hpp"

namespace evenkeel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

WallTime at(std::string text) {
  if (text.size() == 10) text += "T00:00";
  return WallTime{std::chrono::floor<std::chrono::seconds>(parse_time(text + "Z").value()).time_since_epoch()};
}
std::string text_of(WallTime t) { return to_iso(SysTime{t.time_since_epoch()}).substr(0, 16); }

std::vector<std::string> begins(const std::string& rule, const std::string& start, const std::string& from, const std::string& to) {
  std::vector<std::string> out;
  const auto read = parse_recurrence(rule);
  if (!read) return {read.error().message};
  for (const auto t : begins_of(*read, at(start), at(from), at(to))) out.push_back(text_of(t));
  return out;
}
std::vector<std::string> days(const std::string& rule, const std::string& start, const std::string& from, const std::string& to) {
  auto out = begins(rule, start, from, to);
  for (auto& t : out) t = t.substr(0, 10);
  return out;
}
std::string refused(const std::string& rule) {
  const auto read = parse_recurrence(rule);
  return read ? "" : read.error().message;
}

TEST(Recurrence, does_not_depend_on_how_long_ago_it_began) {
  for (const auto* start : {"1999-12-31T22:00", "2015-01-01T22:00", "2026-12-01T22:00"})
    EXPECT_THAT(begins("FREQ=DAILY", start, "2026-12-24", "2026-12-26"), ElementsAre("2026-12-24T22:00", "2026-12-25T22:00")) << start;
  EXPECT_EQ(begins("FREQ=HOURLY", "2001-05-01T00:30", "2026-12-01", "2026-12-02").size(), 24u);
  EXPECT_THAT(days("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", "2001-01-01", "2026-11-20", "2027-01-01"), ElementsAre("2026-12-07", "2026-12-28"));
  EXPECT_THAT(days("FREQ=MONTHLY;INTERVAL=5", "2000-01-31", "2026-01-01", "2027-12-31"),
              ElementsAre("2027-07-31", "2027-12-31"));  // months without a 31st fall out
}

TEST(Recurrence, the_rules_of_the_standard_s_own_examples) {
  EXPECT_THAT(days("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05T09:00", "1996-01-01", "2005-01-01"),
              ElementsAre("1996-11-05", "2000-11-07", "2004-11-02"));
  EXPECT_THAT(days("FREQ=MONTHLY;BYDAY=-2MO;COUNT=4", "1997-09-22T09:00", "1997-01-01", "1999-01-01"),
              ElementsAre("1997-09-22", "1997-10-20", "1997-11-17", "1997-12-22"));
  EXPECT_THAT(days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29T09:00", "1997-09-01", "1997-12-31"),
              ElementsAre("1997-09-29", "1997-10-30", "1997-11-27", "1997-12-30"));
  EXPECT_THAT(days("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12T09:00", "1997-01-01", "2000-01-01"),
              ElementsAre("1997-05-12", "1998-05-11", "1999-05-17"));
  EXPECT_THAT(days("FREQ=YEARLY;BYDAY=20MO", "1997-05-19T09:00", "1997-01-01", "2000-01-01"),
              ElementsAre("1997-05-19", "1998-05-18", "1999-05-17"));
  EXPECT_THAT(days("FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100", "1997-01-01T09:00", "1997-01-01", "2007-01-01"),
              ElementsAre("1997-01-01", "1997-04-10", "2000-01-01", "2000-04-09"));
  EXPECT_THAT(days("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05T09:00", "1997-01-01", "1998-01-01"),
              ElementsAre("1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"));
  EXPECT_THAT(days("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05T09:00", "1997-01-01", "1998-01-01"),
              ElementsAre("1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"));
  EXPECT_THAT(days("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02T09:00", "1998-01-01", "1998-12-31"),
              ElementsAre("1998-02-13", "1998-03-13", "1998-11-13"));
  EXPECT_THAT(begins("FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40", "1997-09-02T09:00", "1997-09-02", "1997-09-02T10:00"),
              ElementsAre("1997-09-02T09:00", "1997-09-02T09:20", "1997-09-02T09:40", "1997-09-02T10:00"));
  EXPECT_THAT(days("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "2026-02-28", "2027-01-01", "2029-01-01"),
              ElementsAre("2027-02-28", "2028-02-29"));
}

TEST(Recurrence, ends_by_count_from_its_start_and_by_a_local_until) {
  EXPECT_THAT(days("FREQ=DAILY;COUNT=3", "2026-12-01", "2026-12-02", "2027-01-01"), ElementsAre("2026-12-02", "2026-12-03"));
  EXPECT_TRUE(days("FREQ=DAILY;COUNT=3", "2026-12-01", "2026-12-04", "2027-01-01").empty());
  EXPECT_THAT(days("FREQ=DAILY;UNTIL=20261203", "2026-12-01T18:00", "2026-12-02", "2027-01-01"), ElementsAre("2026-12-02", "2026-12-03"));
  EXPECT_THAT(days("FREQ=DAILY;UNTIL=20261203T170000", "2026-12-01T18:00", "2026-12-02", "2027-01-01"), ElementsAre("2026-12-02"));
}

TEST(Recurrence, what_the_standard_forbids_is_refused_with_the_part) {
  const std::pair<const char*, const char*> wrong[] = {{"FREQ=WEEKLY;BYDAY=5FR", "MONTHLY or YEARLY"},
                                                       {"FREQ=WEEKLY;BYDAY=255SU", "BYDAY=255SU"},
                                                       {"FREQ=WEEKLY;BYDAY=FRI", "BYDAY=FRI"},
                                                       {"FREQ=WEEKLY;BYDAY=", "BYDAY="},
                                                       {"FREQ=WEEKLY;BYMONTH=13", "1 to 12"},
                                                       {"FREQ=WEEKLY;BYMONTHDAY=3", "BYMONTHDAY"},
                                                       {"FREQ=MONTHLY;BYYEARDAY=-1;BYMONTHDAY=-1", "BYYEARDAY"},
                                                       {"FREQ=MONTHLY;BYWEEKNO=3", "BYWEEKNO"},
                                                       {"FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO", "BYWEEKNO"},
                                                       {"FREQ=DAILY;BYSETPOS=1", "BYSETPOS"},
                                                       {"FREQ=DAILY;BYHOUR=24", "0 to 23"},
                                                       {"FREQ=DAILY;COUNT=0", "COUNT=0"},
                                                       {"FREQ=DAILY;INTERVAL=0", "INTERVAL=0"},
                                                       {"FREQ=DAILY;INTERVAL=-1", "INTERVAL=-1"},
                                                       {"FREQ=DAILY;INTERVAL=99999999999", "INTERVAL=99999999999"},
                                                       {"FREQ=DAILY;COUNT=3;UNTIL=20270101", "COUNT and UNTIL"},
                                                       {"FREQ=DAILY;UNTIL=20270230", "UNTIL=20270230"},
                                                       {"FREQ=DAILY;UNTIL=2027-01-01", "UNTIL=2027-01-01"},
                                                       {"FREQ=DAILY;FREQ=DAILY", "twice"},
                                                       {"FREQ=FORTNIGHTLY", "FORTNIGHTLY"},
                                                       {"FREQ=SECONDLY", "HOURLY is the shortest"},
                                                       {"FREQ=DAILY;FOO=BAR", "no part FOO"},
                                                       {"BYDAY=FR", "FREQ is missing"},
                                                       {"RRULE:FREQ=DAILY", "leave out"},
                                                       {"", "no part"}};
  for (const auto& [rule, why] : wrong) EXPECT_THAT(refused(rule), HasSubstr(why)) << rule;
  for (const auto* right : {"freq=weekly;byday=fr", "BYDAY=FR;FREQ=WEEKLY", "FREQ=MONTHLY;BYDAY=+1MO", "FREQ=YEARLY;BYMONTHDAY=-31"})
    EXPECT_EQ(refused(right), "") << right;
}

TEST(Recurrence, one_that_never_comes_is_found_out_at_once) {
  const auto first = [](const std::string& rule, const std::string& start) {
    const auto found = first_begin(parse_recurrence(rule).value(), at(start), at(start));
    return found ? text_of(*found).substr(0, 10) : "never";
  };
  EXPECT_EQ(first("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-12-01"), "never");
  EXPECT_EQ(first("FREQ=YEARLY;BYMONTH=9", "2026-07-31"), "never");
  EXPECT_EQ(first("FREQ=YEARLY;BYMONTH=5;BYSETPOS=3;BYMONTHDAY=3", "2026-12-01"), "never");
  EXPECT_EQ(first("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "2026-12-01"), "never");
  EXPECT_EQ(first("FREQ=YEARLY;INTERVAL=99999;BYMONTH=1;BYMONTHDAY=1", "2026-12-01"), "never");
  EXPECT_EQ(first("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", "2026-12-01"), "2032-02-29");
}

}  // namespace
}  // namespace evenkeel
