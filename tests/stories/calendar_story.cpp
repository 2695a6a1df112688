// The calendar: windows, deadlines and freezes of the coming weeks, for people and for other calendars.
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;
using testing::Not;

class CalendarStory : public Story {};

TEST_P(CalendarStory, RC1_windows_deadlines_and_freezes_of_six_weeks_with_their_conflicts) {
  World w{GetParam(), World::small_shop() + R"yaml(
freezes:
  - {name: Stocktaking, owner: rita, reason: stock is counted, from: "2000-01-03 00:00", rrule: FREQ=WEEKLY;BYDAY=MO, duration: 24h}
)yaml"};
  const auto monday = [&] {
    auto t = std::chrono::floor<std::chrono::days>(parse_time(w.now()).value()) + std::chrono::days{1};
    while (std::chrono::weekday{std::chrono::floor<std::chrono::days>(t)} != std::chrono::Monday) t += std::chrono::days{1};
    return SysTime{t};
  }();
  const auto plan = [&](const std::string& version, SysTime start) {
    return w.as("ada",
                {"release", "plan", version, "--area", "shop", "--component", "catalog=1.0.0.." + version, "--window-start", to_iso(start),
                 "--window-end", to_iso(start + std::chrono::hours{2}), "--scope-freeze", to_iso(start - std::chrono::hours{3})});
  };
  ASSERT_EQ(plan("1.1.0", monday + std::chrono::hours{10}).code, 0);
  ASSERT_EQ(plan("1.2.0", monday + std::chrono::hours{24 * 120}).code, 0);

  const auto calendar = w.ask("ada", {"calendar", "show"});
  std::map<std::string, int> kinds;
  for (const auto& item : calendar.at("items").as_array()) ++kinds[std::string(item.at("kind").as_string())];
  EXPECT_EQ(kinds["window"], 1) << "the other one lies beyond six weeks";
  EXPECT_EQ(kinds["scope_freeze"], 1);
  EXPECT_GE(kinds["freeze"], 6);
  const auto shown = w.as("ada", {"calendar", "show"}).out;
  EXPECT_THAT(shown, HasSubstr("Deploy Shop 1.1.0"));
  EXPECT_THAT(shown, HasSubstr("window_in_freeze"));
  EXPECT_THAT(w.as("ada", {"calendar", "show", "--weeks", "20"}).out, HasSubstr("Deploy Shop 1.2.0"));

  const auto exported = w.as("ada", {"calendar", "export", "--weeks", "6", "--area", "shop"});
  EXPECT_EQ(exported.code, 0) << exported.err;
  EXPECT_THAT(exported.out, HasSubstr("BEGIN:VCALENDAR\r\n"));
  EXPECT_THAT(exported.out, HasSubstr("SUMMARY:Deploy Shop 1.1.0\r\n"));
  EXPECT_THAT(w.as("ada", {"calendar", "export", "--area", "shp"}).err, HasSubstr("there is no area 'shp'"));
  EXPECT_THAT(w.as("ada", {"calendar", "export", "--weeks", "six"}).err, HasSubstr("weeks: 'six' is not a number"));
}

TEST_P(CalendarStory, RC1_a_calendar_program_subscribes_with_a_token_for_its_address_alone) {
  World w{GetParam()};
  w.plan();
  const auto reader = w.ask("ada", {"token", "create", "--login", "lee", "--name", "calendar", "--scope", "calendar"});
  const auto feed = w.get("/calendar/" + std::string(reader.at("secret").as_string()) + "/releases.ics", "");
  EXPECT_EQ(feed.code, 200);
  EXPECT_THAT(feed.out, HasSubstr("SUMMARY:Deploy Shop 1.0.0\r\n"));
  const auto full = w.ask("ada", {"token", "create", "--login", "ada", "--name", "all"});
  EXPECT_EQ(w.get("/calendar/" + std::string(full.at("secret").as_string()) + "/releases.ics", "").code, 403);
  EXPECT_EQ(w.get("/calendar/ek_guess/releases.ics", "").code, 401);
  ASSERT_EQ(w.as("ada", {"release", "cancel", "1.0.0", "--reason", "not needed"}).code, 0);
  EXPECT_THAT(w.get("/calendar/" + std::string(reader.at("secret").as_string()) + "/releases.ics", "").out,
              HasSubstr("STATUS:CANCELLED\r\n"));
}

INSTANTIATE_TEST_SUITE_P(On, CalendarStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
