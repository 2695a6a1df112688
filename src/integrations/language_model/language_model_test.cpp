#include <gmock/gmock.h>

#include "capabilities/text_model.hpp"
#include "support/canned_client.hpp"

namespace evenkeel::integrations {
namespace {

using capabilities::DeliveryEnd;

TEST(LanguageModel, EachIsAskedInItsOwnForm) {
  testing_http::CannedClient client;
  client.says(200, R"({"choices":[{"message":{"content":"New words."}}]})");
  auto openai = client.open("openai", {{"url", "https://a.test/v1/"}, {"secret", "k"}, {"model", "small"}});
  EXPECT_EQ(openai.text_model->ask("small", "say it", {}).receipt, "New words.");
  EXPECT_EQ(client.asked[0].url, "https://a.test/v1/chat/completions");
  EXPECT_EQ(client.asked[0].headers.get("Authorization"), "Bearer k");
  client.says(200, R"({"content":[{"type":"text","text":"New words."}]})");
  auto anthropic = client.open("anthropic", {{"url", "https://b.test/v1"}, {"secret", "k"}, {"model", "small"}});
  EXPECT_EQ(anthropic.text_model->ask("small", "say it", {}).receipt, "New words.");
  EXPECT_EQ(client.asked[1].url, "https://b.test/v1/messages");
  EXPECT_EQ(client.asked[1].headers.get("x-api-key"), "k");
}
TEST(LanguageModel, AnotherFormIsRefusedAndItsWordsAreNotRepeated) {
  testing_http::CannedClient client;
  auto model = client.open("openai", {{"url", "https://a.test/v1"}, {"secret", "k"}});
  client.says(200, "[]");
  EXPECT_EQ(model.text_model->ask("small", "say it", {}).end, DeliveryEnd::refused);
  client.says(400, "you asked: say it");
  EXPECT_THAT(model.text_model->ask("small", "say it", {}).reason, testing::Not(testing::HasSubstr("say it")));
}
TEST(LanguageModel, ATestLooksForTheModel) {
  testing_http::CannedClient client;
  client.says(200, R"({"data":[{"id":"other"}]})");
  EXPECT_THAT(client.open("openai", {{"url", "https://a.test/v1"}, {"secret", "k"}, {"model", "small"}}).test({}).problem,
              testing::HasSubstr("does not hold small"));
}

}  // namespace
}  // namespace evenkeel::integrations
