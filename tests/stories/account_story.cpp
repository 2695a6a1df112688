// Who comes in: the first account, passwords that are guessed, sessions and tokens.
#include <atomic>
#include <fstream>

#include "accounts/second_factor.hpp"
#include "http/client.hpp"
#include "stories/world.hpp"
#include "support/base32.hpp"

namespace evenkeel::stories {
namespace {

using testing::AllOf;
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

TEST_P(AccountStory, a_new_password_needs_the_old_one_ends_the_other_sessions_and_leaves_the_tokens_of_programs) {
  World w{GetParam()};
  const auto session = sign_in(w, "ada", right).field("secret"), asking = sign_in(w, "ada", right).field("secret");
  const auto program = w.token("ada");
  const auto whoami = [&](const std::string& token) { return w.shell("ada", "EVENKEEL_TOKEN=" + token + " evenkeel whoami"); };
  const auto set = [&](const std::string& more) {
    return w.shell("ada", "EVENKEEL_TOKEN=" + asking + " evenkeel account password --login ada --password 'another long password' " + more);
  };
  EXPECT_EQ(whoami(session).code, 0);
  EXPECT_THAT(set("").err, HasSubstr("needs the old one"));
  EXPECT_THAT(set("--old-password 'not this one'").err, HasSubstr("login or password is wrong"));
  EXPECT_EQ(whoami(session).code, 0);
  EXPECT_EQ(set("--old-password '" + right + "'").code, 0);
  EXPECT_THAT(whoami(session).err, HasSubstr("unknown, expired or revoked"));
  EXPECT_EQ(whoami(asking).code, 0) << "the one that asked goes on";
  EXPECT_EQ(whoami(program).code, 0);
  EXPECT_NE(sign_in(w, "ada", right).code, 0);
  EXPECT_EQ(sign_in(w, "ada", "another long password").code, 0);
}

TEST_P(AccountStory, the_first_account_is_made_by_who_reads_the_log_and_only_once) {
  World w{GetParam(), World::small_shop(), true};  // a server with a test clock asks its own machine for no code
  const auto set_up = [&](const std::string& code) {
    http::ClientRequest request{.method = "POST", .url = w.server_url + "/api/v1/setup"};
    request.headers.set("Content-Type", "application/json");
    request.body =
        fmt::format(R"({{"login": "eve", "name": "Eve", "email": "eve@shop.test", "password": "a long password", "code": "{}"}})", code);
    return http::CurlClient{}.send(request).value();
  };
  EXPECT_EQ(set_up("").status, 403);
  EXPECT_THAT(set_up("").body, HasSubstr("into its log"));
  std::ifstream log(w.dir + "/server.log");
  const std::string text(std::istreambuf_iterator<char>(log), {});
  const auto at = text.find("\"code\":\"") + 8;
  EXPECT_EQ(set_up(text.substr(at, text.find('"', at) - at)).status, 403) << "the code was for one account";
  w.restart();
  std::ifstream again(w.dir + "/server.log");
  const std::string now(std::istreambuf_iterator<char>(again), {});
  EXPECT_EQ(now.find("nobody is set up", at), std::string::npos) << "a server with people in it offers nothing";
}

TEST_P(AccountStory, definitions_that_leave_no_admin_are_refused) {
  World w{GetParam()};
  std::ifstream in(w.dir + "/evenkeel.yaml");
  const auto yaml = edited(std::string(std::istreambuf_iterator<char>(in), {}), "roles: [{role: coordinator}, {role: admin}]",
                           "roles: [{role: coordinator}]");
  std::ofstream(w.dir + "/no-admin.yaml") << yaml;
  const auto refused = w.as("ada", {"apply", w.dir + "/no-admin.yaml"});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("would leave nobody who is admin in every area"));
  EXPECT_THAT(w.as("ada", {"whoami"}).out, HasSubstr("admin"));
}

TEST_P(AccountStory, a_token_reaches_no_further_than_its_maker) {
  World w{GetParam()};
  const auto make = [&](const std::string& token, const std::string& more) {
    return w.shell("ada", "EVENKEEL_TOKEN=" + token + " evenkeel token create --json --login ada --name x " + more);
  };
  const auto reading = make(w.token("ada"), "--scope read").field("secret");
  EXPECT_THAT(make(reading, "").err, HasSubstr("this token may only read"));
  EXPECT_THAT(make(reading, "--scope read").err, HasSubstr("this token may only read"));
  EXPECT_EQ(w.shell("ada", "EVENKEEL_TOKEN=" + reading + " evenkeel release list").code, 0);
  EXPECT_THAT(w.shell("ada", "EVENKEEL_TOKEN=" + reading + " evenkeel account password --login rita --password 'a long password'").err,
              HasSubstr("this token may only read"));
  const auto short_lived = make(w.token("ada"), "--lives 2d").field("secret");
  EXPECT_THAT(make(short_lived, "--lives 3d").err, HasSubstr("a token makes none that outlives it"));
  EXPECT_EQ(make(short_lived, "--lives 3d --password '" + right + "'").code, 0) << "the password proves anew who it is";
  EXPECT_THAT(make(short_lived, "--lives 400d --password '" + right + "'").err, HasSubstr("at most 365 days"));
  const auto child = make(short_lived, "").field("secret");
  w.advance("49h");
  EXPECT_THAT(w.shell("ada", "EVENKEEL_TOKEN=" + child + " evenkeel whoami").err, HasSubstr("unknown, expired or revoked"));
}

TEST_P(AccountStory, tokens_are_listed_with_their_last_use_and_ended_one_by_one_or_all) {
  World w{GetParam()};
  const auto session = sign_in(w, "ada", right).field("secret");
  ASSERT_EQ(w.as("rita", {"whoami"}).code, 0);
  const auto listed = w.ask("ada", {"token", "list", "--login", "rita"});
  ASSERT_EQ(listed.as_array().size(), 1u);
  EXPECT_TRUE(listed.as_array()[0].at("last_used_at").is_string());
  EXPECT_THAT(json::dump(listed), testing::Not(HasSubstr("ek_")));
  EXPECT_THAT(w.as("rita", {"token", "list", "--login", "ada"}).err, HasSubstr("for its owner or an admin"));
  EXPECT_THAT(w.as("rita", {"token", "revoke-all", "--login", "ada"}).err, HasSubstr("for its owner or an admin"));
  EXPECT_EQ(w.as("ada", {"token", "revoke-all", "--login", "ada"}).code, 0);
  EXPECT_NE(w.shell("ada", "EVENKEEL_TOKEN=" + session + " evenkeel whoami").code, 0);
  EXPECT_EQ(w.as("ada", {"whoami"}).code, 0) << "the one that asks stays";
  EXPECT_EQ(w.as("ada", {"token", "revoke", std::string(listed.as_array()[0].at("id").as_string())}).code, 0);
  EXPECT_NE(w.as("rita", {"whoami"}).code, 0);
}

TEST_P(AccountStory, sign_ins_good_and_refused_are_in_the_ledger) {
  World w{GetParam()};
  sign_in(w, "ada", "a wrong password");
  sign_in(w, "nobody at all", "a wrong password");
  sign_in(w, "ada", right);
  const auto entries = w.ledger();
  EXPECT_THAT(entries, AllOf(HasSubstr("\nsession.refused "), HasSubstr("\nsession.started ")));
  EXPECT_THAT(entries, testing::Not(HasSubstr("nobody at all")));
}

TEST_P(AccountStory, a_request_that_is_sent_again_is_known_for_a_day) {
  World w{GetParam()};
  const auto report = [&](const std::string& title) {
    http::ClientRequest request{.method = "POST", .url = w.server_url + "/api/v1/incidents"};
    request.headers.set("Authorization", "Bearer " + w.token("ada"));
    request.headers.set("Content-Type", "application/json");
    request.headers.set("Idempotency-Key", "the-same");
    request.body = R"({"title":")" + title + R"("})";
    return http::CurlClient{}.send(request).value();
  };
  const auto first = report("search is slow");
  EXPECT_EQ(report("search is slow").body, first.body);
  EXPECT_EQ(report("something else").status, 409);
  w.advance("25h");
  const auto later = report("something else");
  EXPECT_EQ(later.status, 200);
  EXPECT_NE(later.body, first.body) << "the key is free again";
}

TEST_P(AccountStory, a_stream_ends_with_its_token) {
  World w{GetParam()};
  const auto made = w.ask("ada", {"token", "create", "--login", "rita", "--name", "stream"});
  std::atomic<bool> ended{false};
  std::jthread listening([&, secret = std::string(made.at("secret").as_string())] {
    (void)w.shell("", "curl -sN --max-time 120 -H 'Authorization: Bearer " + secret + "' " + w.server_url +
                          "/api/v1/events > stream || touch timed-out");
    ended = true;
  });
  const auto heard = [&] {
    std::ifstream in(w.dir + "/stream");
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  ASSERT_TRUE(in_time([&] { return !heard().empty(); }));
  ASSERT_EQ(w.as("ada", {"token", "revoke", std::string(made.at("id").as_string())}).code, 0);
  EXPECT_TRUE(in_time([&] { return ended.load(); }));
  listening.join();
  EXPECT_FALSE(std::filesystem::exists(w.dir + "/timed-out")) << "the server ended it";
}

TEST_P(AccountStory, a_stream_tells_of_ones_own_areas) {
  auto yaml = edited(World::small_shop(), "areas: [{name: shop,", "areas: [{name: billing}, {name: shop,");
  yaml = edited(yaml, "  - {login: quinn,",
                "  - {login: bill, name: Bill, email: bill@shop.test, roles: [{role: author, areas: [billing]}]}\n  - {login: quinn,");
  World w{GetParam(), yaml};
  const auto heard = [&](const std::string& by) {
    std::ifstream in(w.dir + "/stream." + by);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  std::vector<std::jthread> listening;
  for (const std::string by : {"bill", "ada"})
    listening.emplace_back([&, by, token = w.token(by)] {
      (void)w.shell("", "curl -sN --max-time 120 -H 'Authorization: Bearer " + token + "' " + w.server_url + "/api/v1/events > stream." +
                            by + " || true");
    });
  ASSERT_TRUE(in_time([&] { return !heard("bill").empty() && !heard("ada").empty(); }));
  w.plan();
  (void)w.token("rita");
  ASSERT_EQ(w.as("ada", {"incident", "open", "all is slow"}).code, 0);
  for (const auto* by : {"bill", "ada"}) EXPECT_TRUE(in_time([&] { return heard(by).contains("incident.opened"); })) << by;
  w.server.reset();
  listening.clear();
  EXPECT_THAT(heard("ada"), AllOf(HasSubstr("release.planned"), HasSubstr("token.issued"), HasSubstr("incident.opened")));
  EXPECT_THAT(heard("bill"),
              AllOf(HasSubstr("incident.opened"), testing::Not(HasSubstr("release.planned")), testing::Not(HasSubstr("token."))));
}

TEST_P(AccountStory, where_a_second_factor_is_asked_for_who_decides_comes_in_with_a_code) {
  World w{GetParam(), World::strict_shop({"second_factor"})};
  const auto first = sign_in(w, "ada", right);
  ASSERT_EQ(first.code, 0);
  EXPECT_EQ(first.field("enrol"), "true");
  const auto enrolling = [&](const std::string& words) {
    return w.shell("ada", "EVENKEEL_PASSWORD='" + right + "' EVENKEEL_TOKEN=" + first.field("secret") + " evenkeel " + words);
  };
  EXPECT_THAT(enrolling("release list").err, HasSubstr("needs a second factor")) << "it makes one and does nothing else";
  EXPECT_THAT(enrolling("token create --login ada --name all").err, HasSubstr("needs a second factor"));
  const auto secret = from_base32(enrolling("second-factor enrol --json").field("secret"));
  const auto code = [&] { return accounts::one_time_password(secret, accounts::step_at(parse_time(w.now()).value())); };
  const auto confirmed = enrolling("second-factor confirm --json --code " + code());
  ASSERT_EQ(confirmed.code, 0) << confirmed.err;
  EXPECT_THAT(sign_in(w, "ada", right).err, HasSubstr("a code of your second factor is needed"));
  const auto with = [&](const std::string& said) {
    return w.as("", {"login", "--login", "ada", "--password", right, "--code", said, "--json"});
  };
  EXPECT_THAT(with(code()).err, HasSubstr("was used already"));
  w.advance("1m");
  const auto signed_in = with(code());
  ASSERT_EQ(signed_in.code, 0) << signed_in.err;
  EXPECT_EQ(w.shell("ada", "EVENKEEL_TOKEN=" + signed_in.field("secret") + " evenkeel release list").code, 0);
  w.advance("1m");
  for (int i = 0; i < 10; ++i) with("000000");
  EXPECT_THAT(with(code()).err, HasSubstr("the next try is possible in")) << "a right password does not buy guesses of the code";
}

INSTANTIATE_TEST_SUITE_P(On, AccountStory, testing::ValuesIn(databases()), name_of);

}  // namespace
}  // namespace evenkeel::stories
