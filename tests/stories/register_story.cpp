// The record can be read: every reason where people look, registers over all releases, decisions in words, and who was slower is told.
#include "http/client.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class RegisterStory : public Story {
 protected:
  static std::string in(World& w, int hours) { return to_iso(parse_time(w.now()).value() + std::chrono::hours{hours}); }
};

TEST_P(RegisterStory, P1_every_reason_is_read_on_the_release_and_in_its_register) {
  World w{GetParam(), World::strict_shop({"teams_confirmed"}) +
                          "freezes: [{name: Fair, owner: rita, reason: the fair, from: \"2000-01-01\", until: \"2090-01-01\"}]\n"};
  w.plan();
  w.rehearse();
  w.evidence();
  w.sign();
  ASSERT_EQ(w.as("quinn", {"signoff", "1.0.0", "--role", "qa", "--verdict", "no_go", "--reason", "orders were lost once"}).code, 0);
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "no_go", "--reason", "qa is right"}).code, 0);
  w.advance("1m");
  ASSERT_EQ(w.as("quinn", {"signoff", "1.0.0", "--role", "qa"}).code, 0);
  ASSERT_EQ(w.as("rita", {"waive", "1.0.0", "teams_confirmed", "--reason", "Eli is on a plane", "--until", in(w, 20)}).code, 0);
  const auto asked = w.ask("ada", {"exception", "request", "1.0.0", "--freeze", "Fair", "--reason", "the leak", "--expires", in(w, 24)});
  ASSERT_EQ(w.as("rita", {"exception", "approve", std::string(asked.at("id").as_string())}).code, 0);
  ASSERT_EQ(w.as("ada", {"decide", "1.0.0", "go"}).code, 0);
  const auto page = w.as("ada", {"release", "show", "1.0.0"}).out;
  for (const auto* reason : {"orders were lost once", "qa is right", "Eli is on a plane", "the leak"}) EXPECT_THAT(page, HasSubstr(reason));
  EXPECT_THAT(page, HasSubstr("Quinn Quality voted no-go as qa"));

  EXPECT_THAT(w.as("lee", {"register", "show", "waivers"}).code, 1) << "reasons are for insiders";
  const auto waivers = w.as("rita", {"register", "show", "waivers"}).out;
  EXPECT_THAT(waivers, AllOf(HasSubstr("shop 1.0.0: teams_confirmed by Rita Risk"), HasSubstr("owner Ada Coordinator"),
                             HasSubstr("Eli is on a plane"), HasSubstr("until ")));
  EXPECT_THAT(w.as("rita", {"register", "show", "exceptions"}).out,
              AllOf(HasSubstr("freeze \"Fair\""), HasSubstr("approved by Rita Risk")));
  EXPECT_THAT(w.as("rita", {"register", "show", "no_gos"}).out,
              AllOf(HasSubstr("vote as qa by Quinn Quality"), HasSubstr("signed again since"), HasSubstr("decision 1 by Ada Coordinator")));
  EXPECT_THAT(w.as("rita", {"register", "show", "no_gos", "--open"}).out, HasSubstr("Nothing is in this register."));
  EXPECT_THAT(w.as("rita", {"register", "show", "late"}).out, HasSubstr("Nothing is in this register."));
  w.advance("1m");
  ASSERT_EQ(w.as("eli", {"release", "confirm", "1.0.0", "catalog"}).code, 0);
  EXPECT_THAT(w.as("rita", {"register", "show", "late"}).out,
              AllOf(HasSubstr("confirmed date and window for catalog by Eli Engineer"), HasSubstr("after the go")));

  const auto decisions = w.as("ada", {"decision", "show", "1.0.0"}).out;
  EXPECT_THAT(decisions, AllOf(HasSubstr("# Go for shop/1.0.0, decision 2"), HasSubstr("# No-go for shop/1.0.0, decision 1"),
                               HasSubstr("Because: qa is right"), HasSubstr("| teams_confirmed | waived |"),
                               HasSubstr("waived by Rita Risk until"), HasSubstr("Quinn Quality as qa: no_go")));
}

TEST_P(RegisterStory, P2_who_was_slower_is_told_and_nothing_is_done) {
  World w{GetParam()};
  w.plan();
  http::CurlClient client;
  const auto send = [&](const std::string& method, const std::string& path, const std::string& body, const std::string& match) {
    http::ClientRequest request{.method = method, .url = w.server_url + path, .body = body};
    request.headers.set("Authorization", "Bearer " + w.token("ada"));
    if (!body.empty()) request.headers.set("Content-Type", "application/json");
    if (!match.empty()) request.headers.set("If-Match", match);
    return client.send(request).value();
  };
  w.advance("1s");  // what follows from the plan is done
  const std::string seen{send("GET", "/api/v1/releases/1.0.0", "", "").headers.get("ETag")};
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(send("POST", "/api/v1/releases/1.0.0/edit", R"({"title": "One"})", seen).status, 200);
  const auto slower = send("POST", "/api/v1/releases/1.0.0/edit", R"({"title": "Two"})", seen);
  EXPECT_EQ(slower.status, 412);
  EXPECT_THAT(slower.body, HasSubstr("this has changed since you read it"));
  EXPECT_EQ(w.get("/api/v1/releases/1.0.0").field("release.title"), "One");
  w.advance("1s");
  const std::string now{send("GET", "/api/v1/releases/1.0.0", "", "").headers.get("ETag")};
  EXPECT_EQ(send("POST", "/api/v1/releases/1.0.0/edit", R"({"title": "Two"})", now).status, 200);
  EXPECT_EQ(send("POST", "/api/v1/releases/1.0.0/edit", R"({"title": "Three"})", "*").status, 200);
  w.rehearse();
  w.advance("5s");
  const std::string young{send("GET", "/api/v1/releases/1.0.0", "", "").headers.get("ETag")};
  w.advance("65s");
  EXPECT_NE(send("GET", "/api/v1/releases/1.0.0", "", "").headers.get("ETag"), young) << "the page tells how old the rehearsal is";
  EXPECT_EQ(send("POST", "/api/v1/releases/1.0.0/edit", R"({"title": "Four"})", young).status, 200) << "nothing has happened since";
  EXPECT_EQ(send("POST", "/api/v1/line/stop", R"({"area": "shop", "because": "x"})", "\"1\"").status, 412) << "nothing there has a version";
}

INSTANTIATE_TEST_SUITE_P(On, RegisterStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
