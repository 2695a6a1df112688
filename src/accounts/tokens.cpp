#include "accounts/tokens.hpp"

#include "accounts/events.hpp"

namespace evenkeel::accounts {
namespace {

Result<Person> own_or_admin(Work& work, const std::string& login, const char* what) {
  const auto person = find_person(work.tx, login);
  if (person && (work.actor.id == person->id || work.actor.has_anywhere(Role::admin))) return *person;
  return forbidden(fmt::format("{} is for its owner or an admin", what));
}

template <class E>
NewToken store_token(Work& work, const Person& person, const std::string& name, TokenScope scope, SysTime until, Via via) {
  NewToken token{work.new_id("tok"), "ek_" + to_hex(random_bytes(32))};
  store::insert(work.tx, "api_token", Token{token.id, person.id, name, to_hex(sha256(token.secret)), scope, via, work.now, until, {}, {}});
  record(work, E{.person = person.id, .scope = scope, .until = until}, {.subject = token.id});
  return token;
}

}  // namespace

Result<NewToken> issue_token(Work& work, const IssueToken& command) {
  const auto person = TRY(own_or_admin(work, command.login, "making a token"));
  if (!person.active) return not_found(fmt::format("there is no active person '{}'", command.login));
  if (command.scope == TokenScope::enrol) return invalid("a token is of scope full, read or calendar", "scope");
  if (command.lives && (*command.lives <= Millis{0} || *command.lives > longest_token))
    return invalid("a token lives at most 365 days; make a new one when it ends", "lives");
  const auto most = work.now + longest_token;
  const auto own_end = command.at_most.value_or(most);
  const auto until = command.lives ? work.now + *command.lives : std::min(most, own_end);
  if (until > own_end)
    return forbidden(fmt::format(
        "a token makes none that outlives it, and yours ends {}; give your password for a longer one (--password, EVENKEEL_PASSWORD)",
        to_iso(own_end)));
  return store_token<TokenIssued>(work, person, command.name, command.scope, until, Via::api);
}

NewToken start_session(Work& work, const Person& person, TokenScope scope) {
  return store_token<SessionStarted>(work, person, "session", scope, work.now + session_lives, Via::web);
}

Result<std::vector<TokenView>> tokens_of(Work& work, const std::string& login, const std::string& this_one) {
  const auto person = login.empty() ? person_by_id(work.tx, work.actor.id) : TRY(own_or_admin(work, login, "a list of tokens"));
  std::vector<TokenView> out;
  if (!person) return out;
  for (auto& t :
       store::all<Token>(work.tx, "api_token",
                         "WHERE person_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2) ORDER BY created_at, id",
                         {person->id, to_millis(work.now)}))
    out.push_back({t.id, person->login, t.name, t.scope, t.via == Via::web, t.id == this_one, t.created_at, t.expires_at, t.last_used_at});
  return out;
}

Result<void> revoke_token(Work& work, const std::string& token_id) {
  const auto token = store::one<Token>(work.tx, "api_token", "WHERE id = $1", {token_id});
  const bool admin = work.actor.has_anywhere(Role::admin);
  if (!token && admin) return not_found("there is no token " + token_id);
  if (!token || (token->person_id != work.actor.id && !admin)) return forbidden("revoking a token is for its owner or an admin");
  if (token->revoked_at) return {};
  work.tx.exec("UPDATE api_token SET revoked_at = $2 WHERE id = $1", {token_id, to_millis(work.now)});
  record(work, TokenRevoked{}, {.subject = token_id});
  return {};
}

Result<std::int64_t> revoke_all(Work& work, const std::string& login, const std::string& keep) {
  const auto person = TRY(own_or_admin(work, login, "revoking all tokens"));
  const auto ended = work.tx.exec("UPDATE api_token SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL AND id <> $3",
                                  {person.id, to_millis(work.now), keep});
  record(work, TokensRevoked{.ended = ended}, {.subject = person.id});
  return ended;
}

Result<Bearer> bearer_of(store::Tx& tx, const std::string& secret, SysTime now) {
  auto token = store::one<Token>(tx, "api_token", "WHERE token_hash = $1", {to_hex(sha256(secret))});
  const auto person = token ? person_by_id(tx, token->person_id) : std::nullopt;
  if (token && !token->expires_at) token->expires_at = token->created_at + longest_token;  // made when a token could be for ever
  if (!token || !person || !person->active || token->revoked_at || *token->expires_at <= now)
    return fail(ErrorKind::unauthenticated, "the token is unknown, expired or revoked; make one with `evenkeel token create`");
  auto actor = as_actor(tx, *person, token->via);
  actor.read_only = token->scope != TokenScope::full;
  return Bearer{std::move(actor), *token};
}

void LastUse::note(store::Database& database, const std::string& token_id, SysTime now) {
  constexpr auto often_enough = std::chrono::minutes{10};
  constexpr std::size_t most = 10'000;
  {
    const std::lock_guard lock{mutex_};
    if (noted_.size() >= most) noted_.clear();
    const auto [at, fresh] = noted_.try_emplace(token_id, now);
    if (!fresh && now - at->second < often_enough && now >= at->second) return;
    at->second = now;
  }
  try {
    database.write([&](store::Tx& tx) { tx.exec("UPDATE api_token SET last_used_at = $2 WHERE id = $1", {token_id, to_millis(now)}); });
  } catch (const store::DatabaseError&) { return; }  // a database that cannot be written says so to who writes; this is a courtesy
}

}  // namespace evenkeel::accounts
