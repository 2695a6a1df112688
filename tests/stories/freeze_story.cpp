// CR6: freezes and allowed windows, as people declare them and as they hold releases.
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class FreezeStory : public Story {
 protected:
  static std::string frozen(const std::string& yaml, const std::string& from, const std::string& until) {
    return yaml + fmt::format("\nfreezes:\n  - {{name: Incident, owner: rita, reason: everything stops, from: \"{}\", until: \"{}\"}}\n",
                              from, until);
  }
  static std::string day(World& w, int after) { return to_iso(parse_time(w.now()).value() + std::chrono::hours{24 * after}).substr(0, 10); }
};

TEST_P(FreezeStory, CR6_a_freeze_that_is_declared_after_go_holds_the_start_and_tells_who_owns_the_release) {
  FakeProgram mail{"smtp"};
  const auto yaml = World::strict_shop({"freeze_clear"}) +
                    fmt::format("connections: [{{name: mail, kind: smtp, url: \"{}\", from: ek@shop.test}}]\n", mail.smtp_url());
  World w{GetParam(), yaml};
  w.ready();
  w.advance("1s");
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  w.apply(frozen(yaml, day(w, -1), day(w, 30)));
  EXPECT_THAT(w.as("ada", {"calendar", "show"}).out, HasSubstr("window_in_freeze"));
  EXPECT_EQ(w.gate("freeze_clear").at("verdict").as_string(), "fail");
  const auto refused = w.as("ada", {"deploy", "start", "1.0.0"});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("the freeze \"Incident\" (owner Rita Risk): everything stops; it ends"), HasSubstr("next opening"),
                    HasSubstr("evenkeel exception request shop/1.0.0 --freeze \"Incident\""), Not(HasSubstr("release move"))))
      << "a decided release is not moved";
  EXPECT_EQ(w.shell("ada", "cat live.production").out, "0.9.0\n");
  w.advance("1m");
  const auto letters = json::dump(mail.state());
  EXPECT_THAT(letters, HasSubstr("ada@shop.test"));
  EXPECT_THAT(letters, HasSubstr("was declared over its window"));

  const auto until = to_iso(parse_time(w.now()).value() + std::chrono::hours{5});
  const auto asked =
      w.ask("ada", {"exception", "request", "1.0.0", "--freeze", "Incident", "--reason", "the fix itself", "--expires", until});
  ASSERT_EQ(w.as("rita", {"exception", "approve", std::string(asked.at("id").as_string())}).code, 0);
  EXPECT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0) << "through the exception";
}

TEST_P(FreezeStory, CR6_applying_a_freeze_names_the_planned_releases_it_hits) {
  World w{GetParam()};
  w.plan();
  const auto yaml = frozen(World::small_shop(), day(w, -1), day(w, 30));
  w.shell("ada", "true");
  std::string text = yaml;
  for (std::size_t at; (at = text.find("@DIR@")) != std::string::npos;) text.replace(at, 5, w.dir);
  w.shell("ada", "cat > frozen.yaml <<'Y'\n" + text + "\nY");
  const auto said = w.as("rita", {"apply", w.dir + "/frozen.yaml"});
  EXPECT_EQ(said.code, 0) << said.err;
  EXPECT_THAT(said.out,
              AllOf(HasSubstr("Release 1.0.0 (shop, owner Ada Coordinator) cannot go out in its window: the window lies in the freeze "
                              "\"Incident\""),
                    HasSubstr("next step: move the window (`evenkeel release move shop/1.0.0 --window-start ")));
  // the printed command does what it says
  const auto from = said.out.find("`evenkeel ") + 10, to = said.out.find('`', from);
  const auto moved = w.shell("ada", "evenkeel " + said.out.substr(from, to - from));
  EXPECT_EQ(moved.code, 0) << moved.err;
  EXPECT_THAT(w.as("ada", {"release", "show", "1.0.0"}).out, Not(HasSubstr("Conflict: the window lies in")));
}

TEST_P(FreezeStory, CR6_a_freeze_that_begins_while_a_deployment_runs_holds_the_steps_that_have_not_begun) {
  const auto yaml = edited(World::small_shop(), "deploy: [",
                           "deploy: [{name: first, kind: command, command: [sh, -c, \"echo first >> @DIR@/log\"]}, "
                           "{name: pause, kind: wait, wait: 10m}, ");
  World w{GetParam(), yaml};
  w.deploy();
  w.advance("1m");
  EXPECT_EQ(w.shell("ada", "tail -1 log").out, "first\n");
  w.apply(frozen(yaml, day(w, -1), day(w, 30)));
  w.advance("15m");
  EXPECT_EQ(w.shell("ada", "cat live.production").out, "0.9.0\n") << "the next step that changes something did not begin";
  const auto run = w.as("ada", {"deploy", "status", "1.0.0", "--json"}).json();
  EXPECT_EQ(run.at("state").as_string(), "held");
  EXPECT_THAT(json::dump(run), HasSubstr("waits: the window lies in the freeze"));
  // A rollback is never held.
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "we do not wait"}).code, 0);
  w.advance("1m");
  EXPECT_EQ(w.ask("ada", {"deploy", "status", "1.0.0"}).at("state").as_string(), "done");
}

TEST_P(FreezeStory, RC1_a_subscribed_calendar_is_answered_with_304_until_something_changes) {
  World w{GetParam()};
  w.plan();
  const auto reader = w.ask("ada", {"token", "create", "--login", "lee", "--name", "calendar", "--scope", "calendar"});
  const auto address = w.server_url + "/calendar/" + std::string(reader.at("secret").as_string()) + "/releases.ics";
  const auto ask = [&](const std::string& etag) {
    return w
        .shell("ada", "curl -s -o feed -D head -w '%{http_code}' " + (etag.empty() ? "" : "-H 'If-None-Match: " + etag + "' ") + address)
        .out;
  };
  EXPECT_EQ(ask(""), "200");
  const auto etag = w.shell("ada", "grep -i '^etag' head | cut -d' ' -f2 | tr -d '\\r\\n'").out;
  ASSERT_FALSE(etag.empty());
  const auto bytes = w.shell("ada", "cat feed").out;
  w.advance("1h");
  EXPECT_EQ(ask(etag), "304");
  EXPECT_EQ(ask(""), "200");
  EXPECT_EQ(w.shell("ada", "cat feed").out, bytes);
  EXPECT_EQ(w.as("ada", {"release", "move", "1.0.0", "--window-start", day(w, 1) + "T10:00:00Z"}).code, 0)
      << "a start alone keeps the length";
  EXPECT_EQ(ask(etag), "200");
  const auto sequence = [](const std::string& feed) { return std::atoi(feed.c_str() + feed.find("SEQUENCE:") + 9); };
  EXPECT_GT(sequence(w.shell("ada", "cat feed").out), sequence(bytes));
}

INSTANTIATE_TEST_SUITE_P(On, FreezeStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
