// A webhook that is told what happens: deployments and rollbacks as CDEvents, notes and status of channels. Signed, under the same key on
// every attempt; see common/webhook.hpp.
#include <fmt/format.h>

#include "capabilities/event_receiver.hpp"
#include "integrations/common/probe.hpp"
#include "integrations/common/webhook.hpp"

namespace evenkeel::integrations {
namespace events {
namespace {

struct EventsSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "Address that events are sent to"},
                                  {"secret", "What they are signed with, as ${env:NAME} or ${file:PATH}; empty: not signed"}};
  std::string url;
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(EventsSettings, (), (url, secret))

class Receiver final : public capabilities::EventReceiver {
 public:
  Receiver(EventsSettings s, Wire wire) : settings_(std::move(s)), wire_(std::move(wire)) {}

  Delivery tell(const capabilities::Event& event, SysTime now, std::stop_token stop) override {
    return send_webhook(*wire_.http,
                        {.url = settings_.url,
                         .secret = Secret{settings_.secret},
                         .event = event.type,
                         .body = json::dump(event.body),
                         .idempotency_key = event.key,
                         .path_is_secret = wire_.address_is_secret},
                        now, std::move(stop));
  }
  Tested test(const TestAsk& ask) {
    if (!ask.send) return reaches(wire_, settings_.url, "it posts one document of type evenkeel.test", ask.stop);
    return tested_by(tell({"evenkeel.test", ask.key, {{"event", "evenkeel.test"}, {"at", to_iso(ask.now)}}}, ask.now, ask.stop),
                     "post documents");
  }

 private:
  EventsSettings settings_;
  Wire wire_;
};

Result<Integration> open(const EventsSettings& s, const Wire& wire) {
  const auto receiver = std::make_shared<Receiver>(s, wire);
  return Integration{.event_receiver = receiver, .test = [receiver](const TestAsk& ask) { return receiver->test(ask); }};
}

}  // namespace
}  // namespace events

Vendors events_vendors() { return {vendor_of("events", {Ability::event_receiver}, events::open)}; }

}  // namespace evenkeel::integrations
