#include "definitions/on_call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/zone.hpp"

namespace evenkeel::definitions {
namespace {

using testing::HasSubstr;

SysTime at(const char* text) { return parse_time(text).value(); }
OnCallDef weekly() {
  return {.area = "shop", .rota = {"eli", "rita", "quinn"}, .starts = "2026-03-02 09:00", .turn = std::chrono::days{7}};
}

TEST(OnCall, OnePersonIsOnCallForEver) {
  const auto turn = turn_at({.area = "shop", .person = "eli", .deputy = "rita"}, "Europe/Berlin", at("2026-03-02T00:00:00Z"));
  EXPECT_EQ(turn->person, "eli");
  EXPECT_EQ(turn->deputy, "rita");
  EXPECT_FALSE(turn->until);
}

TEST(OnCall, ARotaIsHandedOverOnTheWallAlsoOverAClockChange) {
  const auto person = [](const char* t) {
    const auto turn = turn_at(weekly(), "Europe/Berlin", at(t));
    return turn ? turn->person + "/" + turn->deputy : "nobody";
  };
  EXPECT_EQ(person("2026-03-02T07:59:59Z"), "nobody") << "before it begins";
  EXPECT_EQ(person("2026-03-02T08:00:00Z"), "eli/rita") << "who comes next is the deputy";
  EXPECT_EQ(person("2026-03-09T07:59:59Z"), "eli/rita");
  EXPECT_EQ(person("2026-03-09T08:00:00Z"), "rita/quinn");
  EXPECT_EQ(person("2026-03-30T06:59:59Z"), "eli/rita") << "summer time began on the 29th";
  EXPECT_EQ(person("2026-03-30T07:00:00Z"), "rita/quinn") << "nine in the morning is nine in the morning";
  EXPECT_EQ(turn_at(weekly(), "Europe/Berlin", at("2026-03-25T00:00:00Z"))->until, at("2026-03-30T07:00:00Z"));
}

TEST(OnCall, AtAnHourThatComesTwiceItIsNotHandedBack) {
  OnCallDef daily{.area = "shop", .rota = {"eli", "rita"}, .starts = "2026-10-20 02:30", .turn = std::chrono::days{1}};
  const auto person = [&](const char* t) { return turn_at(daily, "Europe/Berlin", at(t))->person; };
  EXPECT_EQ(person("2026-10-25T00:29:59Z"), "eli");
  EXPECT_EQ(person("2026-10-25T00:30:00Z"), "rita") << "02:30 in summer time, the first of the two";
  EXPECT_EQ(person("2026-10-25T01:10:00Z"), "rita") << "02:10 in winter time: the wall shows an hour from before the hand-over";
  EXPECT_EQ(person("2026-10-26T01:30:00Z"), "eli");
}

TEST(OnCall, AtAnHourThatIsSkippedItIsHandedOverWhenTheClockHasGoneOn) {
  OnCallDef daily{.area = "shop", .rota = {"eli", "rita"}, .starts = "2026-03-28 02:30", .turn = std::chrono::days{1}};
  const auto person = [&](const char* t) { return turn_at(daily, "Europe/Berlin", at(t))->person; };
  EXPECT_EQ(person("2026-03-29T01:29:59Z"), "eli");
  EXPECT_EQ(person("2026-03-29T01:30:00Z"), "rita");
  EXPECT_EQ(person("2026-03-30T00:30:00Z"), "eli") << "and the day after at 02:30 again";
}

/// Whatever the zone, the length and the moment: a turn has an end after the moment, at its end it is the next one's, turns do not overlap,
/// and hand-overs stand where they are written on the wall wherever the wall shows that time at all.
TEST(OnCall, EveryMomentIsInOneTurn) {
  std::mt19937 random{20260301};
  const auto below = [&](std::int64_t n) { return std::uniform_int_distribution<std::int64_t>{0, n - 1}(random); };
  const std::string zones[] = {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"};
  for (int round = 0; round < 400; ++round) {
    const auto& zone = zones[below(5)];
    const auto turn = below(2) ? std::chrono::hours{24 * (1 + below(14))} : std::chrono::hours{2 + below(30)};
    OnCallDef def{
        .area = "shop", .rota = {"a", "b", "c"}, .starts = fmt::format("2026-01-{:02} {:02}:30", 1 + below(28), below(24)), .turn = turn};
    const auto begins = *begin_of_rota(def, zone);
    EXPECT_FALSE(turn_at(def, zone, begins - Millis{1}));
    EXPECT_EQ(turn_at(def, zone, begins)->person, "a");
    const auto t = begins + std::chrono::minutes{below(60 * 24 * 700)};
    const auto here = turn_at(def, zone, t);
    ASSERT_TRUE(here && here->until && *here->until > t);
    EXPECT_EQ(turn_at(def, zone, *here->until - Millis{1})->person, here->person) << zone << " " << to_iso(t);
    EXPECT_EQ(turn_at(def, zone, *here->until)->person, here->deputy) << "who comes next was the deputy";
    const auto nominal = on_the_wall(*here->until, zone).time_since_epoch() - from_local(def.starts, "UTC")->time_since_epoch();
    const auto off = nominal % turn;
    if (off != Millis{0}) {  // the wall did not show that time
      const auto wall = SysTime{on_the_wall(*here->until, zone).time_since_epoch() - off};
      const auto read = from_local(to_iso(wall).substr(0, 19), zone).value();
      EXPECT_NE(on_the_wall(read, zone).time_since_epoch(), wall.time_since_epoch()) << zone << " " << to_iso(*here->until);
    }
  }
}

TEST(OnCall, WhatIsWrittenWronglyIsNamed) {
  const auto complaint = [](OnCallDef def) {
    std::vector<Complaint> all;
    complain_of_rota(def, "on_call[0]", all);
    return all.empty() ? "" : all.front().field + ": " + all.front().message;
  };
  EXPECT_EQ(complaint(weekly()), "");
  EXPECT_THAT(complaint({.area = "shop"}), HasSubstr("on_call[0].person: name the person"));
  auto both = weekly();
  both.person = "eli";
  EXPECT_THAT(complaint(both), HasSubstr("leave one of them out"));
  auto when = weekly();
  when.starts = "on Monday";
  EXPECT_THAT(complaint(when), HasSubstr("on_call[0].starts"));
  auto short_one = weekly();
  short_one.turn = std::chrono::minutes{1};
  EXPECT_THAT(complaint(short_one), HasSubstr("at least 1h"));
}

}  // namespace
}  // namespace evenkeel::definitions
