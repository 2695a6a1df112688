#include "api/public_page.hpp"

#include "app/app.hpp"
#include "support/release_world.hpp"

namespace evenkeel::api {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

PublicNote note(std::string version, std::string body) {
  return {
      "pub_1", "rel_0192f3c4-0000-7000-8000-000000000001", std::move(version), "Wishes", std::move(body), from_millis(1'772'000'000'000),
      {}};
}

TEST(PublicPage, ShowsOneHeadingPerReleaseWithItsLinkAndTags) {
  const auto html = public_html({.title = "Shop news"}, {note("2.0.0", "### New\n\n- You can keep a list.\n"), note("1.9.0", "x")});
  EXPECT_THAT(html,
              AllOf(HasSubstr("<h1><a href=\"/changelog\">Shop news</a></h1>"),
                    HasSubstr("<h2><a href=\"/changelog/2.0.0\">2.0.0: Wishes</a></h2>"), HasSubstr("<h3 class=\"tag added\">New</h3>"),
                    HasSubstr("<time datetime=\"2026-02-25T06:13:20Z\">2026-02-25</time>"), Not(HasSubstr("<script"))));
}
TEST(PublicPage, TextCannotLeaveItsPlace) {
  auto bad = note("<b>\"2", "<script>alert(1)</script>");
  bad.title = "</title><script>";
  const auto html = public_html({.title = "<x>"}, {bad});
  EXPECT_THAT(html, AllOf(Not(HasSubstr("<script")), HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"), Not(HasSubstr("<b>")),
                          Not(HasSubstr("<x>"))));
}
TEST(PublicPage, ATakenBackReleaseSaysSoAndNothingElse) {
  auto n = note("2.0.0", "secret plan");
  n.withdrawn_at = n.published_at + std::chrono::hours{1};
  for (const auto& text : {public_html({}, {n}), atom_feed({}, {n}), json_feed({}, {n})})
    EXPECT_THAT(text, AllOf(HasSubstr("taken back"), Not(HasSubstr("secret plan"))));
}
TEST(PublicPage, FeedsNameWhatTheyHold) {
  const auto atom = atom_feed({.title = "Shop & co", .base = "https://shop.example"}, {note("2.0.0", "a < b")});
  EXPECT_THAT(atom, AllOf(HasSubstr("<id>urn:uuid:0192f3c4-0000-7000-8000-000000000001</id>"), HasSubstr("<title>Shop &amp; co</title>"),
                          HasSubstr("href=\"https://shop.example/changelog/2.0.0\""), HasSubstr("&lt;p&gt;a &amp;lt; b&lt;/p&gt;")));
  const auto feed = json::parse(json_feed({.title = "Shop", .base = "https://shop.example"}, {note("2.0.0", "b")})).value();
  EXPECT_EQ(feed.at("items").at(0).at("url").as_string(), "https://shop.example/changelog/2.0.0");
  EXPECT_EQ(feed.at("items").at(0).at("content_html").as_string(), "<p>b</p>\n");
}

struct PublicChangelog : testing::Test {
  testing_git::TempFolder folder;
  std::unique_ptr<app::App> app = std::move(app::App::open({.database = (folder.path() / "evenkeel.db").string()}).value());
  http::Response get(const std::string& target, http::Headers headers = {}) {
    auto request = http::make_request("GET", target, {}, std::move(headers));
    request.remote = "203.0.113.9:1";  // somebody outside, without a token
    return app->router->dispatch(request);
  }
  void publish(const std::string& id, const std::string& version, std::int64_t at) {
    app->database->write([&](store::Tx& tx) {
      tx.exec(
          "INSERT INTO public_note (id, release_id, version, title, body, published_at) VALUES ($1, 'rel_1', $2, '', 'text of ' || $2, $3)",
          {id, version, at});
    });
  }
};

TEST_F(PublicChangelog, IsOpenToAnyoneUnderAStrictPolicy) {
  EXPECT_THAT(get("/changelog").body, HasSubstr("No releases yet"));
  publish("pub_1", "2.0.0", 1000);
  const auto page = get("/changelog");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("text of 2.0.0"));
  EXPECT_THAT(std::string(page.headers.get("Content-Security-Policy")),
              AllOf(HasSubstr("default-src 'none'"), Not(HasSubstr("script-src")), Not(HasSubstr("unsafe"))));
  EXPECT_EQ(get("/changelog", {{"If-None-Match", std::string(page.headers.get("ETag"))}}).status, 304);
  EXPECT_EQ(get("/changelog/2.0.0").status, 200);
  EXPECT_EQ(get("/changelog/9.9.9").status, 404);
  EXPECT_THAT(get("/changelog/9.9.9").content_type, testing::StartsWith("text/html")) << "a page answers with a page";
  EXPECT_THAT(get("/robots.txt", {{"Host", "news.example"}}).body, HasSubstr("Sitemap: http://news.example/changelog/sitemap.xml"));
  EXPECT_EQ(get("/changelog/style.css").content_type, "text/css; charset=utf-8");
  EXPECT_EQ(get("/changelog/feed.json").content_type, "application/feed+json");
  EXPECT_THAT(get("/changelog/atom.xml", {{"Host", "news.example"}}).body, HasSubstr("http://news.example/changelog/2.0.0"));
}
TEST_F(PublicChangelog, AnAddressOfItsOwnShowsNothingElseOfTheServer) {
  const auto organisation = definitions::read_yaml(
      "name: Shop\npublic_url: https://news.shop.test:8443\npeople: [{login: ada, name: Ada, email: a@shop.test, roles: [{role: "
      "admin}]}]\n",
      "evenkeel.yaml");
  ASSERT_TRUE(organisation) << organisation.error().message;
  Actor first{.kind = ActorKind::person, .id = "local:test", .via = Via::cli};
  first.grants.insert({Role::admin, "*"});
  ASSERT_TRUE(app->engine->perform(first, [&](Work& work) { return definitions::apply(work, *organisation, "file"); }));
  const auto asked = [&](app::App& at, const std::string& host, const std::string& target) {
    return at_public_address(at, http::make_request("GET", target, {}, {{"Host", host}}));
  };
  EXPECT_FALSE(asked(*app, "news.shop.test", "/")) << "the server has no other address: both are one";
  const auto database = app->options.database;
  app.reset();
  const auto two = app::App::open({.database = database, .public_url = "https://releases.shop.test"});
  ASSERT_TRUE(two) << two.error().message;
  for (const auto* target : {"/changelog", "/changelog/1.0.0", "/icon.svg"}) EXPECT_FALSE(asked(**two, "News.shop.test:8443", target));
  EXPECT_EQ(asked(**two, "news.shop.test", "/")->headers.get("Location"), "/changelog");
  for (const auto* target : {"/api/v1/releases", "/releases/1", "/metrics"}) EXPECT_EQ(asked(**two, "news.shop.test", target)->status, 404);
  for (const auto* host : {"releases.shop.test", "localhost", ""}) EXPECT_FALSE(asked(**two, host, "/api/v1/releases"));
}
TEST_F(PublicChangelog, TurnsPages) {
  for (int i = 0; i < 25; ++i) publish(fmt::format("pub_{:02}", i), fmt::format("1.{}.0", i), 1000 + i);
  const auto first = get("/changelog").body, second = get("/changelog?page=2").body;
  EXPECT_THAT(first, AllOf(HasSubstr("text of 1.24.0"), HasSubstr("text of 1.5.0"), Not(HasSubstr("text of 1.4.0")),
                           HasSubstr("/changelog?page=2")));
  EXPECT_THAT(second, AllOf(HasSubstr("text of 1.4.0"), HasSubstr("text of 1.0.0"), HasSubstr("href=\"/changelog\">Newer")));
  EXPECT_EQ(get("/changelog?page=x").status, 422);
}

}  // namespace
}  // namespace evenkeel::api
