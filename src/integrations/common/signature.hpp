// Is this webhook from whom it says? One table of how each sender signs; the comparison takes the same time whatever the bytes.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "capabilities/merge_hook.hpp"
#include "http/message.hpp"

namespace evenkeel::integrations {

/// How one sender proves itself. See the table in signature.cpp.
struct SignatureRule {
  /// standard_webhook: base64 HMAC of "id.time.body", several apart by blanks, with the secret "whsec_<base64>" (standardwebhooks.com).
  enum Kind { hmac_of_body, hmac_of_time_and_body, shared_token, standard_webhook };
  std::string_view sender;  // "github"
  Kind kind = hmac_of_body;
  std::string_view header;            // holds the signature, or the token
  std::string_view prefix = {};       // before each hex digest: "sha256="
  std::string_view time_header = {};  // signed time in seconds since 1970, for hmac_of_time_and_body
  std::string_view id_header = {};    // id of the delivery, for standard_webhook
  std::string_view before_time = {};  // what the sender puts before the time: "v0:" (then time, ':', body)
};

std::span<const SignatureRule> signature_rules();
/// Null when no rule has this name.
const SignatureRule* find_signature_rule(std::string_view sender);

/// Error: unauthenticated, saying what is missing or wrong and never what was expected. Several secrets: any may match, so that
/// one can be replaced without losing deliveries. A signed time more than `max_skew` from `now` is refused: a replay.
Result<void> verify_signed(const SignatureRule& rule, const capabilities::HeaderOf& header, std::string_view raw_body,
                           std::span<const Secret> secrets, SysTime now, Millis max_skew = std::chrono::seconds{300});
inline Result<void> verify_signature(const SignatureRule& rule, const http::Headers& headers, std::string_view raw_body,
                                     std::span<const Secret> secrets, SysTime now, Millis max_skew = std::chrono::seconds{300}) {
  return verify_signed(rule, [&](std::string_view name) { return std::string(headers.get(name)); }, raw_body, secrets, now, max_skew);
}

}  // namespace evenkeel::integrations
