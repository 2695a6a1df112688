#include "api/authority.hpp"

#include <pwd.h>
#include <unistd.h>

#include "accounts/sign_in.hpp"
#include "accounts/tokens.hpp"
#include "api/endpoints.hpp"
#include "api/named.hpp"
#include "planning/on_call.hpp"

namespace evenkeel::api {
namespace {

/// Without a socket the caller already owns the database file; their account is the one named like the operating system's user.
Result<Actor> local_actor(store::Tx& tx) {
  const auto* entry = ::getpwuid(::getuid());
  const std::string login = entry ? entry->pw_name : std::to_string(::getuid());
  auto person = accounts::find_person(tx, login);
  if (!person)
    for (const auto& p : store::all<accounts::Person>(tx, "person", "WHERE active = 1"))
      if (std::find(p.aliases.begin(), p.aliases.end(), login) != p.aliases.end()) person = p;
  if (person && person->active) return accounts::as_actor(tx, *person, Via::cli);
  if (accounts::somebody_can_come_in(tx))
    return fail(ErrorKind::unauthenticated,
                fmt::format("no account is called '{}' (or has it as alias); add it to `people:` or talk to a server with a token", login));
  Actor first{.kind = ActorKind::person,
              .id = "local:" + login,
              .via = Via::cli};  // nobody can come in yet: whoever owns the file defines the organisation
  first.grants.insert({Role::admin, "*"});
  return first;
}

std::string wanted(const Access& access) {
  if (access.who == Who::any_role) return "a role";
  if (access.roles == insiders || access.roles == doers) return "a role of those who work on releases";
  std::string names;
  for (std::size_t i = 0; i < access.roles.size(); ++i)
    names += (i == 0 ? "" : i + 1 == access.roles.size() ? " or " : ", ") + role_name(access.roles[i]);
  return "the role " + names;
}

bool holds(const Actor& actor, const Access& access, const std::string* area) {
  return std::any_of(actor.grants.begin(), actor.grants.end(), [&](const auto& grant) {
    const auto& [role, where] = grant;
    const bool asked = access.who == Who::any_role || std::find(access.roles.begin(), access.roles.end(), role) != access.roles.end();
    return asked && (!area || where == *area || where == "*");
  });
}

}  // namespace

Result<void> lets_in(store::Tx& tx, const Endpoint& endpoint, const Call& call, SysTime now) {
  const auto& access = endpoint.access;
  const auto& actor = *call.session.who;
  const auto refuse = [&](const std::string& where) -> Result<void> {
    return forbidden(fmt::format("\"{}\" needs {}{}", endpoint.summary, wanted(access), where));
  };
  if (actor.read_only && endpoint.writes())
    return forbidden(fmt::format("this token may only read; \"{}\" needs a token with full scope", endpoint.summary));
  if (access.who == Who::undeclared) return forbidden("this endpoint says nobody may call it");
  if (access.who == Who::accounts) return {};
  auto named = areas_named(tx, call, access);
  if (named && !endpoint.writes() && access.where == Where::path) {  // who has a part in a release reads it
    auto of_components = access;
    of_components.where = Where::components;
    std::ranges::move(areas_named(tx, call, of_components).value_or(std::vector<std::string>{}), std::back_inserter(*named));
  }
  const bool enough =
      access.where == Where::any_area || (access.who == Who::any_role && !named) || (!endpoint.writes() && is_of_no_area(tx, call));
  if (enough) return holds(actor, access, nullptr) ? Result<void>{} : refuse("");
  const std::string every = "*";
  if (holds(actor, access, &every)) return {};
  if (named)
    for (const auto& area : *named)
      if (holds(actor, access, &area)) return {};
  if (access.or_on_call && named && planning::is_on_call_for(tx, actor, *named, now)) return {};
  if (access.or_named && is_named(tx, call, actor, now)) return {};
  if (!named) return refuse(" in every area");
  std::sort(named->begin(), named->end());
  named->erase(std::unique(named->begin(), named->end()), named->end());
  return refuse(named->size() == 1 && reads_area(actor, named->front())
                    ? " in area " + named->front()
                    : " in the area of what it is about, and nothing of that name is in yours");
}

Result<Session> session_of(app::App& app, const http::Request& request) {
  if (request.remote.empty()) {
    auto actor = TRY(app.database->read(local_actor));
    const auto id = actor.id;
    return Session{.actor = id, .who = std::make_shared<const Actor>(std::move(actor))};
  }
  auto token = http::bearer_token(request);
  if (token.empty()) token = http::cookie(request, session_cookie_name(app));
  if (token.empty()) return fail(ErrorKind::unauthenticated, "sign in, or send a token: Authorization: Bearer ek_...");
  const auto now = app.clock->now();
  auto found = TRY(app.database->read([&](store::Tx& tx) { return accounts::bearer_of(tx, token, now); }));
  if (found.token.scope == accounts::TokenScope::calendar)
    return fail(ErrorKind::unauthenticated,
                "this token answers the calendar's address alone; make one of scope read or full with `evenkeel token create`");
  app.last_use.note(*app.database, found.token.id, now);
  Session session{.token = std::move(token), .actor = found.actor.id, .token_id = found.token.id};
  session.enrolling = found.token.scope == accounts::TokenScope::enrol;
  session.token_until = found.token.expires_at;
  session.who = std::make_shared<const Actor>(std::move(found.actor));
  return session;
}

Result<void> may_call(app::App& app, const Endpoint& endpoint, const Call& call) {
  if (endpoint.open()) return {};
  if (!call.session.who) return fail(ErrorKind::unauthenticated, "sign in, or send a token: Authorization: Bearer ek_...");
  if (call.session.enrolling)
    return endpoint.while_enrolling ? Result<void>{}
                                    : forbidden(
                                          "your role needs a second factor: make one with `evenkeel second-factor enrol`, then sign "
                                          "in with a code of it");
  return app.database->read([&](store::Tx& tx) { return lets_in(tx, endpoint, call, app.clock->now()); });
}

}  // namespace evenkeel::api
