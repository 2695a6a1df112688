#include "api/endpoints.hpp"

namespace evenkeel::api {
namespace {

constexpr auto kept_for = std::chrono::hours{24};
enum class Kept : std::int64_t { begun = 0, answer = 200, shown_once = 204 };  // the column `status`

/// Keyed by the token, which the database holds only as a hash: whoever has the database cannot try passwords against it.
std::string keyed_hash(const Call& call) {
  return to_hex(
      hmac_sha256("idempotency:" + call.session.token, call.request.method + " " + call.request.target + "\n" + call.request.body));
}

/// Takes the key for this request, or gives what an earlier one with it was answered.
Result<std::optional<std::string>> take_key(Work& work, const std::string& key, const std::string& hash) {
  work.tx.exec("DELETE FROM idempotency WHERE at < $1", {to_millis(work.now - kept_for)});
  const auto taken = work.tx.exec(
      "INSERT INTO idempotency (actor, request_key, request_hash, status, response, at) VALUES ($1, $2, $3, $4, '', $5) ON CONFLICT "
      "(actor, "
      "request_key) DO NOTHING",
      {work.actor.id, key, hash, std::int64_t(Kept::begun), to_millis(work.now)});
  if (taken == 1) return std::optional<std::string>{};
  std::string seen, answer;
  auto kept = Kept::begun;
  work.tx.exec("SELECT request_hash, status, response FROM idempotency WHERE actor = $1 AND request_key = $2", {work.actor.id, key},
               [&](const store::Row& row) { seen = row.text(0), kept = Kept(row.integer(1)), answer = row.text(2); });
  if (seen != hash) return conflict("this Idempotency-Key was used for another request");
  if (kept == Kept::shown_once)
    return conflict(
        "this was done already, and its answer is shown once; `evenkeel token list` names what was made, to revoke and make anew");
  return std::optional(std::move(answer));
}

}  // namespace

Result<Actor> actor_of(app::App&, const Call& call) {
  if (!call.session.who) return fail(ErrorKind::unauthenticated, "sign in, or send a token: Authorization: Bearer ek_...");
  return *call.session.who;
}

Result<http::Response> perform_once(app::App& app, Call& call, const std::function<Result<std::string>(Work&)>& use_case) {
  const auto actor = TRY(actor_of(app, call));
  const std::string key{call.request.headers.get("Idempotency-Key")};
  const auto hash = keyed_hash(call);
  const auto once = [&](Work& work) -> Result<std::string> {
    if (key.empty()) return use_case(work);
    if (auto earlier = TRY(take_key(work, key, hash))) return std::move(*earlier);
    auto response = use_case(work);
    if (response)
      work.tx.exec("UPDATE idempotency SET status = $3, response = $4 WHERE actor = $1 AND request_key = $2",
                   {actor.id, key, std::int64_t(call.shows_secret ? Kept::shown_once : Kept::answer), call.shows_secret ? "" : *response});
    return response;
  };
  for (int attempt = 1;; ++attempt) {
    try {
      auto body = app.engine->perform(actor, once);
      if (!body) return std::unexpected(std::move(body).error());
      return http::Response::json(std::move(*body));
    } catch (const store::DatabaseError& e) {  // what a unique index stopped is decided once more on what is stored now, then a conflict
      if (e.fault != store::Fault::unique || attempt == 2) throw;
    }
  }
}

}  // namespace evenkeel::api
