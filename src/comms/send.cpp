#include "comms/send.hpp"

#include "capabilities/change_host.hpp"
#include "capabilities/chat.hpp"
#include "capabilities/event_receiver.hpp"
#include "comms/docs_site.hpp"
#include "comms/publish_place.hpp"
#include "comms/reader_words.hpp"
#include "markdown/links.hpp"
#include "markdown/literal.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::comms {
namespace {

using capabilities::Delivery;
using capabilities::DeliveryEnd;

Delivery not_allowed(const Error& error) {
  return {error.kind == ErrorKind::forbidden ? DeliveryEnd::refused : DeliveryEnd::retry, {}, error.message, {}};
}
/// What is not defined will not be at the next attempt either; what this machine lacks may be.
Delivery undone(const Error& error) {
  return {error.kind == ErrorKind::not_found ? DeliveryEnd::refused : DeliveryEnd::retry, {}, error.message, {}};
}

Result<std::shared_ptr<capabilities::Mailer>> mailer_of(const definitions::Organisation& o, const capabilities::Connections& outside) {
  const auto* connection = definitions::find_connection(o, definitions::Ability::mail);
  if (!connection) return not_found("no connection of kind smtp is defined");
  return TRY(outside.open(*connection)).mail;
}

/// What a channel writes to: the connection that it names, else one made of its own address and secret.
Result<capabilities::Integration> opened(const definitions::Organisation& o, const definitions::ChannelDef& channel, const char* kind,
                                         const capabilities::Connections& outside) {
  if (channel.connection.empty()) return outside.open({channel.name, kind, {{"url", channel.url}, {"secret", channel.secret}}, "channel"});
  const auto* connection = definitions::find_connection(o, channel.connection);
  if (!connection) return not_found(fmt::format("connection {} is not defined for this release", channel.connection));
  return outside.open(*connection);
}

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
Delivery send_mails(const Sending& s, const definitions::ChannelDef& channel, const Parts& parts, const capabilities::Connections& outside,
                    std::stop_token stop) {
  const auto mailer = mailer_of(*s.organisation, outside);
  if (!mailer) return undone(mailer.error());
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
    auto mail = letter(*s.organisation, (*mailer)->sender(), text_for(s, one.subscriber ? one.subscriber->locale : channel.locale), s.base,
                       one.subscriber);
    domain = mail.from.address.substr(mail.from.address.find('@') + 1);
    if (parts.has(one.part)) continue;
    for (const auto& address : one.to) mail.to.push_back({address});
    mail.date = s.at;
    mail.message_id = one.part + "@" + domain;
    auto delivery = (*mailer)->send(mail, stop);
    if (delivery.end == DeliveryEnd::delivered) {
      parts.arrived(one.part, delivery.receipt);
      in_a_row = 0;
    } else if (delivery.end == DeliveryEnd::refused) {
      ++refused;
      in_a_row = 0;
      if (parts.refused && (one.subscriber || mails.size() > 1))
        parts.refused(one.part, one.subscriber ? one.subscriber->id.text : "", delivery.reason);
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

Delivery post_to_chat(const definitions::Organisation& o, const definitions::ChannelDef& channel, capabilities::ChatPost post,
                      const capabilities::Connections& outside, SysTime now, std::stop_token stop) {
  const auto there = opened(o, channel, "chat", outside);
  if (!there) return undone(there.error());
  post.room = channel.to.empty() ? channel.name : channel.to.front();
  return tried_again(there->chat->post(post, now, std::move(stop)));
}

Delivery post_to_webhook(const definitions::Organisation& o, const definitions::ChannelDef& channel, const capabilities::Event& event,
                         const capabilities::Connections& outside, SysTime now, std::stop_token stop) {
  const auto there = opened(o, channel, "events", outside);
  if (!there) return undone(there.error());
  return tried_again(there->event_receiver->tell(event, now, std::move(stop)));
}

Delivery post(const Sending& s, const definitions::ChannelDef& channel, const capabilities::Connections& outside, SysTime now,
              std::stop_token stop) {
  const auto kind = std::string(json::enum_text(s.row.kind));
  const auto markdown = markdown::with_whole_links(s.message.body, s.base, "/changelog/" + s.release.version);
  const auto& o = *s.organisation;
  if (channel.kind == definitions::ChannelKind::chat)
    return post_to_chat(o, channel, {.subject = s.message.subject, .body = markdown, .key = s.row.id, .event = "release." + kind}, outside,
                        now, std::move(stop));
  return post_to_webhook(o, channel,
                         {"release." + kind,
                          s.row.id,
                          {{"event", "release." + kind},
                           {"communication", s.row.id.text},
                           {"audience", s.row.audience},
                           {"at", to_iso(s.at)},
                           {"release", json::Object{{"id", s.release.id.text},
                                                    {"version", s.release.version},
                                                    {"area", s.release.area},
                                                    {"outcome", std::string(json::enum_text(s.release.outcome))}}},
                           {"subject", s.message.subject},
                           {"markdown", markdown::without_html(markdown)},
                           {"html", markdown::to_html(markdown)}}},
                         outside, now, std::move(stop));
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
Delivery propose_docs(const Sending& s, const definitions::ChannelDef& channel, const capabilities::Connections& outside, SysTime now,
                      std::stop_token stop) {
  const auto there = opened(*s.organisation, channel, "", outside);
  if (!there) return undone(there.error());
  const auto page = docs_page(s);
  const auto mark = std::min(channel.path.find('#'), channel.path.size());
  auto branch = mark < channel.path.size() ? channel.path.substr(mark + 1) : std::string("main");
  std::string folder;
  if (const auto colon = branch.find(':'); colon != std::string::npos) folder = branch.substr(colon + 1) + "/", branch.resize(colon);
  return there->change_host->open_pull_request(
      {.repository = channel.path.substr(0, mark),
       .base = branch,
       .branch = "evenkeel/" + s.row.id,
       .title = fmt::format("{} {}", page.withdrawn ? "Take back the notes of" : "Notes of", page.version),
       .body = "Approved in the release's review; what is merged is what was approved.\n\nEvenkeel-Communication: " + s.row.id + "\n"},
      {folder + docs_file_name(page, channel.format), docs_text(page, channel.format, s.organisation->public_title)}, now, std::move(stop));
}

}  // namespace

std::string public_base(const definitions::Organisation& o, const std::string& server_url) {
  auto base = o.public_url.empty() ? server_url : o.public_url;
  while (base.ends_with('/')) base.pop_back();
  return base;
}

capabilities::Mail letter(const definitions::Organisation& o, const std::string& sender, const Text& text, const std::string& base,
                          const Subscription* subscriber) {
  const auto body = markdown::with_whole_links(text.body, base);
  const auto& says = reader_words(text.locale);
  capabilities::Mail mail{.from = {sender, o.name}, .subject = text.subject, .text = markdown::to_text(body)};
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

Delivery send_notice(const definitions::Organisation& o, const definitions::ChannelDef& channel, const Notice& n,
                     const capabilities::Connections& outside, SysTime now, std::stop_token stop) {
  using enum definitions::ChannelKind;
  if (channel.kind == chat)
    return post_to_chat(o, channel, {.subject = n.subject, .body = n.body, .key = n.id, .event = "notice"}, outside, now, std::move(stop));
  if (channel.kind == webhook)
    return post_to_webhook(o, channel,
                           {"notice",
                            n.id,
                            {{"event", "notice"},
                             {"id", n.id},
                             {"at", to_iso(n.at)},
                             {"subject", n.subject},
                             {"markdown", markdown::without_html(n.body)},
                             {"html", markdown::to_html(n.body)}}},
                           outside, now, std::move(stop));
  if (channel.kind != smtp) return {DeliveryEnd::refused, {}, fmt::format("channel {} takes no notices", channel.name), {}};
  const auto mailer = mailer_of(o, outside);
  if (!mailer) return undone(mailer.error());
  auto mail = letter(o, (*mailer)->sender(), {n.subject, n.body}, "", nullptr);
  for (const auto& address : channel.to) mail.to.push_back({address});
  mail.date = n.at;
  mail.message_id = n.id + "@" + mail.from.address.substr(mail.from.address.find('@') + 1);
  return tried_again((*mailer)->send(mail, stop));
}

Delivery send(const Sending& s, const Parts& parts, const capabilities::Connections& outside, SysTime now, std::stop_token stop) {
  const auto* channel = definitions::find_channel(*s.organisation, s.row.channel);
  if (!channel) return {DeliveryEnd::refused, {}, fmt::format("channel {} is not defined for this release", s.row.channel), {}};
  using enum definitions::ChannelKind;
  switch (channel->kind) {
    case smtp:
      return send_mails(s, *channel, parts, outside, std::move(stop));
    case webhook:
    case chat:
      return post(s, *channel, outside, now, std::move(stop));
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
      if (!channel->connection.empty()) return propose_docs(s, *channel, outside, now, std::move(stop));
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
