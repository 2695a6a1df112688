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
    return watched_shop({}, metrics, mail) + R"yaml(words:
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
  static std::string page(World& w, const std::string& path, const std::string& languages) {
    http::CurlClient client;
    http::ClientRequest request{.url = w.server_url + path};
    if (!languages.empty()) request.headers.set("Accept-Language", languages);
    const auto answer = client.send(request).value();
    EXPECT_EQ(answer.headers.get("Vary"), "Accept-Language");
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

INSTANTIATE_TEST_SUITE_P(On, LanguageStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
