#include "capabilities/flag_switch.hpp"

#include <gmock/gmock.h>

#include "support/canned_client.hpp"

namespace evenkeel::integrations {
namespace {

using testing::HasSubstr;

struct Flags : testing::Test {
  testing_http::CannedClient client;
  capabilities::Integration there = client.open("flags", {{"url", "https://flags.test/"}, {"secret", "t0ken"}});
};

TEST_F(Flags, OneIsSetAndReadBack) {
  client.says(200, R"({"enabled":true})");
  const auto set = there.flag_switch->set("wish lists", "production", {{"enabled", true}}, "att_1");
  EXPECT_EQ(set.enabled, true);
  ASSERT_EQ(client.asked.size(), 2U);
  EXPECT_EQ(client.asked[0].method, "PUT");
  EXPECT_EQ(client.asked[0].url, "https://flags.test/flags/wish%20lists?environment=production");
  EXPECT_EQ(client.asked[0].body, R"({"enabled":true})");
  EXPECT_EQ(client.asked[0].headers.get("Idempotency-Key"), "att_1");
  EXPECT_EQ(client.asked[1].method, "GET");
  EXPECT_EQ(client.asked[1].headers.get("Authorization"), "Bearer t0ken");
}
TEST_F(Flags, WhatIsNotKnownIsNeitherOnNorOff) {
  client.says(404, "");
  EXPECT_EQ(there.flag_switch->read("x", "staging").problem, "there is no such flag in staging");
  client.says(200, R"({"enabled":"yes"})");
  EXPECT_THAT(there.flag_switch->read("x", "staging").problem, HasSubstr("does not say"));
  client.says(503, "");
  const auto busy = there.flag_switch->set("x", "staging", {{"enabled", true}}, "att_1");
  EXPECT_EQ(busy.enabled, std::nullopt);
  EXPECT_TRUE(busy.may_change);
  client.says(403, "");
  EXPECT_FALSE(there.flag_switch->set("x", "staging", {{"enabled", true}}, "att_1").may_change);
}

}  // namespace
}  // namespace evenkeel::integrations
