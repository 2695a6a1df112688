// Taking back: what was published of a release that is rolled back or withdrawn is corrected wherever it went, insiders first.
#include <fstream>

#include "http/client.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

class TakingBackStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram mail{"smtp"}, chat{"chat"};

  std::string shop(const std::string& words = "") {
    ::setenv("EVENKEEL_STORY_CHAT", (chat.url() + "/messages").c_str(), 1);  // the address of a chat is a secret
    return watched_shop({}, metrics, mail) + fmt::format(R"yaml(public_url: https://news.shop.test
{}channels:
  - {{name: team, kind: smtp, to: [support@shop.test]}}
  - {{name: newsletter, kind: smtp, to: [kim@customer.test, lou@customer.test], subscribers: true}}
  - {{name: page, kind: public_page}}
  - {{name: docs, kind: docs, path: "@DIR@/site"}}
  - {{name: log, kind: file, path: "@DIR@/CHANGELOG.md"}}
  - {{name: room, kind: chat, url: "${{env:EVENKEEL_STORY_CHAT}}", to: ["#news"]}}
audiences:
  - {{name: insiders, kind: internal, channels: [team]}}
  - {{name: customers, kind: customers, channels: [newsletter, page, docs, log, room], after: [insiders], lead: 2h}}
)yaml",
                                                         words);
  }
  void subscribe(World& w, const std::string& address) {
    http::CurlClient client;
    const auto post = [&](const std::string& path, const std::string& form) {
      http::ClientRequest request{.method = "POST", .url = w.server_url + path, .body = form};
      request.headers.set("Content-Type", "application/x-www-form-urlencoded");
      return client.send(request).value().status;
    };
    EXPECT_EQ(post("/changelog/subscribe", "address=" + address + "&rhythm=every_release"), 200);
    w.advance("1s");
    std::string text;
    const auto state = mail.state();
    for (const auto& m : state.at("messages").as_array())
      if (m.at("to").as_array()[0].as_string() == address)
        text = std::string(m.at("mail").at("parts").as_array()[0].at("text").as_string());
    const auto from = text.find("/changelog/subscriptions/");
    ASSERT_NE(from, std::string::npos);
    EXPECT_EQ(post(text.substr(from, text.find_first_of("> \r\n", from) - from), "do=confirm"), 200);
    w.advance("1s");
  }
  /// First recipients of the mails whose subject says this, in order of arrival.
  std::vector<std::string> mailed(const std::string& subject) const {
    std::vector<std::string> to;
    const auto state = mail.state();
    for (const auto& m : state.at("messages").as_array())
      if (std::string(m.at("subject").as_string()).find(subject) != std::string::npos)
        to.emplace_back(m.at("to").as_array()[0].as_string());
    return to;
  }
  /// Announced to everybody, and read by quinn.
  void published(World& w) {
    w.deploy();
    subscribe(w, "sue@customer.test");
    ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
    ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
    EXPECT_THAT(w.as("quinn", {"notes", "read", "1.0.0", "--team", "support"}).err, HasSubstr("signs for itself"));
    ASSERT_EQ(w.as("quinn", {"notes", "read", "1.0.0", "--team", "qa"}).code, 0);
    w.advance("5h");
    ASSERT_THAT(mailed("Small shop 1.0.0"), AllOf(testing::SizeIs(4), testing::Contains("sue@customer.test"))) << "announced";
    subscribe(w, "late@customer.test");
  }
  static std::string file(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_P(TakingBackStory, CL6_a_yank_corrects_every_channel_in_prepared_words_insiders_first_then_who_had_it) {
  World w{GetParam(), shop("words: {taken_back: \"Sorry: ${version} of ${organisation} is not there any more.\"}\n")};
  EXPECT_THAT(w.as("alex", {"comms", "withdraw", "1.0.0", "--because", "x"}).err, HasSubstr("1.0.0"));
  published(w);
  EXPECT_EQ(w.as("quinn", {"comms", "withdraw", "1.0.0", "--because", "prices are wrong"}).code, 1) << "needs an author or coordinator";
  EXPECT_EQ(w.as("alex", {"comms", "withdraw", "1.0.0"}).code, 2) << "needs a reason";
  mail.control(R"({"mode":"reject","status":451})");  // insiders cannot be told yet
  ASSERT_EQ(w.as("alex", {"comms", "withdraw", "1.0.0", "--because", "prices are wrong"}).code, 0);
  ASSERT_EQ(w.as("alex", {"comms", "withdraw", "1.0.0", "--because", "again"}).code, 0) << "done twice it is done once";
  w.advance("1m");
  EXPECT_THAT(w.get("/changelog/1.0.0", "").out, Not(HasSubstr("Sorry"))) << "the page waits for insiders as well";
  EXPECT_NE(w.stage(), "closed");
  mail.control(R"({"mode":"ok"})");
  w.advance("20m");
  EXPECT_THAT(mailed("the announcement is taken back"), UnorderedElementsAre("support@shop.test", "quinn@shop.test"))
      << "customer success, and who had read the brief";
  EXPECT_THAT(mailed("Correction"), UnorderedElementsAre("kim@customer.test", "lou@customer.test", "sue@customer.test"))
      << "who had the announcement, and nobody who came later";
  const std::string words = "Sorry: 1.0.0 of Small shop is not there any more.";
  EXPECT_THAT(w.get("/changelog/1.0.0", "").out, AllOf(HasSubstr(words), Not(HasSubstr("aster search"))));
  EXPECT_THAT(w.get("/changelog/feed.json", "").out, AllOf(HasSubstr(words), Not(HasSubstr("aster search"))));
  EXPECT_THAT(w.get("/changelog/atom.xml", "").out, AllOf(HasSubstr(words), Not(HasSubstr("aster search"))));
  EXPECT_THAT(file(w.dir + "/site/1.0.0.md"), AllOf(HasSubstr(words), HasSubstr("withdrawn: true")));
  EXPECT_THAT(file(w.dir + "/CHANGELOG.md"), HasSubstr("[YANKED]"));
  EXPECT_THAT(json::dump(chat.state()), HasSubstr(words));
  EXPECT_THAT(w.as("alex", {"digest", "preview", w.now().substr(0, 7)}).out, HasSubstr("nothing was announced"));
  EXPECT_THAT(w.as("alex", {"comms", "list", "1.0.0"}).out, Not(AnyOf(HasSubstr("planned"), HasSubstr("sending"))));
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(TakingBackStory, CL6_a_rollback_after_the_announcement_takes_the_words_back_before_the_release_can_close) {
  World w{GetParam(), shop()};
  published(w);
  EXPECT_EQ(w.stage(), "review");
  mail.control(R"({"mode":"reject","status":451})");
  ASSERT_EQ(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "orders are lost"}).code, 0);
  w.advance("1m");
  EXPECT_EQ(w.stage(), "communication") << "its words are owed again";
  mail.control(R"({"mode":"ok"})");
  w.advance("20m");
  EXPECT_THAT(mailed("was rolled back"), UnorderedElementsAre("support@shop.test", "quinn@shop.test"));
  EXPECT_THAT(mailed("Correction"), UnorderedElementsAre("kim@customer.test", "lou@customer.test", "sue@customer.test"));
  EXPECT_THAT(w.get("/changelog/1.0.0", "").out, AllOf(HasSubstr("We took release 1.0.0 back."), Not(HasSubstr("aster search"))));
  EXPECT_EQ(file(w.dir + "/live.production"), "0.9.0\n");
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").field("release.outcome"), "rolled_back");
  EXPECT_EQ(w.stage(), "closed") << "once everything was told";
  EXPECT_THAT(w.as("alex", {"comms", "withdraw", "1.0.0", "--because", "x"}).err, HasSubstr("corrections go out by themselves"));
}

TEST_P(TakingBackStory, CR4_what_does_not_run_any_more_is_not_rolled_back) {
  World w{GetParam(), shop()};
  published(w);
  w.git("git tag v1.0.0; echo c >> src/a; git commit -qam 'feat: wish lists'");
  w.plan("1.1.0", "1.0.0");
  w.rehearse("1.1.0"), w.evidence("1.1.0"), w.sign("1.1.0");
  w.advance("1s");
  ASSERT_EQ(w.as("ada", {"decide", "1.1.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.1.0"}).code, 0);
  w.advance("30s");
  EXPECT_THAT(w.as("eli", {"rollback", "start", "1.0.0", "--reason", "orders are lost"}).err,
              HasSubstr("catalog runs 1.1.0 by now, not 1.0.0"));
  EXPECT_EQ(file(w.dir + "/live.production"), "1.1.0\n");
}

TEST_P(TakingBackStory, CL6_prepared_words_hold_known_variables_and_no_secret) {
  World w{GetParam()};
  std::ofstream(w.dir + "/bad.yaml") << World::small_shop() << "words: {taken_back: \"${env:HOME}\"}\n";
  EXPECT_THAT(w.as("ada", {"config", "check", w.dir + "/bad.yaml"}).err + w.as("ada", {"config", "check", w.dir + "/bad.yaml"}).out,
              HasSubstr("there is no variable 'env:HOME'"));
}

INSTANTIATE_TEST_SUITE_P(On, TakingBackStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
