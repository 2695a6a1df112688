// The tickets behind a note (CL4): a reviewer sees beside each sentence whether what it tells of is closed at the repository's host.
#include <fstream>

#include "http/client.hpp"
#include "stories/fakes.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class TicketStory : public Story {
 protected:
  FakeProgram host{"github"};

  std::string shop() {
    return edited(World::small_shop(), "    area: shop\n", "    area: shop\n    repository: acme/shop\n") +
           fmt::format("connections:\n  - {{name: hub, kind: github, url: \"{}\", secret: \"${{file:@DIR@/token}}\"}}\n", host.url());
  }
  /// As a person at the host would; the first answer to each gets lost on the way, but it is done.
  void at_host(const std::string& method, const std::string& path, const std::string& body) const {
    http::CurlClient client;
    http::ClientRequest request{.method = method, .url = host.url() + "/repos/acme/shop" + path, .body = body};
    request.headers.set("Authorization", "Bearer host-token");
    ASSERT_TRUE(client.send(request));
  }
};

TEST_P(TicketStory, CL4_a_reviewer_sees_the_state_of_the_tickets_behind_each_sentence) {
  at_host("POST", "/issues", R"({"title":"Search takes seconds"})");
  World w{GetParam(), shop()};
  std::ofstream(w.dir + "/token") << "host-token";
  w.plan();
  w.git("echo s >> src/a; git commit -qam 'feat: search finds more (#34)\n\nFixes #1. Part of #77.'");
  ASSERT_EQ(w.as("ada", {"change", "import", "1.0.0", "--repo", w.dir + "/repo", "--from", "v0.9.0"}).code, 0);
  w.advance("1s");
  ASSERT_EQ(w.as("alex", {"notes", "draft", "1.0.0"}).code, 0);
  const auto review = [&] { return w.as("pia", {"notes", "review", "1.0.0", "--audience", "customers"}).out; };
  w.advance("3m");
  EXPECT_THAT(review(), AllOf(HasSubstr("ticket acme/shop#1 open: Search takes seconds"), Not(HasSubstr("ticket acme/shop#77")),
                              Not(HasSubstr("ticket acme/shop#34"))));
  at_host("PATCH", "/issues/1", R"({"state":"closed"})");
  host.control(R"({"mode":"reject","status":503})");
  w.advance("20m");
  EXPECT_THAT(review(), HasSubstr("ticket acme/shop#1 open: Search takes seconds (HTTP 503)"))
      << "what was known stays, and its age is told";
  host.control(R"({"mode":"ok"})");
  w.advance("20m");
  EXPECT_THAT(review(), HasSubstr("ticket acme/shop#1 closed"));
  EXPECT_THAT(w.shell("ada", "cat " + w.dir + "/server.log").out, Not(HasSubstr("host-token")));
  EXPECT_THAT(w.ledger(), AllOf(HasSubstr("ticket.read"), HasSubstr("acme/shop#1"), Not(HasSubstr("acme/shop#77"))));
}

INSTANTIATE_TEST_SUITE_P(On, TicketStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
