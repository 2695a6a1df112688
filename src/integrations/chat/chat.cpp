// A chat's incoming webhook: Slack, and what takes the same (Mattermost, Rocket.Chat). Who knows the address may post, so it is a secret.
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "capabilities/chat.hpp"
#include "integrations/common/probe.hpp"
#include "integrations/common/webhook.hpp"
#include "markdown/literal.hpp"
#include "markdown/markdown.hpp"

namespace evenkeel::integrations {
namespace chat {
namespace {

struct ChatSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "Address of the webhook of the room; where it is secret, as ${env:NAME} or ${file:PATH}"},
                                  {"secret", "What messages are signed with, as ${env:NAME} or ${file:PATH}; empty: not signed"}};
  std::string url;
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(ChatSettings, (), (url, secret))

/// https://docs.slack.dev/changelog/2018-truncating-really-long-messages: a longer text is cut there.
constexpr std::size_t longest_text = 40'000;

/// Chats read <...> as links and calls, and these three as entities (https://docs.slack.dev/messaging/formatting-message-text).
std::string for_chat(std::string_view words) {
  std::string out;
  for (const char c : words) c == '&' ? out += "&amp;" : c == '<' ? out += "&lt;" : c == '>' ? out += "&gt;" : out += c;
  return out;
}

/// Cut at a whole character, and never inside an entity.
std::string fitting(std::string text) {
  if (text.size() <= longest_text) return text;
  text = clean_text(text, longest_text - 4);
  if (const auto open = text.rfind('&'); open != std::string::npos && text.find(';', open) == std::string::npos) text.resize(open);
  return text + "…";
}

class Room final : public capabilities::Chat {
 public:
  Room(ChatSettings s, Wire wire) : settings_(std::move(s)), wire_(std::move(wire)) {}

  Delivery post(const capabilities::ChatPost& p, SysTime now, std::stop_token stop) override {
    const json::Object body{
        {"channel", p.room},
        {"text", fitting(fmt::format("*{}*\n\n{}", for_chat(p.subject), for_chat(markdown::for_plain_readers(p.body))))}};
    return send_webhook(*wire_.http,
                        {.url = settings_.url,
                         .secret = Secret{settings_.secret},
                         .event = p.event,
                         .body = json::dump(body),
                         .idempotency_key = p.key,
                         .path_is_secret = true},
                        now, std::move(stop));
  }
  Tested test(const TestAsk& ask) {
    if (!ask.send) return reaches(wire_, settings_.url, "it posts one line into the room", ask.stop);
    return tested_by(post({wire_.name, "A test of the connection", "Evenkeel can post here.", ask.key, "test"}, ask.now, ask.stop),
                     "post messages");
  }

 private:
  ChatSettings settings_;
  Wire wire_;
};

Result<Integration> open(const ChatSettings& s, const Wire& wire) {
  auto secret = wire;
  secret.address_is_secret = true;
  const auto room = std::make_shared<Room>(s, secret);
  return Integration{.chat = room, .test = [room](const TestAsk& ask) { return room->test(ask); }};
}

void check(const ChatSettings& s, const std::string& path, std::vector<Complaint>& complaints) {
  if (!s.url.starts_with("${env:") && !s.url.starts_with("${file:"))
    complaints.push_back(
        {path + ".url", "who knows the address of a chat can post there: write ${env:NAME} or ${file:PATH}; it never stands in this file"});
}

}  // namespace
}  // namespace chat

Vendors chat_vendors() { return {vendor_of("chat", {Ability::chat}, chat::open, chat::check)}; }

}  // namespace evenkeel::integrations
