// Stop-the-line: anybody on call says it once, and nothing more goes out.
#include <thread>

#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LineStory : public Story {
 protected:
  /// The catalog, and payments of another area whose on-call holds no role there.
  static std::string two_areas() {
    auto yaml = edited(World::small_shop(), "areas: [", "areas: [{name: payments, coordinator: ada}, ");
    yaml = edited(
        yaml, "  - {login: quinn,",
        "  - {login: tom, name: Tom Payments, email: tom@shop.test, roles: [{role: support, areas: [payments]}]}\n  - {login: quinn,");
    return edited(yaml, "on_call: [", "on_call: [{area: payments, person: tom}, ");
  }
  static std::string with_pause(std::string yaml) {
    return edited(
        std::move(yaml), "deploy: [",
        "deploy: [{name: first, kind: command, command: [sh, -c, \"echo first >> @DIR@/log\"]}, {name: pause, kind: wait, wait: 10m}, ");
  }
  static void measure(World& w) {
    w.ready();
    ASSERT_TRUE(in_time([&] { return w.as("ada", {"decide", "1.0.0", "go"}).code == 0; }));
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
    const auto ticks = [&] { return w.shell("ada", "cat ticks.production 2>/dev/null || true").out; };
    ASSERT_TRUE(in_time([&] { return ticks().size() >= 40; }));
    const auto said = std::chrono::system_clock::now();
    ASSERT_EQ(w.as("eli", {"line", "stop", "shop", "--because", "orders are lost"}).code, 0);
    std::this_thread::sleep_for(std::chrono::seconds{2});
    const auto all = ticks();
    std::this_thread::sleep_for(std::chrono::seconds{1});
    EXPECT_EQ(ticks(), all) << "it is held";
    const auto last = std::atoll(all.c_str() + all.rfind('\n', all.size() - 2) + 1);
    const auto after = last - std::chrono::duration_cast<std::chrono::milliseconds>(said.time_since_epoch()).count();
    testing::Test::RecordProperty("last_step_began_ms_after_the_stop", int(after));
    fmt::print("last step began {} ms after the stop was said\n", after);
    EXPECT_LT(after, 1000);
    EXPECT_LT(std::count(all.begin(), all.end(), '\n'), 30);
  }
  static void go(World& w) {
    w.advance("1s");
    const auto said = w.as("ada", {"decide", "1.0.0", "go"});
    ASSERT_EQ(said.code, 0) << said.err;
  }
};

TEST_P(LineStory, CR6_one_on_call_stops_the_line_and_every_surface_says_so) {
  World w{GetParam(), two_areas()};
  w.ready();
  go(w);
  EXPECT_EQ(w.as("lee", {"line", "stop", "shop", "--because", "x"}).code, 1) << "leadership reads";
  EXPECT_EQ(w.as("tom", {"line", "stop", "shop", "--because", "x"}).code, 1) << "on call elsewhere";
  EXPECT_EQ(w.as("eli", {"line", "stop", "--because", "x"}).code, 2) << "which area?";
  EXPECT_THAT(w.as("eli", {"line", "stop", "shpo", "--because", "x"}).err, HasSubstr("did you mean 'shop'?"));
  ASSERT_EQ(w.as("eli", {"line", "stop", "shop", "--because", "orders are lost"}).code, 0);
  EXPECT_EQ(w.as("ada", {"line", "stop", "shop", "--because", "again"}).code, 0) << "said twice it is the same stop";
  EXPECT_EQ(w.ask("ada", {"line", "show"}).as_array().size(), 1u);
  EXPECT_THAT(w.as("pia", {"line", "show"}).out, AllOf(HasSubstr("area shop"), HasSubstr("by Eli Engineer: orders are lost"),
                                                       HasSubstr("its window is open; then `evenkeel deploy start shop/1.0.0`")));
  EXPECT_THAT(w.as("ada", {"calendar", "show"}).out, HasSubstr("window_in_freeze"));
  EXPECT_EQ(w.gate("freeze_clear").at("verdict").as_string(), "fail");
  EXPECT_THAT(w.as("ada", {"gate", "check", "1.0.0"}).out, HasSubstr("the line is stopped for area shop"));
  const auto refused = w.as("ada", {"deploy", "start", "1.0.0"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("the line is stopped for area shop"), HasSubstr("orders are lost"),
                                 HasSubstr("`evenkeel line resume shop --because ...`")));
  EXPECT_EQ(w.as("ada", {"line", "resume", "payments", "--because", "x"}).code, 1) << "that one is not stopped";
  EXPECT_EQ(w.as("ada", {"line", "resume", "shop"}).code, 2) << "needs a reason";
  ASSERT_EQ(w.as("ada", {"line", "resume", "shop", "--because", "the queue is repaired"}).code, 0);
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(LineStory, CR6_two_people_let_the_fix_through_and_every_area_can_be_stopped_by_any_on_call) {
  World w{GetParam(), two_areas()};
  w.ready();
  go(w);
  ASSERT_EQ(w.as("tom", {"line", "stop", "--all", "--because", "the network burns"}).code, 0) << "on call, without another role there";
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 1);
  EXPECT_EQ(w.as("quinn", {"line", "exempt", "1.0.0", "--because", "x"}).code, 1) << "is not on call for it";
  const auto one = w.as("eli", {"line", "exempt", "1.0.0", "--because", "it is the repair"});
  EXPECT_THAT(one.out, HasSubstr("A second person says the same"));
  EXPECT_EQ(w.as("eli", {"line", "exempt", "1.0.0", "--because", "really"}).code, 0);
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 1) << "the same person twice is one";
  EXPECT_THAT(w.as("rita", {"line", "exempt", "1.0.0", "--because", "it is"}).out, HasSubstr("may go out while the line is stopped"));
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  EXPECT_THAT(w.as("ada", {"line", "show"}).out, HasSubstr("let through by two people: 1.0.0"));
}

TEST_P(LineStory, CR6_a_stop_holds_a_deployment_before_its_next_step_until_it_is_lifted_and_never_a_rollback) {
  World w{GetParam(), with_pause(two_areas())};
  w.ready();
  go(w);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("1m");
  ASSERT_EQ(w.as("eli", {"line", "stop", "shop", "--because", "orders are lost"}).code, 0);
  EXPECT_EQ(w.as("ada", {"deploy", "status", "1.0.0", "--json"}).json().at("state").as_string(), "held");
  w.advance("15m");
  EXPECT_EQ(w.shell("ada", "cat live.production").out, "0.9.0\n");
  EXPECT_EQ(w.as("ada", {"deploy", "resume", "1.0.0"}).code, 0) << "a pause may end";
  w.advance("1m");
  EXPECT_EQ(w.shell("ada", "cat live.production").out, "0.9.0\n") << "what changes something does not begin";
  const auto resumed = w.as("ada", {"deploy", "resume", "1.0.0"});
  EXPECT_EQ(resumed.code, 1);
  EXPECT_THAT(resumed.err, HasSubstr("the line is stopped"));
  const auto lifted = w.as("eli", {"line", "resume", "shop", "--because", "repaired"});
  EXPECT_THAT(lifted.out, HasSubstr("its deployment is held; then `evenkeel deploy resume shop/1.0.0`"));
  ASSERT_EQ(w.as("ada", {"deploy", "resume", "shop/1.0.0"}).code, 0);
  w.advance("1m");
  EXPECT_EQ(w.shell("ada", "cat live.production").out, "1.0.0\n");
  ASSERT_EQ(w.as("eli", {"line", "stop", "shop", "--because", "again"}).code, 0);
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "we do not wait"}).code, 0);
  w.advance("1m");
  EXPECT_EQ(w.shell("ada", "cat live.production").out, "0.9.0\n");
}

/// In real time, many short steps, on PostgreSQL over two replicas: from the moment of saying it until no step begins any more.
TEST_P(LineStory, CR6_from_the_stop_to_the_held_step_is_less_than_a_second) {
  auto yaml = edited(two_areas(), "deploy: [", "deploy: [@STEPS@");
  std::string steps;
  for (int i = 0; i < 30; ++i)
    steps +=
        fmt::format("{{name: s{}, kind: command, command: [sh, -c, \"date +%s%3N >> @DIR@/ticks.${{environment}}; sleep 0.1\"]}}, ", i);
  yaml = edited(yaml, "@STEPS@", steps);
  World w{GetParam(), yaml, true};
  if (GetParam() == On::sqlite) return measure(w);
  const auto other = w.replica();
  measure(w);
}

INSTANTIATE_TEST_SUITE_P(On, LineStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
