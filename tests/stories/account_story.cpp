// Who comes in: the first account, passwords that are guessed, sessions and tokens.
#include "http/client.hpp"
#include "stories/world.hpp"

namespace evenkeel::stories {
namespace {

using testing::HasSubstr;

class AccountStory : public Story {
 protected:
  static Said sign_in(World& w, const std::string& login, const std::string& password) {
    return w.as("", {"login", "--login", login, "--password", password, "--json"});
  }
  static const std::string right;
};
const std::string AccountStory::right = "correct horse battery";

TEST_P(AccountStory, a_password_is_not_found_by_trying) {
  World w{GetParam()};
  for (int i = 0; i < 10; ++i) EXPECT_THAT(sign_in(w, "ada", "a wrong password").err, HasSubstr("login or password is wrong"));
  const auto refused = sign_in(w, "ada", right);
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("the next try is possible in 15m"));
  w.advance("16m");
  EXPECT_EQ(sign_in(w, "ada", right).code, 0);
}

TEST_P(AccountStory, success_forgets_what_was_mistyped_before) {
  World w{GetParam()};
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 9; ++i) sign_in(w, "ada", "a wrong password");
    EXPECT_EQ(sign_in(w, "ada", right).code, 0);
  }
}

TEST_P(AccountStory, a_new_password_ends_the_sessions_and_leaves_the_tokens_of_programs) {
  World w{GetParam()};
  const auto session = sign_in(w, "ada", right).field("secret");
  const auto program = w.token("ada");
  EXPECT_EQ(w.shell("ada", "EVENKEEL_TOKEN=" + session + " evenkeel whoami").code, 0);
  EXPECT_EQ(w.as("ada", {"account", "password", "--login", "ada", "--password", "another long password"}).code, 0);
  EXPECT_THAT(w.shell("ada", "EVENKEEL_TOKEN=" + session + " evenkeel whoami").err, HasSubstr("unknown, expired or revoked"));
  EXPECT_EQ(w.shell("ada", "EVENKEEL_TOKEN=" + program + " evenkeel whoami").code, 0);
  EXPECT_NE(sign_in(w, "ada", right).code, 0);
  EXPECT_EQ(sign_in(w, "ada", "another long password").code, 0);
}

TEST_P(AccountStory, the_first_account_is_not_made_through_a_proxy) {
  World w{GetParam()};
  http::ClientRequest request{.method = "POST", .url = w.server_url + "/api/v1/setup"};
  request.headers.set("Content-Type", "application/json");
  request.headers.set("X-Forwarded-For", "192.0.2.7");
  request.body = R"({"login": "eve", "name": "Eve", "email": "eve@shop.test", "password": "a long password"})";
  http::CurlClient client;
  const auto answer = client.send(request).value();
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("on the server's own machine"));
}

INSTANTIATE_TEST_SUITE_P(On, AccountStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
