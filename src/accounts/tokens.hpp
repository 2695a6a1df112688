// API tokens and sessions (a session is a token that came by signing in).
//
// Tokens: 32 random bytes, shown once, stored as SHA-256. A token never reaches further than what it was made with: not more scope, not
// another person's but for an admin, and not longer, unless its owner gives the password anew. None lives longer than a year.
#pragma once
#include <map>
#include <mutex>

#include "accounts/accounts.hpp"
#include "work/ids.hpp"

namespace evenkeel::accounts {

/// `calendar`: answers the address of the calendar feed, which programs send in clear, and nothing else. `enrol`: a session of somebody who
/// needs a second factor and has none: it makes one, and nothing else.
enum class TokenScope { full, read, calendar, enrol };
BOOST_DESCRIBE_ENUM(TokenScope, full, read, calendar, enrol)

struct Token {
  Id<Token> id;
  PersonId person_id;
  std::string name, token_hash;
  TokenScope scope = TokenScope::full;
  Via via = Via::api;
  SysTime created_at;
  std::optional<SysTime> expires_at, revoked_at, last_used_at;
};
BOOST_DESCRIBE_STRUCT(Token, (), (id, person_id, name, token_hash, scope, via, created_at, expires_at, revoked_at, last_used_at))

struct NewToken {
  Id<Token> id;
  std::string secret;  // "ek_...": shown once, to the caller who made it
};
BOOST_DESCRIBE_STRUCT(NewToken, (), (id, secret))

inline constexpr auto longest_token = std::chrono::hours{24 * 365};
inline constexpr auto session_lives = std::chrono::hours{12};

struct IssueToken {
  std::string login, name;
  TokenScope scope = TokenScope::full;
  std::optional<Millis> lives = {};     // left out: as long as may be
  std::optional<SysTime> at_most = {};  // when the maker's own token ends; nothing: the maker has just given the password, or came by none
};
/// By the person themself, or an admin. Errors: not_found, forbidden (somebody else's; outliving the maker's own), invalid (over a year).
/// Ledger: token.issued.
Result<NewToken> issue_token(Work& work, const IssueToken& command);
/// A session of whoever has just proved to be this person. Ledger: session.started.
NewToken start_session(Work& work, const Person& person, TokenScope scope = TokenScope::full);

/// Own ones, or another's for an admin; ended ones are left out. Never their secrets.
struct TokenView {
  std::string id, person, name;
  TokenScope scope = TokenScope::full;
  bool session = false, this_one = false;
  SysTime created_at;
  std::optional<SysTime> expires_at, last_used_at;
};
BOOST_DESCRIBE_STRUCT(TokenView, (), (id, person, name, scope, session, this_one, created_at, expires_at, last_used_at))
Result<std::vector<TokenView>> tokens_of(Work& work, const std::string& login, const std::string& this_one);

Result<void> revoke_token(Work& work, const std::string& token_id);
/// Every token and session of a person, but `keep` (an id, or empty). Own, or another's for an admin. Returns how many ended.
/// Ledger: tokens.revoked.
Result<std::int64_t> revoke_all(Work& work, const std::string& login, const std::string& keep);

struct Bearer {
  Actor actor;
  Token token;
};
/// Error: unauthenticated when it is unknown, expired, revoked, or its person is inactive.
Result<Bearer> bearer_of(store::Tx& tx, const std::string& secret, SysTime now);

/// Notes when a token was last used, to ten minutes: a write for each request would cost more than it tells.
class LastUse {
 public:
  void note(store::Database& database, const std::string& token_id, SysTime now);

 private:
  std::mutex mutex_;
  std::map<std::string, SysTime> noted_;
};

}  // namespace evenkeel::accounts
