// An organisation's own words: its jargon list, and its customers' languages.
#include <fstream>

#include "http/client.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class LanguageStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram mail{"smtp"};

  std::string shop() {
    return watched_shop({}, metrics, mail) + R"yaml(public_url: https://news.shop.test
words:
  locales: [en, de, pt-BR]
  jargon: [{word: basket engine, instead: "say: shopping basket"}, {word: SKU}]
channels:
  - {name: team, kind: smtp, to: [support@shop.test]}
  - {name: page, kind: public_page}
audiences:
  - {name: insiders, kind: internal, channels: [team]}
  - {name: customers, kind: customers, channels: [page], after: [insiders]}
)yaml";
  }
  static Said write(World& w, const std::string& login, const std::vector<std::string>& words, const std::string& text) {
    std::ofstream(w.dir + "/text.md") << text;
    auto all = words;
    all.insert(all.end(), {"--file", w.dir + "/text.md"});
    return w.as(login, all);
  }
  static std::string page(World& w, const std::string& path, const std::string& languages, const std::string& form = "") {
    http::CurlClient client;
    http::ClientRequest request{.method = form.empty() ? "GET" : "POST", .url = w.server_url + path, .body = form};
    if (!languages.empty()) request.headers.set("Accept-Language", languages);
    const auto answer = client.send(request).value();
    EXPECT_THAT(std::string(answer.headers.get("Vary")), HasSubstr("Accept-Language"));
    return answer.body;
  }
};

TEST_P(LanguageStory, CL2_the_organisations_own_jargon_is_pointed_out_with_what_to_say_instead) {
  World w{GetParam(), shop()};
  w.plan();
  w.advance("1s");
  ASSERT_EQ(w.as("alex", {"notes", "draft", "1.0.0"}).code, 0);
  ASSERT_EQ(write(w, "alex", {"notes", "edit", "1.0.0", "--audience", "customers"}, "The Basket Engine knows each sku.\n").code, 0);
  const auto notes = w.get("/api/v1/releases/1.0.0/notes").out;
  EXPECT_THAT(notes, AllOf(HasSubstr("say: shopping basket"), HasSubstr("readers outside do not know this word")));
  ASSERT_EQ(write(w, "alex", {"notes", "edit", "1.0.0", "--audience", "customers"}, "The basket has an engine.\n").code, 0);
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0/notes").out, Not(HasSubstr("say: shopping basket")));
}

TEST_P(LanguageStory, CL2_a_note_is_read_in_the_readers_language_once_it_is_approved_in_it) {
  World w{GetParam(), shop()};
  w.deploy();
  ASSERT_EQ(write(w, "alex", {"notes", "edit", "1.0.0", "--audience", "customers"}, "Search is faster.\n").code, 0);
  EXPECT_EQ(write(w, "alex", {"notes", "translate", "1.0.0", "--locale", "fr"}, "x").code, 2);
  EXPECT_EQ(write(w, "lee", {"notes", "translate", "1.0.0", "--locale", "de"}, "x").code, 1) << "needs an author";
  ASSERT_EQ(write(w, "alex", {"notes", "translate", "1.0.0", "--locale", "de"}, "Die Suche ist schneller.\n").code, 0);
  EXPECT_EQ(w.as("alex", {"notes", "approve-translation", "1.0.0", "--locale", "de"}).code, 1) << "not who wrote it";
  ASSERT_EQ(w.as("pia", {"notes", "approve-translation", "1.0.0", "--locale", "de"}).code, 0);
  ASSERT_EQ(write(w, "alex", {"notes", "edit", "1.0.0", "--audience", "customers"}, "Search is twice as fast.\n").code, 0);
  EXPECT_THAT(w.as("pia", {"notes", "approve-translation", "1.0.0", "--locale", "de"}).err, HasSubstr("says something else by now"));
  EXPECT_THAT(w.as("pia", {"notes", "translations", "1.0.0"}).out, HasSubstr("of an earlier wording"));
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  w.advance("65m");
  EXPECT_THAT(page(w, "/changelog/1.0.0", "de"), AllOf(HasSubstr("Search is twice as fast."), Not(HasSubstr("Die Suche"))))
      << "a translation of other words is not shown";
  ASSERT_EQ(write(w, "alex", {"notes", "translate", "1.0.0", "--locale", "de"}, "Die Suche ist doppelt so schnell.\n").code, 0);
  ASSERT_EQ(write(w, "alex", {"notes", "translate", "1.0.0", "--locale", "pt-BR"}, "A busca ficou duas vezes mais rápida.\n").code, 0);
  w.advance("1s");
  EXPECT_THAT(page(w, "/changelog/1.0.0", "de"), Not(HasSubstr("doppelt"))) << "not before it is approved";
  EXPECT_THAT(page(w, "/changelog/subscribe", "de", "address=nobody"), HasSubstr("role=\"alert\">Das ist keine E-Mail-Adresse.</p>"));
  EXPECT_THAT(page(w, "/changelog/subscriptions/sub_x/y", "de"),
              AllOf(HasSubstr("Dieser Link gilt nicht"), HasSubstr("Wieder abonnieren")));
  ASSERT_EQ(w.as("pia", {"notes", "approve-translation", "1.0.0", "--locale", "de"}).code, 0);
  w.advance("1s");
  for (const auto& [path, languages] : {std::pair{"/changelog/1.0.0", "de-AT, en;q=0.5"}, {"/changelog?lang=de", ""}, {"/changelog", "de"}})
    EXPECT_THAT(page(w, path, languages),
                AllOf(HasSubstr("Die Suche ist doppelt so schnell."), HasSubstr(" lang=\"de\""), Not(HasSubstr("Search is twice as fast"))))
        << path;
  EXPECT_THAT(page(w, "/changelog/1.0.0", "en"), AllOf(HasSubstr("Search is twice as fast."), HasSubstr("hreflang=\"pt-BR\"")));
  EXPECT_THAT(page(w, "/changelog/1.0.0", "pt-BR"), HasSubstr("Search is twice as fast.")) << "what is not approved is not shown";
  EXPECT_THAT(page(w, "/changelog/feed.json?lang=de", ""), HasSubstr("doppelt so schnell"));
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

class MailLanguageStory : public LanguageStory {
 protected:
  std::string shop() {
    return watched_shop({}, metrics, mail) + R"yaml(public_url: https://news.shop.test
words: {locales: [en, de]}
channels:
  - {name: team, kind: smtp, to: [support@shop.test]}
  - {name: newsletter, kind: smtp, subscribers: true, to: [partner@firm.test], locale: de}
  - {name: page, kind: public_page}
audiences:
  - {name: insiders, kind: internal, channels: [team]}
  - {name: customers, kind: customers, channels: [newsletter, page], after: [insiders]}
)yaml";
  }
  static http::ClientResponse post(World& w, const std::string& path, const std::string& form, const std::string& languages = "") {
    http::CurlClient client;
    http::ClientRequest request{.method = "POST", .url = w.server_url + path, .body = form};
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    if (!languages.empty()) request.headers.set("Accept-Language", languages);
    return client.send(request).value();
  }
  /// Subject, then text, of the newest mail to an address.
  std::string newest(const std::string& address) const {
    std::string found;
    const auto state = mail.state();
    for (const auto& m : state.at("messages").as_array())
      if (m.at("to").as_array()[0].as_string() == address)
        found = fmt::format("{}\n{}", std::string(m.at("mail").at("headers").at("subject").as_string()),
                            std::string(m.at("mail").at("parts").as_array()[0].at("text").as_string()));
    return found;
  }
  void subscribe(World& w, const std::string& address, const std::string& more, const std::string& languages = "") {
    ASSERT_EQ(post(w, "/changelog/subscribe", "address=" + address + more, languages).status, 200);
    w.advance("1s");
    const auto text = newest(address);
    const auto from = text.find("/changelog/subscriptions/");
    ASSERT_NE(from, std::string::npos) << text;
    EXPECT_EQ(post(w, text.substr(from, text.find_first_of("> \r\n", from) - from), "do=confirm").status, 200);
    w.advance("1s");
  }
};

TEST_P(MailLanguageStory, CL7_mails_and_pages_speak_the_readers_language) {
  World w{GetParam(), shop()};
  const auto form = page(w, "/changelog/subscribe", "de-CH");
  EXPECT_THAT(form, AllOf(HasSubstr("<html lang=\"de\">"), HasSubstr("E-Mail-Adresse"), HasSubstr("<option value=\"de\" selected>")));
  EXPECT_EQ(post(w, "/changelog/subscribe", "address=a@b.test&locale=ja").status, 422);
  subscribe(w, "dora@kunde.test", "&rhythm=every_release&locale=de");
  EXPECT_THAT(newest("dora@kunde.test"), HasSubstr("Jemand hat gewünscht"));
  subscribe(w, "quentin@kunde.test", "&rhythm=quarterly&locale=de");
  subscribe(w, "kim@customer.test", "&rhythm=every_release");
  w.deploy();
  ASSERT_EQ(write(w, "alex", {"notes", "edit", "1.0.0", "--audience", "customers"}, "### New\n\n- Search is faster.\n").code, 0);
  ASSERT_EQ(write(w, "alex", {"notes", "translate", "1.0.0", "--locale", "de"}, "### Neu\n\n- Die Suche ist schneller.\n").code, 0);
  ASSERT_EQ(w.as("pia", {"notes", "approve-translation", "1.0.0", "--locale", "de"}).err, "");
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).err, "");
  ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  w.advance("65m");
  EXPECT_THAT(newest("dora@kunde.test"),
              AllOf(HasSubstr("Die Suche ist schneller."), HasSubstr("Sie haben darum gebeten."), Not(HasSubstr("Search is faster"))));
  EXPECT_THAT(newest("partner@firm.test"), AllOf(HasSubstr("Die Suche ist schneller."), Not(HasSubstr("Sie haben darum gebeten"))));
  EXPECT_THAT(newest("kim@customer.test"), AllOf(HasSubstr("Search is faster."), HasSubstr("You asked for this.")));
  EXPECT_THAT(newest("support@shop.test"), Not(HasSubstr("schneller")));
  EXPECT_THAT(page(w, "/changelog", "de"), AllOf(HasSubstr("<h3 class=\"tag added\">Neu</h3>"), HasSubstr("Abonnieren:"),
                                                 HasSubstr("Link zu diesem Eintrag"), HasSubstr("<h2 id=\"archive\">Archiv</h2>")));
  EXPECT_THAT(page(w, "/changelog", "en"), HasSubstr("<html lang=\"en\">"));
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
  w.advance("2400h");
  EXPECT_THAT(newest("quentin@kunde.test"), AllOf(HasSubstr("was sich geändert hat"), HasSubstr("Neu\r\n"), HasSubstr("Die Suche ist")));
}

TEST_P(MailLanguageStory, CL7_a_correction_is_read_in_the_language_of_the_announcement) {
  World w{GetParam(), shop()};
  subscribe(w, "dora@kunde.test", "&locale=de");
  subscribe(w, "kim@customer.test", "");
  w.deploy();
  ASSERT_EQ(w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}).code, 0);
  ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  w.advance("65m");
  ASSERT_EQ(w.as("alex", {"comms", "withdraw", "1.0.0", "--because", "it was not in it"}).code, 0);
  w.advance("10m");
  EXPECT_THAT(newest("dora@kunde.test"), AllOf(HasSubstr("Berichtigung"), HasSubstr("zurückgenommen")));
  EXPECT_THAT(newest("kim@customer.test"), AllOf(HasSubstr("Correction"), HasSubstr("We took release 1.0.0 back")));
}

INSTANTIATE_TEST_SUITE_P(On, MailLanguageStory, testing::ValuesIn(databases()), name_of);
INSTANTIATE_TEST_SUITE_P(On, LanguageStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
