// Pictures in notes (CL3), and the look of the public changelog (CL7).
#include <fstream>

#include "base/hex.hpp"
#include "http/client.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// One red dot.
const std::string dot = from_base64("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC").value();

class ImageStory : public Story {
 protected:
  FakeMetrics metrics;
  FakeProgram mail{"smtp"};

  std::string shop() {
    return watched_shop({}, metrics, mail) + R"yaml(public_title: Shop news
public_url: https://news.shop.test
channels:
  - {name: team, kind: smtp, to: [support@shop.test]}
  - {name: newsletter, kind: smtp, to: [kim@customer.test]}
  - {name: page, kind: public_page}
audiences:
  - {name: insiders, kind: internal, channels: [team]}
  - {name: customers, kind: customers, channels: [newsletter, page], after: [insiders]}
)yaml";
  }
  static std::string add(World& w, const std::string& bytes, const std::string& login = "alex") {
    std::ofstream(w.dir + "/picture") << bytes;
    const auto said = w.as(login, {"image", "add", w.dir + "/picture"});
    return said.code == 0 ? said.out.substr(0, said.out.find('\n')) : said.err;
  }
  static void write(World& w, const std::string& text) {
    std::ofstream(w.dir + "/text.md") << text;
    ASSERT_EQ(w.as("alex", {"notes", "edit", "1.0.0", "--audience", "customers", "--file", w.dir + "/text.md"}).code, 0);
  }
  static Said approve(World& w) { return w.as("pia", {"notes", "approve", "1.0.0", "--audience", "customers"}); }
  static http::ClientResponse at(World& w, const std::string& path, const std::string& host) {
    http::CurlClient client;
    http::ClientRequest request{.url = w.server_url + path};
    request.headers.set("Host", host);
    return client.send(request).value();
  }
};

TEST_P(ImageStory, CL3_a_picture_has_words_comes_from_here_and_is_seen_outside_with_its_note) {
  World w{GetParam(), shop()};
  EXPECT_THAT(add(w, "<svg/>"), HasSubstr("no PNG, JPEG, GIF or WebP"));
  EXPECT_THAT(add(w, dot + std::string(3 << 20, 'x')), HasSubstr("at most 2048 are kept"));
  EXPECT_THAT(add(w, dot, "lee"), HasSubstr("needs the role author"));
  const auto path = add(w, dot);
  EXPECT_THAT(path, HasSubstr("/changelog/images/"));
  EXPECT_EQ(add(w, dot, "pia"), path) << "the same picture is kept once";
  w.deploy();
  write(w, "Search is faster.\n\n![](" + path + ")\n");
  EXPECT_THAT(approve(w).err, AllOf(HasSubstr("line 3"), HasSubstr("say in the brackets what it shows")));
  write(w, "Search is faster.\n\n![A list](https://elsewhere.test/a.png)\n");
  EXPECT_THAT(approve(w).err, HasSubstr("evenkeel image add FILE"));
  EXPECT_THAT(w.get("/api/v1/releases/1.0.0/notes").out, HasSubstr("image_elsewhere"));
  write(w, "Search is faster.\n\n![A list with *three* finds](" + path + ")\n");
  ASSERT_EQ(approve(w).code, 0);
  EXPECT_EQ(w.get(path, "").code, 404) << "not before its note is out";
  EXPECT_EQ(w.get(path, "alex").code, 200);
  ASSERT_EQ(w.as("alex", {"notes", "approve", "1.0.0", "--audience", "internal"}).code, 0);
  w.advance("65m");
  EXPECT_EQ(w.get(path, "").out, dot);
  const auto answer = at(w, path, "127.0.0.1");
  EXPECT_EQ(answer.headers.get("Content-Type"), "image/png");
  EXPECT_THAT(std::string(answer.headers.get("Cache-Control")), HasSubstr("immutable"));
  const auto shown = [&](const std::string& base) { return "src=\"" + base + path + "\" alt=\"A list with three finds\""; };
  EXPECT_THAT(w.get("/changelog/1.0.0", "").out, HasSubstr(shown("")));
  EXPECT_THAT(w.get("/changelog/feed.json", "").out, HasSubstr("https://news.shop.test" + path));
  std::string html;
  const auto state = mail.state();
  for (const auto& m : state.at("messages").as_array())
    if (m.at("to").as_array()[0].as_string() == "kim@customer.test")
      html = std::string(m.at("mail").at("parts").as_array()[1].at("text").as_string());
  EXPECT_THAT(html, HasSubstr(shown("https://news.shop.test")));
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(ImageStory, CL7_the_public_changelog_looks_like_its_organisation_and_has_an_address_of_its_own) {
  World w{GetParam(), shop()};
  const auto logo = add(w, dot);
  EXPECT_EQ(w.get(logo, "").code, 404);
  const auto apply = [&](const std::string& look) {
    auto yaml = shop() + "public_page: " + look + "\n";
    for (std::size_t from; (from = yaml.find("@DIR@")) != std::string::npos;) yaml.replace(from, 5, w.dir);
    std::ofstream(w.dir + "/look.yaml") << yaml;
    return w.as("ada", {"apply", w.dir + "/look.yaml"});
  };
  EXPECT_THAT(apply("{accent: \"#ffff00\"}").err, AllOf(HasSubstr("public_page.accent"), HasSubstr("4.5")));
  EXPECT_THAT(apply("{accent: yellow}").err, HasSubstr("is no colour"));
  EXPECT_THAT(apply("{logo: \"https://cdn.test/logo.png\"}").err, HasSubstr("evenkeel image add"));
  ASSERT_EQ(apply("{logo: \"" + logo +
                  "\", logo_text: The shop, home: \"https://shop.test\", accent: \"#0b6e4f\", accent_dark: "
                  "\"#7fd1ae\"}")
                .code,
            0);
  w.advance("1s");
  EXPECT_THAT(w.get("/changelog", "").out,
              HasSubstr("<a href=\"https://shop.test\"><img class=\"logo\" src=\"" + logo + "\" alt=\"The shop\"></a>"));
  EXPECT_EQ(w.get(logo, "").code, 200);
  EXPECT_THAT(w.get("/changelog/style.css", "").out, AllOf(HasSubstr("--accent: #0b6e4f"), HasSubstr("--accent: #7fd1ae")));
}

INSTANTIATE_TEST_SUITE_P(On, ImageStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
