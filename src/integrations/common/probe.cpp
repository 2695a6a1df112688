#include "integrations/common/probe.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace evenkeel::integrations {
namespace {

constexpr Millis patience = std::chrono::seconds{10};

std::string said_by(const http::ClientResponse& answer) {
  return fmt::format("HTTP {} {}", answer.status, http::reason_phrase(answer.status));
}

}  // namespace

Probe probe(const Wire& wire, http::ClientRequest request, bool has_key, const std::stop_token& stop) {
  request.deadline = std::min(request.deadline, patience);
  request.path_is_secret |= wire.address_is_secret;
  auto answer = wire.http->send(request, stop);
  Probe out;
  auto& t = out.tested;
  if (!answer) {
    t.reachable = false;
    t.problem = answer.error().message;
    t.next_step = fmt::format("correct `url` of connection {}, or let this server reach it", wire.name);
    return out;
  }
  t.reachable = true;
  t.saw = said_by(*answer);
  if (answer->status == 401 || answer->status == 403) {
    t.authenticated = false;
    t.problem = fmt::format("it answered {}: {}", t.saw, has_key ? "the secret is not taken, or may not do this" : "it asks for a secret");
    t.next_step = has_key
                      ? fmt::format("give the secret of connection {} a value that is in force there, with the rights that the guide names",
                                    wire.name)
                      : fmt::format("write `secret: ${{env:NAME}}` for connection {}", wire.name);
  } else if (answer->status == 429) {
    t.problem = fmt::format("it answered {}: it was asked too often", t.saw);
    t.next_step = "try again later";
  } else if (answer->status < 200 || answer->status > 299) {
    t.problem = fmt::format("it answered {}", t.saw);
    t.next_step = answer->status >= 500 ? "try again later, or see to the system there"
                                        : fmt::format("correct `url` of connection {}: this is not what answers there", wire.name);
  } else {
    if (has_key) t.authenticated = true;
    out.answer = std::move(*answer);
  }
  return out;
}

Tested reaches(const Wire& wire, const std::string& url, const std::string& what_send_does, const std::stop_token& stop) {
  auto t = probe(wire, {.method = "OPTIONS", .url = url, .max_body = 64u << 10}, false, stop).tested;
  if (t.reachable.value_or(false) && t.authenticated.value_or(true) && !t.problem.empty() && !t.saw.starts_with("HTTP 5") &&
      !t.saw.starts_with("HTTP 429"))
    t.problem.clear(), t.next_step.clear();
  if (t.problem.empty()) t.next_step = fmt::format("whether a message is taken shows with --send: {}", what_send_does);
  return t;
}

Tested tested_by(const Delivery& sent, const std::string& what) {
  Tested t{.saw = sent.receipt};
  if (sent.end == DeliveryEnd::delivered) {
    t.reachable = t.authenticated = true;
    t.may = {what};
    return t;
  }
  t.problem = sent.reason;
  t.next_step = sent.end == DeliveryEnd::refused ? "it never will take this: correct the connection's url and secret"
                                                 : "try again later, or correct the connection's url and secret";
  return t;
}

}  // namespace evenkeel::integrations
