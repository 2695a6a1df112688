#include "capabilities/chat.hpp"

#include <gmock/gmock.h>

#include "support/canned_client.hpp"

namespace evenkeel::integrations {
namespace {

std::string posted(const std::string& subject, const std::string& body) {
  testing_http::CannedClient client;
  auto room = client.open("chat", {{"url", "https://hooks.test/T0/xyz"}});
  room.chat->post({"#ops", subject, body, "key-1", "notice"}, {});
  return std::string(json::parse(client.asked.at(0).body).value().at("text").as_string());
}

TEST(Chat, WordsAreNoMarkup) { EXPECT_EQ(posted("A & B", "call <!channel> now"), "*A &amp; B*\n\ncall &lt;!channel&gt; now"); }
TEST(Chat, ALongTextIsCutAtAWholeCharacterAndNotInsideAnEntity) {
  const auto text = posted("x", [] {
    std::string all;
    for (int i = 0; i < 20'000; ++i) all += "ä&";
    return all;
  }());
  EXPECT_LE(text.size(), 40'000U);
  EXPECT_TRUE(text.ends_with("…"));
  const auto last = text.rfind('&');
  EXPECT_NE(text.find(';', last), std::string::npos);
}
TEST(Chat, TheAddressIsASecret) {
  testing_http::CannedClient client;
  auto room = client.open("chat", {{"url", "https://hooks.test/T0/xyz"}});
  room.chat->post({"#ops", "x", "y", "key-1", "notice"}, {});
  EXPECT_TRUE(client.asked.at(0).path_is_secret) << "messages name the host alone";
}

}  // namespace
}  // namespace evenkeel::integrations
