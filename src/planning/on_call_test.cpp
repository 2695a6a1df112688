// Who is on call while turns are handed over, swapped, and people are away: compared minute by minute with a slow obvious version.
#include "planning/on_call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "accounts/absence.hpp"
#include "support/fresh_database.hpp"
#include "work/engine.hpp"

namespace evenkeel::planning {
namespace {

using testing::HasSubstr;
using testing_database::On;

constexpr const char* shop = R"(
name: Shop
zone: Europe/Berlin
people:
  - {login: ada, name: Ada, email: a@x.org, roles: [{role: admin}, {role: coordinator}]}
  - {login: eli, name: Eli, email: e@x.org}
  - {login: rita, name: Rita, email: r@x.org}
  - {login: quinn, name: Quinn, email: q@x.org}
  - {login: pia, name: Pia, email: p@x.org, roles: [{role: on_call}]}
  - {login: sam, name: Sam, email: s@x.org, roles: [{role: security}]}
areas: [{name: shop}]
on_call: [{area: shop, rota: [eli, rita, quinn], starts: "2026-10-19 09:00", turn: 1d}]
)";
const SysTime monday = parse_time("2026-10-19T07:00:00Z").value();  // nine o'clock in Berlin; the clocks go back on the 25th
constexpr std::chrono::hours hour{1};

struct StandingClock final : Clock {
  SysTime at = monday;
  SysTime now() const override { return at; }
};

class WhoIsOnCall : public testing::TestWithParam<On> {
 protected:
  WhoIsOnCall() {
    Actor first{.kind = ActorKind::person, .id = "local:test"};
    first.grants.insert({Role::admin, "*"});
    engine.perform(first, [&](Work& work) { return definitions::apply(work, definitions::read_yaml(shop, "e.yaml").value(), "file"); })
        .value();
  }
  template <class F>
  auto as(const std::string& login, F f) {
    const auto actor = database->read([&](store::Tx& tx) { return accounts::as_actor(tx, *accounts::find_person(tx, login), Via::cli); });
    return engine.perform(actor, f);
  }
  auto away(const std::string& login, SysTime from, SysTime until, const std::string& deputy = "") {
    return as(login,
              [&](Work& work) { return accounts::note_absence(work, {.login = "", .from = from, .until = until, .deputy = deputy}); });
  }
  auto swap(const std::string& by, const std::string& takes, SysTime from, SysTime until) {
    return as(by, [&](Work& work) { return swap_on_call(work, {.area = "shop", .from = from, .until = until, .login = takes}); });
  }
  std::string at(SysTime t) {
    return database->read([&](store::Tx& tx) {
      const auto on_call = on_call_at(tx, **definitions::current(tx), "shop", t);
      if (!on_call) return std::string("nobody");
      return on_call->person + "/" + on_call->deputy + (on_call->instead_of.empty() ? "" : " for " + on_call->instead_of);
    });
  }
  template <class T>
  static std::string why(const Result<T>& r) {
    return r ? "done" : r.error().message;
  }

  StandingClock clock;
  testing_database::Fresh fresh{GetParam()};
  std::unique_ptr<store::Database> database = fresh.migrated();
  Engine engine{*database, clock};
};

TEST_P(WhoIsOnCall, a_turn_is_swapped_for_its_time_and_given_back) {
  EXPECT_EQ(at(monday), "eli/rita");
  const auto taken = swap("pia", "pia", monday + 2 * hour, monday + 4 * hour);
  ASSERT_TRUE(taken) << why(taken);
  EXPECT_EQ(at(monday + 2 * hour), "pia/rita for eli");
  EXPECT_EQ(at(monday + 4 * hour), "eli/rita");
  EXPECT_THAT(why(swap("quinn", "quinn", monday + 3 * hour, monday + 5 * hour)),
              AllOf(HasSubstr("Pia has taken that turn from 2026-10-19T09:00:00Z"), HasSubstr("evenkeel oncall unswap swp_")));
  EXPECT_EQ(why(swap("quinn", "quinn", monday + 4 * hour, monday + 5 * hour)), "done") << "beside it is not over it";
  EXPECT_EQ(why(as("sam", [&](Work& work) { return end_swap(work, {taken->id}); })),
            "swapping a turn that is neither yours nor taken by you needs the role coordinator or engineering_lead or health_monitor or "
            "admin in area shop");
  EXPECT_EQ(why(as("eli", [&](Work& work) { return end_swap(work, {taken->id}); })), "done") << "whose turn it is";
  EXPECT_EQ(at(monday + 2 * hour), "eli/rita");
  EXPECT_EQ(why(as("pia", [&](Work& work) { return end_swap(work, {taken->id}); })), "that swap is over");
}

TEST_P(WhoIsOnCall, nobody_comes_to_a_turn_who_could_not_be_asked_for_it) {
  EXPECT_EQ(why(swap("sam", "sam", monday, monday + hour)), "Sam is neither in the rota of area shop nor holds the role on_call there");
  EXPECT_THAT(why(swap("sam", "quinn", monday, monday + hour)), HasSubstr("neither yours nor taken by you"));
  EXPECT_THAT(why(swap("eli", "quinn", monday, monday + 30 * hour)), HasSubstr("neither yours nor taken by you"))
      << "not all of it is Eli's";
  EXPECT_EQ(why(swap("eli", "quinn", monday, monday + 24 * hour)), "done");
  EXPECT_EQ(why(swap("ada", "pia", monday + 24 * hour, monday + 48 * hour)), "done") << "the coordinator of the area";
  ASSERT_TRUE(away("rita", monday + 50 * hour, monday + 60 * hour));
  EXPECT_THAT(why(swap("rita", "rita", monday + 49 * hour, monday + 70 * hour)), HasSubstr("Rita is away until"));
  EXPECT_EQ(why(swap("eli", "eli", monday - 9 * hour, monday - hour)), "that turn is over");
  EXPECT_THAT(why(as("eli", [&](Work& work) { return swap_on_call(work, {.area = "shpo", .until = monday + hour}); })),
              HasSubstr("there is no area 'shpo'; did you mean 'shop'?"));
}

TEST_P(WhoIsOnCall, who_is_away_is_stood_in_for_by_their_deputy_then_by_the_rotas) {
  ASSERT_TRUE(away("eli", monday + hour, monday + 5 * hour, "sam"));
  EXPECT_EQ(at(monday + hour), "sam/rita for eli") << "Eli named Sam";
  ASSERT_TRUE(away("sam", monday + 2 * hour, monday + 3 * hour));
  EXPECT_EQ(at(monday + 2 * hour), "rita/ for eli") << "who comes next stands in";
  ASSERT_TRUE(away("rita", monday + 2 * hour, monday + 4 * hour));
  EXPECT_EQ(at(monday + 2 * hour), "nobody");
  EXPECT_EQ(at(monday + 3 * hour), "sam/ for eli") << "Sam is back, Rita is not";
}

TEST_P(WhoIsOnCall, of_absences_that_overlap_the_last_word_holds) {
  const auto first = away("eli", monday, monday + 10 * hour, "quinn").value();
  const auto second = away("eli", monday + 4 * hour, monday + 20 * hour, "pia").value();
  EXPECT_EQ(at(monday + 3 * hour), "quinn/rita for eli");
  EXPECT_EQ(at(monday + 5 * hour), "pia/rita for eli");
  clock.at = monday + 6 * hour;
  ASSERT_TRUE(as("eli", [&](Work& work) { return accounts::end_absence(work, {second.id}); }));
  EXPECT_EQ(at(monday + 5 * hour), "pia/rita for eli") << "what was is not changed";
  EXPECT_EQ(at(monday + 7 * hour), "quinn/rita for eli") << "the other word holds still";
  ASSERT_TRUE(as("eli", [&](Work& work) { return accounts::end_absence(work, {first.id}); }));
  EXPECT_EQ(at(monday + 7 * hour), "eli/rita");
  EXPECT_EQ(why(as("eli", [&](Work& work) { return accounts::end_absence(work, {first.id}); })), "that absence is over");
}

TEST_P(WhoIsOnCall, a_deputy_is_there_for_all_of_it_and_an_absence_is_ones_own_word) {
  ASSERT_TRUE(away("quinn", monday + 5 * hour, monday + 6 * hour));
  EXPECT_THAT(why(away("eli", monday, monday + 8 * hour, "quinn")), HasSubstr("Quinn is away from 2026-10-19T12:00:00Z"));
  EXPECT_EQ(why(away("eli", monday, monday + 5 * hour, "quinn")), "done") << "it ends when the other begins";
  EXPECT_EQ(why(away("eli", monday, monday + hour, "eli")), "somebody else stands in");
  EXPECT_EQ(why(away("eli", monday + hour, monday + hour)), "an absence ends after it begins");
  EXPECT_EQ(why(away("eli", monday - 2 * hour, monday - hour)), "that absence is over");
  const auto for_another = [&](const std::string& by) {
    return why(as(by, [&](Work& work) { return accounts::note_absence(work, {.login = "rita", .until = monday + hour}); }));
  };
  EXPECT_EQ(for_another("eli"), "whether somebody else is away is said by themselves, a coordinator or an admin");
  EXPECT_EQ(for_another("ada"), "done");
  const auto warned = away("quinn", monday + hour, monday + 2 * hour).value();
  ASSERT_EQ(warned.warnings.size(), 1u) << "Quinn stood in for Eli";
  EXPECT_THAT(warned.warnings[0], HasSubstr("nobody stands in for Eli any more"));
}

/// Random turns, swaps and absences: what `shifts` says of a time is what `on_call_at` says at each of its moments, shifts touch and fill
/// the time, and nobody is on call who is away.
TEST_P(WhoIsOnCall, shifts_say_of_a_time_what_is_so_at_each_moment) {
  std::mt19937 random{20261019};
  const auto below = [&](std::int64_t n) { return std::uniform_int_distribution<std::int64_t>{0, n - 1}(random); };
  const std::string people[] = {"eli", "rita", "quinn", "pia"};
  for (int i = 0; i < 60; ++i) {
    const auto from = monday + std::chrono::minutes{30 * below(48 * 9)}, until = from + std::chrono::minutes{30 * (1 + below(60))};
    const auto &one = people[below(4)], &other = people[below(4)];
    if (below(2))
      (void)away(one, from, until, below(2) ? other : "");
    else
      (void)swap("ada", one, from, until);
  }
  const Interval week{monday, monday + std::chrono::days{10}};
  database->read([&](store::Tx& tx) {
    const auto o = *definitions::current(tx);
    auto expected = week.start;
    for (const auto& [time, on_call] : shifts(tx, *o, "shop", week)) {
      EXPECT_EQ(time.start, expected);
      expected = time.end;
      for (auto t = time.start; t < time.end; t += std::chrono::minutes{30}) {
        const auto then = on_call_at(tx, *o, "shop", t);
        EXPECT_EQ(then.has_value(), on_call.has_value()) << to_iso(t);
        if (!then || !on_call) continue;
        EXPECT_EQ(then->person, on_call->person) << to_iso(t);
        EXPECT_FALSE(accounts::away_at(tx, t).contains(then->person)) << to_iso(t);
        EXPECT_FALSE(accounts::away_at(tx, t).contains(then->deputy)) << to_iso(t);
        EXPECT_NE(then->person, then->deputy);
      }
    }
    EXPECT_EQ(expected, week.end);
    return 0;
  });
}

INSTANTIATE_TEST_SUITE_P(On, WhoIsOnCall, testing::ValuesIn(testing_database::everywhere()), testing_database::name_of);

}  // namespace
}  // namespace evenkeel::planning
