#include "definitions/starter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "definitions/config.hpp"

namespace evenkeel::definitions {
namespace {

TEST(Starter, in_every_profile_and_way_of_deploying_it_passes_the_check) {
  for (const auto& profile : json::enum_texts<Profile>())
    for (const auto& way : json::enum_texts<DeployedBy>()) {
      Starter s{.name = "Lamps \"and\" more: #1",
                .login = "ada",
                .person = "Ada O'Brien",
                .email = "ada@shop.test",
                .area = "shop",
                .repository = "lamps/shop",
                .services = {{"api", "services/api/**"}, {"web", "services/web/**"}},
                .gates = "gates:\n  # a reason\n  - {name: health_criteria, mode: observe}\n"};
      s.profile = json::from_value<Profile>(json::Value(boost::json::string(profile))).value();
      s.deployed_by = json::from_value<DeployedBy>(json::Value(boost::json::string(way))).value();
      const auto yaml = starter_yaml(s);
      const auto o = read_yaml(yaml, "evenkeel.yaml");
      ASSERT_TRUE(o) << profile << " " << way << ": " << o.error().message << " " << o.error().complaints.front().field << " "
                     << o.error().complaints.front().message << "\n"
                     << yaml;
      EXPECT_EQ(o->name, s.name);
      EXPECT_EQ(o->services.size(), 2u);
      EXPECT_THAT(complaints_of(*o), testing::IsEmpty()) << yaml;
    }
}

TEST(Starter, services_have_tags_or_folders_of_their_own_or_are_the_repository) {
  const auto names = [](const std::vector<StarterService>& all) {
    std::string out;
    for (const auto& s : all) out += s.name + "=" + s.path + " ";
    return out;
  };
  EXPECT_EQ(names(services_of("Shop", {"", "api/", "web-"}, {"api", "web", "api/x"})), "api=api/** web=web/** ");
  EXPECT_EQ(names(services_of("Shop", {""}, {"services/pay/src", "services/find", "docs"})), "find=services/find/** pay=services/pay/** ");
  EXPECT_EQ(names(services_of("My Shop", {"", "api/"}, {"api"})), "my-shop=** ");
}

}  // namespace
}  // namespace evenkeel::definitions
