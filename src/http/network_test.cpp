#include "http/network.hpp"

#include <gtest/gtest.h>

namespace evenkeel::http {
namespace {

TEST(Networks, HoldWhatLiesInThem) {
  const auto n = Networks::parse({"10.0.0.0/8", "192.168.1.128/25", "2001:db8::/32", "127.0.0.1"}).value();
  for (const auto* in : {"10.255.0.1", "192.168.1.200", "2001:db8:1::1", "127.0.0.1", "::ffff:10.0.0.1"}) EXPECT_TRUE(n.contain(in)) << in;
  for (const auto* out : {"11.0.0.1", "192.168.1.127", "2001:db9::1", "127.0.0.2", "", "nonsense", "::1"})
    EXPECT_FALSE(n.contain(out)) << out;
  for (const auto* bad : {"10.0.0.0/33", "10.0.0/8", "::/129", "x", "10.0.0.0/", "10.0.0.0/-1"})
    EXPECT_FALSE(Networks::parse({bad})) << bad;
}
TEST(Networks, OnlyATrustedProxyIsBelieved) {
  const auto proxies = Networks::parse({"10.0.0.0/8"}).value();
  const Headers told{{"X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.1.1.1"}};
  EXPECT_EQ(client_behind(proxies, "10.0.0.1:4711", told), "203.0.113.9:0") << "from the right, past the proxies";
  EXPECT_EQ(client_behind(proxies, "198.51.100.1:4711", told), "198.51.100.1:4711") << "anybody may write the header";
  EXPECT_EQ(client_behind({}, "10.0.0.1:4711", told), "10.0.0.1:4711");
  EXPECT_EQ(client_behind(proxies, "10.0.0.1:4711", {}), "10.0.0.1:4711");
  EXPECT_EQ(client_behind(proxies, "10.0.0.1:4711", {{"X-Forwarded-For", "1.2.3.4, garbage"}}), "10.0.0.1:4711");
  EXPECT_EQ(client_behind(proxies, "10.0.0.1:1", {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "2001:db8::9"}}), "[2001:db8::9]:0");
}

}  // namespace
}  // namespace evenkeel::http
