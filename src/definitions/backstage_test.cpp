#include "definitions/backstage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "definitions/config.hpp"

namespace evenkeel::definitions {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* catalogue = R"(apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout, annotations: {github.com/project-slug: lamps/checkout}}
spec:
  type: service
  owner: user:eli
  system: bulbs
  dependsOn: [component:default/catalog, payments, "Component:catalog", resource:default/db, component:nowhere]
  consumesApis: [prices, api:default/lost]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: catalog}
spec: {owner: team-a, providesApis: [prices], dependencyOf: ["component:search"]}
---
kind: Component
metadata: {name: payments, namespace: Money}
spec: {owner: "user:default/ada", dependencyOf: [component:default/search]}
---
kind: Component
metadata: {name: search}
spec: {owner: user:eli}
---
kind: Resource
metadata: {name: db}
)";

std::vector<std::string> needs(const Catalogue& c, const std::string& name) {
  std::vector<std::string> out;
  for (const auto& s : c.services)
    if (s.name == name)
      for (const auto& d : s.depends_on) out.push_back(d.service);
  return out;
}

TEST(Backstage, ComponentsBecomeServicesWithWhatTheyDependOnWhicheverSideSaysIt) {
  const auto c = read_backstage({catalogue}, "lamps").value();
  ASSERT_EQ(c.services.size(), 4u);
  EXPECT_EQ(c.services[0].area, "bulbs");
  EXPECT_EQ(c.services[0].owner, "eli");
  EXPECT_EQ(c.services[0].repository, "lamps/checkout");
  EXPECT_EQ(c.services[1].area, "lamps");
  EXPECT_EQ(c.services[1].team, "team-a");
  EXPECT_THAT(needs(c, "checkout"), ElementsAre("catalog")) << "named twice, and its API consumed";
  EXPECT_THAT(needs(c, "search"), ElementsAre("catalog", "payments"));
}

TEST(Backstage, WhatDoesNotFitIsNamed) {
  const auto c = read_backstage({catalogue}, "lamps").value();
  EXPECT_THAT(c.not_carried_over, ElementsAre(HasSubstr("catalog: its owner is the group team-a"),
                                              HasSubstr("checkout: dependsOn component:default/payments: there is no such component"),
                                              HasSubstr("checkout: dependsOn resource:default/db is no component"),
                                              HasSubstr("checkout: dependsOn component:default/nowhere: there is no such component"),
                                              HasSubstr("checkout: consumesApis api:default/lost: no component provides it")));
  EXPECT_FALSE(read_backstage({"kind: Location\n"}, ""));
  EXPECT_FALSE(read_backstage({"a: ["}, ""));
}

TEST(Backstage, TheYamlIsReadByEvenkeel) {
  auto c = read_backstage({catalogue}, "lamps").value();
  for (auto& s : c.services) s.owner = "eli", s.area = "lamps";
  const auto o = read_yaml(
      "name: Lamps\npeople: [{login: eli, name: Eli, email: e@l.org}]\nareas: [{name: lamps}]\n"
      "environments: [{name: production, production: true}]\n" +
          to_yaml(c),
      "evenkeel.yaml");
  ASSERT_TRUE(o) << o.error().message;
  EXPECT_EQ(find_service(*o, "search")->depends_on.size(), 2u);
}

}  // namespace
}  // namespace evenkeel::definitions
