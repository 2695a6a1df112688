#include "integrations/common/webhook.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/hex.hpp"
#include "base/utf8.hpp"

namespace evenkeel::integrations {

std::string webhook_signature(const Secret& secret, std::string_view body) {
  return "sha256=" + to_hex(hmac_sha256(secret.reveal(), body));
}

std::optional<Millis> retry_after(const http::Headers& headers, SysTime now) {
  constexpr Millis longest = std::chrono::hours{24};
  const auto text = headers.get("Retry-After");
  if (text.empty()) return {};
  std::int64_t seconds = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (end == text.data() + text.size() && ec == std::errc{} && seconds >= 0)
    return seconds >= longest / std::chrono::seconds{1} ? longest : Millis{seconds * 1000};
  if (const auto date = http::parse_http_date(text)) return std::clamp<Millis>(from_millis(*date * 1000) - now, Millis{0}, longest);
  return {};
}

Delivery delivery_of(const http::ClientResponse& answer, SysTime now) {
  const auto said = fmt::format("HTTP {} {}", answer.status, http::reason_phrase(answer.status));
  if (answer.status >= 200 && answer.status < 300) return {DeliveryEnd::delivered, said, {}, {}};
  std::string start;
  for (const char c : clean_text(answer.body, 200)) start += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  const auto reason = fmt::format("the receiver answered {}{}{}", said, start.empty() ? "" : ": ", start);
  const bool later = answer.status == 408 || answer.status == 425 || answer.status == 429 || answer.status >= 500;
  return {later ? DeliveryEnd::retry : DeliveryEnd::refused, {}, reason, later ? retry_after(answer.headers, now) : std::nullopt};
}

Delivery delivery_of(const Error& error) {
  const auto end = error.kind == ErrorKind::unavailable ? DeliveryEnd::retry
                   : error.kind == ErrorKind::unknown   ? DeliveryEnd::unconfirmed
                                                        : DeliveryEnd::refused;
  return {end, {}, error.message, {}};
}

Delivery send_webhook(http::HttpClient& client, const Webhook& webhook, SysTime now, std::stop_token stop) {
  http::ClientRequest request{.method = "POST",
                              .url = webhook.url,
                              .body = webhook.body,
                              .deadline = webhook.deadline,
                              .max_body = 256u << 10,
                              .path_is_secret = webhook.path_is_secret};
  request.headers.set("Content-Type", "application/json");
  if (!webhook.event.empty()) request.headers.set("X-Evenkeel-Event", webhook.event);
  if (!webhook.idempotency_key.empty()) request.headers.set("Idempotency-Key", webhook.idempotency_key);
  if (!webhook.secret.empty()) request.headers.set("X-Evenkeel-Signature-256", webhook_signature(webhook.secret, webhook.body));
  const auto answer = client.send(request, std::move(stop));
  return answer ? delivery_of(*answer, now) : delivery_of(answer.error());
}

}  // namespace evenkeel::integrations
