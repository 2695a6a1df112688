#include "integrations/common/webhook.hpp"

#include <gtest/gtest.h>

#include "integrations/common/signature.hpp"

namespace evenkeel::integrations {
namespace {

using namespace std::chrono_literals;
const SysTime now = from_millis(784111777000);

/// Answers as told and keeps what was sent.
struct ScriptedClient final : http::HttpClient {
  Result<http::ClientResponse> answer = http::ClientResponse{200};
  http::ClientRequest sent;
  Result<http::ClientResponse> send(const http::ClientRequest& request, std::stop_token) override {
    sent = request;
    return answer;
  }
};

TEST(Webhook, IsSignedOverItsRawBodyAndCarriesItsKey) {
  ScriptedClient client;
  const Webhook hook{.url = "https://example.org/hook",
                     .secret = Secret{"s3cret"},
                     .event = "release.shipped",
                     .body = "{\"a\": 1}",
                     .idempotency_key = "dlv_1"};
  EXPECT_EQ(send_webhook(client, hook, now).end, DeliveryEnd::delivered);
  EXPECT_EQ(client.sent.body, hook.body);
  EXPECT_EQ(client.sent.headers.get("Idempotency-Key"), "dlv_1");
  EXPECT_EQ(client.sent.headers.get("Content-Type"), "application/json");
  const Secret secrets[] = {Secret{"s3cret"}};
  EXPECT_TRUE(
      integrations::verify_signature(*integrations::find_signature_rule("evenkeel"), client.sent.headers, client.sent.body, secrets, now));
  const Webhook open{.url = "https://example.org/hook"};
  send_webhook(client, open, now);
  EXPECT_FALSE(client.sent.headers.has("X-Evenkeel-Signature-256"));
}
TEST(Webhook, AnswersAreClassified) {
  struct Case {
    int status;
    DeliveryEnd end;
  };
  for (const auto& [status, end] : std::initializer_list<Case>{{200, DeliveryEnd::delivered},
                                                               {204, DeliveryEnd::delivered},
                                                               {302, DeliveryEnd::refused},
                                                               {400, DeliveryEnd::refused},
                                                               {401, DeliveryEnd::refused},
                                                               {410, DeliveryEnd::refused},
                                                               {408, DeliveryEnd::retry},
                                                               {425, DeliveryEnd::retry},
                                                               {429, DeliveryEnd::retry},
                                                               {500, DeliveryEnd::retry},
                                                               {503, DeliveryEnd::retry}}) {
    ScriptedClient client;
    client.answer = http::ClientResponse{status, {{"Retry-After", "7"}}, "why\r\nnot"};
    const auto delivery = send_webhook(client, {}, now);
    EXPECT_EQ(delivery.end, end) << status;
    EXPECT_EQ(delivery.retry_after, end == DeliveryEnd::retry ? std::optional<Millis>{7s} : std::nullopt) << status;
    if (end != DeliveryEnd::delivered) { EXPECT_THAT(delivery.reason, testing::HasSubstr(std::to_string(status))); }
  }
}
TEST(Webhook, WithoutAnAnswerItDependsOnWhetherAnythingWasSent) {
  ScriptedClient client;
  client.answer = unavailable("refused");
  EXPECT_EQ(send_webhook(client, {}, now).end, DeliveryEnd::retry);
  client.answer = fail(ErrorKind::unknown, "timed out");
  EXPECT_EQ(send_webhook(client, {}, now).end, DeliveryEnd::unconfirmed);
  client.answer = invalid("not a URL");
  EXPECT_EQ(send_webhook(client, {}, now).end, DeliveryEnd::refused);
}
TEST(Webhook, RetryAfterIsSecondsOrADateAndAtMostADay) {
  const auto of = [](std::string value) { return retry_after({{"Retry-After", std::move(value)}}, now); };
  EXPECT_EQ(of("120"), 120s);
  EXPECT_EQ(of("Sun, 06 Nov 1994 08:50:37 GMT"), 60s);
  EXPECT_EQ(of("Sun, 06 Nov 1994 08:00:00 GMT"), 0s);
  EXPECT_EQ(of("99999999999"), 24h);
  for (const auto* bad : {"", "soon", "-5", "1.5", "99999999999999999999"}) EXPECT_FALSE(of(bad)) << bad;
}

}  // namespace
}  // namespace evenkeel::integrations
