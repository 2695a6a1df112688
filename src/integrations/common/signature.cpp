#include "integrations/common/signature.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/hex.hpp"

namespace evenkeel::integrations {
namespace {

using enum SignatureRule::Kind;
// Each vendor's documented rule. A time that is not part of what is signed proves nothing and is not looked at; replays of
// those senders are recognised by their delivery id.
constexpr SignatureRule rules[] = {
    {"evenkeel", hmac_of_body, "X-Evenkeel-Signature-256", "sha256="},
    {"github", hmac_of_body, "X-Hub-Signature-256", "sha256="},
    {"slack", hmac_of_time_and_body, "X-Slack-Signature", "v0=", "X-Slack-Request-Timestamp", "", "v0:"},
    {"pagerduty", hmac_of_body, "X-PagerDuty-Signature", "v1="},  // a list while a secret is being replaced
    {"jira", hmac_of_body, "X-Hub-Signature", "sha256="},
    {"linear", hmac_of_body, "Linear-Signature"},
    {"launchdarkly", hmac_of_body, "X-LD-Signature"},
    {"sentry", hmac_of_body, "Sentry-Hook-Signature"},
    {"notion", hmac_of_body, "X-Notion-Signature", "sha256="},
    {"grafana", hmac_of_body, "X-Grafana-Alerting-Signature"},
    {"grafana-timestamped", hmac_of_time_and_body, "X-Grafana-Alerting-Signature", "", "X-Grafana-Alerting-Timestamp"},
    {"beamer", shared_token, "Beamer-Webhook-Secret"},
    {"gitlab", shared_token, "X-Gitlab-Token"},
    {"gitlab-signing-token", standard_webhook, "webhook-signature", "v1,", "webhook-timestamp", "webhook-id"},
    {"flux", hmac_of_body, "X-Signature", "sha256="},
};

std::unexpected<Error> refuse(const SignatureRule& rule, std::string_view why) {
  return fail(ErrorKind::unauthenticated, fmt::format("the webhook is not accepted as one from {}: {}", rule.sender, why));
}

/// Whether `given` (maybe a list) has the digest. Looks at every part whatever it finds.
bool holds_digest(const SignatureRule& rule, std::string_view given, std::string_view digest) {
  const char between = rule.kind == standard_webhook ? ' ' : ',';
  bool found = false;
  while (!given.empty()) {
    const auto end = given.find(between);
    auto part = given.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.starts_with(rule.prefix)) found |= equal_secret(part.substr(rule.prefix.size()), digest);
    if (end == std::string_view::npos) break;
    given.remove_prefix(end + 1);
  }
  return found;
}

/// What the sender computes over the signed text; empty when the secret is none of this kind.
std::string digest_of(const SignatureRule& rule, const Secret& secret, std::string_view signed_text) {
  if (rule.kind != standard_webhook) return to_hex(hmac_sha256(secret.reveal(), signed_text));
  constexpr std::string_view mark = "whsec_";
  const std::string_view text = secret.reveal();
  const auto key = text.starts_with(mark) ? from_base64(text.substr(mark.size())) : Result<std::string>(std::string());
  return key && !key->empty() ? to_base64(as_bytes(hmac_sha256(*key, signed_text))) : std::string();
}

}  // namespace

std::span<const SignatureRule> signature_rules() { return rules; }

const SignatureRule* find_signature_rule(std::string_view sender) {
  const auto it = std::find_if(std::begin(rules), std::end(rules), [&](const auto& r) { return r.sender == sender; });
  return it == std::end(rules) ? nullptr : &*it;
}

Result<void> verify_signed(const SignatureRule& rule, const capabilities::HeaderOf& header, std::string_view raw_body,
                           std::span<const Secret> secrets, SysTime now, Millis max_skew) {
  const auto given = header(rule.header);
  if (given.empty()) return refuse(rule, fmt::format("the header {} is missing", rule.header));
  std::string signed_text;
  if (rule.kind == hmac_of_time_and_body || rule.kind == standard_webhook) {
    const auto text = header(rule.time_header);
    std::int64_t seconds = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || ec != std::errc{} || end != text.data() + text.size() || seconds < 0 || seconds > 100'000'000'000)
      return refuse(rule, fmt::format("the header {} does not hold a time", rule.time_header));
    const auto skew = now - from_millis(seconds * 1000);
    if (skew > max_skew || -skew > max_skew)
      return refuse(rule, fmt::format("it was signed {} {} this server's clock", to_words(skew < Millis{0} ? -skew : skew),
                                      skew < Millis{0} ? "ahead of" : "before"));
    signed_text = rule.kind == standard_webhook ? fmt::format("{}.{}.{}", header(rule.id_header), text, raw_body)
                                                : fmt::format("{}{}:{}", rule.before_time, text, raw_body);
  }
  bool matches = false;
  for (const auto& secret : secrets) {
    if (secret.empty()) continue;  // an unset secret must not accept what anyone can compute
    if (rule.kind == shared_token)
      matches |= equal_secret(given, secret.reveal());
    else if (const auto digest = digest_of(rule, secret, rule.kind == hmac_of_body ? raw_body : std::string_view{signed_text});
             !digest.empty())
      matches |= holds_digest(rule, given, digest);
  }
  if (!matches)
    return refuse(
        rule, secrets.empty() ? "no secret is configured for it" : "the signature does not match its body; check the secret on both sides");
  return {};
}

}  // namespace evenkeel::integrations
