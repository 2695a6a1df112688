// Sends one mail over SMTP (ESMTP with STARTTLS and AUTH), blocking, with a deadline.
#pragma once
#include <stop_token>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "integrations/smtp/mail.hpp"

namespace evenkeel::integrations {

using capabilities::Delivery;
using capabilities::DeliveryEnd;

/// off: plain text; starttls: refuse to go on without it; tls: from the first byte (port 465).
enum class SmtpTls { off, starttls, tls };
BOOST_DESCRIBE_ENUM(SmtpTls, off, starttls, tls)

struct SmtpConfig {
  std::string host = {};
  int port = 587;
  SmtpTls tls = SmtpTls::starttls;
  std::string user = {};  // empty: no AUTH
  Secret password = {};
  std::string hello = {};    // name given in EHLO; empty: this machine's
  std::string ca_file = {};  // PEM; empty: the system's
  Millis deadline = std::chrono::seconds{30};
};

/// 5xx: refused. 4xx, no connection, wrong password or certificate (the mail is not at fault): retry. The connection was lost
/// after the text had gone out and before the server took it: unconfirmed; a later attempt carries the same Message-ID.
/// All recipients or none: one refused recipient refuses the mail.
Delivery send_mail(const SmtpConfig& config, const Mail& mail, std::stop_token stop = {});

/// "smtps://host:465" is TLS from the first byte; "smtp://host:587" demands STARTTLS, except on this machine itself; "smtp+plain://"
/// never encrypts. Error: invalid; `name` is the connection's.
Result<SmtpConfig> smtp_config(const std::string& name, const std::string& url);

/// Says who we are and signs in, and goes: no mail. Delivered: the server takes us; the receipt is its greeting.
Delivery greet(const SmtpConfig& config, std::stop_token stop = {});

}  // namespace evenkeel::integrations
