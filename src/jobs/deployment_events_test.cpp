#include "jobs/deployment_events.hpp"

#include <gtest/gtest.h>

namespace evenkeel::jobs {
namespace {

TEST(DeploymentEvents, HoldWhatCdEventsAsksForAndNothingElse) {
  const deploy::Deployment d{.id = DeploymentId{"dep_1"},
                             .release_id = ReleaseId{"rel_1"},
                             .run_id = RunId{"run_1"},
                             .service = "catalog",
                             .environment = "production",
                             .version = "1.0.0",
                             .from_version = "",
                             .result = deploy::DeploymentResult::success};
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
  const deploy::Deployment d{.id = DeploymentId{"dep_1"}, .service = "a", .environment = "e", .version = "1"};
  const auto id = [&](DeploymentEventKind kind, SysTime at) {
    return std::string(cd_event(d, kind, at, "/x").at("context").at("id").as_string());
  };
  EXPECT_EQ(id(DeploymentEventKind::deployed, from_millis(1)), id(DeploymentEventKind::deployed, from_millis(2)));
  EXPECT_NE(id(DeploymentEventKind::deployed, from_millis(1)), id(DeploymentEventKind::rolled_back, from_millis(1)));
}

TEST(DeploymentEvents, AStartIsATaskRunOfItsPipelineRunAndKnowsNoStatus) {
  const deploy::Deployment d{
      .id = DeploymentId{"dep_1"}, .run_id = RunId{"run_1"}, .service = "catalog", .environment = "production", .version = "1.0.0"};
  const auto event = cd_event(d, DeploymentEventKind::started, from_millis(0), "https://evenkeel.test");
  EXPECT_EQ(event.at("context").at("type").as_string(), "dev.cdevents.taskrun.started.0.3.0");
  EXPECT_EQ(event.at("context").at("chainId").as_string(), "run_1");
  EXPECT_EQ(event.at("subject").at("id").as_string(), "dep_1");
  EXPECT_EQ(json::dump(event.at("subject").at("content")),
            R"({"taskName":"deploy catalog to production","pipelineRun":{"id":"run_1","source":"https://evenkeel.test"}})");
  const auto& custom = event.at("customData").as_object();
  EXPECT_EQ(custom.at("service.version").as_string(), "1.0.0");
  EXPECT_EQ(custom.at("cicd.pipeline.run.state").as_string(), "executing");
  EXPECT_FALSE(custom.contains("deployment.status"));
}
TEST(DeploymentEvents, ARunIsAPipelineRunWithAnAbsoluteAddress) {
  steps::Run run{.id = RunId{"run_1"}, .kind = steps::RunKind::rollback, .environment = "production"};
  const planning::Release release{.id = ReleaseId{"rel_1"}, .version = "1.0.0", .area = "shop"};
  const auto started = cd_event(run, release, RunEventKind::started, from_millis(0), "/evenkeel/Shop");
  EXPECT_EQ(started.at("context").at("type").as_string(), "dev.cdevents.pipelinerun.started.0.3.0");
  EXPECT_EQ(json::dump(started.at("subject").at("content")), R"({"pipelineName":"rollback of shop","uri":"urn:evenkeel:run:run_1"})");
  run.state = steps::RunState::abandoned;
  const auto finished = cd_event(run, release, RunEventKind::finished, from_millis(0), "https://evenkeel.test");
  EXPECT_EQ(finished.at("subject").at("content").at("outcome").as_string(), "cancel");
  EXPECT_EQ(finished.at("subject").at("content").at("uri").as_string(), "https://evenkeel.test/releases/rel_1");
  EXPECT_EQ(finished.at("customData").at("cicd.pipeline.result").as_string(), "cancellation");
}

}  // namespace
}  // namespace evenkeel::jobs
