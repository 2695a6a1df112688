// Set-up, sessions, tokens, who am I.
#include "accounts/accounts.hpp"
#include "api/endpoints.hpp"

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

http::Response with_cookie(const accounts::NewToken& token) {
  auto response = http::Response::json(json::write(token));
  response.headers.add("Set-Cookie", "evenkeel_session=" + token.secret + "; HttpOnly; SameSite=Strict; Path=/; Max-Age=43200");
  return response;
}

}  // namespace

std::vector<Endpoint> account_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(endpoint<SetUp, http::Response>(
                     "POST", "/api/v1/setup", "Make the first admin account",
                     [&app](Call&, const SetUp& in) -> Result<http::Response> {
                       auto token = app.engine->perform(
                           Actor{.kind = ActorKind::person, .id = "setup", .via = Via::api}, [&](Work& work) -> Result<accounts::NewToken> {
                             const auto person = TRY(accounts::set_up_admin(work, in.login, in.name, in.email, in.password));
                             Work as_admin{work.tx, accounts::as_actor(work.tx, person, Via::api), work.now};
                             auto made =
                                 TRY(accounts::issue_token(as_admin, in.login, "set-up", "full", std::chrono::hours{24 * 30}, Via::api));
                             work.record({.kind = "token.issued", .subject = made.id, .facts = {{"person", person.id}, {"scope", "full"}}});
                             return made;
                           });
                       if (!token) return std::unexpected(std::move(token).error());
                       return http::Response::json(json::write(*token));
                     })
                     .tagged("accounts")
                     .for_anyone());
  list.push_back(endpoint<SignIn, http::Response>(
                     "POST", "/api/v1/session", "Sign in with login and password",
                     [&app](Call&, const SignIn& in) -> Result<http::Response> {
                       const auto person =
                           TRY(app.database->read([&](store::Tx& tx) { return accounts::check_password(tx, in.login, in.password); }));
                       const auto actor = app.database->read([&](store::Tx& tx) { return accounts::as_actor(tx, person, Via::web); });
                       const auto token = TRY(app.engine->perform(actor, [&](Work& work) {
                         return accounts::issue_token(work, person.login, "session", "full", session_lives, Via::web);
                       }));
                       return with_cookie(token);
                     })
                     .tagged("accounts")
                     .for_anyone());
  list.push_back(endpoint<Nothing, http::Response>(
                     "DELETE", "/api/v1/session", "Sign out: the session's token ends here and in the browser",
                     [&app](Call& call) -> Result<http::Response> {
                       if (const auto actor = actor_of(app, call))
                         TRY(app.engine->perform(*actor, [&](Work& work) { return accounts::revoke_secret(work, call.session.token); }));
                       http::Response response{.status = 204};
                       response.headers.add("Set-Cookie", "evenkeel_session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
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
