#include "planning/freeze.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.hpp"
#include "planning/calendar.hpp"
#include "planning/freeze_notice.hpp"
#include "planning/gate.hpp"
#include "support/release_world.hpp"

namespace evenkeel::planning {
namespace {

using definitions::FreezeDef;
using testing::ElementsAre;
using testing::HasSubstr;

SysTime at(const char* iso) { return parse_time(iso).value(); }
std::shared_ptr<const definitions::Organisation> with(std::vector<FreezeDef> freezes) {
  definitions::Organisation o;
  o.freezes = std::move(freezes);
  return std::make_shared<const definitions::Organisation>(std::move(o));
}
FreezeDef deny(std::string name, std::string from, std::string until) {
  return {.name = std::move(name), .from = std::move(from), .until = std::move(until)};
}
FreezeDef allow(std::string name, std::string from, std::string rule, std::string duration) {
  return {.name = std::move(name),
          .mode = definitions::WindowMode::allow,
          .from = std::move(from),
          .rrule = std::move(rule),
          .duration = std::move(duration)};
}
Denial ask(const std::shared_ptr<const definitions::Organisation>& o, const char* from, const char* to,
           std::vector<std::string> excepted = {}) {
  const Interval wanted{at(from), at(to)};
  return denies(o, {{{"shop", {"cart"}, "production"}}, wanted, wanted.end - wanted.start, std::move(excepted)});
}
std::string opening(const Denial& d) { return d.next_opening ? to_iso(*d.next_opening).substr(0, 16) : "none"; }

TEST(Freeze, the_next_opening_satisfies_what_was_refused_for_the_release_s_own_length) {
  const auto gap = with({deny("Night", "2026-12-10 00:00", "2026-12-10 12:00"), deny("Afternoon", "2026-12-10 12:30", "2026-12-10 20:00")});
  EXPECT_EQ(opening(ask(gap, "2026-12-10T09:00Z", "2026-12-10T11:00Z")), "2026-12-10T20:00");
  EXPECT_EQ(opening(ask(gap, "2026-12-10T09:00Z", "2026-12-10T09:30Z")), "2026-12-10T12:00");
  const auto year = with({deny("First", "2026-11-30", "2027-06-30"), deny("Second", "2027-06-30", "2027-07-31")});
  EXPECT_EQ(opening(ask(year, "2026-12-01T00:00Z", "2026-12-01T02:00Z")), "2027-07-31T00:00");
  const auto yearly = with({allow("July", "2026-07-15 08:00", "FREQ=YEARLY", "10h")});
  EXPECT_EQ(opening(ask(yearly, "2026-12-01T00:00Z", "2026-12-01T02:00Z")), "2027-07-15T08:00");
  const auto decades = with({deny("Old", "2000-01-01", "2090-01-01")});
  EXPECT_EQ(opening(ask(decades, "2026-12-01T00:00Z", "2026-12-01T02:00Z")), "2090-01-01T00:00");
  // Whatever opening is named, the same question asked there is answered with yes.
  for (const auto& o : {gap, year, yearly})
    for (const int hours : {1, 2, 9}) {
      const Interval wanted{at("2026-12-10T06:00Z"), at("2026-12-10T06:00Z") + std::chrono::hours{hours}};
      const auto d = denies(o, {{FreezeScope{}}, wanted, wanted.end - wanted.start, {}});
      ASSERT_TRUE(d.next_opening);
      const Interval moved{*d.next_opening, *d.next_opening + (wanted.end - wanted.start)};
      EXPECT_TRUE(denies(o, {{FreezeScope{}}, moved, moved.end - moved.start, {}}).clear()) << hours;
    }
}

TEST(Freeze, where_none_is_found_that_is_said) {
  const auto never = with({allow("Lunch", "2026-12-01 12:00", "FREQ=DAILY", "1h")});
  const auto d = ask(never, "2026-12-01T00:00Z", "2026-12-01T02:00Z");
  EXPECT_EQ(opening(d), "none");
  Release r;
  r.version = "1.0.0";
  r.window_start = at("2026-12-01T00:00Z"), r.window_end = at("2026-12-01T02:00Z");
  const auto refusal = refusals_of(d, r).at(0);
  EXPECT_THAT(refusal.limit, HasSubstr("no opening that holds the release was found until 2028-12-01"));
  EXPECT_THAT(refusal.next_step, testing::Not(HasSubstr("release move")));
}

TEST(Freeze, allowed_windows_that_touch_or_overlap_are_one) {
  const auto o = with({allow("Weekdays", "2026-11-02 00:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "1d"),
                       allow("Saturday morning", "2026-11-07 00:00", "FREQ=WEEKLY;BYDAY=SA", "8h")});
  EXPECT_TRUE(ask(o, "2026-12-07T23:00Z", "2026-12-08T01:00Z").clear()) << "Monday night";
  EXPECT_TRUE(ask(o, "2026-12-11T22:00Z", "2026-12-12T07:00Z").clear()) << "into Saturday";
  EXPECT_FALSE(ask(o, "2026-12-12T07:00Z", "2026-12-12T09:00Z").clear());
  EXPECT_EQ(opening(ask(o, "2026-12-12T10:00Z", "2026-12-12T11:00Z")), "2026-12-14T00:00");
  EXPECT_TRUE(ask(o, "2026-12-12T10:00Z", "2026-12-12T11:00Z", {"Weekdays"}).clear()) << "an exception opens what no window holds";
}

TEST(Freeze, deny_wins_inside_an_allowed_window) {
  const auto o = with({allow("Day", "2026-11-02 09:00", "FREQ=DAILY", "8h"), deny("Lunch", "2026-12-14 12:00", "2026-12-14 13:00")});
  const auto d = ask(o, "2026-12-14T12:00Z", "2026-12-14T12:30Z");
  ASSERT_EQ(d.hits.size(), 1u);
  EXPECT_EQ(d.hits[0].freeze->name, "Lunch");
  EXPECT_EQ(opening(d), "2026-12-14T13:00");
}

TEST(Freeze, one_that_cannot_be_read_hides_no_other) {
  auto odd = deny("Odd", "2026-12-01", "");
  odd.rrule = "FREQ=WEEKLY;BYDAY=5FR", odd.duration = "1d";
  const auto d = ask(with({odd, deny("Christmas", "2026-12-20", "2026-12-27")}), "2026-12-24T10:00Z", "2026-12-24T12:00Z");
  ASSERT_EQ(d.hits.size(), 1u);
  EXPECT_EQ(d.hits[0].freeze->name, "Christmas");
  ASSERT_EQ(d.unreadable.size(), 1u);
  EXPECT_THAT(d.unreadable[0].why, HasSubstr("BYDAY=5FR"));
  Release r;
  EXPECT_THAT(refusals_of(d, r).at(1).value, HasSubstr("whether \"Odd\" (owner ) holds is unknown"));
}

TEST(Freeze, one_that_is_declared_after_planning_holds_the_planned_release_and_tells_its_owner) {
  testing_world::World world;
  world
      .as("cora",
          [&](Work& work) {
            return move_window(
                work, {world.release.id, world.clock.time + std::chrono::hours{1}, world.clock.time + std::chrono::hours{3}, {}, ""});
          })
      .value();
  const auto release = world.look([&](store::Tx& tx) { return find_release(tx, world.release.id).value(); });
  const Interval window{*release.window_start, *release.window_end};
  EXPECT_TRUE(world.look([&](store::Tx& tx) { return what_denies(tx, release, window); }).clear());

  auto after = *world.look([&](store::Tx& tx) { return definitions::current(tx).value(); });
  after.freezes = {{.name = "Incident", .owner = "ria", .reason = "all stops", .from = "2026-02-20", .until = "2026-03-20"}};
  const auto frozen = world
                          .as("cora",
                              [&](Work& work) -> Result<std::vector<FrozenRelease>> {
                                const auto before = TRY(definitions::current(work.tx));
                                const auto applied = TRY(definitions::apply(work, after, "file"));
                                auto out = newly_frozen(work.tx, before, work.now);
                                tell_owners(work, out, applied.id);
                                return out;
                              })
                          .value();
  ASSERT_EQ(frozen.size(), 1u);
  EXPECT_EQ(frozen[0].release, "2.0.0");
  EXPECT_EQ(frozen[0].owner, "Cora Coordinator");
  EXPECT_EQ(world.count("SELECT count(*) FROM job WHERE kind = 'owner_mail'"), 1);

  const auto denial = world.look([&](store::Tx& tx) { return what_denies(tx, release, window); });
  ASSERT_EQ(denial.hits.size(), 1u);
  EXPECT_THAT(world.look([&](store::Tx& tx) { return conflicts_of(tx, release, world.clock.time); }).at(0).message, HasSubstr("Incident"));
  const auto gates = planning_gates();
  const auto gate = std::find_if(gates.begin(), gates.end(), [](const Gate& g) { return g.name == "freeze_clear"; });
  EXPECT_EQ(world.look([&](store::Tx& tx) { return gate->check(tx, release, world.clock.time); }).verdict, GateVerdict::fail);
  // and can be excepted, though the release was planned before it
  EXPECT_TRUE(world.as("cora", [&](Work& work) {
    return request_exception(work, {release.id, "Incident", "a security fix", world.clock.time + std::chrono::hours{24}});
  }));
  // what hit it already is not told again
  after.freezes.push_back({.name = "Elsewhere", .owner = "ria", .reason = "x", .from = "2027-01-01", .until = "2027-01-02"});
  EXPECT_TRUE(world
                  .as("cora",
                      [&](Work& work) -> Result<std::vector<FrozenRelease>> {
                        const auto before = TRY(definitions::current(work.tx));
                        TRY(definitions::apply(work, after, "file"));
                        return newly_frozen(work.tx, before, work.now);
                      })
                  .value()
                  .empty());
}

TEST(Calendar, an_unreadable_freeze_is_named_and_the_rest_is_told) {
  testing_world::World world;
  auto odd = *world.look([&](store::Tx& tx) { return definitions::current(tx).value(); });
  odd.freezes = {{.name = "Odd", .owner = "ria", .reason = "x", .from = "2026-02-20", .rrule = "FREQ=DAILY;BYYEARDAY=3", .duration = "1d"},
                 {.name = "Week", .owner = "ria", .reason = "x", .from = "2026-03-01", .until = "2026-03-02"}};
  world.database->write([&](store::Tx& tx) {  // as an older version of the product let it through
    tx.exec("INSERT INTO definitions (id, number, hash, body, origin, applied_at, applied_by) VALUES ('def_9', 9, 'h', $1, 'file', 0, '')",
            {json::write(odd)});
  });
  const auto items = world.look(
      [&](store::Tx& tx) { return calendar_of(tx, {at("2026-02-25T00:00Z"), at("2026-04-01T00:00Z")}, "", world.clock.time).value(); });
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].title, "Freeze: Odd");
  EXPECT_THAT(items[0].conflicts.at(0).message, HasSubstr("cannot be read"));
  EXPECT_EQ(items[1].title, "Freeze: Week");
}

TEST(Calendar, the_feed_is_the_same_bytes_until_something_changes_and_then_its_sequence_grows) {
  testing_world::World world{
      "freezes:\n  - {name: Week, owner: ria, reason: x, zone: UTC, from: \"2026-03-01\", until: \"2026-03-08\"}\n"
      "  - {name: Rush, owner: ria, reason: x, zone: UTC, from: \"2026-03-01 08:00\", rrule: \"FREQ=DAILY;BYHOUR=8,17\", duration: 2h}\n"};
  const auto feed = [&] {
    auto items = world.look([&](store::Tx& tx) {
      auto all = calendar_of(tx, {at("2026-02-25T00:00Z"), at("2026-03-05T00:00Z")}, "", world.clock.time).value();
      recall(tx, all);
      return all;
    });
    if (std::any_of(items.begin(), items.end(), [](const auto& i) { return !i.modified_at; }))
      world.database->write([&](store::Tx& tx) { remember(tx, items, world.clock.time); });
    return icalendar_of(items, "Releases");
  };
  const auto first = feed();
  world.clock.time += std::chrono::hours{1};
  EXPECT_EQ(feed(), first);
  std::set<std::string> uids;
  std::size_t events = 0;
  for (std::size_t from = 0; (from = first.find("\r\nUID:", from)) != std::string::npos; ++from, ++events)
    uids.insert(first.substr(from, first.find("\r\n", from + 2) - from));
  EXPECT_EQ(uids.size(), events);
  EXPECT_EQ(events, 9u);
  EXPECT_THAT(first, HasSubstr("SEQUENCE:0\r\n"));

  auto later = *world.look([&](store::Tx& tx) { return definitions::current(tx).value(); });
  later.freezes[0].until = "2026-03-09";
  for (const auto* login : {"cora", "ria"})  // a freeze that stands is changed by two
    world.as(login, [&](Work& work) { return definitions::apply(work, later, "file"); }).value();
  const auto second = feed();
  EXPECT_THAT(second, HasSubstr("SEQUENCE:1\r\n"));
  const auto uid = first.substr(first.find("UID:freeze-"), 40);
  EXPECT_THAT(second, HasSubstr(uid));
  EXPECT_THAT(second, HasSubstr("LAST-MODIFIED:20260225T"));
  EXPECT_EQ(feed(), second);
}

TEST(Calendar, the_feed_says_how_often_it_is_worth_asking_and_escapes_its_name) {
  const auto text = icalendar_of({}, "Releases: a, b; c");
  EXPECT_THAT(text, HasSubstr("REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n"));
  EXPECT_THAT(text, HasSubstr("X-PUBLISHED-TTL:PT15M\r\n"));
  EXPECT_THAT(text, HasSubstr("X-WR-CALNAME:Releases: a\\, b\\; c\r\n"));
  const auto long_name = icalendar_of({}, "Großer Schlussverkauf; " + std::string(60, 'x') + "日本日本日本日本日本日本日本日本");
  for (std::size_t from = 0, to; (to = long_name.find("\r\n", from)) != std::string::npos; from = to + 2) {
    EXPECT_LE(to - from, 75u);
    EXPECT_EQ(clean_text(long_name.substr(from, to - from)), long_name.substr(from, to - from)) << "a line by itself is UTF-8";
  }
}

}  // namespace
}  // namespace evenkeel::planning
