// Set-up, sessions, tokens, who am I.
#include "accounts/events.hpp"
#include "accounts/second_factor.hpp"
#include "accounts/sign_in.hpp"
#include "accounts/tokens.hpp"
#include "api/endpoints.hpp"
#include "api/throttle.hpp"
#include "definitions/apply.hpp"

namespace evenkeel::api {
namespace {

struct SetUp {
  static constexpr std::string_view required[] = {"login", "name", "email", "password"};
  std::string login, name, email, password;
  std::string code = "";  // from the server's log; not needed where the caller has the database itself
};
BOOST_DESCRIBE_STRUCT(SetUp, (), (login, name, email, password, code))
struct SignIn {
  static constexpr std::string_view required[] = {"login", "password"};
  std::string login, password;
  std::string code = "";  // of the second factor, where there is one
};
BOOST_DESCRIBE_STRUCT(SignIn, (), (login, password, code))
struct Signed {
  std::string id, secret;
  bool enrol = false;  // a second factor is needed and missing: this session makes one and does nothing else
};
BOOST_DESCRIBE_STRUCT(Signed, (), (id, secret, enrol))
struct Proof {
  std::string password;
};
BOOST_DESCRIBE_STRUCT(Proof, (), (password))
struct CodeProof {
  std::string password, code;
};
BOOST_DESCRIBE_STRUCT(CodeProof, (), (password, code))
struct RemoveFactor {
  static constexpr std::string_view required[] = {"login"};
  std::string login;
  std::string password = "", code = "";
};
BOOST_DESCRIBE_STRUCT(RemoveFactor, (), (login, password, code))
struct NewPassword {
  static constexpr std::string_view required[] = {"login", "password"};
  std::string login, password;
  std::string old_password = "";
};
BOOST_DESCRIBE_STRUCT(NewPassword, (), (login, password, old_password))
struct MakeToken {
  static constexpr std::string_view required[] = {"login", "name"};
  std::string login, name;
  accounts::TokenScope scope = accounts::TokenScope::full;
  std::optional<Millis> lives = {};
  std::string password = "";  // the caller's own, for a token that outlives the one they came with
};
BOOST_DESCRIBE_STRUCT(MakeToken, (), (login, name, scope, lives, password))
struct RevokeAll {
  std::string login;
};
BOOST_DESCRIBE_STRUCT(RevokeAll, (), (login))
struct Ended {
  std::int64_t ended = 0;
};
BOOST_DESCRIBE_STRUCT(Ended, (), (ended))
struct Grant {
  std::string role, area;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (role, area))
struct Me {
  std::string id, login, name;
  std::vector<Grant> grants;
  bool read_only = false;
  std::string organisation, zone = "UTC";  // whose times pages speak
};
BOOST_DESCRIBE_STRUCT(Me, (), (id, login, name, grants, read_only, organisation, zone))
struct SetUpState {
  bool open = false;  // nobody can sign in yet: the first account is still to be made
};
BOOST_DESCRIBE_STRUCT(SetUpState, (), (open))
struct Done {
  bool done = true;
};
BOOST_DESCRIBE_STRUCT(Done, (), (done))

std::string session_cookie(const app::App& app, const std::string& secret, std::chrono::seconds lives) {
  return fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{}", session_cookie_name(app), secret, lives.count(),
                     app.options.https ? "; Secure" : "");
}

/// Who is nobody yet, in the ledger.
Actor somebody(const char* what) { return {.kind = ActorKind::person, .id = what, .via = Via::api}; }

/// Ten wrong passwords or codes for one login from one place, thirty for one login from anywhere, fifty from one place for anybody: then a
/// quarter of an hour of nothing. A guess costs more than it can bring. What was mistyped is forgotten when all of it was right; tokens and
/// sessions that are there work on.
class PasswordCheck {
 public:
  explicit PasswordCheck(app::App& app) : app_(app) {}

  Result<accounts::Person> operator()(const Call& call, const std::string& login, const std::string& password) {
    const auto counted = counted_by(call, login);
    TRY(app_.database->read([&](store::Tx& tx) -> Result<void> {
      for (const auto& [throttle, key] : counted) TRY(throttle->check(tx, key, app_.clock->now()));
      return {};
    }));
    auto person = app_.database->read([&](store::Tx& tx) { return accounts::check_password(tx, login, password); });
    if (!person) failed(call, login, "password");
    return person;
  }
  void failed(const Call& call, const std::string& login, const char* why) {
    const auto noted = app_.engine->perform(somebody("unknown"), [&](Work& work) -> Result<void> {
      for (const auto& [throttle, key] : counted_by(call, login)) throttle->count(work.tx, key, work.now);
      accounts::note_refused(work, login, why);
      return {};
    });
    (void)noted;
  }
  void passed(const Call& call, const std::string& login) {
    app_.database->write([&](store::Tx& tx) {
      const auto counted = counted_by(call, login);
      for (std::size_t i = 0; i < 2; ++i) counted[i].first->forget(tx, counted[i].second);  // the place's own count stays
    });
  }

 private:
  using Counted = std::vector<std::pair<const Throttle*, std::string>>;
  Counted counted_by(const Call& call, const std::string& whole_login) const {
    const auto login = whole_login.substr(0, 200), place = place_of(call.request);
    return {{&pair_, login + " " + place}, {&login_, login}, {&place_, place}};
  }
  app::App& app_;
  const Throttle pair_{"sign-in by login and place", 10, std::chrono::minutes{15}};
  const Throttle login_{"sign-in by login", 30, std::chrono::minutes{15}};
  const Throttle place_{"sign-in by place", 50, std::chrono::minutes{15}};
};

/// Password, then the second factor where there is one. Whoever needs one by the definitions and has none may make it, and nothing else.
Result<http::Response> sign_in(app::App& app, PasswordCheck& check, Call& call, const SignIn& in) {
  const auto person = TRY(check(call, in.login, in.password));
  const auto actor = app.database->read([&](store::Tx& tx) { return accounts::as_actor(tx, person, Via::web); });
  const auto session = app.engine->perform(actor, [&](Work& work) -> Result<Signed> {
    TRY(accounts::take_code(work, person, in.password, in.code));
    const auto o = definitions::current(work.tx);
    const bool enrol = o && accounts::needs_second_factor(**o, actor) && !accounts::has_second_factor(work.tx, person.id);
    const auto token = accounts::start_session(work, person, enrol ? accounts::TokenScope::enrol : accounts::TokenScope::full);
    return Signed{token.id, token.secret, enrol};
  });
  if (!session) {
    if (!in.code.empty()) check.failed(call, in.login, "code");
    return std::unexpected(session.error());
  }
  check.passed(call, in.login);
  auto response = http::Response::json(json::write(*session));
  response.headers.add("Set-Cookie", session_cookie(app, session->secret, accounts::session_lives));
  return response;
}

/// Whoever is first would own the organisation, so the first has the machine: the database itself (`--db`), or the server's log.
Result<http::Response> set_up(app::App& app, const Call& call, const SetUp& in) {
  const bool in_a_test = app.test_clock && from_this_machine(call.request);  // a server whose time is told by others guards nothing
  if (!call.request.remote.empty() && !in_a_test && !app.setup_code.proves(in.code))
    return forbidden(
        "the first account is made with the code that the server wrote into its log when it started (`evenkeel setup --code CODE`), "
        "or with the database itself (`evenkeel setup --db FILE`)");
  const auto token = TRY(app.engine->perform(somebody("setup"), [&](Work& work) -> Result<accounts::NewToken> {
    const auto person = TRY(accounts::set_up_admin(work, in.login, in.name, in.email, in.password));
    Work as_admin{work.tx, accounts::as_actor(work.tx, person, Via::api), work.now};
    auto made = TRY(accounts::issue_token(as_admin, {.login = in.login, .name = "set-up", .lives = std::chrono::hours{24 * 30}}));
    record(work, accounts::TokenIssued{.person = person.id}, {.subject = made.id});
    return made;
  }));
  app.setup_code.close();
  return http::Response::json(json::write(token));
}

Result<http::Response> sign_out(app::App& app, Call& call) {
  if (call.session.who && !call.session.token_id.empty())
    TRY(app.engine->perform(*call.session.who, [&](Work& work) { return accounts::revoke_token(work, call.session.token_id); }));
  http::Response response{.status = 204};
  response.headers.add("Set-Cookie", session_cookie(app, "", std::chrono::seconds{0}));
  return response;
}

/// Who the caller is, once they have given their password anew. Error: unauthenticated when it is not theirs.
Result<accounts::Person> proved(app::App& app, PasswordCheck& check, const Call& call, const std::string& password) {
  const auto me = app.database->read([&](store::Tx& tx) { return accounts::person_by_id(tx, call.session.actor); });
  return check(call, me ? me->login : "", password);
}

Result<http::Response> new_password(app::App& app, PasswordCheck& check, Call& call) {
  const auto in = TRY(read_command<NewPassword>(call));
  if (!in.old_password.empty()) TRY(proved(app, check, call, in.old_password));
  const auto hash = TRY(accounts::hash_password(in.password));
  return perform_once(app, call, [&](Work& work) -> Result<std::string> {
    TRY(accounts::set_password(work, {in.login, hash, !in.old_password.empty(), call.session.token_id}));
    const auto person = accounts::find_person(work.tx, in.login);
    const bool own = person && person->id == work.actor.id;
    if (person) accounts::password_changed(work, *person, own ? in.old_password : "", in.password);
    return json::write(Done{});
  });
}

Result<http::Response> new_token(app::App& app, PasswordCheck& check, Call& call) {
  const auto in = TRY(read_command<MakeToken>(call));
  if (!in.password.empty()) TRY(proved(app, check, call, in.password));
  const auto bound = in.password.empty() ? call.session.token_until : std::optional<SysTime>{};
  return perform_once(app, call, [&](Work& work) -> Result<std::string> {
    return json::write(TRY(accounts::issue_token(work, {in.login, in.name, in.scope, in.lives, bound})));
  });
}

Result<http::Response> enrol(app::App& app, PasswordCheck& check, Call& call) {
  const auto in = TRY(read_command<Proof>(call));
  const auto me = TRY(proved(app, check, call, in.password));
  return perform_once(app, call,
                      [&](Work& work) -> Result<std::string> { return json::write(TRY(accounts::enrol(work, me, in.password))); });
}

Result<http::Response> confirm(app::App& app, PasswordCheck& check, Call& call) {
  const auto in = TRY(read_command<CodeProof>(call));
  const auto me = TRY(proved(app, check, call, in.password));
  return perform_once(
      app, call, [&](Work& work) -> Result<std::string> { return json::write(TRY(accounts::confirm(work, me, in.password, in.code))); });
}

Result<http::Response> remove_factor(app::App& app, PasswordCheck& check, Call& call) {
  const auto in = TRY(read_command<RemoveFactor>(call));
  if (!in.password.empty()) TRY(proved(app, check, call, in.password));
  auto removed = perform_once(app, call, [&](Work& work) -> Result<std::string> {
    const auto person = accounts::find_person(work.tx, in.login);
    const bool own = person && person->id == work.actor.id;
    if (!own && !work.actor.has_anywhere(Role::admin))
      return forbidden("a second factor is removed by its owner, with a code of it, or by an admin");
    if (!person) return not_found(fmt::format("there is no person '{}'", in.login));
    TRY(accounts::remove_second_factor(work, *person, in.password, in.code));
    return json::write(Done{});
  });
  if (!removed && removed.error().kind == ErrorKind::unauthenticated) check.failed(call, in.login, "code");
  return removed;
}

/// A command that looks outside its transaction first.
template <class In, class Out, class Handler>
Endpoint act(std::string path, std::string summary, Handler handler) {
  Endpoint e{"POST", std::move(path), std::move(summary)};
  e.request_schema = schema_maker<In>();
  e.response_schema = schema_maker<Out>();
  e.handler = std::move(handler);
  return e;
}

}  // namespace

std::vector<Endpoint> account_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const auto check = std::make_shared<PasswordCheck>(app);
  list.push_back(endpoint<SetUp, http::Response>("POST", "/api/v1/setup", "Make the first admin account",
                                                 [&app](Call& call, const SetUp& in) { return set_up(app, call, in); })
                     .tagged("accounts")
                     .for_anyone("nobody is anybody yet: whoever makes the first account proves to have the machine")
                     .answering<accounts::NewToken>());
  list.push_back(endpoint<Nothing, http::Response>("GET", "/api/v1/setup", "Whether the first account is still to be made",
                                                   [&app](Call&) -> Result<http::Response> {
                                                     const bool known = app.database->read(
                                                         [](store::Tx& tx) { return accounts::somebody_can_come_in(tx); });
                                                     return http::Response::json(json::write(SetUpState{!known}));
                                                   })
                     .tagged("accounts")
                     .for_anyone("the page to sign in is the page to set up while there is nobody")
                     .answering<SetUpState>());
  list.push_back(endpoint<SignIn, http::Response>("POST", "/api/v1/session", "Sign in with login and password",
                                                  [&app, check](Call& call, const SignIn& in) { return sign_in(app, *check, call, in); })
                     .tagged("accounts")
                     .for_anyone("whoever signs in is nobody until then")
                     .answering<Signed>());
  list.push_back(endpoint<Nothing, http::Response>("DELETE", "/api/v1/session",
                                                   "Sign out: the session's token ends here and in the browser",
                                                   [&app](Call& call) { return sign_out(app, call); })
                     .tagged("accounts")
                     .for_anyone("whoever has a session may end it")
                     .answers(204));
  list.push_back(query<Me>(app, "/api/v1/me", "Who am I, and what may I do",
                           [](Work& work, Call&) -> Result<Me> {
                             Me me{work.actor.id, "", "", {}, work.actor.read_only};
                             if (const auto person = accounts::person_by_id(work.tx, work.actor.id)) {
                               me.login = person->login;
                               me.name = person->name;
                             }
                             for (const auto& [role, area] : work.actor.grants) me.grants.push_back({role_name(role), area});
                             if (const auto o = definitions::current(work.tx)) {
                               me.organisation = (*o)->name;
                               me.zone = (*o)->zone;
                             }
                             return me;
                           })
                     .tagged("accounts")
                     .for_accounts("who one is oneself")
                     .also_while_enrolling());
  list.push_back(act<Proof, accounts::Enrolment>("/api/v1/second-factor", "Begin a second factor (TOTP): its secret is shown once",
                                                 [&app, check](Call& call) { return enrol(app, *check, call); })
                     .tagged("accounts")
                     .for_accounts("one's own second factor, which the password proves")
                     .also_while_enrolling()
                     .showing_secret());
  list.push_back(act<CodeProof, accounts::RecoveryCodes>("/api/v1/second-factor/confirmation",
                                                         "Its first code; answers ten recovery codes, shown once",
                                                         [&app, check](Call& call) { return confirm(app, *check, call); })
                     .tagged("accounts")
                     .for_accounts("one's own second factor, which the password proves")
                     .also_while_enrolling()
                     .showing_secret());
  list.push_back(act<RemoveFactor, Done>("/api/v1/second-factor/removal", "Remove a second factor",
                                         [&app, check](Call& call) { return remove_factor(app, *check, call); })
                     .tagged("accounts")
                     .for_accounts("one's own, with a code of it; another's needs the role admin"));
  list.push_back(act<NewPassword, Done>("/api/v1/passwords", "Set a password; one's own needs the old one and ends the other sessions",
                                        [&app, check](Call& call) { return new_password(app, *check, call); })
                     .tagged("accounts")
                     .for_accounts("one's own password, which the old one proves; another's needs the role admin"));
  list.push_back(query<std::vector<accounts::TokenView>>(
                     app, "/api/v1/tokens", "One's own tokens and sessions with their last use, or another's (?login=)",
                     [](Work& work, Call& call) { return accounts::tokens_of(work, call.query("login"), call.session.token_id); })
                     .tagged("accounts")
                     .for_accounts("one's own tokens; another's needs the role admin")
                     .with_query("login", "whose; one's own unless given"));
  list.push_back(act<MakeToken, accounts::NewToken>("/api/v1/tokens", "Make an API token; its secret is shown once",
                                                    [&app, check](Call& call) { return new_token(app, *check, call); })
                     .tagged("accounts")
                     .for_accounts("one's own tokens, which reach no further than their maker's; another's needs the role admin")
                     .showing_secret());
  list.push_back(command<Nothing, Done>(app, "DELETE", "/api/v1/tokens/{token}", "Revoke a token",
                                        [](Work& work, Call& call, const Nothing&) -> Result<Done> {
                                          TRY(accounts::revoke_token(work, call.param("token")));
                                          return Done{};
                                        })
                     .tagged("accounts")
                     .for_accounts("one's own tokens; another's needs the role admin"));
  list.push_back(command<RevokeAll, Ended>(app, "POST", "/api/v1/tokens/revocation",
                                           "Revoke every token and session of a person but the one that asks",
                                           [](Work& work, Call& call, const RevokeAll& in) -> Result<Ended> {
                                             return Ended{TRY(accounts::revoke_all(work, in.login, call.session.token_id))};
                                           })
                     .tagged("accounts")
                     .for_accounts("one's own tokens; another's needs the role admin"));
  return list;
}

}  // namespace evenkeel::api
