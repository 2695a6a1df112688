#include "capabilities/event_receiver.hpp"

#include <gmock/gmock.h>

#include "base/secret.hpp"
#include "integrations/common/signature.hpp"
#include "support/canned_client.hpp"

namespace evenkeel::integrations {
namespace {

TEST(Events, ADocumentIsSignedAndKnownByItsKey) {
  testing_http::CannedClient client;
  auto receiver = client.open("events", {{"url", "https://gateway.test/events"}, {"secret", "s3cret"}});
  EXPECT_EQ(receiver.event_receiver->tell({"release.notes", "com_1", {{"a", 1}}}, {}).end, capabilities::DeliveryEnd::delivered);
  const auto& sent = client.asked.at(0);
  EXPECT_EQ(sent.body, R"({"a":1})");
  EXPECT_EQ(sent.headers.get("X-Evenkeel-Event"), "release.notes");
  EXPECT_EQ(sent.headers.get("Idempotency-Key"), "com_1");
  const Secret secrets[] = {Secret{"s3cret"}};
  EXPECT_TRUE(verify_signature(*find_signature_rule("evenkeel"), sent.headers, sent.body, secrets, {}));
}

}  // namespace
}  // namespace evenkeel::integrations
