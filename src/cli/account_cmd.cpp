// evenkeel login, logout, status, setup; tokens, passwords and second factors.
#include <fmt/format.h>

#include "accounts/second_factor.hpp"
#include "accounts/tokens.hpp"
#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/parse.hpp"
#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

Param password_param() {
  return {.name = "password",
          .help = "Password, at least 10 characters; asked for unseen on a terminal",
          .env = "EVENKEEL_PASSWORD",
          .unseen = true};
}

/// What is shown of an answer.
struct Secret {
  static constexpr std::string_view required[] = {"secret"};
  std::string secret;
  bool enrol = false;
};
BOOST_DESCRIBE_STRUCT(Secret, (), (secret, enrol))
struct Grant {
  std::string role, area;
};
BOOST_DESCRIBE_STRUCT(Grant, (), (role, area))
struct Me {
  std::string login, name;
  std::vector<Grant> grants;
  bool read_only = false;
};
BOOST_DESCRIBE_STRUCT(Me, (), (login, name, grants, read_only))
struct Ended {
  std::int64_t ended = 0;
};
BOOST_DESCRIBE_STRUCT(Ended, (), (ended))

int show_token(const Args& args, const Secret& token) {
  if (!args.json)
    args.print("Token (shown once, keep it safe):\n" + token.secret +
               "\nnext: evenkeel login --with-token, or EVENKEEL_TOKEN in a pipeline");
  return 0;
}

/// Keeps the sign-in, and says where. A program that asked for JSON keeps the token itself: nothing is stored for it.
Result<void> keep_signed_in(const Args& args, const std::string& server, const std::string& token) {
  const auto me = TRY(json::from_value<Me>(TRY(api_of(server, token)->call("GET", "/api/v1/me"))));
  TRY(store({server, token, me.login, SystemClock{}.now()}));
  args.print(fmt::format("Signed in to {} as {} ({}); kept in {}.", server, me.name, me.login, stored_file()));
  if (variable("EVENKEEL_TOKEN")) args.print("EVENKEEL_TOKEN is set and goes before what is kept; unset it to be this person.");
  return {};
}

/// The server that is meant, which need not be one that anybody has signed in to.
Result<std::string> server_to_sign_in_to(const Args& args) {
  const auto reach = reach_of(args, TRY(read_stored()));
  if (reach && !reach->database.empty())
    return invalid("with a database there is nothing to sign in to: you act as the account of this machine's user", "db");
  if (reach) return reach->server;
  if (reach.error().kind == ErrorKind::unauthenticated && on_terminal()) return ask("Address of the server", "http://127.0.0.1:8480");
  return invalid("sign in to which server? `evenkeel login --server URL`", "server");
}

Result<int> login(const Args& given) {
  auto args = given;
  const auto server = TRY(server_to_sign_in_to(args));
  if (args.flag("with-token")) {
    auto token = TRY(read_input("-"));
    while (!token.empty() && std::isspace(static_cast<unsigned char>(token.back()))) token.pop_back();
    if (token.empty()) return invalid("--with-token reads the token from standard input, and there was none", "with-token");
    TRY(keep_signed_in(args, server, token));
    return 0;
  }
  if (!args.has("login")) args.set("login", {ask("Login", variable("USER").value_or(""))}, Origin::fallback);
  if (!args.has("password"))
    args.set("password", {TRY(ask_unseen("Password of " + args.text("login"), password_param()))}, Origin::fallback);
  json::Object body{{"login", args.text("login")}, {"password", args.text("password")}};
  if (args.has("code")) body["code"] = args.text("code");
  const auto answer = TRY(api_of(server, "")->call("POST", "/api/v1/session", std::move(body)));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  const auto session = TRY(json::from_value<Secret>(answer));
  TRY(keep_signed_in(args, server, session.secret));
  args.print(session.enrol ? "next: evenkeel second-factor enrol (your role needs one; until then you can do nothing else)"
                           : "next: evenkeel release list");
  return 0;
}

Result<int> set_up(const Args& given) {
  auto args = given;
  if (!args.has("password"))
    args.set("password", {TRY(ask_unseen("Password for " + args.text("login") + ", at least 10 characters", password_param()))},
             Origin::fallback);
  json::Object body;
  for (const auto* name : {"login", "name", "email", "password", "code"})
    if (args.has(name)) body[name] = args.text(name);
  auto api = TRY(Api::open(args, Database::may_be_made));
  const auto answer = TRY(api->call("POST", "/api/v1/setup", std::move(body)));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  const auto token = TRY(json::from_value<Secret>(answer));
  const auto reach = TRY(reach_of(args, TRY(read_stored())));
  if (reach.database.empty()) {
    TRY(keep_signed_in(args, reach.server, token.secret));
    args.print("next: evenkeel init, in the folder of your repository");
    return 0;
  }
  args.print(fmt::format("{} is the first account of {}. Token (shown once, keep it safe):\n{}\nnext: evenkeel serve --db {}",
                         args.text("login"), reach.database, token.secret, reach.database));
  return 0;
}

/// Forgets the server even where it does not answer any more.
Result<int> logout(const Args& args) {
  const auto stored = TRY(read_stored());
  const auto reach = TRY(reach_of(args, stored));
  if (!reach.database.empty()) return invalid("with a database nobody is signed in", "db");
  const auto* known = stored.find(reach.server);
  if (!known) return fail(ErrorKind::unauthenticated, fmt::format("nobody is signed in to {}; nothing is kept of it", reach.server));
  const auto ended = api_of(reach.server, known->token)->call("DELETE", "/api/v1/session");
  TRY(forget(reach.server));
  args.print(ended
                 ? fmt::format("Signed out of {}; its token has ended.", reach.server)
                 : fmt::format("What was kept of {} is forgotten; its token could not be ended: {}", reach.server, ended.error().message));
  args.print("next: evenkeel login --server " + reach.server);
  return 0;
}

const char* words_of(Origin origin, const char* flag, const char* name) {
  return origin == Origin::flag ? flag : origin == Origin::variable ? name : "kept by `evenkeel login`";
}

/// Who, where, since when, and who says so.
Result<int> status(const Args& args) {
  const auto stored = TRY(read_stored());
  const auto reach = TRY(reach_of(args, stored));
  if (!reach.database.empty()) {
    args.print(fmt::format("Commands go straight to the database {} ({}).", reach.database, words_of(reach.origin, "--db", "EVENKEEL_DB")));
    return 0;
  }
  const auto answer = TRY(api_of(reach.server, reach.token)->call("GET", "/api/v1/me"));
  const auto me = TRY(json::from_value<Me>(answer));
  const auto* known = stored.find(reach.server);
  const bool of_store = known && known->token == reach.token;
  if (args.json) {
    args.print_json(json::Object{{"server", reach.server},
                                 {"login", me.login},
                                 {"name", me.name},
                                 {"since", of_store && known->since ? json::Value(to_iso(*known->since)) : json::Value(nullptr)}});
    return 0;
  }
  args.print(fmt::format("{} ({}) at {}, {}", me.name, me.login, reach.server, words_of(reach.origin, "--server", "EVENKEEL_SERVER")));
  if (of_store && known->since)
    args.print(fmt::format("signed in since {}; kept in {}", catalogue::short_time(*known->since), stored_file()));
  else
    args.print(fmt::format("token of {}", words_of(args.origin("token"), "--token", "EVENKEEL_TOKEN")));
  for (const auto& s : stored.servers)
    if (s.server != reach.server)
      args.print(fmt::format("also signed in to {} as {}; --server {} goes there", s.server, s.login, s.server));
  return 0;
}

int show_me(const Args& args, const Me& me) {
  if (args.json) return 0;
  std::vector<std::vector<std::string>> rows{{"ROLE", "AREA"}};
  for (const auto& g : me.grants) rows.push_back({g.role, g.area});
  args.print(fmt::format("{} ({}){}\n{}", me.name, me.login, me.read_only ? ", read only" : "", table(rows)));
  return 0;
}
int show_ended(const Args& args, const Ended& e) {
  if (!args.json) args.print(fmt::format("{} ended.", e.ended));
  return 0;
}
int show_enrolment(const Args& args, const accounts::Enrolment& e) {
  if (!args.json)
    args.print(fmt::format("Secret (shown once): {}\nAddress: {}\nThen: evenkeel second-factor confirm --code CODE", e.secret, e.address));
  return 0;
}
int show_recovery(const Args& args, const accounts::RecoveryCodes& codes) {
  if (!args.json) args.print(fmt::format("Recovery codes, each good once, shown once:\n  {}", fmt::join(codes.recovery_codes, "\n  ")));
  return 0;
}
Result<int> show_tokens(const Args& args) {
  using catalogue::short_time;
  const auto whose = args.has("login") ? "?login=" + http::percent_encode(args.text("login")) : "";
  const auto answer = TRY(TRY(Api::open(args))->call("GET", "/api/v1/tokens" + whose));
  if (args.json) {
    args.print_json(answer);
    return 0;
  }
  std::vector<std::vector<std::string>> rows{{"ID", "NAME", "SCOPE", "MADE", "LAST USED", "ENDS"}};
  for (const auto& t : TRY(json::from_value<std::vector<accounts::TokenView>>(answer)))
    rows.push_back({t.id, t.name + (t.this_one ? " (this one)" : ""), std::string(json::enum_text(t.scope)), short_time(t.created_at),
                    short_time(t.last_used_at), short_time(t.expires_at)});
  args.print(table(rows));
  return 0;
}
/// Says this when it is done.
auto says(std::function<std::string(const Args&)> sentence) {
  return [sentence = std::move(sentence)](const Args& args, const json::Value&) -> Result<int> {
    if (!args.json) args.print(sentence(args));
    return 0;
  };
}

}  // namespace

std::vector<Command> account_commands() {
  std::vector<Command> list;
  list.push_back(
      {"login", "Sign in to a server; what you type from then on goes there",
       with_connection({{"login", "Login name; asked for on a terminal"},
                        password_param(),
                        {"code", "Of the second factor, where there is one; or a recovery code"},
                        {"with-token", "Read a token from standard input instead", Param::flag}}),
       login,
       "The sign-in is kept in ~/.config/evenkeel/servers.json, for you alone. With --json the session is printed and nothing is kept.\n"});
  list.push_back({"logout", "Sign out: the token ends, and nothing of the server is kept", with_connection({}), logout});
  list.push_back({"status", "Who you are, on which server, since when, and who says so", with_connection({}), status});
  list.push_back({"setup", "Make the first admin account, and sign in as it",
                  with_connection({{"login", "Login name", Param::option, true},
                                   {"name", "Full name", Param::option, true},
                                   {"email", "Mail address", Param::option, true},
                                   password_param(),
                                   {"code", "As the server said it when it started; with --db none is needed", Param::option, false, "",
                                    "EVENKEEL_SETUP_CODE"}}),
                  set_up, "Example:\n  evenkeel setup --db evenkeel.db --login you --name \"You\" --email you@example.org\n"});
  list.push_back(remote("whoami", "Who am I, and what may I do", "GET", "/api/v1/me", {}, shown_as<Me>(show_me)));
  list.push_back(
      remote("token create", "Make an API token; its secret is shown once", "POST", "/api/v1/tokens",
             {{{"login", "Whose token", Param::option, true}},
              {{"name", "What it is for", Param::option, true}},
              {{"scope", "full, read, or calendar (for the address of the feed, and nothing else)", Param::option, false, "full"}},
              {{"lives", "How long, such as 90d, at most 365d; default: as long as the token you come with"}, As::duration},
              {{"password", "Your own, for a token that outlives yours", Param::option, false, "", "EVENKEEL_PASSWORD"}}},
             shown_as<Secret>(show_token)));
  list.push_back({"token list", "Your tokens and sessions with their last use, or another's",
                  with_connection({{"login", "Whose; your own unless given"}}), show_tokens});
  list.push_back(remote("token revoke-all", "End every token and session of a person but the one that asks", "POST",
                        "/api/v1/tokens/revocation", {{{"login", "Whose", Param::option, true}}}, shown_as<Ended>(show_ended)));
  list.push_back(remote("token revoke", "Revoke a token", "DELETE", "/api/v1/tokens/{id}",
                        {{{"id", "The token's id", Param::positional, true}}}, says([](const Args& args) {
                          return fmt::format("Token {} is revoked: whatever comes with it is refused from now on.", args.text("id"));
                        })));
  list.push_back(remote("account password", "Set a password; your own needs the old one, and ends your other sessions", "POST",
                        "/api/v1/passwords",
                        {{{"login", "Login name", Param::option, true}},
                         {{"password", "The new password", Param::option, true, "", "EVENKEEL_PASSWORD", {}, "", true}},
                         {{"old-password", "The one in force", Param::option, false, "", "EVENKEEL_OLD_PASSWORD"}}},
                        says([](const Args& args) {
                          return fmt::format(
                              "The password of {0} is set. {0}'s other sessions in the browser have ended; tokens go on "
                              "(evenkeel token revoke-all --login {0} ends them).",
                              args.text("login"));
                        })));
  const Field password{{"password", "Your password", Param::option, true, "", "EVENKEEL_PASSWORD", {}, "", true}};
  list.push_back(remote("second-factor enrol", "Begin a second factor (TOTP): a secret for your authenticator", "POST",
                        "/api/v1/second-factor", {password}, shown_as<accounts::Enrolment>(show_enrolment)));
  list.push_back(remote("second-factor confirm", "The first code of it; from then on signing in needs one", "POST",
                        "/api/v1/second-factor/confirmation", {password, {{"code", "Six digits", Param::option, true}}},
                        shown_as<accounts::RecoveryCodes>(show_recovery)));
  list.push_back(remote(
      "second-factor remove", "Remove your own, with a code of it; an admin may remove another's", "POST", "/api/v1/second-factor/removal",
      {{{"login", "Whose", Param::option, true}},
       {{"password", "Your password, for your own", Param::option, false, "", "EVENKEEL_PASSWORD"}},
       {{"code", "A code, for your own"}}},
      says([](const Args& args) {
        return fmt::format("The second factor of {} is gone; where their role needs one, they make another when they sign in.",
                           args.text("login"));
      })));
  return list;
}

}  // namespace evenkeel::cli
