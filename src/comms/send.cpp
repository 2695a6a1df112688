#include "comms/send.hpp"

#include <charconv>

#include "comms/docs_site.hpp"
#include "comms/publish_place.hpp"
#include "comms/reader_words.hpp"
#include "markdown/links.hpp"
#include "markdown/literal.hpp"
#include "markdown/markdown.hpp"
#include "outbound/github/pull_request.hpp"
#include "outbound/webhook/webhook.hpp"
#include "steps/variables.hpp"

namespace evenkeel::comms {
namespace {

using outbound::Delivery;
using outbound::DeliveryEnd;

Delivery not_allowed(const Error& error) {
  return {error.kind == ErrorKind::forbidden ? DeliveryEnd::refused : DeliveryEnd::retry, {}, error.message, {}};
}
Delivery undone(const Error& error) { return {DeliveryEnd::retry, {}, error.message, {}}; }

/// The same key on every attempt makes trying again safe where the answer got lost.
Delivery tried_again(Delivery d) {
  if (d.end == DeliveryEnd::unconfirmed) d.end = DeliveryEnd::retry;
  return d;
}

/// One mail of a mailing.
struct One {
  std::string part;
  std::vector<std::string> to;
  const Subscription* subscriber = nullptr;
};

/// In the reader's language, where the message is there in it.
Text text_for(const Sending& s, const std::string& locale) {
  const auto found = s.in_locales.find(locale);
  if (found != s.in_locales.end()) return {found->second.subject, found->second.body, locale};
  return {s.message.subject, s.message.body, s.organisation->words.locales.front()};
}

constexpr int silent_in_a_row = 3;  // a server that does not answer is left alone until the next attempt

/// A recipient that is refused does not keep the others from theirs; a server that stalls ends the attempt, not the mailing.
Delivery send_mails(const Sending& s, const definitions::ChannelDef& channel, const Parts& parts, std::stop_token stop) {
  const auto* connection = definitions::find_connection(*s.organisation, definitions::ConnectionKind::smtp);
  if (!connection) return {DeliveryEnd::refused, {}, "no connection of kind smtp is defined", {}};
  const auto config = smtp_config(*connection);
  if (!config) return undone(config.error());
  if (!s.subscribers.empty() && s.base.empty())
    return {DeliveryEnd::retry, {}, "subscribers' links need an address: set public_url in evenkeel.yaml, or --public-url", {}};
  std::vector<One> mails;
  if (is_internal(*s.organisation, s.row.audience)) {
    if (!channel.to.empty()) mails.push_back({s.row.id, channel.to});
    for (const auto& address : s.also_to) mails.push_back({s.row.id + "." + part_of_address(address), {address}});
  } else
    for (const auto& address : channel.to)
      if (!s.only_to || s.only_to->addresses.contains(address)) mails.push_back({s.row.id + "." + part_of_address(address), {address}});
  for (const auto& subscriber : s.subscribers) mails.push_back({s.row.id + "." + subscriber.id, {subscriber.address}, &subscriber});
  std::size_t refused = 0;
  Delivery last_refusal, last_retry;
  int in_a_row = 0;
  bool unfinished = false;
  std::string domain;
  for (const auto& one : mails) {
    auto mail = letter(*s.organisation, *connection, *config, text_for(s, one.subscriber ? one.subscriber->locale : channel.locale), s.base,
                       one.subscriber);
    domain = mail.from.address.substr(mail.from.address.find('@') + 1);
    if (parts.has(one.part)) continue;
    for (const auto& address : one.to) mail.to.push_back({address});
    mail.date = s.at;
    mail.message_id = one.part + "@" + domain;
    auto delivery = outbound::send_mail(*config, mail, stop);
    if (delivery.end == DeliveryEnd::delivered) {
      parts.arrived(one.part, delivery.receipt);
      in_a_row = 0;
    } else if (delivery.end == DeliveryEnd::refused) {
      ++refused;
      in_a_row = 0;
      if (parts.refused && (one.subscriber || mails.size() > 1))
        parts.refused(one.part, one.subscriber ? one.subscriber->id : "", delivery.reason);
      last_refusal = std::move(delivery);
    } else {
      unfinished = true;
      last_retry = tried_again(std::move(delivery));
      if (++in_a_row == silent_in_a_row) break;
    }
  }
  if (unfinished) return last_retry;
  if (refused == mails.size() && refused > 0) return last_refusal;
  if (mails.empty()) return {DeliveryEnd::delivered, s.only_to ? "nobody had the announcement" : "nobody has subscribed yet", {}, {}};
  return {DeliveryEnd::delivered,
          mails.size() == 1 ? mails.front().part + "@" + domain
                            : fmt::format("{}.*@{} ({} mails{})", s.row.id, domain, mails.size() - refused,
                                          refused ? fmt::format(", {} refused", refused) : ""),
          {},
          {}};
}

/// A signed webhook, or a chat's, whose address is its password.
Delivery post_to(const definitions::ChannelDef& channel, const std::string& event, const std::string& key, const json::Object& body,
                 http::HttpClient& client, SysTime now, std::stop_token stop) {
  const auto url = steps::resolve_secret(channel.url);
  const auto secret = steps::resolve_secret(channel.secret);
  if (!url) return undone(url.error());
  if (!secret) return undone(secret.error());
  return tried_again(outbound::send_webhook(
      client,
      {.url = *url,
       .secret = Secret{*secret},
       .event = event,
       .body = json::dump(body),
       .idempotency_key = key,
       .path_is_secret = channel.kind == definitions::ChannelKind::chat || !steps::secret_references(channel.url).empty()},
      now, std::move(stop)));
}

/// Chats read <...> as links and calls, and these three as entities (https://docs.slack.dev/messaging/formatting-message-text).
std::string for_chat(std::string_view words) {
  std::string out;
  for (const char c : words) c == '&' ? out += "&amp;" : c == '<' ? out += "&lt;" : c == '>' ? out += "&gt;" : out += c;
  return out;
}

json::Object chat_post(const definitions::ChannelDef& channel, const std::string& subject, const std::string& body) {
  return {{"channel", channel.to.empty() ? channel.name : channel.to.front()},
          {"text", fmt::format("*{}*\n\n{}", for_chat(subject), for_chat(markdown::for_plain_readers(body)))}};
}

Delivery post(const Sending& s, const definitions::ChannelDef& channel, http::HttpClient& client, SysTime now, std::stop_token stop) {
  const bool chat = channel.kind == definitions::ChannelKind::chat;
  const auto kind = std::string(json::enum_text(s.row.kind));
  const auto markdown = markdown::with_whole_links(s.message.body, s.base, "/changelog/" + s.release.version);
  json::Object body;
  if (chat)
    body = chat_post(channel, s.message.subject, markdown);
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
            {"markdown", markdown::without_html(markdown)},
            {"html", markdown::to_html(markdown)}};
  return post_to(channel, "release." + kind, s.row.id, body, client, now, std::move(stop));
}

DocsPage docs_page(const Sending& s) {
  return {.version = s.release.version,
          .title = s.organisation->name + " " + s.release.version,
          .area = s.release.area,
          .body = markdown::without_html(markdown::with_whole_links(s.message.body, s.base, "/changelog/" + s.release.version)),
          .date = s.at,
          .withdrawn = s.row.kind == CommunicationKind::correction};
}

/// "acme/docs#main:notes" in parts; the branch is main and the folder the root where they are left out.
Delivery propose_docs(const Sending& s, const definitions::ChannelDef& channel, http::HttpClient& client, SysTime now,
                      std::stop_token stop) {
  const auto* connection = definitions::find_connection(*s.organisation, channel.connection);
  if (!connection) return {DeliveryEnd::refused, {}, fmt::format("connection {} is not defined for this release", channel.connection), {}};
  const auto token = steps::resolve_secret(connection->secret);
  if (!token) return undone(token.error());
  const auto page = docs_page(s);
  const auto mark = std::min(channel.path.find('#'), channel.path.size());
  auto branch = mark < channel.path.size() ? channel.path.substr(mark + 1) : std::string("main");
  std::string folder;
  if (const auto colon = branch.find(':'); colon != std::string::npos) folder = branch.substr(colon + 1) + "/", branch.resize(colon);
  return outbound::open_pull_request(
      client,
      {.url = connection->url,
       .token = Secret{*token},
       .repository = channel.path.substr(0, mark),
       .base = branch,
       .branch = "evenkeel/" + s.row.id,
       .title = fmt::format("{} {}", page.withdrawn ? "Take back the notes of" : "Notes of", page.version),
       .body = "Approved in the release's review; what is merged is what was approved.\n\nEvenkeel-Communication: " + s.row.id + "\n"},
      {folder + docs_file_name(page, channel.format), docs_text(page, channel.format, s.organisation->public_title)}, now, std::move(stop));
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

std::string public_base(const definitions::Organisation& o, const std::string& server_url) {
  auto base = o.public_url.empty() ? server_url : o.public_url;
  while (base.ends_with('/')) base.pop_back();
  return base;
}

outbound::Mail letter(const definitions::Organisation& o, const definitions::ConnectionDef& connection, const outbound::SmtpConfig& config,
                      const Text& text, const std::string& base, const Subscription* subscriber) {
  const auto body = markdown::with_whole_links(text.body, base);
  const auto& says = reader_words(text.locale);
  outbound::Mail mail{.from = {connection.from.empty() ? "evenkeel@" + config.host : connection.from, o.name},
                      .subject = text.subject,
                      .text = markdown::for_plain_readers(body)};
  auto words = markdown::to_html(body, 2);
  for (std::size_t at = 0; (at = words.find("<img ", at)) != std::string::npos; at += 5)
    words.insert(at + 5, "style=\"max-width:100%;height:auto\" ");
  // Styles stand in the elements: mail readers drop style sheets. The text's own HTML does not come through.
  mail.html = fmt::format(
      "<!doctype html><html lang=\"{2}\"><head><meta charset=\"utf-8\"><title>{0}</title></head>"
      "<body style=\"margin:0;padding:24px;background:#f6f7f9;color:#14181f;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif\">"
      "<div style=\"max-width:640px;margin:0 auto;padding:24px;background:#ffffff;border:1px solid #d8dee6;border-radius:8px\">"
      "<h1 style=\"margin:0 0 16px;font-size:20px;line-height:1.2\">{0}</h1>\n{1}</div>",
      markdown::escaped(text.subject), words, markdown::escaped(text.locale));
  if (subscriber) {
    const auto link = base + subscription_path(*subscriber);
    mail.unsubscribe_url = link + "/unsubscribe";
    mail.text += fmt::format("\n-- \n{} {} {}\n", says.asked_for, says.change_text, link);
    mail.html += fmt::format(
        "<p lang=\"{4}\" style=\"max-width:640px;margin:16px auto 0;color:#465160;font-size:14px\">{1} "
        "<a style=\"color:#2456d6\" href=\"{0}\">{2}</a> · <a style=\"color:#2456d6\" href=\"{0}/unsubscribe\">{3}</a></p>",
        markdown::escaped(link), says.asked_for, says.change_link, says.leave_link, says.tag);
  }
  mail.html += "</body></html>\n";
  return mail;
}

Delivery send_notice(const definitions::Organisation& o, const definitions::ChannelDef& channel, const Notice& n, http::HttpClient& client,
                     SysTime now, std::stop_token stop) {
  using enum definitions::ChannelKind;
  if (channel.kind == chat) return post_to(channel, "notice", n.id, chat_post(channel, n.subject, n.body), client, now, std::move(stop));
  if (channel.kind == webhook)
    return post_to(channel, "notice", n.id,
                   {{"event", "notice"},
                    {"id", n.id},
                    {"at", to_iso(n.at)},
                    {"subject", n.subject},
                    {"markdown", markdown::without_html(n.body)},
                    {"html", markdown::to_html(n.body)}},
                   client, now, std::move(stop));
  if (channel.kind != smtp) return {DeliveryEnd::refused, {}, fmt::format("channel {} takes no notices", channel.name), {}};
  const auto* connection = definitions::find_connection(o, definitions::ConnectionKind::smtp);
  if (!connection) return {DeliveryEnd::refused, {}, "no connection of kind smtp is defined", {}};
  const auto config = smtp_config(*connection);
  if (!config) return undone(config.error());
  auto mail = letter(o, *connection, *config, {n.subject, n.body}, "", nullptr);
  for (const auto& address : channel.to) mail.to.push_back({address});
  mail.date = n.at;
  mail.message_id = n.id + "@" + mail.from.address.substr(mail.from.address.find('@') + 1);
  return tried_again(outbound::send_mail(*config, mail, stop));
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
    case file: {
      const auto place = publish_place(s.publish_under, channel->path);
      return place ? edit_in_folder(*place, s.file) : not_allowed(place.error());
    }
    case git: {
      const auto place = publish_repository(s.publish_under, channel->path);
      return place ? edit_in_git(*place, s.file, s.row.id, s.at) : not_allowed(place.error());
    }
    case docs: {
      if (!channel->connection.empty()) return propose_docs(s, *channel, client, now, std::move(stop));
      const auto mark = std::min(channel->path.rfind('#'), channel->path.size());
      const auto folder = channel->path.substr(0, mark);
      const auto place = mark < channel->path.size() ? publish_repository(s.publish_under, folder) : publish_place(s.publish_under, folder);
      if (!place) return not_allowed(place.error());
      return write_docs(*place + channel->path.substr(mark), docs_page(s), channel->format, s.organisation->public_title, s.row.id, s.at);
    }
  }
  return {DeliveryEnd::refused, {}, "unknown kind of channel", {}};
}

}  // namespace evenkeel::comms
