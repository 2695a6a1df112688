#include "integrations/common/signature.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace evenkeel::integrations {
namespace {

using namespace std::chrono_literals;
const SysTime now = from_millis(1'800'000'000'000);
const std::string body = "{\"id\":1}";

Result<void> check(std::string_view sender, http::Headers headers, std::vector<Secret> secrets, SysTime at = now) {
  return verify_signature(*find_signature_rule(sender), headers, body, secrets, at);
}
std::string digest(std::string_view secret, std::string_view text = body) { return to_hex(hmac_sha256(secret, text)); }

TEST(Signature, EveryRuleAcceptsItsOwnSignatureAndRefusesAnother) {
  for (const auto& rule : signature_rules()) {
    const auto make = [&](std::string_view secret) {
      http::Headers h;
      std::string text = body;
      if (rule.kind == SignatureRule::hmac_of_time_and_body) {
        h.set(rule.time_header, "1800000000");
        text = std::string(rule.before_time) + "1800000000:" + body;
      }
      if (rule.kind == SignatureRule::standard_webhook) {
        h.set(rule.time_header, "1800000000");
        h.set(rule.id_header, "msg_1");
        h.set(rule.header, "v1," + to_base64(as_bytes(hmac_sha256(secret, "msg_1.1800000000." + body))));
        return h;
      }
      h.set(rule.header, rule.kind == SignatureRule::shared_token ? std::string(secret) : std::string(rule.prefix) + digest(secret, text));
      return h;
    };
    const auto as_set = [&](const char* secret) {
      return Secret{rule.kind == SignatureRule::standard_webhook ? "whsec_" + to_base64(secret) : std::string(secret)};
    };
    const std::vector<Secret> secrets{as_set("old"), as_set("new")};
    EXPECT_TRUE(verify_signature(rule, make("new"), body, secrets, now)) << rule.sender;
    EXPECT_TRUE(verify_signature(rule, make("old"), body, secrets, now)) << rule.sender;
    EXPECT_FALSE(verify_signature(rule, make("other"), body, secrets, now)) << rule.sender;
    EXPECT_FALSE(verify_signature(rule, {}, body, secrets, now)) << rule.sender;
    EXPECT_FALSE(verify_signature(rule, make("new"), body, {}, now)) << rule.sender;
    if (rule.kind != SignatureRule::shared_token) {
      EXPECT_FALSE(verify_signature(rule, make("new"), body + " ", secrets, now)) << rule.sender;
    }
  }
}
TEST(Signature, AnUnsetSecretAcceptsNothing) {
  EXPECT_FALSE(check("github", {{"X-Hub-Signature-256", "sha256=" + digest("")}}, {Secret{}}));
  EXPECT_FALSE(check("gitlab", {{"X-Gitlab-Token", ""}}, {Secret{}}));
}
TEST(Signature, ASignedTimeMustBeNear) {
  const auto headers = [](std::string time) {
    return http::Headers{{"X-Slack-Request-Timestamp", time}, {"X-Slack-Signature", "v0=" + digest("s", "v0:" + time + ":" + body)}};
  };
  const std::vector<Secret> secrets{Secret{"s"}};
  EXPECT_TRUE(check("slack", headers("1799999700"), secrets));
  EXPECT_FALSE(check("slack", headers("1799999699"), secrets));
  EXPECT_FALSE(check("slack", headers("1800000301"), secrets));
  for (const auto* bad : {"", "soon", "-1", "9999999999999999999"}) EXPECT_FALSE(check("slack", headers(bad), secrets)) << bad;
}
TEST(Signature, TheMessageNeverTellsWhatWasExpected) {
  const auto refused = check("github", {{"X-Hub-Signature-256", "sha256=00"}}, {Secret{"topsecret"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unauthenticated);
  EXPECT_THAT(refused.error().message,
              testing::Not(testing::AnyOf(testing::HasSubstr("topsecret"), testing::HasSubstr(digest("topsecret")))));
}

}  // namespace
}  // namespace evenkeel::integrations
