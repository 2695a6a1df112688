// Deployment events (DH5): every deployment and rollback, when it starts and when it ends, told to the systems that watch production, as
// CDEvents with OpenTelemetry's names for the attributes. CDEvents has no word for a service whose deployment has begun: the run of a
// sequence is a pipeline run, the deployment of one component in it a task run, and what came of that is the service event; all share a
// chain id. Each connection of kind `events` gets each event at least once, signed, under the same id on every attempt.
#pragma once
#include "capabilities/integration.hpp"
#include "deploy/deploy.hpp"
#include "work/ids.hpp"
#include "work/job.hpp"

namespace evenkeel::jobs {

// https://cdevents.dev/docs/cd/continuous-deployment/: the specification whose event types are spoken here.
inline constexpr std::string_view cdevents_version = "0.6.0-draft";

/// One event to one connection; of a run or of a deployment.
struct TellDeployment {
  static constexpr std::string_view kind = "deployment_event";
  std::optional<RunId> run;
  std::optional<DeploymentId> deployment;
  std::string kind_;  // of RunEventKind or DeploymentEventKind
  std::string connection;
  std::int64_t at = 0;  // ms
};
BOOST_DESCRIBE_STRUCT(TellDeployment, (), (run, deployment, kind_, connection, at))

enum class DeploymentEventKind { started, deployed, upgraded, rolled_back };
BOOST_DESCRIBE_ENUM(DeploymentEventKind, started, deployed, upgraded, rolled_back)
enum class RunEventKind { started, finished };
BOOST_DESCRIBE_ENUM(RunEventKind, started, finished)

/// Pure: the document that is sent. Its id is made of the deployment's and the kind, so that a receiver recognises a repetition.
json::Object cd_event(const deploy::Deployment& deployment, DeploymentEventKind kind, SysTime at, const std::string& source);
json::Object cd_event(const steps::Run& run, const planning::Release& release, RunEventKind kind, SysTime at, const std::string& source);
/// "dev.cdevents.service.deployed.0.3.0".
std::string cd_event_type(DeploymentEventKind kind);
std::string cd_event_type(RunEventKind kind);

/// For each connection of kind `events` one "deployment_event" job; called when a deployment started, finished or was rolled back.
Result<void> tell_deployment(Work& work, const DeploymentId& deployment_id, bool started);
/// The same for the run of a deployment or a rollback; a rehearsal is nobody else's business.
Result<void> tell_run(Work& work, const RunId& run_id, RunEventKind kind);
/// "deployment_event": sends it; refusals are dead letters, anything else is tried again.
Outcome deployment_event(Claim& claim, const TellDeployment& order, const capabilities::Connections& outside,
                         const std::string& public_url);

}  // namespace evenkeel::jobs
