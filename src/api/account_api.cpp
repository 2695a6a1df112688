// Set-up, sessions, tokens, who am I.
#include "accounts/accounts.hpp"
#include "api/endpoints.hpp"
#include "api/throttle.hpp"

namespace evenkeel::api {
namespace {

struct SetUp {
  std::string login, name, email, password;
};
BOOST_DESCRIBE_STRUCT(SetUp, (), (login, name, email, password))
struct SignIn {
  std::string login, password;
};
BOOST_DESCRIBE_STRUCT(SignIn, (), (login, password))
struct SetPassword {
  std::string login, password;
};
BOOST_DESCRIBE_STRUCT(SetPassword, (), (login, password))
struct MakeToken {
  std::string login, name;
  std::string scope = "full";
  std::optional<Millis> lives;
};
BOOST_DESCRIBE_STRUCT(MakeToken, (), (login, name, scope, lives))
struct Grant {
  std::string role, area;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (role, area))
struct Me {
  std::string id, login, name;
  std::vector<Grant> grants;
  bool read_only = false;
};
BOOST_DESCRIBE_STRUCT(Me, (), (id, login, name, grants, read_only))
struct Done {
  bool done = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (done))

constexpr auto session_lives = std::chrono::hours{12};

std::string session_cookie(const app::App& app, const std::string& secret, std::chrono::seconds lives) {
  return fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{}", session_cookie_name(app), secret, lives.count(),
                     app.options.https ? "; Secure" : "");
}

/// Ten wrong passwords for one login from one place, thirty for one login from anywhere, fifty from one place for anybody: then a quarter
/// of an hour of nothing. A guess costs more than it can bring. Tokens and sessions that are there work on.
struct SignInLimits {
  Throttle pair{"sign-in by login and place", 10, std::chrono::minutes{15}};
  Throttle login{"sign-in by login", 30, std::chrono::minutes{15}};
  Throttle place{"sign-in by place", 50, std::chrono::minutes{15}};
};

Result<http::Response> sign_in(app::App& app, const SignInLimits& limits, Call& call, const SignIn& in) {
  const auto login = in.login.substr(0, 200), place = place_of(call.request);
  const auto now = app.clock->now();
  const std::pair<const Throttle*, std::string> all[] = {
      {&limits.pair, login + " " + place}, {&limits.login, login}, {&limits.place, place}};
  TRY(app.database->read([&](store::Tx& tx) -> Result<void> {
    for (const auto& [throttle, key] : all) TRY(throttle->check(tx, key, now));
    return {};
  }));
  const auto person = app.database->read([&](store::Tx& tx) { return accounts::check_password(tx, in.login, in.password); });
  if (!person) {
    app.database->write([&](store::Tx& tx) {
      for (const auto& [throttle, key] : all) throttle->count(tx, key, now);
    });
    return std::unexpected(person.error());
  }
  app.database->write([&](store::Tx& tx) {
    limits.pair.forget(tx, all[0].second);
    limits.login.forget(tx, login);
  });
  const auto actor = app.database->read([&](store::Tx& tx) { return accounts::as_actor(tx, *person, Via::web); });
  const auto token = TRY(app.engine->perform(
      actor, [&](Work& work) { return accounts::issue_token(work, person->login, "session", "full", session_lives, Via::web); }));
  auto response = http::Response::json(json::write(token));
  response.headers.add("Set-Cookie", session_cookie(app, token.secret, session_lives));
  return response;
}

/// Whoever is first would own the organisation, so the first must stand at the machine: a port that is open to the world is not an
/// invitation.
Result<http::Response> set_up(app::App& app, const Call& call, const SetUp& in) {
  if (!from_this_machine(call.request))
    return forbidden("the first account is made on the server's own machine: run `evenkeel setup` there, or `evenkeel setup --db FILE`");
  const Actor first{.kind = ActorKind::person, .id = "setup", .via = Via::api};
  const auto token = TRY(app.engine->perform(first, [&](Work& work) -> Result<accounts::NewToken> {
    const auto person = TRY(accounts::set_up_admin(work, in.login, in.name, in.email, in.password));
    Work as_admin{work.tx, accounts::as_actor(work.tx, person, Via::api), work.now};
    auto made = TRY(accounts::issue_token(as_admin, in.login, "set-up", "full", std::chrono::hours{24 * 30}, Via::api));
    work.record({.kind = "token.issued", .subject = made.id, .facts = {{"person", person.id}, {"scope", "full"}}});
    return made;
  }));
  return http::Response::json(json::write(token));
}

}  // namespace

std::vector<Endpoint> account_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(endpoint<SetUp, http::Response>("POST", "/api/v1/setup", "Make the first admin account",
                                                 [&app](Call& call, const SetUp& in) { return set_up(app, call, in); })
                     .tagged("accounts")
                     .for_anyone());
  list.push_back(endpoint<SignIn, http::Response>("POST", "/api/v1/session", "Sign in with login and password",
                                                  [&app, limits = std::make_shared<const SignInLimits>()](Call& call, const SignIn& in) {
                                                    return sign_in(app, *limits, call, in);
                                                  })
                     .tagged("accounts")
                     .for_anyone());
  list.push_back(endpoint<Nothing, http::Response>(
                     "DELETE", "/api/v1/session", "Sign out: the session's token ends here and in the browser",
                     [&app](Call& call) -> Result<http::Response> {
                       if (const auto actor = actor_of(app, call))
                         TRY(app.engine->perform(*actor, [&](Work& work) { return accounts::revoke_secret(work, call.session.token); }));
                       http::Response response{.status = 204};
                       response.headers.add("Set-Cookie", session_cookie(app, "", std::chrono::seconds{0}));
                       return response;
                     })
                     .tagged("accounts")
                     .for_anyone()
                     .answers(204));
  list.push_back(query<Me>(app, "/api/v1/me", "Who am I, and what may I do", [](Work& work, Call&) -> Result<Me> {
                   Me me{work.actor.id, "", "", {}, work.actor.read_only};
                   if (const auto person = accounts::person_by_id(work.tx, work.actor.id)) {
                     me.login = person->login;
                     me.name = person->name;
                   }
                   for (const auto& [role, area] : work.actor.grants) me.grants.push_back({role_name(role), area});
                   return me;
                 }).tagged("accounts"));
  list.push_back(command<SetPassword, Done>(app, "POST", "/api/v1/passwords", "Set a password",
                                            [](Work& work, Call&, const SetPassword& in) -> Result<Done> {
                                              TRY(accounts::set_password(work, in.login, in.password));
                                              return Done{};
                                            })
                     .tagged("accounts"));
  list.push_back(command<MakeToken, accounts::NewToken>(app, "POST", "/api/v1/tokens", "Make an API token; its secret is shown once",
                                                        [](Work& work, Call&, const MakeToken& in) {
                                                          return accounts::issue_token(work, in.login, in.name, in.scope, in.lives,
                                                                                       Via::api);
                                                        })
                     .tagged("accounts"));
  list.push_back(command<Nothing, Done>(app, "DELETE", "/api/v1/tokens/{token}", "Revoke a token",
                                        [](Work& work, Call& call, const Nothing&) -> Result<Done> {
                                          TRY(accounts::revoke_token(work, call.param("token")));
                                          return Done{};
                                        })
                     .tagged("accounts"));
  return list;
}

}  // namespace evenkeel::api
