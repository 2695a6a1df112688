// evenkeel serve, setup, login, tokens, and the hidden step-runner.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "accounts/second_factor.hpp"
#include "accounts/tokens.hpp"
#include "app/app.hpp"
#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "steps/step_process.hpp"

namespace evenkeel::cli {
namespace {

/// As root one hole in the server is the whole machine, and every command of a step would be root's.
Result<void> not_as_root(const Args& args) {
  const auto* allowed = std::getenv("EVENKEEL_ALLOW_ROOT");
  const bool is_a_test = args.has("test-clock");  // a server whose time is told by others guards nothing
  if (::geteuid() != 0 || args.flag("allow-root") || is_a_test || (allowed && std::string_view(allowed) == "1")) return {};
  return fail(ErrorKind::unavailable,
              "evenkeel serve does not run as root; start it as a user of its own (useradd --system evenkeel), or, in a container that has "
              "nothing else, with --allow-root (EVENKEEL_ALLOW_ROOT=1)");
}

Result<int> serve(const Args& args) {
  TRY(not_as_root(args));
  app::Options options;
  options.database = args.text("db");
  options.state_folder = args.text("state");
  options.ledger_key = args.text("ledger-key");
  options.public_url = args.text("public-url");
  options.https = !args.text("tls-certificate").empty() || options.public_url.starts_with("https://");
  options.step_user = args.text("step-user");
  options.publish_under = args.list("publish-under");
  options.hosts = args.list("host");
  options.test_clock_socket = args.text("test-clock");
  if (const auto start = args.text("test-clock-start"); !start.empty()) options.test_clock_start = TRY(parse_time(start));
  app::ServeOptions serve_options;
  serve_options.address = args.text("listen");
  serve_options.port = static_cast<int>(TRY(args.number("port")));
  serve_options.port_file = args.text("port-file");
  serve_options.certificate = args.text("tls-certificate");
  serve_options.key = args.text("tls-key");
  serve_options.trusted_proxies = args.list("trusted-proxy");
  auto app = TRY(app::App::open(options));
  return app::serve(*app, serve_options);
}

/// What is shown of an answer.
struct Secret {
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(Secret, (), (secret))
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
  if (!args.json) args.print("Token (shown once, keep it safe):\n" + token.secret);
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
Result<int> done(const Args& args, const json::Value&) {
  if (!args.json) args.print("Done.");
  return 0;
}

}  // namespace

std::vector<Command> serve_commands() {
  std::vector<Command> list;
  list.push_back(
      {"serve",
       "Run the server: API, web UI, public changelog, jobs",
       {{"db", "Database: a file, or postgres://user@host/name", Param::option, false, "evenkeel.db", "EVENKEEL_DB"},
        {"listen", "Address to listen on", Param::option, false, "127.0.0.1"},
        {"port", "Port; 0 takes a free one", Param::option, false, "8480"},
        {"port-file", "The port is written here once it listens"},
        {"state", "Folder for running steps and keys; default: beside the database"},
        {"ledger-key", "File of the checkpoint key; default: in the state folder"},
        {"public-url", "How people reach this server, for links in messages"},
        {"tls-certificate", "PEM file; with --tls-key the server speaks HTTPS"},
        {"tls-key", "PEM file"},
        {"publish-under", "Folder below which file, git and docs channels may write; without any they write nowhere", Param::option_list},
        {"step-user", "User of this machine that commands of steps run as; default: the server's own"},
        {"host", "A name this server answers to, beside that of --public-url; default: any", Param::option_list},
        {"trusted-proxy", "Network of a proxy whose X-Forwarded-For is believed, such as 10.0.0.0/8", Param::option_list},
        {"allow-root", "Run as root all the same (also EVENKEEL_ALLOW_ROOT=1)", Param::flag},
        {"test-clock", "For tests: a socket that moves the business clock"},
        {"test-clock-start", "For tests: where that clock stands at first; default: the machine's time"}},
       serve,
       "Example:\n  evenkeel serve --db /var/lib/evenkeel/evenkeel.db --port 8480\n"});
  list.push_back({"step-runner",
                  "(internal) Runs one command step in its own process",
                  {{"folder", "The attempt's folder", Param::positional, true}},
                  [](const Args& args) -> Result<int> { return steps::run_step_process(args.text("folder")); }});
  list.push_back(remote("setup", "Make the first admin account and print its token", "POST", "/api/v1/setup",
                        {{{"login", "Login name", Param::option, true}},
                         {{"name", "Full name", Param::option, true}},
                         {{"email", "Mail address", Param::option, true}},
                         {{"password", "Password, at least 10 characters", Param::option, true, "", "EVENKEEL_PASSWORD"}},
                         {{"code", "From the server's log; with --db none is needed", Param::option, false, "", "EVENKEEL_SETUP_CODE"}}},
                        shown_as<Secret>(show_token),
                        "Example:\n  evenkeel setup --db evenkeel.db --login you --name \"You\" --email you@example.org\n"));
  list.push_back(remote("login", "Sign in and print a session token", "POST", "/api/v1/session",
                        {{{"login", "Login name", Param::option, true}},
                         {{"password", "Password", Param::option, true, "", "EVENKEEL_PASSWORD"}},
                         {{"code", "Of the second factor, where there is one; or a recovery code"}}},
                        shown_as<Secret>(show_token)));
  list.push_back(remote("whoami", "Who am I, and what may I do", "GET", "/api/v1/me", {}, shown_as<Me>(show_me)));
  list.push_back(
      remote("token create", "Make an API token; its secret is shown once", "POST", "/api/v1/tokens",
             {{{"login", "Whose token", Param::option, true}},
              {{"name", "What it is for", Param::option, true}},
              {{"scope", "full, read, or calendar (for the address of the feed, and nothing else)", Param::option, false, "full"}},
              {{"lives", "How long, such as 90d, at most 365d; default: as long as the token you come with"}, As::duration},
              {{"password", "Your own, for a token that outlives yours", Param::option, false, "", "EVENKEEL_PASSWORD"}}},
             shown_as<Secret>(show_token)));
  std::vector<Param> whose{{"login", "Whose; your own unless given"}};
  for (auto& p : connection_params()) whose.push_back(std::move(p));
  list.push_back({"token list", "Your tokens and sessions with their last use, or another's", std::move(whose), show_tokens});
  list.push_back(remote("token revoke-all", "End every token and session of a person but the one that asks", "POST",
                        "/api/v1/tokens/revocation", {{{"login", "Whose", Param::option, true}}}, shown_as<Ended>(show_ended)));
  list.push_back(remote("token revoke", "Revoke a token", "DELETE", "/api/v1/tokens/{id}",
                        {{{"id", "The token's id", Param::positional, true}}}, done));
  list.push_back(remote("account password", "Set a password; your own needs the old one, and ends your other sessions", "POST",
                        "/api/v1/passwords",
                        {{{"login", "Login name", Param::option, true}},
                         {{"password", "The new password", Param::option, true, "", "EVENKEEL_PASSWORD"}},
                         {{"old-password", "The one in force", Param::option, false, "", "EVENKEEL_OLD_PASSWORD"}}},
                        done));
  const Field password{{"password", "Your password", Param::option, true, "", "EVENKEEL_PASSWORD"}};
  list.push_back(remote("second-factor enrol", "Begin a second factor (TOTP): a secret for your authenticator", "POST",
                        "/api/v1/second-factor", {password}, shown_as<accounts::Enrolment>(show_enrolment)));
  list.push_back(remote("second-factor confirm", "The first code of it; from then on signing in needs one", "POST",
                        "/api/v1/second-factor/confirmation", {password, {{"code", "Six digits", Param::option, true}}},
                        shown_as<accounts::RecoveryCodes>(show_recovery)));
  list.push_back(remote("second-factor remove", "Remove your own, with a code of it; an admin may remove another's", "POST",
                        "/api/v1/second-factor/removal",
                        {{{"login", "Whose", Param::option, true}},
                         {{"password", "Your password, for your own", Param::option, false, "", "EVENKEEL_PASSWORD"}},
                         {{"code", "A code, for your own"}}},
                        done));
  return list;
}

}  // namespace evenkeel::cli
