#include "comms/send.hpp"

#include <charconv>

#include "markdown/markdown.hpp"
#include "outbound/webhook/webhook.hpp"
#include "steps/variables.hpp"

namespace evenkeel::comms {
namespace {

using outbound::Delivery;
using outbound::DeliveryEnd;

Delivery undone(const Error& error) { return {DeliveryEnd::retry, {}, error.message, {}}; }

/// The same key on every attempt makes trying again safe where the answer got lost.
Delivery tried_again(Delivery d) {
  if (d.end == DeliveryEnd::unconfirmed) d.end = DeliveryEnd::retry;
  return d;
}

Delivery send_mails(const Sending& s, const definitions::ChannelDef& channel, const Parts& parts, std::stop_token stop) {
  const auto* connection = definitions::find_connection(*s.organisation, definitions::ConnectionKind::smtp);
  if (!connection) return {DeliveryEnd::refused, {}, "no connection of kind smtp is defined", {}};
  const auto config = smtp_config(*connection);
  if (!config) return undone(config.error());
  const auto from = connection->from.empty() ? "evenkeel@" + config->host : connection->from;
  const auto domain = from.substr(from.find('@') + 1);
  outbound::Mail mail{.from = {from, s.organisation->name},
                      .subject = s.message.subject,
                      .text = s.message.body,
                      .html = markdown::to_html(s.message.body),
                      .date = s.at};
  std::vector<std::pair<std::string, std::vector<std::string>>> mails;  // part, recipients
  if (is_internal(*s.organisation, s.row.audience))
    mails.emplace_back(s.row.id, channel.to);
  else
    for (const auto& address : channel.to) mails.emplace_back(s.row.id + "." + to_hex(sha256(address)).substr(0, 12), std::vector{address});
  for (const auto& [part, recipients] : mails) {
    if (parts.has(part)) continue;
    mail.to.clear();
    for (const auto& address : recipients) mail.to.push_back({address});
    mail.message_id = part + "@" + domain;
    auto delivery = outbound::send_mail(*config, mail, stop);
    if (delivery.end != DeliveryEnd::delivered) return tried_again(std::move(delivery));
    parts.arrived(part, delivery.receipt);
  }
  return {DeliveryEnd::delivered,
          mails.size() == 1 ? mails.front().first + "@" + domain : fmt::format("{}.*@{} ({} mails)", s.row.id, domain, mails.size()),
          {},
          {}};
}

Delivery post(const Sending& s, const definitions::ChannelDef& channel, http::HttpClient& client, SysTime now, std::stop_token stop) {
  const auto url = steps::resolve_secret(channel.url);
  const auto secret = steps::resolve_secret(channel.secret);
  if (!url) return undone(url.error());
  if (!secret) return undone(secret.error());
  const bool chat = channel.kind == definitions::ChannelKind::chat;
  const auto kind = std::string(json::enum_text(s.row.kind));
  json::Object body;
  if (chat)
    body = {{"channel", channel.to.empty() ? channel.name : channel.to.front()},
            {"text", fmt::format("*{}*\n\n{}", s.message.subject, s.message.body)}};
  else
    body = {{"event", "release." + kind},
            {"communication", s.row.id},
            {"audience", s.row.audience},
            {"at", to_iso(s.at)},
            {"release", json::Object{{"id", s.release.id},
                                     {"version", s.release.version},
                                     {"area", s.release.area},
                                     {"outcome", std::string(json::enum_text(s.release.outcome))}}},
            {"subject", s.message.subject},
            {"markdown", s.message.body},
            {"html", markdown::to_html(s.message.body)}};
  return tried_again(outbound::send_webhook(client,
                                            {.url = *url,
                                             .secret = Secret{*secret},
                                             .event = "release." + kind,
                                             .body = json::dump(body),
                                             .idempotency_key = s.row.id,
                                             .path_is_secret = chat},
                                            now, stop));
}

}  // namespace

Result<outbound::SmtpConfig> smtp_config(const definitions::ConnectionDef& connection) {
  const auto bad = [&](std::string_view what) {
    return invalid(fmt::format("connection {}: {} (write smtp://host:587 or smtps://host:465)", connection.name, what));
  };
  const auto slashes = connection.url.find("://");
  if (slashes == std::string::npos) return bad("the url has no scheme");
  const auto scheme = connection.url.substr(0, slashes);
  auto rest = connection.url.substr(slashes + 3);
  if (rest.ends_with('/')) rest.pop_back();
  outbound::SmtpConfig config{.tls = outbound::SmtpTls::starttls, .user = connection.user};
  if (scheme == "smtps")
    config.tls = outbound::SmtpTls::tls, config.port = 465;
  else if (scheme == "smtp+plain")
    config.tls = outbound::SmtpTls::off, config.port = 25;
  else if (scheme != "smtp")
    return bad("the url is not one of a mail server");
  const auto colon = rest.rfind(':');
  config.host = rest.substr(0, colon);
  if (colon != std::string::npos) {
    const auto [end, ec] = std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), config.port);
    if (ec != std::errc{} || end != rest.data() + rest.size() || config.port < 1 || config.port > 65535)
      return bad("the url's port is not a number");
  }
  if (config.host.empty() || config.host.find_first_of("/@ ") != std::string::npos)
    return bad("the url's host is not one; user and secret have their own fields");
  const bool here = config.host == "localhost" || config.host.starts_with("127.");
  if (scheme == "smtp" && here) config.tls = outbound::SmtpTls::off;
  config.password = Secret{TRY(steps::resolve_secret(connection.secret))};
  return config;
}

Delivery send(const Sending& s, const Parts& parts, http::HttpClient& client, SysTime now, std::stop_token stop) {
  const auto* channel = definitions::find_channel(*s.organisation, s.row.channel);
  if (!channel) return {DeliveryEnd::refused, {}, fmt::format("channel {} is not defined for this release", s.row.channel), {}};
  using enum definitions::ChannelKind;
  switch (channel->kind) {
    case smtp:
      return send_mails(s, *channel, parts, std::move(stop));
    case webhook:
    case chat:
      return post(s, *channel, client, now, std::move(stop));
    case public_page:
      return {DeliveryEnd::delivered, "/changelog/" + s.release.version, {}, {}};  // its row is the receipt: see record_delivery()
    case file:
      return edit_in_folder(channel->path, s.file);
    case git:
      return edit_in_git(channel->path, s.file, s.row.id, s.at);
  }
  return {DeliveryEnd::refused, {}, "unknown kind of channel", {}};
}

}  // namespace evenkeel::comms
