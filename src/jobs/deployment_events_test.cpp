#include "jobs/deployment_events.hpp"

#include <gtest/gtest.h>

namespace evenkeel::jobs {
namespace {

TEST(DeploymentEvents, HoldWhatCdEventsAsksForAndNothingElse) {
  const deploy::Deployment d{.id = "dep_1",
                             .release_id = "rel_1",
                             .run_id = "run_1",
                             .service = "catalog",
                             .environment = "production",
                             .version = "1.0.0",
                             .from_version = "",
                             .result = "success"};
  const auto event = cd_event(d, DeploymentEventKind::deployed, from_millis(0), "https://evenkeel.test");
  for (const auto& [name, value] : event)
    EXPECT_TRUE(name == "context" || name == "subject" || name == "customData" || name == "customDataContentType") << name;
  const auto& context = event.at("context").as_object();
  for (const auto* name : {"specversion", "id", "source", "type", "timestamp"}) EXPECT_FALSE(context.at(name).as_string().empty()) << name;
  EXPECT_EQ(context.at("type").as_string(), "dev.cdevents.service.deployed.0.3.0");
  EXPECT_EQ(event.at("subject").at("content").as_object().size(), 2u) << "environment and artifactId";
  EXPECT_EQ(event.at("subject").at("content").at("artifactId").as_string(), "pkg:generic/catalog@1.0.0");
}
TEST(DeploymentEvents, TheSameDeploymentHasTheSameId) {
  const deploy::Deployment d{.id = "dep_1", .service = "a", .environment = "e", .version = "1"};
  const auto id = [&](DeploymentEventKind kind, SysTime at) {
    return std::string(cd_event(d, kind, at, "/x").at("context").at("id").as_string());
  };
  EXPECT_EQ(id(DeploymentEventKind::deployed, from_millis(1)), id(DeploymentEventKind::deployed, from_millis(2)));
  EXPECT_NE(id(DeploymentEventKind::deployed, from_millis(1)), id(DeploymentEventKind::rolled_back, from_millis(1)));
}

}  // namespace
}  // namespace evenkeel::jobs
