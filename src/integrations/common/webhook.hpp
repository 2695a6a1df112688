// Outgoing webhooks: a JSON document, signed, with a key by which the receiver recognises a repeated delivery.
//
//   X-Evenkeel-Signature-256: sha256=<hex HMAC-SHA256 of the raw body>      Idempotency-Key: <key>      X-Evenkeel-Event: <event>
#pragma once
#include <stop_token>
#include <string>

#include "base/secret.hpp"
#include "capabilities/delivery.hpp"
#include "http/client.hpp"

namespace evenkeel::integrations {

using capabilities::Delivery;
using capabilities::DeliveryEnd;

struct Webhook {
  std::string url = {};
  Secret secret = {};  // empty: not signed
  std::string event = {};
  std::string body = {};             // JSON, sent as it is
  std::string idempotency_key = {};  // the same on every attempt
  Millis deadline = std::chrono::seconds{15};
  bool path_is_secret = false;  // the address itself is the password: messages name the host only
};

/// `now` turns a Retry-After date into a wait.
Delivery send_webhook(http::HttpClient& client, const Webhook& webhook, SysTime now, std::stop_token stop = {});

/// The reading of an HTTP answer that all integrations share: 2xx delivered; 408, 425, 429 and 5xx retry; other 4xx and 3xx refused.
Delivery delivery_of(const http::ClientResponse& answer, SysTime now);
/// unavailable: retry (nothing was sent); unknown: unconfirmed; anything else: refused.
Delivery delivery_of(const Error& error);
/// Retry-After as seconds or as a date, at most a day; none when absent or not understood.
std::optional<Millis> retry_after(const http::Headers& headers, SysTime now);
/// "sha256=<hex>".
std::string webhook_signature(const Secret& secret, std::string_view body);

}  // namespace evenkeel::integrations
