// Who is there: people are away and somebody stands in, on-call is handed over and swapped, a window is no longer than the organisation
// allows.
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PresenceStory : public Story {
 protected:
  static std::string in(World& w, int hours) { return to_iso(parse_time(w.now()).value() + std::chrono::hours{hours}); }
  static Said move(World& w, int from, int to) {
    return w.as("ada",
                {"release", "move", "1.0.0", "--reason", "the bank is closed", "--window-start", in(w, from), "--window-end", in(w, to)});
  }
  /// What stands between the first backquotes of a refusal, with what a person fills in.
  static std::string printed_step(const Said& said, const std::string& filled_in) {
    const auto from = said.err.find('`') + 1;
    auto line = said.err.substr(from, said.err.find('`', from) - from);
    for (const auto* blank : {"LOGIN", "..."})
      if (const auto at = line.find(blank); at != std::string::npos) line.replace(at, std::string(blank).size(), filled_in);
    return line;
  }
};

TEST_P(PresenceStory, RC4_no_window_is_longer_than_declared_and_one_person_does_not_lengthen_it) {
  World w{GetParam(), edited(World::small_shop(), "coordinator: ada}", "coordinator: ada, longest_window: 3h}") +
                          "process: {owner: ada, longest_window: 4h}\n"};
  w.plan();
  const auto refused = move(w, 1, 6);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("the window is 5h long; the longest is 3h"), HasSubstr("longest_window"),
                                 HasSubstr("at most 3h"), HasSubstr("ada, who owns the process")));
  const auto next = w.shell("ada", printed_step(refused, "\"shorter\""));
  EXPECT_EQ(next.code, 0) << printed_step(refused, "\"shorter\"") << next.err;
  const auto planned = w.as("ada", {"release", "plan", "2.0.0", "--area", "shop", "--component", "catalog=0.9.0..2.0.0", "--window-start",
                                    in(w, 1), "--window-end", in(w, 7)});
  EXPECT_EQ(planned.code, 1);
  EXPECT_THAT(planned.err, HasSubstr("plan it with `--window-start " + in(w, 1) + " --window-end " + in(w, 4) + "`"));
  w.shell("ada", "sed 's/longest_window: 3h/longest_window: 4h/' evenkeel.yaml > wide.yaml");
  EXPECT_EQ(w.as("ada", {"apply", w.dir + "/wide.yaml", "--yes"}).code, 0) << "nobody else may change this area here";
  EXPECT_EQ(move(w, 1, 5).code, 0) << "what is in force holds, also for what was planned before";
  w.shell("ada", "sed 's/longest_window: 3h/longest_window: 5h/' evenkeel.yaml > wider.yaml");
  EXPECT_THAT(w.as("ada", {"config", "check", w.dir + "/wider.yaml"}).err + w.as("ada", {"config", "check", w.dir + "/wider.yaml"}).out,
              HasSubstr("longer than `process.longest_window` (4h)"));
  w.shell("ada", "sed 's/longest_window: [34]h/longest_window: 1h/' evenkeel.yaml > short.yaml");
  ASSERT_EQ(w.as("ada", {"apply", w.dir + "/short.yaml", "--yes"}).code, 0);
  EXPECT_THAT(w.as("ada", {"release", "show", "1.0.0"}).out, HasSubstr("Conflict: its window is 4h long; the longest is 1h"));
}

TEST_P(PresenceStory, RC4_a_window_is_longer_only_with_a_second_person) {
  auto yaml = edited(World::small_shop(), "  - {login: quinn,",
                     "  - {login: otto, name: Otto Other, email: otto@shop.test, roles: [{role: admin}]}\n  - {login: quinn,") +
              "process: {longest_window: 4h}\n";
  World w{GetParam(), yaml};
  w.shell("ada", "sed 's/longest_window: 4h/longest_window: 9h/' evenkeel.yaml > wide.yaml");
  EXPECT_EQ(w.as("ada", {"apply", w.dir + "/wide.yaml", "--yes"}).code, 4);
  EXPECT_THAT(w.as("otto", {"today"}).out, HasSubstr("Agree to what Ada Coordinator has proposed"));
  EXPECT_EQ(w.as("otto", {"apply", w.dir + "/wide.yaml", "--yes"}).code, 0);
}

TEST_P(PresenceStory, RC4_a_go_is_moved_only_to_a_time_when_owners_and_on_call_are_there) {
  World w{GetParam(), edited(World::small_shop(), "deploy: [{name: put,",
                             "deploy: [{name: warm the cache, kind: manual, prompt: \"Is it warm?\", owner: quinn}, {name: put,")};
  w.ready();
  w.advance("1s");
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  const auto away = w.as("quinn", {"absence", "note", "--from", in(w, 40), "--until", in(w, 60), "--reason", "a wedding"});
  ASSERT_EQ(away.code, 0) << away.err;
  EXPECT_THAT(away.out, HasSubstr("Quinn Quality is away"));
  const auto refused = move(w, 48, 50);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("Quinn Quality answers for step \"warm the cache\" of catalog and is away from"));
  const auto mended = w.shell("ada", printed_step(refused, "sam"));
  ASSERT_EQ(mended.code, 0) << printed_step(refused, "sam") << mended.err;
  EXPECT_THAT(mended.out, HasSubstr("Sam Security stands in"));
  ASSERT_EQ(w.as("eli", {"absence", "note", "--from", in(w, 40), "--until", in(w, 60)}).code, 0);
  const auto unmanned = move(w, 48, 50);
  EXPECT_THAT(unmanned.err, HasSubstr("nobody is on call for area shop"));
  EXPECT_THAT(w.as("ada", {"calendar", "show", "--weeks", "1"}).out, Not(HasSubstr("nobody is on call")));
  EXPECT_EQ(move(w, 70, 72).code, 0) << "everybody is back";
}

TEST_P(PresenceStory, RC7_who_is_away_is_not_asked_the_deputy_is_and_may_do_it) {
  World w{GetParam(), World::strict_shop({"teams_confirmed"})};
  w.plan();
  EXPECT_EQ(w.as("sam", {"absence", "note", "--login", "eli", "--until", in(w, 72)}).code, 1) << "somebody else's word";
  EXPECT_EQ(w.as("sam", {"release", "confirm", "1.0.0", "catalog"}).code, 1);
  ASSERT_EQ(w.as("eli", {"absence", "note", "--until", in(w, 72), "--deputy", "sam", "--reason", "ill"}).code, 0);
  EXPECT_THAT(w.as("sam", {"today"}).out,
              AllOf(HasSubstr("Confirm freeze date and window for catalog"), HasSubstr("Eli Engineer is away until"),
                    HasSubstr("Away\n  Eli Engineer until"), HasSubstr("Sam Security stands in")));
  EXPECT_THAT(w.as("eli", {"today"}).out, Not(HasSubstr("evenkeel release confirm")));
  const auto confirmed = w.as("sam", {"release", "confirm", "1.0.0", "catalog"});
  EXPECT_EQ(confirmed.code, 0) << confirmed.err;
  EXPECT_EQ(w.as("sam", {"risk", "assess", "1.0.0"}).code, 1) << "nobody gets a role by standing in";
  const auto list = w.as("ada", {"absence", "list"});
  EXPECT_THAT(list.out, AllOf(HasSubstr("Eli Engineer is away"), HasSubstr("Sam Security stands in"), HasSubstr("ill")));
  ASSERT_EQ(w.as("eli", {"absence", "end", list.out.substr(0, list.out.find(' '))}).code, 0);
  EXPECT_THAT(w.as("ada", {"absence", "list"}).out, HasSubstr("Nobody is away."));
  w.plan("1.0.1");
  EXPECT_EQ(w.as("sam", {"release", "confirm", "1.0.1", "catalog"}).code, 1) << "who is back answers for themselves";
  EXPECT_THAT(w.as("ada", {"ledger", "verify"}).out, HasSubstr("Intact"));
  EXPECT_THAT(w.ledger(), AllOf(HasSubstr("absence.noted"), HasSubstr("absence.ended")));
}

TEST_P(PresenceStory, I5_on_call_is_handed_over_and_the_window_says_to_whom) {
  World w{GetParam(), edited(World::small_shop(), "on_call: [{area: shop, person: eli}]",
                             "on_call: [{area: shop, rota: [eli, rita, quinn], starts: \"2026-01-05 09:00\", turn: 12h}]")};
  w.plan();
  const auto first = w.as("ada", {"oncall", "list"});
  EXPECT_THAT(first.out, AllOf(HasSubstr("shop: "), HasSubstr("deputy"), HasSubstr("then")));
  ASSERT_EQ(move(w, 1, 20).code, 0);
  EXPECT_THAT(std::string(w.gate("on_call_present").at("value").as_string()), AllOf(HasSubstr(", from "), HasSubstr(" on call")));
  EXPECT_THAT(w.as("ada", {"release", "show", "1.0.0"}).out, HasSubstr("On call during the window"));
  w.advance("12h");
  EXPECT_NE(w.as("ada", {"oncall", "list"}).out, first.out);
  const auto says = [&](const std::string& on_call) {
    w.shell("ada", "sed 's|^on_call:.*|on_call: [" + on_call + "]|' evenkeel.yaml > bad.yaml");
    const auto said = w.as("ada", {"config", "check", w.dir + "/bad.yaml"});
    return said.out + said.err;
  };
  EXPECT_THAT(says("{area: shop, rota: [eli, nobody], starts: \"2026-01-05 09:00\"}"), HasSubstr("there is no person 'nobody'"));
  EXPECT_THAT(says("{area: shop, rota: [eli, rita]}"), HasSubstr("say when the first turn begins"));
  EXPECT_THAT(says("{area: shop}"), HasSubstr("name the person, or a `rota`"));
}

/// Whose turn it is stops the line and rolls back, whatever roles they hold; whose turn it is not does neither.
TEST_P(PresenceStory, I5_who_is_on_call_now_has_the_wheel_also_by_a_swap) {
  World w{GetParam(), edited(World::small_shop(), "on_call: [{area: shop, person: eli}]",
                             "on_call: [{area: shop, rota: [eli, pia, alex], starts: \"2026-01-05 00:00\", turn: 5000d, deputy: eli}]")};
  w.deploy();
  EXPECT_THAT(w.as("pia", {"rollback", "start", "1.0.0", "--reason", "orders are lost"}).err, HasSubstr("needs the role"));
  EXPECT_EQ(w.as("pia", {"line", "stop", "shop", "--because", "orders are lost"}).code, 1);
  EXPECT_THAT(w.as("sam", {"oncall", "swap", "shop", "--until", "+5h"}).err, HasSubstr("Sam Security is neither in the rota"));
  const auto swapped = w.as("pia", {"oncall", "swap", "shop", "--until", "+5h", "--reason", "Eli is on a train"});
  ASSERT_EQ(swapped.code, 0) << swapped.err;
  EXPECT_THAT(w.as("ada", {"oncall", "list"}).out, AllOf(HasSubstr("shop: Pia Product for Eli Engineer"), HasSubstr("Eli is on a train")));
  const auto taken = w.as("alex", {"oncall", "swap", "shop", "--until", "+1h"});
  EXPECT_EQ(taken.code, 1);
  EXPECT_EQ(w.as("pia", {"line", "stop", "shop", "--because", "orders are lost"}).code, 0);
  const auto rolled = w.as("pia", {"rollback", "start", "1.0.0", "--reason", "orders are lost"});
  EXPECT_EQ(rolled.code, 0) << rolled.err;
  w.advance("1m");
  EXPECT_EQ(w.shell("pia", printed_step(taken, "")).code, 0) << "the turn is given back by the printed command";
  EXPECT_EQ(w.as("pia", {"line", "resume", "shop", "--because", "mended"}).code, 1);
}

TEST_P(PresenceStory, I5_whoever_takes_over_hears_of_it_a_day_ahead_and_again_with_what_is_open) {
  FakeProgram mail{"smtp"}, chat{"chat"};
  ::setenv("EVENKEEL_STORY_CHAT", (chat.url() + "/messages").c_str(), 1);
  auto yaml = edited(World::small_shop(), "on_call: [{area: shop, person: eli}]",
                     "on_call: [{area: shop, rota: [eli, rita], starts: \"2026-06-08 12:00\", turn: 2d}]");
  World w{GetParam(), edited(yaml, "coordinator: ada}", "coordinator: ada, chat: room}") +
                          fmt::format("connections: [{{name: mail, kind: smtp, url: \"{}\", from: ek@shop.test}}]\n", mail.smtp_url()) +
                          "channels: [{name: room, kind: chat, url: \"${env:EVENKEEL_STORY_CHAT}\", to: [\"#shop\"]}]\n"
                          "escalation: {mail: true, remind_after: 30d, escalate_after: 60d}\n"};
  const auto about_turns = [&](const std::string& to) {
    std::vector<std::string> out;
    const auto state = mail.state();
    for (const auto& m : state.at("messages").as_array()) {
      const bool about = m.at("subject").as_string().find("on call for") != std::string::npos;
      if (about && m.at("to").as_array().at(0).as_string() == to) out.push_back(json::dump(m));
    }
    return out;
  };
  ASSERT_EQ(w.now().substr(0, 13), "2026-06-09T09") << "27 hours before Rita's turn";
  w.advance("2h");
  EXPECT_THAT(about_turns("rita@shop.test"), testing::IsEmpty());
  w.plan();
  w.advance("2h");
  ASSERT_THAT(about_turns("rita@shop.test"), testing::SizeIs(1));
  EXPECT_THAT(about_turns("rita@shop.test").front(),
              AllOf(HasSubstr("You are on call for"), HasSubstr("from Wed 10 Jun, 12:00"), HasSubstr("Eli Engineer hands over")));
  ASSERT_EQ(w.as("eli", {"incident", "open", "lists are slow", "--service", "catalog"}).code, 0);
  w.advance("23h");
  w.advance("2m");
  ASSERT_THAT(about_turns("rita@shop.test"), testing::SizeIs(2)) << "and nobody is told twice";
  EXPECT_THAT(about_turns("rita@shop.test").back(),
              AllOf(HasSubstr("now"), HasSubstr("lists are slow"), HasSubstr("evenkeel incident show inc_")));
  EXPECT_THAT(json::dump(chat.state()), AllOf(HasSubstr("Rita Risk is on call for"), HasSubstr("lists are slow")));
  EXPECT_THAT(about_turns("eli@shop.test"), testing::IsEmpty());
  const auto swapped = w.as("eli", {"oncall", "swap", "shop", "--until", "+5h"});
  ASSERT_EQ(swapped.code, 0) << swapped.err;
  w.advance("2m");
  ASSERT_THAT(about_turns("eli@shop.test"), testing::SizeIs(1)) << "a turn that is taken is a turn";
  EXPECT_THAT(about_turns("eli@shop.test").front(), HasSubstr("The rota has Rita Risk there"));
}

TEST_P(PresenceStory, RC7_a_chat_hears_what_waits_for_whom) {
  FakeProgram chat{"chat"};
  ::setenv("EVENKEEL_STORY_CHAT", (chat.url() + "/messages").c_str(), 1);
  World w{GetParam(), edited(World::strict_shop({"teams_confirmed"}), "coordinator: ada}", "coordinator: ada, chat: room}") +
                          "channels: [{name: room, kind: chat, url: \"${env:EVENKEEL_STORY_CHAT}\", to: [\"#shop\"]}]\n"
                          "escalation: {remind_after: 30m, escalate_after: 1h}\n"};
  w.plan();
  w.advance("2m");
  const auto told = json::dump(chat.state());
  EXPECT_THAT(told, AllOf(HasSubstr("Confirm freeze date and window for catalog"), HasSubstr("Eli Engineer")));
  const auto count = [&] { return chat.state().at("messages").as_array().size(); };
  const auto first = count();
  w.advance("10m");
  EXPECT_EQ(count(), first) << "nothing is said twice";
  w.advance("25m");
  EXPECT_THAT(json::dump(chat.state()), HasSubstr("Reminder: "));
  w.shell("ada", "sed 's/, chat: room//' evenkeel.yaml > quiet.yaml");
  ASSERT_EQ(w.as("ada", {"apply", w.dir + "/quiet.yaml", "--yes"}).code, 0);
  const auto last = count();
  w.advance("2h");
  EXPECT_EQ(count(), last) << "the area names no chat any more";
}

INSTANTIATE_TEST_SUITE_P(On, PresenceStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
