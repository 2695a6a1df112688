// kill -9 at any point of a deployment: it goes on by itself or asks, nothing takes effect twice, nobody is told twice, and no
// acknowledged entry is missing.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

const std::vector<std::string> kinds{"command", "http", "manual", "wait", "check", "flag", "pipeline"};

class CrashStory : public Story {
 protected:
  Receiver shop{Millis{300}};
  FakeProgram flags{"flags"}, pipeline{"pipeline"}, mail{"smtp"};
  unsigned seed = 12345;
  int kills = 0;
  std::map<std::string, int> kills_in;   // kind of step that was in hand
  std::vector<std::string> checkpoints;  // taken before each kill

  unsigned random(unsigned below) {
    seed = seed * 1664525 + 1013904223;
    return seed / 65536 % below;
  }
  static int rounds() { return std::getenv("EVENKEEL_SLOW") ? 29 : 3; }  // seven kills a round

  /// A deployment of every kind of step, several times over; each leaves its key where it takes effect.
  std::string yaml() {
    std::string steps;
    for (int i = 0; i < rounds(); ++i)
      steps += fmt::format(R"yaml(
      - {{name: command {0}, kind: command, command: [sh, -c, "echo ${{attempt}} >> @DIR@/effects.${{environment}}.{0}; sleep 0.3"]}}
      - {{name: http {0}, kind: http, url: "{1}/${{environment}}/{0}"}}
      - {{name: manual {0}, kind: manual, prompt: "Go on?"}}
      - {{name: wait {0}, kind: wait, wait: 500ms}}
      - {{name: check {0}, kind: check, command: [sleep, "0.3"]}}
      - {{name: flag {0}, kind: flag, platform: flags, flag: flag_{0}, value: "on"}}
      - {{name: pipeline {0}, kind: pipeline, url: "{2}/runs", body: {{pipeline: ship, inputs: {{step: "${{environment}} {0}"}}}}, status_url: "{2}/runs/${{run}}", lookup_url: "{2}/runs?key=${{attempt}}", wait: 200ms}})yaml",
                           i, shop.url(), pipeline.url());
    auto all = World::small_shop();
    const auto at = all.find("deploy: ["), end = all.find('\n', at);
    const auto put = all.substr(at + 9, end - at - 10);  // the step that really puts the version there comes last
    all.replace(at, end - at, "deploy:" + steps + "\n      - " + put);
    return all + fmt::format(R"yaml(connections:
  - {{name: flags, kind: flags, url: "{}"}}
  - {{name: mail, kind: smtp, url: "{}", from: evenkeel@shop.test}}
channels: [{{name: team, kind: smtp, to: [support@shop.test]}}]
audiences: [{{name: insiders, kind: internal, channels: [team]}}]
)yaml",
                             flags.url(), mail.smtp_url());
  }

  static json::Value run_of(World& w) {
    const auto answer = w.get("/api/v1/releases/1.0.0/deployment");
    return answer.code == 200 ? answer.json() : json::Value(nullptr);
  }
  struct InHand {
    std::string state, kind, round, step_state;
    std::int64_t position = 0;
  };
  static InHand in_hand(World& w) {
    const auto run = run_of(w);
    if (run.is_null()) return {};
    InHand at{std::string(run.at("state").as_string()), "", "", "", 0};
    for (const auto& s : run.at("steps").as_array()) {
      const std::string state{s.at("state").as_string()}, name{s.at("name").as_string()};
      if (state == "done" || state == "skipped") continue;
      at.kind = name.substr(0, name.find(' '));
      at.round = name.substr(name.find(' ') + 1);
      at.step_state = state;
      at.position = s.at("position").as_int64();
      break;
    }
    return at;
  }
  void kill(World& w) {
    checkpoints.push_back(w.get("/api/v1/ledger/checkpoint").out);
    w.crash();
    ++kills;
  }
  /// A person looks whether the step took effect, and says so.
  void answer(World& w, const InHand& at) {
    std::ifstream effects(w.dir + "/effects.production." + at.round);
    const bool arrived = at.kind == "http" ? !shop.keys("/production/" + at.round).empty() : effects.peek() != EOF;
    const auto step = std::to_string(at.position);
    EXPECT_EQ(w.as("ada", {"deploy", arrived ? "confirm" : "deny", "1.0.0", step}).code, 0) << at.kind;
    if (!arrived) { EXPECT_EQ(w.as("ada", {"deploy", "retry", "1.0.0", step}).code, 0); }
  }
  /// Drives the release's newest run to its end, with one kill in each step.
  void drive(World& w, bool kill_in_each) {
    std::set<std::int64_t> killed;
    const auto fail_flags = [&](bool on) { flags.control(on ? R"({"mode":"reject","status":503})" : R"({"mode":"ok"})"); };
    fail_flags(kill_in_each);  // so that a flag step lasts until it was killed
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{rounds() * 40};
    while (std::chrono::steady_clock::now() < until) {
      const auto at = in_hand(w);
      if (at.state == "done") return;
      const bool busy = at.step_state == "running" || at.step_state == "waiting";
      if (at.step_state == "unknown")
        answer(w, at);
      else if (busy && kill_in_each && killed.insert(at.position).second) {
        std::this_thread::sleep_for(Millis{random(150)});
        const auto still = in_hand(w);
        if (still.position == at.position && still.step_state != "done") ++kills_in[at.kind];
        kill(w);
        fail_flags(at.kind != "flag");
      } else if (at.step_state == "waiting")
        EXPECT_EQ(w.as("eli", {"deploy", "confirm", "1.0.0", std::to_string(at.position)}).code, 0);
      else
        std::this_thread::sleep_for(Millis{20});
      if (at.kind == "pipeline") fail_flags(kill_in_each);
    }
    FAIL() << "the run did not end: " << json::dump(run_of(w));
  }
};

TEST_P(CrashStory, RC4_kill_9_in_every_kind_of_step_loses_nothing_and_does_nothing_twice) {
  World w{GetParam(), yaml(), true};
  w.plan();
  ASSERT_EQ(w.as("rita", {"rollback", "rehearse", "catalog", "--release", "1.0.0"}).code, 0);
  for (int i = 0; i < rounds() * 200 && w.get("/api/v1/services/catalog/rehearsals").json().as_array().empty(); ++i)
    std::this_thread::sleep_for(Millis{100});
  w.evidence();
  w.sign();
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  drive(w, true);
  EXPECT_GE(kills, rounds() * int(kinds.size()));
  for (const auto& kind : kinds) EXPECT_GE(kills_in[kind], 1) << "no kill fell into a step of this kind";

  std::map<std::string, int> triggered, switched;
  const auto runs = pipeline.state(), settings = flags.state();
  for (const auto& r : runs.at("runs").as_array()) ++triggered[std::string(r.at("inputs").at("step").as_string())];
  for (const auto& f : settings.at("flags").as_array())
    if (f.at("environment").as_string() == "production") switched[std::string(f.at("name").as_string())] = int(f.at("changes").as_int64());
  for (int i = 0; i < rounds(); ++i) {
    const auto n = std::to_string(i);
    std::ifstream in(w.dir + "/effects.production." + n);
    EXPECT_EQ(std::count(std::istreambuf_iterator<char>(in), {}, '\n'), 1) << "command " << i;
    EXPECT_EQ(shop.keys("/production/" + n).size(), 1u) << "http " << i;
    EXPECT_EQ(triggered["production " + n], 1) << "pipeline " << i;
    EXPECT_EQ(switched["flag_" + n], 1) << "flag " << i;
  }

  // Back again, with kills on the way; and the word to the insiders, taken by a mail server whose answer is lost with the process.
  mail.control(R"({"mode":"lose","times":1})");
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "customers see empty lists"}).code, 0);
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(Millis{random(300)});
    kill(w);
  }
  drive(w, false);
  EXPECT_TRUE(in_time([&] { return mail.count("deliveries") > 0; }));
  kill(w);
  mail.control(R"({"mode":"ok"})");
  EXPECT_TRUE(in_time([&] { return w.stage() != "communication"; }));
  EXPECT_EQ(mail.count("distinct_message_ids"), 1);
  EXPECT_EQ(run_process({"cat", w.dir + "/live.production"})->out, "0.9.0\n");

  for (std::size_t i = 0; i < checkpoints.size(); ++i) {
    const auto path = w.dir + "/checkpoint." + std::to_string(i);
    std::ofstream(path) << checkpoints[i];
    const auto verified = w.as("ada", {"ledger", "verify", "--checkpoint", path});
    EXPECT_EQ(verified.code, 0) << "what was acknowledged before kill " << i << ": " << verified.out << verified.err;
  }
}

INSTANTIATE_TEST_SUITE_P(On, CrashStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
