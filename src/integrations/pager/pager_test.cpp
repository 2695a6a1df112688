#include "capabilities/pager.hpp"

#include <gmock/gmock.h>

#include "support/canned_client.hpp"

namespace evenkeel::integrations {
namespace {

using capabilities::PageAct;

TEST(Pager, TellsWhatHappensUnderOneKey) {
  testing_http::CannedClient client;
  auto pager = client.open("pager", {{"url", "https://pager.test/v2/enqueue"}, {"secret", "s3cret"}});
  capabilities::Page page{
      .key = "evenkeel:rel_1", .summary = "checkout fails", .service = "checkout", .release = "2.0.0", .on_call = "eli"};
  page.parts = json::Array{"one"};
  for (const auto act : {PageAct::trigger, PageAct::acknowledge, PageAct::resolve})
    EXPECT_EQ(pager.pager->tell(page, act, {}).end, capabilities::DeliveryEnd::delivered);
  ASSERT_EQ(client.asked.size(), 3U);
  const auto body = json::parse(client.asked[0].body).value();
  EXPECT_EQ(
      json::dump(body),
      R"({"event_action":"trigger","dedup_key":"evenkeel:rel_1","payload":{"summary":"checkout fails","custom_details":{"parts":["one"]},)"
      R"("severity":"critical","source":"evenkeel","component":"checkout","release":"2.0.0","on_call":"eli"}})");
  EXPECT_EQ(client.asked[0].headers.get("X-Evenkeel-Event"), "alert.trigger");
  EXPECT_EQ(client.asked[0].headers.get("Idempotency-Key"), "evenkeel:rel_1:trigger:1");
  EXPECT_TRUE(client.asked[0].headers.has("X-Evenkeel-Signature-256"));
  EXPECT_EQ(json::parse(client.asked[1].body).value().at("event_action").as_string(), "acknowledge");
  EXPECT_EQ(pager.pager->told_again_every(), std::nullopt) << "it remembers";
}

}  // namespace
}  // namespace evenkeel::integrations
