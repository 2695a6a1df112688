// Deployed, switched on, announced are three dates: what is dark behind a flag takes its note with it.
#include <fstream>

#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LaunchStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram mail{"smtp"}, platform{"flags"};

  std::string shop() {
    return watched_shop({}, metrics, mail) + fmt::format("  - {{name: flags, kind: flags, url: \"{}\"}}\n", platform.url()) +
           R"yaml(channels:
  - {name: team, kind: smtp, to: [support@shop.test]}
  - {name: newsletter, kind: smtp, to: [kim@customer.test]}
  - {name: page, kind: public_page}
  - {name: log, kind: file, path: "@DIR@/CHANGELOG.md"}
audiences:
  - {name: insiders, kind: internal, channels: [team]}
  - {name: customers, kind: customers, channels: [newsletter, page, log], after: [insiders]}
)yaml";
  }
  void set(const std::string& flag, bool on) { platform.send("PUT", "/flags/" + flag, fmt::format(R"({{"enabled":{}}})", on)); }
  static std::string entry(World& w, const std::string& words) {
    const auto all = w.ask("alex", {"entries", "list", "1.0.0"});
    for (const auto& e : all.as_array())
      if (std::string(e.at("text").as_string()).find(words) != std::string::npos) return std::string(e.at("id").as_string());
    ADD_FAILURE() << "no entry says " << words;
    return {};
  }
  static void announce(World& w) {
    ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
    ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
    tell(w, "1.0.0");
  }
  static void tell(World& w, const std::string& version) {
    w.advance("30s");
    ASSERT_EQ(w.as("pia", {"notes", "approve", version, "--audience", "customers"}).code, 0);
    ASSERT_EQ(w.as("alex", {"notes", "approve", version, "--audience", "internal"}).code, 0);
    w.advance("65m");
  }
  static std::string customers_note(World& w, const std::string& version) {
    const auto notes = w.ask("alex", {"notes", "show", version});
    for (const auto& n : notes.as_array())
      if (n.at("audience").as_string() == "customers") return std::string(n.at("body").as_string());
    return {};
  }
};

TEST_P(LaunchStory, CL4_a_note_of_a_dark_feature_waits_until_its_flag_is_on) {
  set("new_search", false);
  World w{GetParam(), shop()};
  w.ready();
  w.advance("1s");
  const auto id = entry(w, "aster search");
  EXPECT_THAT(w.as("alex", {"entries", "edit", id, "--flag", "new_search@elsewhere"}).err,
              HasSubstr("there is no flag connection 'elsewhere'"));
  EXPECT_EQ(w.as("lee", {"entries", "edit", id, "--flag", "new_search"}).code, 1) << "needs an author";
  ASSERT_EQ(w.as("alex", {"entries", "edit", id, "--flag", "new_search"}).code, 0);
  w.advance("1s");
  EXPECT_THAT(w.as("alex", {"notes", "show", "1.0.0"}).out, HasSubstr("Dark until flag new_search@flags is on"));
  announce(w);
  EXPECT_EQ(w.stage(), "communication");
  EXPECT_EQ(mail.count("deliveries"), 1) << "insiders know what is dark";
  EXPECT_EQ(w.get("/changelog/1.0.0", "").code, 404);
  EXPECT_FALSE(std::filesystem::exists(w.dir + "/CHANGELOG.md"));
  EXPECT_THAT(w.as("ada", {"comms", "list", "1.0.0"}).out, HasSubstr("flag new_search on flags reads off"));
  EXPECT_THAT(std::string(w.gate("communications_done").at("next_step").as_string()), HasSubstr("wait until it is on"));
  platform.control(R"({"mode":"reject","status":503})");
  w.advance("2m");
  EXPECT_THAT(w.as("ada", {"comms", "dates", "1.0.0"}).out, HasSubstr("reads unknown: HTTP 503"));
  EXPECT_EQ(mail.count("deliveries"), 1) << "a platform that does not answer is no evidence";
  platform.control(R"({"mode":"ok"})");
  w.advance("2h");
  set("new_search", true);
  w.advance("2m");
  EXPECT_EQ(mail.count("deliveries"), 2);
  EXPECT_THAT(w.shell("ada", "cat CHANGELOG.md").out, HasSubstr("aster search"));
  const auto dates = w.ask("lee", {"comms", "dates", "1.0.0"});
  const auto at = [&](const char* name) { return parse_time(std::string(dates.at(name).as_string())).value(); };
  EXPECT_GT(at("switched_on_at"), at("deployed_at") + std::chrono::hours{3});
  EXPECT_GE(at("announced_at"), at("switched_on_at"));
  const auto shown = fmt::format("· deployed <time datetime=\"{}\">", to_iso(at("deployed_at")));
  EXPECT_THAT(w.get("/changelog/1.0.0", "").out, AllOf(HasSubstr(shown), HasSubstr("· switched on <time")));
  EXPECT_THAT(w.get("/changelog/feed.json", "").out, HasSubstr("\"switched_on_at\""));
  EXPECT_THAT(w.as("quinn", {"archive", "search", "switched on announced"}).out, HasSubstr("(release,"));
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0/communications").out, Not(HasSubstr("\"planned\"")));
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(LaunchStory, P3_a_trailer_ties_a_change_to_its_flag_and_an_author_can_untie_it) {
  set("new_search", false);
  World w{GetParam(), shop()};
  w.plan();
  w.git("echo c >> src/a; git commit -qam 'feat: add wish lists' -m 'Feature-Flag: wish_lists'");
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  w.rehearse(), w.evidence(), w.sign();
  w.advance("1s");
  const auto id = entry(w, "ish lists");
  const auto all = w.ask("alex", {"entries", "list", "1.0.0"});
  for (const auto& e : all.as_array()) EXPECT_EQ(e.at("flag").as_string(), e.at("id").as_string() == id ? "wish_lists@flags" : "");
  ASSERT_EQ(w.as("alex", {"entries", "edit", id, "--flag", ""}).code, 0);
  w.advance("1s");
  announce(w);
  EXPECT_EQ(mail.count("deliveries"), 2);
  EXPECT_THAT(w.get("/changelog/1.0.0", "").out, AllOf(HasSubstr("ish lists"), Not(HasSubstr("switched on"))));
}

TEST_P(LaunchStory, CL4_the_rest_is_told_at_once_when_the_dark_sentence_is_taken_out_and_the_next_note_tells_it) {
  set("new_search", false);
  World w{GetParam(), shop()};
  w.ready();
  w.git("echo d >> src/a; git commit -qam 'fix: make sure that the basket keeps its order'");
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  w.advance("1s");
  ASSERT_EQ(w.as("alex", {"entries", "draft", "1.0.0"}).code, 0);
  const auto id = entry(w, "aster search");
  ASSERT_EQ(w.as("alex", {"entries", "edit", id, "--flag", "new_search"}).code, 0);
  ASSERT_EQ(w.as("alex", {"notes", "draft", "1.0.0"}).code, 0);
  w.rehearse(), w.evidence(), w.sign();
  w.advance("1s");
  auto text = customers_note(w, "1.0.0");
  const auto named = text.find(id);
  ASSERT_NE(named, std::string::npos) << text;
  const auto line = text.rfind('\n', named) + 1;
  std::ofstream(w.dir + "/text.md") << text.erase(line, text.find('\n', named) + 1 - line);
  ASSERT_EQ(w.as("alex", {"notes", "edit", "1.0.0", "--audience", "customers", "--file", w.dir + "/text.md"}).code, 0);
  announce(w);
  EXPECT_EQ(mail.count("deliveries"), 2) << "insiders, then customers";
  EXPECT_THAT(w.get("/changelog/1.0.0", "").out, AllOf(HasSubstr("asket keeps its order"), Not(HasSubstr("aster search"))));
  const auto dates = [&] { return w.as("lee", {"comms", "dates", "1.0.0"}).out; };
  EXPECT_THAT(dates(), HasSubstr("(waits for new_search@flags)"));
  w.start_next("1.1.0", "1.0.0", "fix: make sure that prices are right");
  tell(w, "1.1.0");
  EXPECT_THAT(w.get("/changelog/1.1.0", "").out, AllOf(HasSubstr("rices are right"), Not(HasSubstr("aster search")))) << "still dark";
  set("new_search", true);
  w.advance("20m");
  EXPECT_THAT(dates(), AllOf(HasSubstr("on since"), HasSubstr("the next note tells it")));
  w.start_next("1.2.0", "1.1.0", "fix: make sure that totals are right");
  w.advance("1s");
  EXPECT_THAT(customers_note(w, "1.2.0"), HasSubstr("You now get faster search. <!-- " + id));
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.2.0", "--audience", "customers"}).code, 0);
  ASSERT_EQ(w.as("alex", {"notes", "approve", "1.2.0", "--audience", "internal"}).code, 0);
  set("new_search", false);
  w.advance("65m");
  EXPECT_EQ(w.stage("1.2.0"), "communication");
  EXPECT_EQ(w.get("/changelog/1.2.0", "").code, 404) << "what went dark again is told by nobody";
  set("new_search", true);
  w.advance("20m");
  EXPECT_THAT(w.get("/changelog/1.2.0", "").out, AllOf(HasSubstr("otals are right"), HasSubstr("aster search")));
  EXPECT_THAT(dates(), HasSubstr("(told with 1.2.0)"));
  w.start_next("1.3.0", "1.2.0", "fix: names with accents");
  w.advance("1s");
  EXPECT_THAT(customers_note(w, "1.3.0"), AllOf(HasSubstr("ames with accents"), Not(HasSubstr("aster search")))) << "once";
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

INSTANTIATE_TEST_SUITE_P(On, LaunchStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
