// Written as changes merge (P3): a repository's host tells of a merge, ten times and out of order, and it is one entry.
#include <fstream>

#include "base/hex.hpp"
#include "http/client.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

class MergeStory : public Story {
 protected:
  static std::string yaml() {
    return edited(World::small_shop(), "    area: shop\n", "    area: shop\n    repository: git@git.test:acme/shop.git\n") +
           R"yaml(connections:
  - {name: hub, kind: github, url: "https://api.git.test", hook_secret: "${file:@DIR@/hook}"}
  - {name: lab, kind: gitlab, url: "https://lab.test", hook_secret: "${file:@DIR@/hook}"}
)yaml";
  }
  static void share_secret(World& w) { std::ofstream(w.dir + "/hook") << "correct horse"; }
  static http::ClientResponse deliver(World& w, const std::string& body, const std::string& secret = "correct horse") {
    http::CurlClient client;
    http::ClientRequest request{.method = "POST", .url = w.server_url + "/api/v1/hooks/merges/hub", .body = body};
    request.headers.set("Content-Type", "application/json");
    request.headers.set("X-Hub-Signature-256", "sha256=" + to_hex(hmac_sha256(secret, body)));
    return client.send(request).value();
  }
  static std::string end_of(const http::ClientResponse& answer) {
    EXPECT_EQ(answer.status, 200) << answer.body;
    return std::string(json::parse(answer.body).value().at("end").as_string());
  }
  static std::string event(const std::string& action, const std::string& commit, int number, const std::string& title,
                           const std::string& text = "", const std::string& branch = "main") {
    return json::dump(json::Object{
        {"action", action},
        {"repository",
         json::Object{{"full_name", "acme/shop"}, {"clone_url", "https://git.test/acme/shop.git"}, {"default_branch", "main"}}},
        {"pull_request", json::Object{{"merged", action == "closed"},
                                      {"merged_at", "2026-01-05T10:00:00Z"},
                                      {"merge_commit_sha", commit},
                                      {"number", number},
                                      {"title", title},
                                      {"body", text},
                                      {"base", json::Object{{"ref", branch}}},
                                      {"user", json::Object{{"login", "dev"}}},
                                      {"labels", json::Array{}}}}});
  }
  static std::vector<std::string> entries(World& w) {
    std::vector<std::string> out;
    const auto all = w.ask("alex", {"entries", "list", "1.0.0"});
    for (const auto& e : all.as_array()) out.emplace_back(e.at("text").as_string());
    return out;
  }
};

TEST_P(MergeStory, P3_a_merge_told_ten_times_and_out_of_order_is_one_entry) {
  World w{GetParam(), yaml()};
  share_secret(w);
  const std::string a(40, 'a'), b(40, 'b'), c(40, 'c'), d(40, 'd');
  const auto early = event("closed", a, 12, "feat: wish lists");
  EXPECT_EQ(deliver(w, early, "guessed").status, 401);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(end_of(deliver(w, early)), "waiting") << "no release is planned yet";
  w.plan();
  w.advance("1s");
  EXPECT_THAT(entries(w), testing::SizeIs(3)) << "two of the history, and the one that waited";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(end_of(deliver(w, early)), "known");
  EXPECT_EQ(end_of(deliver(w, event("closed", b, 13, "Names",
                                    "Closes SHOP-1.\r\n\r\n```changelog\r\nfixed: Search finds names with accents\r\n```\r\n"))),
            "taken");
  EXPECT_EQ(end_of(deliver(w, event("opened", b, 13, "Names"))), "skipped") << "it was opened before, and is told later";
  EXPECT_EQ(end_of(deliver(w, event("closed", c, 14, "feat: for 2.x only", "", "2.x"))), "waiting") << "another release line";
  {
    std::vector<std::jthread> at_once;
    for (int i = 0; i < 8; ++i) at_once.emplace_back([&] { (void)end_of(deliver(w, event("closed", d, 15, "feat: gift cards"))); });
  }
  std::string head;  // the history tells it too
  w.git("git rev-parse HEAD > ../head");
  std::ifstream(w.dir + "/head") >> head;
  EXPECT_EQ(end_of(deliver(w, event("closed", head, 11, "Explain the search"))), "known");
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  w.advance("1s");
  const auto told = entries(w);
  EXPECT_THAT(told, testing::SizeIs(5));
  EXPECT_THAT(told, testing::Contains("Search finds names with accents"));
  EXPECT_EQ(std::count_if(told.begin(), told.end(), [](const auto& t) { return t.find("ish lists") != std::string::npos; }), 1);
  EXPECT_EQ(std::count_if(told.begin(), told.end(), [](const auto& t) { return t.find("ift cards") != std::string::npos; }), 1);
  EXPECT_EQ(w.as("ada", {"ledger", "verify"}).code, 0);
}

TEST_P(MergeStory, P3_gitlab_tells_it_with_its_token_and_what_is_broken_is_refused_with_the_reason) {
  World w{GetParam(), yaml()};
  share_secret(w);
  w.plan();
  const auto tell = [&](const std::string& commit, const std::string& token, const std::string& path = "lab") {
    http::CurlClient client;
    http::ClientRequest request{.method = "POST", .url = w.server_url + "/api/v1/hooks/merges/" + path};
    request.body = json::dump(json::Object{
        {"object_kind", "merge_request"},
        {"project", json::Object{{"path_with_namespace", "acme/shop"}, {"default_branch", "main"}}},
        {"user", json::Object{{"username", "dev"}}},
        {"labels", json::Array{json::Object{{"title", "changelog: security"}}}},
        {"object_attributes",
         json::Object{{"action", "merge"}, {"target_branch", "main"}, {"merge_commit_sha", commit}, {"iid", 3}, {"title", "Ask twice"}}}});
    request.headers.set("Content-Type", "application/json");
    request.headers.set("X-Gitlab-Token", token);
    return client.send(request).value();
  };
  EXPECT_EQ(tell(std::string(40, 'e'), "guessed").status, 401);
  EXPECT_EQ(tell(std::string(40, 'e'), "correct horse", "elsewhere").status, 401) << "nobody learns which connections there are";
  EXPECT_THAT(tell("main", "correct horse").body, HasSubstr("does not name the commit"));
  EXPECT_EQ(end_of(tell(std::string(40, 'e'), "correct horse")), "taken");
  w.advance("1s");
  const auto all = w.ask("alex", {"entries", "list", "1.0.0"});
  const bool found = std::any_of(all.as_array().begin(), all.as_array().end(), [](const auto& e) {
    return e.at("type").as_string() == "security" && std::string(e.at("text").as_string()).starts_with("Ask twice");
  });
  EXPECT_TRUE(found) << json::dump(all);
}

INSTANTIATE_TEST_SUITE_P(On, MergeStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
