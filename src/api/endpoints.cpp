#include "api/endpoints.hpp"

#include <pwd.h>
#include <unistd.h>

#include "accounts/accounts.hpp"

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
  if (accounts::is_set_up(tx))
    return fail(ErrorKind::unauthenticated,
                fmt::format("no account is called '{}' (or has it as alias); add it to `people:` or talk to a server with a token", login));
  Actor first{.kind = ActorKind::person,
              .id = "local:" + login,
              .via = Via::cli};  // nobody is set up: whoever owns the file defines the organisation
  first.grants.insert({Role::admin, "*"});
  return first;
}

}  // namespace

Result<Actor> actor_of(app::App& app, const Call& call) {
  return app.database->read([&](store::Tx& tx) -> Result<Actor> {
    if (call.request.remote.empty()) return local_actor(tx);
    return accounts::actor_of_token(tx, call.session.token, app.clock->now());
  });
}

Result<http::Response> perform_once(app::App& app, Call& call, const std::function<Result<std::string>(Work&)>& use_case) {
  const auto actor = TRY(actor_of(app, call));
  const std::string key{call.request.headers.get("Idempotency-Key")};
  const auto hash = to_hex(sha256(call.request.method + " " + call.request.path + "\n" + call.request.body));
  auto body = app.engine->perform(actor, [&](Work& work) -> Result<std::string> {
    if (!key.empty()) {
      std::optional<std::pair<std::string, std::string>> earlier;
      work.tx.exec("SELECT request_hash, response FROM idempotency WHERE actor = $1 AND request_key = $2", {actor.id, key},
                   [&](const store::Row& row) { earlier = {row.text(0), row.text(1)}; });
      if (earlier && earlier->first != hash) return conflict("this Idempotency-Key was used for another request");
      if (earlier) return earlier->second;
    }
    auto response = use_case(work);
    if (response && !key.empty())
      work.tx.exec("INSERT INTO idempotency (actor, request_key, request_hash, status, response, at) VALUES ($1, $2, $3, 200, $4, $5)",
                   {actor.id, key, hash, *response, to_millis(work.now)});
    return response;
  });
  if (!body) return std::unexpected(std::move(body).error());
  return http::Response::json(std::move(*body));
}

}  // namespace evenkeel::api
