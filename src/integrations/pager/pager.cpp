// A pager's webhook: PagerDuty's Events API v2, and what takes the same.
//   https://developer.pagerduty.com/docs/send-alert-event
#include "capabilities/pager.hpp"

#include <fmt/format.h>

#include "base/utf8.hpp"
#include "integrations/common/probe.hpp"
#include "integrations/common/webhook.hpp"

namespace evenkeel::integrations {
namespace pager {
namespace {

struct PagerSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "Address that pages are sent to"},
                                  {"secret", "What they are signed with, as ${env:NAME} or ${file:PATH}; empty: not signed"}};
  std::string url;
  std::string secret;
};
BOOST_DESCRIBE_STRUCT(PagerSettings, (), (url, secret))

/// What the Events API takes of payload.summary and of dedup_key.
constexpr std::size_t longest_summary = 1024, longest_key = 255;

class Webhooks final : public capabilities::Pager {
 public:
  Webhooks(PagerSettings s, Wire wire) : settings_(std::move(s)), wire_(std::move(wire)) {}

  Delivery tell(const capabilities::Page& page, capabilities::PageAct act, SysTime now, std::stop_token stop) override {
    const std::string action{json::enum_text(act)};
    const json::Object body{{"event_action", action},
                            {"dedup_key", page.key.substr(0, longest_key)},
                            {"payload", json::Object{{"summary", clean_text(page.summary, longest_summary)},
                                                     {"custom_details", json::Object{{"parts", page.parts}}},
                                                     {"severity", "critical"},
                                                     {"source", "evenkeel"},
                                                     {"component", page.service},
                                                     {"release", page.release},
                                                     {"on_call", page.on_call}}}};
    return send_webhook(*wire_.http,
                        {.url = settings_.url,
                         .secret = Secret{settings_.secret},
                         .event = "alert." + action,
                         .body = json::dump(body),
                         .idempotency_key = fmt::format("{}:{}:{}", page.key, action, page.number),
                         .path_is_secret = wire_.address_is_secret},
                        now, std::move(stop));
  }
  Tested test(const TestAsk& ask) {
    if (!ask.send) return reaches(wire_, settings_.url, "it pages whoever is on call, and takes it back at once", ask.stop);
    const capabilities::Page page{.key = ask.key, .summary = "A test of the connection: nothing is wrong", .opened_at = ask.now};
    const auto sent = tell(page, capabilities::PageAct::trigger, ask.now, ask.stop);
    if (sent.end != DeliveryEnd::delivered) return tested_by(sent, "page");
    return tested_by(tell(page, capabilities::PageAct::resolve, ask.now, ask.stop), "page, and take it back");
  }

 private:
  PagerSettings settings_;
  Wire wire_;
};

Result<Integration> open(const PagerSettings& s, const Wire& wire) {
  const auto webhooks = std::make_shared<Webhooks>(s, wire);
  return Integration{.pager = webhooks, .test = [webhooks](const TestAsk& ask) { return webhooks->test(ask); }};
}

}  // namespace
}  // namespace pager

Vendors pager_vendors() { return {vendor_of("pager", {Ability::pager}, pager::open)}; }

}  // namespace evenkeel::integrations
