// What the ledger says of accounts, tokens and second factors.
#pragma once
#include "accounts/tokens.hpp"
#include "work/event.hpp"

namespace evenkeel::accounts {

struct AccountSetUp {
  static constexpr std::string_view kind = "account.set_up";
  Role role = Role::admin;
};
BOOST_DESCRIBE_STRUCT(AccountSetUp, (), (role))

struct AccountDeactivated {
  static constexpr std::string_view kind = "account.deactivated";
};
BOOST_DESCRIBE_STRUCT(AccountDeactivated, (), ())

struct PasswordSet {
  static constexpr std::string_view kind = "account.password_set";
  std::int64_t sessions_ended = 0;
};
BOOST_DESCRIBE_STRUCT(PasswordSet, (), (sessions_ended))

struct TokenIssued {
  static constexpr std::string_view kind = "token.issued";
  std::string person;
  TokenScope scope = TokenScope::full;
  std::optional<SysTime> until;
};
BOOST_DESCRIBE_STRUCT(TokenIssued, (), (person, scope, until))

struct SessionStarted {
  static constexpr std::string_view kind = "session.started";
  std::string person;
  TokenScope scope = TokenScope::full;
  std::optional<SysTime> until;
};
BOOST_DESCRIBE_STRUCT(SessionStarted, (), (person, scope, until))

struct TokenRevoked {
  static constexpr std::string_view kind = "token.revoked";
};
BOOST_DESCRIBE_STRUCT(TokenRevoked, (), ())

struct TokensRevoked {
  static constexpr std::string_view kind = "tokens.revoked";
  std::int64_t ended = 0;
};
BOOST_DESCRIBE_STRUCT(TokensRevoked, (), (ended))

struct SessionRefused {
  static constexpr std::string_view kind = "session.refused";
  std::string why;  // fixed words
};
BOOST_DESCRIBE_STRUCT(SessionRefused, (), (why))

struct SecondFactorBegun {
  static constexpr std::string_view kind = "second_factor.begun";
};
BOOST_DESCRIBE_STRUCT(SecondFactorBegun, (), ())

struct SecondFactorConfirmed {
  static constexpr std::string_view kind = "second_factor.confirmed";
};
BOOST_DESCRIBE_STRUCT(SecondFactorConfirmed, (), ())

struct SecondFactorRecovered {
  static constexpr std::string_view kind = "second_factor.recovered";
  std::int64_t left = 0;  // recovery codes
};
BOOST_DESCRIBE_STRUCT(SecondFactorRecovered, (), (left))

struct SecondFactorRemoved {
  static constexpr std::string_view kind = "second_factor.removed";
};
BOOST_DESCRIBE_STRUCT(SecondFactorRemoved, (), ())

struct TextErasureExplained {
  static constexpr std::string_view kind = "text.erasure_explained";
};
BOOST_DESCRIBE_STRUCT(TextErasureExplained, (), ())

struct PersonErased {
  static constexpr std::string_view kind = "person.erased";
  std::int64_t texts = 0;
};
BOOST_DESCRIBE_STRUCT(PersonErased, (), (texts))

/// Who is away, by ids; deputy empty: nobody by name.
struct AbsenceNoted {
  static constexpr std::string_view kind = "absence.noted";
  std::string person, deputy;
  SysTime from_at, until_at;
};
BOOST_DESCRIBE_STRUCT(AbsenceNoted, (), (person, deputy, from_at, until_at))
struct AbsenceEnded {
  static constexpr std::string_view kind = "absence.ended";
  std::string person;
};
BOOST_DESCRIBE_STRUCT(AbsenceEnded, (), (person))

}  // namespace evenkeel::accounts
