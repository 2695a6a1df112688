// A communication over a real SMTP conversation: who sees whom, and what a second attempt sends.
#include <set>

#include "app/integrations.hpp"
#include "comms/send.hpp"
#include "smtp_sink.hpp"

#include <gtest/gtest.h>

namespace evenkeel::fakes {
namespace {

struct Nobody final : http::HttpClient {
  Result<http::ClientResponse> send(const http::ClientRequest&, std::stop_token) override { return unavailable("no web here"); }
};

struct Mailing : testing::Test {
  SmtpSink sink{{}};
  Nobody client;
  app::OpenConnections outside{client};
  std::set<std::string> have;
  comms::Parts parts{[this](const std::string& part) { return have.contains(part); },
                     [this](const std::string& part, const std::string&) { have.insert(part); }};

  comms::Sending sending(const std::string& audience) {
    auto o = std::make_shared<definitions::Organisation>();
    o->name = "Shop";
    o->audiences = {{.name = "success", .kind = definitions::AudienceKind::internal}, {.name = "customers"}};
    o->channels = {{.name = "mail", .kind = definitions::ChannelKind::smtp, .to = {"ann@example.com", "bo@example.com"}}};
    o->connections = {{"relay", "smtp", {{"url", fmt::format("smtp://127.0.0.1:{}", sink.smtp_port())}, {"from", "releases@example.org"}}}};
    return {{.id = CommunicationId{"com_1"}, .audience = audience, .channel = "mail"},
            {},
            o,
            {"Shop 2.0.0", "- You can keep a **list**.\n", "hash"},
            {},
            from_millis(1'772'000'000'000)};
  }
  capabilities::Delivery send(const std::string& audience) { return comms::send(sending(audience), parts, outside, from_millis(0)); }
  SinkState state() { return json::from_value<SinkState>(sink.state()).value(); }
};

TEST_F(Mailing, InsidersShareOneMail) {
  const auto d = send("success");
  ASSERT_EQ(d.end, capabilities::DeliveryEnd::delivered) << d.reason;
  EXPECT_EQ(d.receipt, "com_1@example.org");
  const auto s = state();
  ASSERT_EQ(s.messages.size(), 1u);
  EXPECT_EQ(s.messages[0].to.size(), 2u);
  EXPECT_EQ(s.messages[0].subject, "Shop 2.0.0");
}
TEST_F(Mailing, CustomersDoNotSeeEachOtherAndGetItOnce) {
  ASSERT_EQ(send("customers").end, capabilities::DeliveryEnd::delivered);
  ASSERT_EQ(send("customers").end, capabilities::DeliveryEnd::delivered);
  const auto s = state();
  ASSERT_EQ(s.messages.size(), 2u);
  EXPECT_EQ(s.messages[0].to.size(), 1u);
  EXPECT_EQ(s.distinct_message_ids, 2);
  EXPECT_EQ(have.size(), 2u);
}

}  // namespace
}  // namespace evenkeel::fakes
