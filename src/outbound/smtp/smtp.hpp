// Sends one mail over SMTP (ESMTP with STARTTLS and AUTH), blocking, with a deadline.
#pragma once
#include <stop_token>

#include "base/json.hpp"
#include "base/secret.hpp"
#include "outbound/delivery.hpp"
#include "outbound/smtp/mail.hpp"

namespace evenkeel::outbound {

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

}  // namespace evenkeel::outbound
