// Subscriptions by mail, digests, the archive and the public pages, through the server and a mail server of its own.
#include <fstream>

#include "http/client.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SubscriptionStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram mail{"smtp"};

  std::string shop() {
    return World::strict_shop({}) + error_rate_criteria() +
           fmt::format(R"yaml(public_title: Shop news
public_url: https://news.shop.test
connections:
  - {{name: prometheus, kind: prometheus, url: "{}"}}
  - {{name: mail, kind: smtp, url: "{}", from: news@shop.test}}
channels:
  - {{name: team, kind: smtp, to: [support@shop.test]}}
  - {{name: newsletter, kind: smtp, subscribers: true}}
  - {{name: page, kind: public_page}}
audiences:
  - {{name: insiders, kind: internal, channels: [team]}}
  - {{name: customers, kind: customers, channels: [newsletter, page], after: [insiders]}}
)yaml",
                       metrics.url(), mail.smtp_url());
  }
  static http::ClientResponse post(World& w, const std::string& path, const std::string& form) {
    http::CurlClient client;
    http::ClientRequest request{.method = "POST", .url = w.server_url + path, .body = form};
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    return client.send(request).value();
  }
  /// The newest mail to this address: a header, or the text; empty when there is none.
  std::string newest(const std::string& address, const std::string& header = "") const {
    std::string found;
    const auto state = mail.state();
    for (const auto& m : state.at("messages").as_array()) {
      if (m.at("to").as_array()[0].as_string() != address) continue;
      if (!header.empty()) {
        const auto& headers = m.at("mail").at("headers").as_object();
        found = headers.contains(header) ? std::string(headers.at(header).as_string()) : "";
      } else
        found = std::string(m.at("mail").at("parts").as_array()[0].at("text").as_string());
    }
    return found;
  }
  /// Path of the link in the newest mail.
  std::string link(const std::string& address) const {
    const auto text = newest(address);
    const auto from = text.find("/changelog/subscriptions/");
    return from == std::string::npos ? "" : text.substr(from, text.find_first_of("> \r\n", from) - from);
  }
  void subscribe(World& w, const std::string& address, const std::string& rhythm = "every_release") {
    EXPECT_EQ(post(w, "/changelog/subscribe", "address=" + address + "&rhythm=" + rhythm).status, 200);
    w.advance("1s");
    EXPECT_EQ(post(w, link(address), "do=confirm").status, 200);
    w.advance("1s");
  }
  static void announce(World& w) {
    w.deploy();
    EXPECT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
    EXPECT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
    w.advance("65m");
  }
};

TEST_P(SubscriptionStory, CL7_nobody_is_written_to_before_they_confirmed_and_one_click_leaves) {
  World w{GetParam(), shop()};
  EXPECT_THAT(w.get("/changelog/subscribe", "").out, HasSubstr("type=\"email\""));
  EXPECT_EQ(post(w, "/changelog/subscribe", "address=not-one").status, 422);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(w, "/changelog/subscribe", "address=kim@customer.test&rhythm=every_release").status, 200);
  EXPECT_EQ(post(w, "/changelog/subscribe", "address=bo@customer.test").status, 200);
  w.advance("1s");
  EXPECT_EQ(mail.count("deliveries"), 2) << "one mail, however often the form was sent";
  const auto kim = link("kim@customer.test");
  EXPECT_THAT(newest("kim@customer.test"), HasSubstr("https://news.shop.test/changelog/subscriptions/"));
  EXPECT_EQ(w.get(kim.substr(0, kim.size() - 1) + "x", "").code, 404) << "the secret is needed";
  EXPECT_THAT(w.get(kim, "").out, HasSubstr("<button>Confirm</button>")) << "a mail scanner that follows the link confirms nothing";
  EXPECT_EQ(post(w, kim, "do=confirm").status, 200);
  announce(w);
  EXPECT_THAT(newest("kim@customer.test"), HasSubstr("earch"));
  EXPECT_THAT(newest("bo@customer.test"), Not(HasSubstr("aster search"))) << "never confirmed";
  EXPECT_EQ(newest("kim@customer.test", "list-unsubscribe"), "<https://news.shop.test" + kim + "/unsubscribe>");
  EXPECT_EQ(newest("kim@customer.test", "list-unsubscribe-post"), "List-Unsubscribe=One-Click");
  EXPECT_EQ(post(w, kim + "/unsubscribe", "List-Unsubscribe=One-Click").status, 200);
  EXPECT_EQ(post(w, kim + "/unsubscribe", "List-Unsubscribe=One-Click").status, 200) << "twice is once";
  const auto counts = w.as("alex", {"subscriptions", "show"});
  EXPECT_THAT(counts.out, HasSubstr("customers  every_release  0          1      1"));
  EXPECT_THAT(w.ledger(), AllOf(HasSubstr("subscription."), Not(HasSubstr("customer.test")))) << "no address is in the ledger";
}

TEST_P(SubscriptionStory, CL7_a_refused_recipient_ends_and_the_others_have_theirs) {
  World w{GetParam(), shop()};
  for (const auto* address : {"ann@customer.test", "ben@customer.test", "cid@customer.test"}) subscribe(w, address);
  std::ofstream(w.dir + "/bounce.eml") << "Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; ben@customer.test\r\n"
                                          "Action: failed\r\nStatus: 5.1.1\r\n";
  ASSERT_EQ(w.as("alex", {"subscriptions", "bounce", "--file", w.dir + "/bounce.eml"}).code, 0);
  EXPECT_EQ(w.as("quinn", {"subscriptions", "bounce", "--file", w.dir + "/bounce.eml"}).code, 1) << "needs an author";
  announce(w);
  EXPECT_THAT(newest("ann@customer.test"), HasSubstr("You asked for this"));
  EXPECT_THAT(newest("cid@customer.test"), HasSubstr("You asked for this"));
  EXPECT_THAT(newest("ben@customer.test"), Not(HasSubstr("You asked for this")));
  w.crash();
  w.advance("1h");
  const auto state = mail.state();
  EXPECT_EQ(state.at("deliveries").to_number<int>(), state.at("distinct_message_ids").to_number<int>()) << "nobody got one twice";
}

TEST_P(SubscriptionStory, CL8_a_quarterly_digest_goes_to_those_who_chose_it_once_the_quarter_is_over) {
  World w{GetParam(), shop()};
  subscribe(w, "quinn@customer.test", "quarterly");
  subscribe(w, "rae@customer.test");
  announce(w);
  EXPECT_THAT(newest("quinn@customer.test"), Not(HasSubstr("aster search"))) << "not with every release";
  EXPECT_THAT(newest("rae@customer.test"), HasSubstr("aster search"));
  const auto now = w.now();
  const auto quarter = fmt::format("{}-Q{}", now.substr(0, 4), (std::stoi(now.substr(5, 2)) - 1) / 3 + 1);
  EXPECT_THAT(w.as("alex", {"digest", "preview", quarter}).out,
              AllOf(HasSubstr("### New"), HasSubstr("aster search"), HasSubstr("(shop 1.0.0,")));
  EXPECT_THAT(w.get("/changelog/digests/" + quarter, "").out, HasSubstr("aster search"));
  w.advance("2400h");
  EXPECT_THAT(newest("quinn@customer.test"), AllOf(HasSubstr("New\r\n"), HasSubstr("aster search")));
  EXPECT_THAT(newest("quinn@customer.test", "list-unsubscribe"), HasSubstr("/unsubscribe>"));
  EXPECT_THAT(newest("rae@customer.test"), Not(HasSubstr("(shop 1.0.0,")));
}

TEST_P(SubscriptionStory, CL6_releases_are_found_by_their_words_and_a_taken_back_one_is_not_found_outside) {
  World w{GetParam(), shop()};
  w.ready();
  w.advance("1s");
  EXPECT_THAT(w.as("alex", {"archive", "search", "faster sea"}).out, HasSubstr("shop 1.0.0"));
  EXPECT_EQ(w.as("alex", {"archive", "search", "nothing-of-the-kind"}).code, 1);
  EXPECT_THAT(w.get("/changelog?q=search", "").out, HasSubstr("Nothing with")) << "what is not published is not found outside";
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  ASSERT_EQ(w.as("ada", {"deploy", "start", "1.0.0"}).code, 0);
  w.advance("1s");
  EXPECT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  EXPECT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  w.advance("65m");
  const auto found = w.get("/changelog?q=" + std::string("sear%22%27%2A"), "").out;
  EXPECT_THAT(found, AllOf(HasSubstr("One release with"), HasSubstr("href=\"/changelog/1.0.0\"")));
  EXPECT_THAT(w.get("/changelog", "").out, AllOf(HasSubstr("<link rel=\"canonical\" href=\"https://news.shop.test/changelog\">"),
                                                 HasSubstr("<li id=\"1.0.0-1\">"), Not(HasSubstr("<script"))));
  EXPECT_THAT(w.get("/changelog/sitemap.xml", "").out, HasSubstr("<loc>https://news.shop.test/changelog/1.0.0</loc>"));
  EXPECT_THAT(w.get("/changelog/archive/" + w.now().substr(0, 7), "").out, HasSubstr("1.0.0"));
}

INSTANTIATE_TEST_SUITE_P(On, SubscriptionStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
